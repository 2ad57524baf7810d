"""The reading hand: opens what a permit names, of one vault, until its block ends.

Only `pds.vaults` makes one, after the access was logged. It has no way to write, and cannot turn into a writer.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from pds import access_log, ledger
from pds.access_log import Access
from pds.authorisations import Authorisations
from pds.chain import Chain, Entry, check, origin
from pds.errors import NotFoundError, PermitError, SealBrokenError
from pds.head import Head
from pds.holders import PublicHolder
from pds.identifiers import OrgId, RecordId
from pds.keys import CategoryKey
from pds.ledger import Charge
from pds.permit import Permit, Purpose
from pds.records import Category, Record
from pds.sealing import RecordHeader, read_header, unseal
from pds.store import Store
from pds.wraps import Opened, SealedWrap, seal_keys


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record with its provenance: who issued it, in which place of the chain."""

    id: RecordId
    seq: int
    issuer: OrgId
    category: Category
    record: Record = field(repr=False)


class VaultReader:
    """One vault, open for reading, as it stood when the access was logged; what others append meanwhile is not in it.

    Args:
        opened: The keys out of the actor's wraps; what the permit does not name stays closed.
    """

    def __init__(
        self, store: Store, head: Head, authorisations: Authorisations, permit: Permit, opened: Opened
    ) -> None:
        self._store = store
        self._head = head
        self._permit = permit
        self._logs = opened.logs
        self._streams: dict[str, CategoryKey] = {
            key.stream: key for key in opened.keys.values() if key.category in permit.categories
        }
        self._checked: dict[Chain, list[Entry]] = {}  # each chain is read and checked once in a reading
        self._headers: list[RecordHeader] = []
        self._open = True
        self.authorisations = authorisations

    def school_years(self) -> list[int]:
        """The school years of which the permit opens records, the latest first; nothing is opened for it."""
        kept = (header for entry, header in self._placed() if entry.body is not None)
        return sorted({header.school_year for header in kept if header.stream in self._streams}, reverse=True)

    def records(self, *categories: Category, years: Collection[int] | None = None) -> Iterator[StoredRecord]:
        """The records the permit names, in the order they were written; superseded ones included.

        Args:
            categories: Only these kinds; all of the permit's when none is named.
            years: Only these school years; all when None.

        Raises:
            ChainBrokenError: the chain does not lead to the signed head.
            SealBrokenError: a record does not open in its place.
        """
        salts = self._store.salts(self._head.vault)
        for entry, header in self._placed():
            key, salt = self._streams.get(header.stream), salts.get(header.record)
            if key is None or (categories and key.category not in categories):
                continue
            if years is not None and header.school_year not in years:
                continue
            if (salt is None) != (entry.body is None):
                raise SealBrokenError(f"records entry {entry.seq} has lost its salt or its bytes")
            if salt is not None:
                yield self._unseal(entry, header, key, salt)

    def record(self, record_id: RecordId) -> StoredRecord:
        """One record. Raises NotFoundError, also when the permit does not name its category."""
        for stored in self.records():
            if stored.id == record_id:
                return stored
        raise NotFoundError("no such record is open to this permit")

    def access_log(self, after: int = 0, until: int | None = None) -> Iterator[Access]:
        """Who read this vault, oldest first; open to the family alone.

        Args:
            after: Leave out so many lines at the beginning.
            until: The last line, counted from 1; to the end when None.

        Raises:
            PermitError: the permit is not for own use, or its actor holds no log key.
        """
        if self._permit.purpose is not Purpose.OWN_USE:
            raise PermitError("the access log is the family's to read")
        for entry in self._entries(Chain.ACCESS):
            if entry.seq <= after or entry.seq > (until or entry.seq):
                continue
            private = self._logs.get(access_log.epoch_of(entry.header))
            if private is not None and entry.body is not None:
                yield access_log.unseal(entry.body, entry.header, private)

    @property
    def log_length(self) -> int:
        """How many lines the access log has, this reading included."""
        return self._head.tips[Chain.ACCESS].length

    def ledger(self) -> list[Charge]:
        """What was charged to this student, oldest first."""
        return [ledger.read_charge(entry.body) for entry in self._entries(Chain.LEDGER) if entry.body is not None]

    def wrap_keys(self, receiver: PublicHolder, grant: str, *, log: bool = False) -> list[SealedWrap]:
        """Wrap the keys this permit names, of every epoch, to somebody the family or the law admits.

        Args:
            receiver: Who is to open with them.
            grant: Why: "enrolment", "custody", or the identifier of a transfer or consent.
            log: The keys of the access log too, from one family member to the same person's new keys.

        Raises:
            PermitError: the permit is neither the family's own, nor the home's, nor for a transfer.
        """
        purpose, at_home = self._permit.purpose, self._permit.actor == self._head.home
        if purpose not in (Purpose.TRANSFER, Purpose.OWN_USE) and not (purpose is Purpose.TEACHING and at_home):
            raise PermitError("keys are handed on by the family, by the school of enrolment, or in a transfer")
        if log and purpose is not Purpose.OWN_USE:
            raise PermitError("the access log is the family's to hand on")
        keys, logs = list(self._streams.values()), self._logs if log else {}
        epochs = sorted({key.epoch for key in keys} | logs.keys())
        return [seal_keys(keys, self._head.vault, epoch, receiver, grant, log=logs.get(epoch)) for epoch in epochs]

    def close(self) -> None:
        """End the reading."""
        self._open = False
        self._streams.clear()
        self._checked.clear()
        self._headers.clear()
        self._logs = {}

    def _entries(self, chain: Chain) -> list[Entry]:
        if not self._open:
            raise PermitError("this vault was open for one block, which has ended")
        if chain not in self._checked:
            vault, tip = self._head.vault, self._head.tips[chain]
            entries = takewhile(lambda entry: entry.seq <= tip.length, self._store.entries(vault, chain))
            self._checked[chain] = check(origin(vault, chain), entries, chain, tip)
        return self._checked[chain]

    def _placed(self) -> list[tuple[Entry, RecordHeader]]:
        """The entries of the records, each with its header."""
        entries = self._entries(Chain.RECORDS)
        if not self._headers:
            self._headers = [read_header(entry.header) for entry in entries]
        return list(zip(entries, self._headers, strict=True))

    def _unseal(self, entry: Entry, header: RecordHeader, key: CategoryKey, salt: bytes) -> StoredRecord:
        if entry.body is None or header.vault != self._head.vault or header.seq != entry.seq:
            raise SealBrokenError(f"records entry {entry.seq} was sealed for another place")
        record = unseal(entry.body, entry.header, key, salt, header.record)
        return StoredRecord(header.record, entry.seq, header.issuer, key.category, record)
