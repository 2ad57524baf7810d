"""The reading hand: opens what a permit names, of one vault, until its block ends.

Only `pds.vault` makes one, after the access was logged. It has no way to write, and cannot turn into a writer.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from pds.chain import Chain, Entry, Link, Tip, check, check_bodies, follow, origin
from pds.errors import ChainBrokenError, NotFoundError, PermitError
from pds.holders import PublicHolder
from pds.identifiers import RecordId, VaultId
from pds.records import CATEGORIES, Category, EnrollmentInfo
from pds.vault import access_log, effect, ledger
from pds.vault.access_log import Access
from pds.vault.authorisations import Authorisations
from pds.vault.effect import StoredRecord
from pds.vault.enrolment import present_enrolment
from pds.vault.head import Head
from pds.vault.headers import read_header
from pds.vault.keys import CategoryKey
from pds.vault.ledger import Charge
from pds.vault.permit import Permit, Purpose
from pds.vault.places import Place, Places
from pds.vault.sealing import Contents, Sealed, unseal_each
from pds.vault.wraps import Opened, SealedWrap, seal_keys

_log = logging.getLogger("manabi.vaults")
_AT_ONCE = 1000  # records opened together; more would only take more memory


class Kept(Protocol):
    """What a reader needs of wherever a vault is kept: a store, or a copy that has arrived."""

    def chained(self, vault: VaultId, chain: Chain, after: int = 0, until: int | None = None) -> Iterator[Link]:
        """As `pds.store.Store`."""
        ...

    def entries(self, vault: VaultId, chain: Chain, after: int = 0, until: int | None = None) -> Iterator[Entry]:
        """As `pds.store.Store`."""
        ...

    def bodies(
        self, vault: VaultId, places: Iterable[tuple[int, RecordId]]
    ) -> Mapping[int, tuple[bytes | None, bytes | None]]:
        """As `pds.store.Store`."""
        ...

    def erased(self, vault: VaultId) -> set[int]:
        """As `pds.store.Store`."""
        ...


class VaultReader:
    """One vault, open for reading, as it stood when the access was logged; what others append meanwhile is not in it.

    Args:
        opened: The keys out of the actor's wraps; what the permit does not name stays closed.
        places: Hands out the places of the vault's records under this head.
    """

    def __init__(  # noqa: PLR0917  # one vault's parts, made in one place
        self,
        store: Kept,
        head: Head,
        authorisations: Authorisations,
        permit: Permit,
        opened: Opened,
        places: Callable[[], Places],
    ) -> None:
        self._store = store
        self._head = head
        self._permit = permit
        self._logs = opened.logs
        self._streams: dict[str, CategoryKey] = {
            key.stream: key for key in opened.keys.values() if key.category in permit.categories
        }
        self._newer = {key.stream: key for key in opened.keys.values() if key.category not in CATEGORIES}
        self._places = places
        self._open = True
        self.authorisations = authorisations

    def school_years(self) -> list[int]:
        """The school years of which the permit opens records, the latest first; nothing is opened for it."""
        self._living()
        erased = self._store.erased(self._head.vault)
        kept = (
            year
            for (stream, year), places in self._places().groups.items()
            if stream in self._streams and any(self._stands(place, erased) for place in places)
        )
        return sorted(set(kept), reverse=True)

    def records(self, *categories: Category, years: Collection[int] | None = None) -> Iterator[StoredRecord]:
        """The records the permit names, in the order they were written; superseded ones included (see `in_effect`).

        One that does not open is among them, marked (`StoredRecord.is_damaged`), and the node's log names it.

        Args:
            categories: Only these kinds; all of the permit's when none is named.
            years: Only these school years; all when None.

        Raises:
            ChainBrokenError: the chain does not lead to the signed head, or what is opened was altered or is gone.
            SealBrokenError, SignatureError: a header is not what it must be.
        """
        self._living()
        streams = {tag for tag, key in self._streams.items() if not categories or key.category in categories}
        places = self._places().of(streams, years)
        for start in range(0, len(places), _AT_ONCE):
            yield from self._opened(places[start : start + _AT_ONCE])

    def in_effect(
        self, *categories: Category, years: Collection[int] | None = None, unknown: bool = False
    ) -> list[StoredRecord]:
        """The records in effect, in the order they were written; arguments as `records` and `effect.in_effect`.

        Of other school years than those asked for, only those are opened to which a correction leads.

        Raises:
            ChainBrokenError, SealBrokenError, SignatureError: as `records`.
        """
        self._living()
        if years is None:
            return effect.in_effect(self.records(*categories), unknown=unknown)
        found, places = list(self.records(*categories, years=years)), self._places()
        wanted = set(categories or (key.category for key in self._streams.values()))
        for category in wanted if places.bridges else ():
            streams = {tag for tag, key in self._streams.items() if key.category == category}
            if further := places.bridged(streams, years).difference(years):
                found += self.records(category, years=further)
        return effect.in_effect(found, years, unknown=unknown)

    def of_newer_kinds(self, years: Collection[int] | None = None) -> int:
        """How many records there are of categories that only a newer program knows, as this holder's keys tell.

        Nothing is opened for it. Nobody but the student is to be told: no matrix says yet who may know of such a kind.
        """
        self._living()
        erased = self._store.erased(self._head.vault)
        return sum(self._stands(place, erased) for place in self._places().of(self._newer.keys(), years))

    def enrolment(self, day: date) -> EnrollmentInfo | None:
        """The present enrolment on a day (`pds.vault.enrolment`); None when none is open. Raises as `records`."""
        enrolled = self.authorisations.enrolment_on(day) or self.authorisations.enrolment
        return present_enrolment(self.in_effect(Category.ENROLLMENT_INFO), enrolled, day)

    def record(self, record_id: RecordId) -> StoredRecord:
        """One record. Raises NotFoundError, also when the permit does not name its category."""
        places = self._places().of(self._streams.keys())
        found = self._opened([place for place in places if place.record == record_id])
        if not found:
            raise NotFoundError("no such record is open to this permit")
        return found[0]

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
        for entry in self._stretch(Chain.ACCESS, after, until):
            private = self._logs.get(access_log.epoch_of(entry.header))
            if private is not None and entry.body is not None:
                yield access_log.unseal(entry.body, entry.header, private)

    @property
    def log_length(self) -> int:
        """How many lines the access log has, this reading included."""
        return self._head.tips[Chain.ACCESS].length

    def ledger(self) -> list[Charge]:
        """What was charged to this student, oldest first."""
        return [ledger.read_charge(entry.body) for entry in self._stretch(Chain.LEDGER) if entry.body is not None]

    def wrap_keys(self, receiver: PublicHolder, grant: str, *, log: bool = False) -> list[SealedWrap]:
        """Wrap the keys this permit names, of every epoch, to somebody the family or the law admits.

        Args:
            receiver: Who is to open with them.
            grant: Why: "enrolment", "custody", or the identifier of a transfer or consent.
            log: From one family member to the same person's new keys: with those of the access log, and of kinds that
                only a newer program knows.

        Raises:
            PermitError: the permit is neither the family's own, nor the home's, nor for a transfer.
        """
        purpose, at_home = self._permit.purpose, self._permit.actor == self._head.home
        if purpose not in (Purpose.TRANSFER, Purpose.OWN_USE) and not (purpose is Purpose.TEACHING and at_home):
            raise PermitError("keys are handed on by the family, by the school of enrolment, or in a transfer")
        if log and purpose is not Purpose.OWN_USE:
            raise PermitError("the access log is the family's to hand on")
        keys, logs = [*self._streams.values(), *(self._newer.values() if log else ())], self._logs if log else {}
        epochs = sorted({key.epoch for key in keys} | logs.keys())
        return [seal_keys(keys, self._head.vault, epoch, receiver, grant, log=logs.get(epoch)) for epoch in epochs]

    def close(self) -> None:
        """End the reading."""
        self._open = False
        self._streams.clear()
        self._logs = {}

    def _living(self) -> None:
        if not self._open:
            raise PermitError("this vault was open for one block, which has ended")

    def _stands(self, place: Place, erased: Collection[int] = ()) -> bool:
        """False for what was erased, and for what came with another child's vault by mistake."""
        return place.seq not in erased and not self.authorisations.one_child.was_taken_back(place.seq)

    def _opened(self, among: Sequence[Place]) -> list[StoredRecord]:
        """The records in some places, but for those erased or taken back."""
        self._living()
        places = [place for place in among if self._stands(place)] if self.authorisations.one_child.brought else among
        bodies = self._store.bodies(self._head.vault, [(place.seq, place.record) for place in places])
        for place in places:
            if place.seq not in bodies:
                raise ChainBrokenError(f"records entry {place.seq} is missing")
        check_bodies([(place.seq, bodies[place.seq][0], place.digest) for place in places], Chain.RECORDS)
        there = [place for place in places if bodies[place.seq] != (None, None)]
        whole = [place for place in there if None not in bodies[place.seq]]
        contents = unseal_each([self._sealed(place, *bodies[place.seq]) for place in whole])
        opened = {place.seq: item for place, item in zip(whole, contents, strict=True) if item is not None}
        kinds = {stream: key.category for stream, key in self._streams.items()}
        return [
            StoredRecord(place.record, place.seq, place.issuer, kinds[place.stream], opened[place.seq])
            if place.seq in opened
            else self._damaged(place)
            for place in there
        ]

    def _sealed(self, place: Place, body: bytes | None, salt: bytes | None) -> Sealed:
        return Sealed(body or b"", place.header, self._streams[place.stream], salt or b"", place.record)

    def _damaged(self, place: Place) -> StoredRecord:
        """A record whose salt or bytes are lost or altered: kept and told of, and its school year is all there is."""
        _log.error("records entry %d of history %s does not open", place.seq, self._head.vault)
        contents = Contents("", {"school_year": read_header(place.header).school_year})
        category = self._streams[place.stream].category
        return StoredRecord(place.record, place.seq, place.issuer, category, contents, is_damaged=True)

    def _stretch(self, chain: Chain, after: int = 0, until: int | None = None) -> list[Entry]:
        """Entries of a chain, checked, and with them that what follows leads to the signed head."""
        self._living()
        tip, vault = self._head.tips[chain], self._head.vault
        until = min(tip.length if until is None else until, tip.length)
        if after >= until:
            return []
        last = self._tip_at(chain, until)
        for _ in follow(last, self._store.chained(vault, chain, until, tip.length), chain, tip):
            pass
        return check(self._tip_at(chain, after), self._store.entries(vault, chain, after, until), chain, last)

    def _tip_at(self, chain: Chain, length: int) -> Tip:
        """The tip a chain had at some length, as the store says: proven once what follows leads to the signed head."""
        if length in (0, self._head.tips[chain].length):
            return self._head.tips[chain] if length else origin(self._head.vault, chain)
        for link in self._store.chained(self._head.vault, chain, length - 1, length):
            return Tip(link.seq, link.hash)
        raise ChainBrokenError(f"{chain.value} entry {length} is missing")
