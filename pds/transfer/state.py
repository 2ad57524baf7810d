"""Where a transfer stands, on either side: a small machine that only goes forward, kept in the node's store.

Never: a document's form, a permit, the move itself.
"""

from collections.abc import Mapping
from datetime import date
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from pds.errors import NotFoundError, RefusedError, SignatureError
from pds.identifiers import VaultId
from pds.node import DocumentKind, Node

Side = Literal["sender", "receiver"]  # one node may be both, when a student moves between two of its schools


class State(StrEnum):
    """The states of both sides; `_MEANS` says what each means and which may follow it."""

    ANNOUNCED = "announced"  # sender: offered to the new school
    OFFERED = "offered"  # receiver: somebody offers a child
    ACCEPTED = "accepted"  # both: the new school has accepted, the day is known
    SENT = "sent"  # sender: sealed, frozen, on its way
    QUARANTINED = "quarantined"  # receiver: verified, waiting for the office
    COMMITTED = "committed"  # receiver: the history lives here
    CLOSED = "closed"  # sender: the receipt is here
    REFUSED = "refused"  # both: it stays where it was


class Stage(IntEnum):
    """How far a move is; the same stages for both schools and the family, one after the other."""

    OFFERED = 1  # the new school was told
    ACCEPTED = 2  # the new school has said from which day
    SENT = 3  # sealed and sent; the old school neither writes nor reads
    ARRIVED = 4  # the history lives at the new school


Progress = Literal["done", "now", "todo"]


class _Meaning(NamedTuple):
    """What a state means for everybody.

    Attributes:
        stage: How far the move is; None where it ended without one.
        follows: The states that may follow; none where it is over.
    """

    stage: Stage | None
    follows: frozenset[State]


def _means(stage: Stage | None, *follows: State) -> _Meaning:
    return _Meaning(stage, frozenset(follows))


_MEANS: Mapping[State, _Meaning] = MappingProxyType(
    {
        State.ANNOUNCED: _means(Stage.OFFERED, State.ACCEPTED, State.REFUSED),
        State.OFFERED: _means(Stage.OFFERED, State.ACCEPTED, State.REFUSED),
        State.ACCEPTED: _means(Stage.ACCEPTED, State.SENT, State.QUARANTINED, State.REFUSED),
        State.SENT: _means(Stage.SENT, State.CLOSED, State.REFUSED),
        State.QUARANTINED: _means(Stage.SENT, State.COMMITTED, State.REFUSED),
        State.COMMITTED: _means(Stage.ARRIVED),
        State.CLOSED: _means(Stage.ARRIVED),
        State.REFUSED: _means(None),
    }
)


class BlindNumber(BaseModel):
    """An identifier of a student as it is kept while the student is not here: its numbering, and its keyed index."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scheme: str
    index: str


class Transfer(BaseModel):
    """One move, as one side knows it.

    Attributes:
        links: Identifiers, blinded, by which the receiving school will know the student.
        vault: The vault; the receiver learns it from the bundle, once that is verified.
        seat: The vault that waits at the receiving school for this history, if its office picked one.
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
    links: tuple[BlindNumber, ...] = ()
    seat: str | None = None
    bundle: str | None = None
    reason: str | None = None

    @property
    def stage(self) -> Stage:
        """How far it is. One that was refused came back to where it was before it was sent."""
        return _MEANS[self.state].stage or (Stage.OFFERED if self.accepted_on is None else Stage.ACCEPTED)

    @property
    def is_over(self) -> bool:
        """True when nothing follows any more."""
        return not _MEANS[self.state].follows

    @property
    def is_sealed(self) -> bool:
        """True from the moment the old school sealed the history, unless it came back."""
        return self.stage >= Stage.SENT

    @property
    def has_arrived(self) -> bool:
        """True when the history lives at the new school."""
        return self.stage >= Stage.ARRIVED

    def progress(self, stage: Stage) -> Progress:
        """Whether a stage is done, is what has to happen now, or comes later (or never, once the move is over)."""
        if stage <= self.stage:
            return "done"
        return "now" if stage == self.stage + 1 and not self.is_over else "todo"

    def moved(self, state: State, **fields: object) -> "Transfer":
        """The same transfer one step on.

        Raises:
            RefusedError: that step cannot follow.
        """
        if state not in _MEANS[self.state].follows:
            raise RefusedError(f"a transfer that is {self.state} cannot become {state}")
        return self.model_copy(update={**fields, "state": state})


_KINDS: Mapping[Side, DocumentKind[Transfer]] = MappingProxyType(
    {
        "sender": DocumentKind(
            "transfer.sender", Transfer, "a move out of a school here; the transfer", owned=True, key=lambda t: t.vault
        ),
        "receiver": DocumentKind(
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


def between(node: Node, identifier: str, side: Side, origin: str, destination: str) -> Transfer:
    """A transfer as `load`, if it is between these two schools.

    Raises:
        NotFoundError: no such transfer is known here.
        SignatureError: it is between others.
    """
    known = load(node, identifier, side)
    if (known.origin, known.destination) != (origin, destination):
        raise SignatureError("a document names a transfer between other schools")
    return known


def knows(node: Node, identifier: str, side: Side) -> bool:
    """True when this side knows such a transfer."""
    return node.documents.has(_KINDS[side], identifier)


def under_way(node: Node, vault: VaultId, side: Side) -> list[Transfer]:
    """The moves of one vault, as one side knows them, that have not ended."""
    return [known for known in of_vault(node, vault) if known.side == side and not known.is_over]


def waiting_for_seat(node: Node, school: str, vault: VaultId) -> list[Transfer]:
    """The moves to a school that have not ended and for which a child's seat is kept, or was before it was joined."""
    here = (known for known in of_school(node, school, "receiver") if not known.is_over and known.seat is not None)
    return [known for known in here if node.vaults.goes_on(VaultId(str(known.seat))) == vault]


def listed(node: Node) -> list[Transfer]:
    """All transfers this node knows, those it sends first, oldest first."""
    return [transfer for kind in _KINDS.values() for _, transfer in node.documents.find(kind)]


def of_school(node: Node, school: str, side: Side) -> list[Transfer]:
    """The moves out of or to one school of this node, oldest first."""
    return [transfer for _, transfer in node.documents.find(_KINDS[side], owners=(school,))]


def of_vault(node: Node, vault: VaultId) -> list[Transfer]:
    """The moves of one vault, those this node sends first; a receiver knows of which once its bundle is verified."""
    return [transfer for kind in _KINDS.values() for _, transfer in node.documents.find(kind, key=vault)]


def _school(transfer: Transfer) -> str:
    """The school of this node that the move is of."""
    return transfer.origin if transfer.side == "sender" else transfer.destination
