"""Where a transfer stands, on either side: a small machine that only goes forward, kept in the node's store.

Never: a document's form, a permit, the move itself.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pds.errors import NotFoundError, RefusedError
from pds.identifiers import VaultId
from pds.node import Kind, Node

Side = Literal["sender", "receiver"]  # one node may be both, when a student moves between two of its schools


class State(StrEnum):
    """The states of both sides; `_NEXT` says which may follow which."""

    ANNOUNCED = "announced"  # sender: offered to the new school
    OFFERED = "offered"  # receiver: somebody offers a child
    ACCEPTED = "accepted"  # both: the new school has accepted, the day is known
    SENT = "sent"  # sender: sealed, frozen, on its way
    QUARANTINED = "quarantined"  # receiver: verified, waiting for the office
    COMMITTED = "committed"  # receiver: the history lives here
    CLOSED = "closed"  # sender: the receipt is here
    REFUSED = "refused"  # both: it stays where it was


_NEXT: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.ANNOUNCED: frozenset({State.ACCEPTED, State.REFUSED}),
        State.OFFERED: frozenset({State.ACCEPTED, State.REFUSED}),
        State.ACCEPTED: frozenset({State.SENT, State.QUARANTINED, State.REFUSED}),
        State.SENT: frozenset({State.CLOSED, State.REFUSED}),
        State.QUARANTINED: frozenset({State.COMMITTED, State.REFUSED}),
        State.COMMITTED: frozenset(),
        State.CLOSED: frozenset(),
        State.REFUSED: frozenset(),
    }
)


class Transfer(BaseModel):
    """One move, as one side knows it.

    Attributes:
        links: Blind indexes under which the receiving school will find the student.
        vault: The vault; the receiver learns it from the bundle.
        bundle: SHA-256 of the bundle's token, hex.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    transfer: str
    side: Side
    state: State
    origin: str
    destination: str
    vault: str | None = None
    accepted_on: date | None = None
    links: tuple[str, ...] = ()
    bundle: str | None = None
    reason: str | None = None

    def moved(self, state: State, **fields: object) -> "Transfer":
        """The same transfer one step on.

        Raises:
            RefusedError: that step cannot follow.
        """
        if state not in _NEXT[self.state]:
            raise RefusedError(f"a transfer that is {self.state} cannot become {state}")
        return self.model_copy(update={**fields, "state": state})


_KINDS: Mapping[Side, Kind[Transfer]] = MappingProxyType(
    {
        "sender": Kind(
            "transfer.sender", Transfer, "a move out of a school here; the transfer", owned=True, key=lambda t: t.vault
        ),
        "receiver": Kind(
            "transfer.receiver", Transfer, "a move to a school here; the transfer", owned=True, key=lambda t: t.vault
        ),
    }
)


def begin(node: Node, transfer: Transfer) -> None:
    """Keep a new transfer. Raises AlreadyExistsError."""
    node.documents.add(_KINDS[transfer.side], transfer.transfer, transfer, owner=_school(transfer))


def save(node: Node, transfer: Transfer) -> None:
    """Keep a transfer's new state; call it in the transaction of the step."""
    node.documents.put(_KINDS[transfer.side], transfer.transfer, transfer, owner=_school(transfer))


def load(node: Node, identifier: str, side: Side) -> Transfer:
    """A transfer by its identifier, as one side knows it. Raises NotFoundError."""
    found = node.documents.get(_KINDS[side], identifier)
    if found is None:
        raise NotFoundError("no such transfer is known here; `transfer status` lists them")
    return found


def listed(node: Node) -> list[Transfer]:
    """All transfers this node knows, those it sends first, oldest first."""
    return [transfer for kind in _KINDS.values() for _, transfer in node.documents.find(kind)]


def of_school(node: Node, school: str, side: Side) -> list[Transfer]:
    """The moves out of or to one school of this node, oldest first."""
    return [transfer for _, transfer in node.documents.find(_KINDS[side], owners=(school,))]


def of_vault(node: Node, vault: VaultId) -> list[Transfer]:
    """The moves of one vault, those this node sends first; a receiver knows of which vault once it took it in."""
    return [transfer for kind in _KINDS.values() for _, transfer in node.documents.find(kind, key=vault)]


def _school(transfer: Transfer) -> str:
    """The school of this node that the move is of."""
    return transfer.origin if transfer.side == "sender" else transfer.destination
