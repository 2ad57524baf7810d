"""Who of a family lost the way in and is to start anew: when they may, and who may say that it is they.

The others are told first, and three days pass unless one of them says yes: so whoever got at a letter, or asked the
school in another's name, is seen before anything opens to them. Never: a write, a code, a key.
"""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pds.clock import parse_timestamp
from pds.crypto import canonical, parse
from pds.errors import NotYetError, RefusedError
from pds.holders import Control
from pds.identifiers import VaultId
from pds.node import DocumentKind, Node

WAIT = timedelta(hours=72)
_KEPT = timedelta(days=15)  # a day longer than the invitation


class Announced(BaseModel):
    """That somebody is to start anew.

    Attributes:
        holder: Who.
        asked: When the school made the invitation.
        confirmed_by: The other member of the family who said that it is they; None while nobody did.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["manabi-anew/1"] = "manabi-anew/1"
    holder: str
    asked: str
    confirmed_by: str | None = None

    @property
    def opens_at(self) -> datetime:
        """From when on the invitation is good."""
        asked = parse_timestamp(self.asked)
        return asked if self.confirmed_by is not None else asked + WAIT


ANEW = DocumentKind("anew", bytes, "who of a family is to start anew, sealed; vault `/` holder", _KEPT)


def announced(node: Node, vault: VaultId) -> list[Announced]:
    """Who of a vault's family is to start anew, in the order they were admitted."""
    found = (announced_of(node, vault, holder) for holder in node.vaults.authorisations(vault).holders)
    return [one for one in found if one is not None]


def announced_of(node: Node, vault: VaultId, holder: str) -> Announced | None:
    """What was announced of one holder, if anything."""
    sealed = node.documents.get(ANEW, f"{vault}/{holder}")
    if sealed is None:
        return None
    return Announced.model_validate(parse(node.keyring.open_document(place_of(vault, holder), sealed)))


def may_confirm(node: Node, vault: VaultId, person: str, holder: str) -> bool:
    """True for another to whom the history opens, and who has signed in, towards one who is to start anew."""
    admitted, said = node.vaults.authorisations(vault).holders.get(person), announced_of(node, vault, holder)
    is_owner = admitted is not None and admitted.may_look and admitted.control is Control.OWNER
    return is_owner and said is not None and said.confirmed_by is None and person != holder


def check_anew(node: Node, vault: VaultId, holder: str) -> None:
    """Let somebody start anew only when the family was told and the time has come.

    Raises:
        NotYetError: the three days are not over and nobody else of the family said yes.
        RefusedError: nobody was told, or it is too long ago.
    """
    said = announced_of(node, vault, holder)
    if said is None:
        raise RefusedError("this invitation is no longer good; ask the school for a new one")
    if node.clock.now() < said.opens_at:
        raise NotYetError(said.opens_at)


def place_of(vault: VaultId, holder: str) -> bytes:
    """What the seal of an announcement is bound to."""
    return canonical({"holder": holder, "label": "manabi/anew/1", "vault": vault})
