"""Where a transfer stands, on either side: a small machine that only goes forward, kept in the node's store.

Never: a document's form, a permit, the move itself.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pds.crypto import canonical, parse
from pds.errors import NotFoundError, RefusedError
from pds.identifiers import VaultId
from pds.node import Node

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


def begin(node: Node, transfer: Transfer) -> None:
    """Keep a new transfer. Raises AlreadyExistsError."""
    node.store.put(_kind(transfer.side), transfer.transfer, canonical(transfer.model_dump(mode="json")))


def save(node: Node, transfer: Transfer) -> None:
    """Keep a transfer's new state; call it in the transaction of the step."""
    node.store.put(_kind(transfer.side), transfer.transfer, canonical(transfer.model_dump(mode="json")), replace=True)


def load(node: Node, identifier: str, side: Side) -> Transfer:
    """A transfer by its identifier, as one side knows it. Raises NotFoundError."""
    text = node.store.get(_kind(side), identifier)
    if text is None:
        raise NotFoundError("no such transfer is known here; `transfer status` lists them")
    return Transfer.model_validate(parse(text))


def listed(node: Node) -> list[Transfer]:
    """All transfers this node knows, those it sends first, oldest first."""
    sides: tuple[Side, ...] = ("sender", "receiver")
    return [Transfer.model_validate(parse(text)) for side in sides for _, text in node.store.all(_kind(side))]


def of_vault(node: Node, vault: VaultId) -> list[Transfer]:
    """The moves of one vault, those this node sends first; a receiver knows of which vault once it took it in."""
    return [transfer for transfer in listed(node) if transfer.vault == vault]


def _kind(side: Side) -> str:
    return f"transfer.{side}"
