"""Who of a family lost the way in and starts anew: the others are told first, and three days pass unless one says yes.

So whoever got at a letter, or asked the school in another's name, is seen before anything opens to them. Never: how
keys succeed keys (`succession`), a code, an account.
"""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from consent.decisions import FAMILY
from pds.clock import parse_timestamp, timestamp
from pds.crypto import canonical, parse
from pds.errors import NotYetError, RefusedError
from pds.holders import Control, SecretHolder
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


_ANEW = DocumentKind("anew", bytes, "who of a family is to start anew, sealed; vault `/` holder", _KEPT)


def announce(node: Node, vault: VaultId, holder: str) -> None:
    """Tell the family, by their pages, that somebody is to start anew; the three days begin now."""
    with node.transaction():
        _keep(node, vault, Announced(holder=holder, asked=timestamp(node.clock.now())))


def announced(node: Node, vault: VaultId) -> list[Announced]:
    """Who of a vault's family is to start anew, in the order they were admitted."""
    found = (_of(node, vault, holder) for holder in node.vaults.authorisations(vault).holders)
    return [one for one in found if one is not None]


def may_confirm(node: Node, vault: VaultId, person: str, holder: str) -> bool:
    """True for another member of the family, who has signed in, towards one who is to start anew."""
    admitted, said = node.vaults.authorisations(vault).holders.get(person), _of(node, vault, holder)
    is_owner = admitted is not None and admitted.role in FAMILY and admitted.control is Control.OWNER
    return is_owner and said is not None and said.confirmed_by is None and person != holder


def confirm(node: Node, vault: VaultId, person: SecretHolder, holder: str) -> None:
    """Say, as another of the family, that it is they who start anew: they may at once.

    Raises:
        RefusedError: nobody of that name waits, or this person is not another member of this family.
    """
    with node.transaction():
        known, said = node.vaults.authorisations(vault).holders.get(person.id), _of(node, vault, holder)
        if not may_confirm(node, vault, person.id, holder) or known is None or known.holder != person.public:
            raise RefusedError("another member of the family, who has signed in, says that it is they")
        if said is not None:
            _keep(node, vault, said.model_copy(update={"confirmed_by": person.id}))


def check(node: Node, vault: VaultId, holder: str) -> None:
    """Let somebody start anew only when the family was told and the time has come.

    Raises:
        NotYetError: the three days are not over and nobody else of the family said yes.
        RefusedError: nobody was told, or it is too long ago.
    """
    said = _of(node, vault, holder)
    if said is None:
        raise RefusedError("this invitation is no longer good; ask the school for a new one")
    if node.clock.now() < said.opens_at:
        raise NotYetError(said.opens_at)


def forget(node: Node, vault: VaultId, holder: str) -> None:
    """Take back what was announced; call it in the transaction in which they started anew."""
    node.documents.drop(_ANEW, f"{vault}/{holder}")


def _of(node: Node, vault: VaultId, holder: str) -> Announced | None:
    sealed = node.documents.get(_ANEW, f"{vault}/{holder}")
    if sealed is None:
        return None
    return Announced.model_validate(parse(node.keyring.open_document(_place(vault, holder), sealed)))


def _keep(node: Node, vault: VaultId, said: Announced) -> None:
    sealed = node.keyring.seal_document(_place(vault, said.holder), canonical(said.model_dump()))
    node.documents.put(_ANEW, f"{vault}/{said.holder}", sealed)


def _place(vault: VaultId, holder: str) -> bytes:
    return canonical({"holder": holder, "label": "manabi/anew/1", "vault": vault})
