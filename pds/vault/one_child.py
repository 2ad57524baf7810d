"""That one child has one vault: whether its history is still expected, which vaults were joined, which parted again.

Pure: what the events of it add up to. Never: an event's shape (`events`), a holder, a record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pds.errors import ChainBrokenError
from pds.identifiers import VaultId
from pds.vault.events import HistoryExpected, VaultContinued, VaultJoined, VaultParted, VaultReleased

OneChildEvent = HistoryExpected | VaultContinued | VaultParted | VaultJoined | VaultReleased


@dataclass(frozen=True, slots=True)
class Brought:
    """What came with one other vault, which was joined once or several times.

    Attributes:
        stands: False once the other vault turned out to be another child's.
        spans: The places of its records: after which one, until which.
        guardians: Holders who came along.
    """

    stands: bool
    spans: tuple[tuple[int, int], ...] = ()
    guardians: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OneChild:
    """What a vault knows of itself and others of the same child.

    Attributes:
        expected: True while a history is waited for that another school keeps.
        continued_in: The vault in which this child's history goes on; None while it does here.
        brought: What came with each vault that was joined to this one.
    """

    expected: bool = False
    continued_in: VaultId | None = None
    brought: Mapping[str, Brought] = field(default_factory=dict)

    @property
    def joined(self) -> list[VaultId]:
        """The other vaults of this child whose records stand here."""
        return [VaultId(other) for other, came in self.brought.items() if came.stands]

    def was_taken_back(self, seq: int) -> bool:
        """True for the place of a record that came with a vault which turned out to be another child's."""
        apart = (came.spans for came in self.brought.values() if not came.stands)
        return any(after < seq <= until for spans in apart for after, until in spans)

    def after(self, event: OneChildEvent, vault: VaultId, *, moving: bool) -> "OneChild":
        """What is known once an event was entered.

        Raises:
            ChainBrokenError: it stands where it cannot.
        """
        if isinstance(event, HistoryExpected):
            return replace(self, expected=event.waits)
        if isinstance(event, VaultParted):
            if self.continued_in is None:
                raise ChainBrokenError("a vault was parted from another one that was not joined to any")
            return replace(self, continued_in=None)
        if isinstance(event, VaultReleased):
            return replace(self, brought={**self.brought, event.other: self._released(event.other)})
        other = event.into if isinstance(event, VaultContinued) else event.other
        if moving or other == vault:
            raise ChainBrokenError("a vault was joined to itself, or while it was on its way")
        if isinstance(event, VaultContinued):
            return replace(self, continued_in=VaultId(other), expected=False)
        return replace(self, expected=False, brought={**self.brought, other: self._joined(event)})

    def _joined(self, event: VaultJoined) -> Brought:
        before = self.brought.get(event.other, Brought(stands=False))
        if before.stands or event.after > event.until:
            raise ChainBrokenError("a vault was joined twice, or with records that end before they begin")
        guardians = frozenset(item.holder.id for item in event.admitted)
        return Brought(True, (*before.spans, (event.after, event.until)), guardians)

    def _released(self, other: str) -> Brought:
        before = self.brought.get(other)
        if before is None or not before.stands:
            raise ChainBrokenError("a vault was released that was not joined")
        return replace(before, stands=False, guardians=frozenset())
