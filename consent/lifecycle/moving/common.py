"""What both sides of a move need: message kinds, cards, custodial keys, digests. Never: a step of either side."""

import hashlib
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from pds.errors import UnlistedError, UsageError
from pds.holders import Control, PublicHolder, Role, SecretHolder
from pds.identifiers import VaultId
from pds.node import DocumentKind, Node
from pds.people import MovingKey
from pds.vault import Admitted, Authorisations


class ArrivedKey(BaseModel):
    """An owner's keys that came with a vault."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vault: VaultId
    key: MovingKey


_CODE_DAYS = timedelta(days=366)  # a code on paper is for one move; who lost the way in asks the school
ARRIVED_KEY = DocumentKind(
    "arrived-key", ArrivedKey, "keys that came with a vault; the name of their code", _CODE_DAYS, final=True
)
MOVING_KEY = DocumentKind("moving-key", MovingKey, "keys that go along with a vault; vault `/` holder", _CODE_DAYS)
FAR = timedelta(days=366)  # a child joins a school on a day that is no further away
OFFER, ACCEPTANCE, BUNDLE, RECEIPT = "transfer.offer", "transfer.acceptance", "transfer.bundle", "transfer.receipt"


def custodial_of(node: Node, facts: Authorisations) -> list[SecretHolder]:
    """The custodial persons of a vault whose keys this node keeps."""
    return [
        node.keyring.secret(name)
        for name, admitted in facts.holders.items()
        if admitted.control is Control.CUSTODIAL and node.keyring.keeps(name)
    ]


def keep_moving_key(node: Node, vault: VaultId, key: MovingKey) -> None:
    """Keep an owner's keys, sealed under their code, until the vault leaves; a later code replaces an earlier one."""
    with node.transaction():
        node.documents.put(MOVING_KEY, f"{vault}/{key.holder}", key)


def moving_keys(node: Node, facts: Authorisations) -> list[MovingKey]:
    """The keys of a vault's owners who have made themselves a moving code."""
    owners = [name for name, admitted in facts.holders.items() if admitted.control is Control.OWNER]
    found = [node.documents.get(MOVING_KEY, f"{facts.vault}/{name}") for name in owners]
    return [key for key in found if key is not None]


def card_of(node: Node, organisation: str) -> PublicHolder:
    """The card of an organisation. Raises UnlistedError when nobody here knows it."""
    card = node.card(organisation)
    if card is None:
        raise UnlistedError(f"{organisation} is not in the directory")
    return card


def organisation(card: PublicHolder) -> Admitted:
    """An organisation as a holder."""
    return Admitted(holder=card, role=Role.ORGANISATION, control=Control.ORGANISATION)


def check_day(day: date, today: date, far: timedelta = FAR) -> None:
    """Whether a day is one on which a child can join a school. Raises UsageError."""
    if abs(day - today) > far:
        raise UsageError("the day of acceptance is more than a year away; compare it with the papers")


def digest_of(token: str) -> str:
    """SHA-256 of a signed document's text, hex."""
    return hashlib.sha256(token.encode()).hexdigest()
