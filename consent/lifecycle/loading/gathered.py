"""Everything one file set says of one student, and what its rows carry of who that is. Never: a vault looked for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from pds.clock import FIRST_MONTH, school_year
from pds.identifiers import VaultId
from pds.intake import IncomingConsent, IncomingGuardian, IncomingRecord, IncomingStudent, LocalId, Source
from pds.people import Traits, likeness
from pds.records import EnrollmentInfo

About = IncomingGuardian | IncomingRecord | IncomingConsent  # rows about a student of some other row
Incoming = IncomingStudent | About


@dataclass(slots=True)
class Gathered:
    """Everything a file set says of one student.

    Attributes:
        incoming: Its rows of the student tables, most often one for each school year.
        joined: Other vaults of the same child: rows that came with them have their names from there.
        has_left: The student is at the school no more, as the events say once the years are entered.
        vault: Whose it was found to be; None for a child who is not known yet.
        ids: The student's identifiers, each with the row in which it stood first.
        stopped: Something stands against saying whose the rows are: a conflict, or an open question.
        deciding: Those of them that say by themselves who the student is.
        linking: Identifiers that do not stand for the student yet in the days of the rows.
        ending: Identifiers that the student had until now, and has no more: a person said so.
    """

    incoming: list[IncomingStudent] = field(default_factory=list)
    vault: VaultId | None = None
    joined: Sequence[VaultId] = ()
    has_left: bool = False
    guardians: list[IncomingGuardian] = field(default_factory=list)
    records: list[IncomingRecord] = field(default_factory=list)
    consents: list[IncomingConsent] = field(default_factory=list)
    ids: dict[LocalId, Source] = field(default_factory=dict)
    stopped: bool = False
    deciding: list[LocalId] = field(default_factory=list)
    linking: list[LocalId] = field(default_factory=list)
    ending: list[str] = field(default_factory=list)

    def take(self, row: Incoming) -> None:
        """Take in a row of whatever table."""
        if isinstance(row, IncomingStudent):
            self.incoming.append(row)
        elif isinstance(row, IncomingGuardian):
            self.guardians.append(row)
        elif isinstance(row, IncomingRecord):
            self.records.append(row)
        else:
            self.consents.append(row)
        for local in row.ids if isinstance(row, IncomingStudent) else (row.student,):
            self.ids.setdefault(local, row.source)

    @property
    def is_stranger(self) -> bool:
        """True when nobody knows the student, and no row of a student table makes one known."""
        return self.vault is None and not self.incoming and not self.stopped

    @property
    def source(self) -> Source:
        """The row by which the student is told in a message."""
        return next(iter(self.ids.values()))

    @property
    def years(self) -> list[int]:
        """The school years of its rows in the student tables."""
        return sorted({incoming.school_year for incoming in self.incoming})

    @property
    def enrolments(self) -> list[IncomingRecord]:
        """The rows that say name and birth date, in the order of their school years."""
        found = [row for row in self.records if isinstance(row.record, EnrollmentInfo)]
        return sorted(found, key=lambda row: row.record.school_year)

    @property
    def traits(self) -> Traits:
        """Name and birth date by the latest row that has one."""
        name = born = None
        for row in self.enrolments:
            seen = traits_of(row)
            name, born = seen.name or name, seen.born or born
        return Traits(name, born)

    def days(self, today: Callable[[], date]) -> tuple[date, date]:
        """The first and the last day that the rows speak of: beginnings of enrolments, else days of records."""
        begun = [day for year in self.years for day in self._begin(year)]
        days = begun or [row.record.occurred_on for row in self.records] or [today()]
        return min(days), max(days)

    def _begin(self, year: int) -> list[date]:
        of_year = [_begun(row, year) for row in self.enrolments if row.record.school_year == year]
        return of_year or [date(year, FIRST_MONTH, 1)]


def traits_of(row: IncomingRecord) -> Traits:
    """What an enrolment says of who somebody is: the official name, where the row tells it apart."""
    record = row.record
    if not isinstance(record, EnrollmentInfo):
        return Traits(None, None)
    family = record.official_family_name or record.preferred_family_name
    return likeness.traits(family, record.official_given_name or record.preferred_given_name, record.birth_date)


def _begun(row: IncomingRecord, year: int) -> date:
    """From when an enrolment holds, as far as the year goes: its row says so, or the year begins."""
    record = row.record
    moved_in = record.transfer_in_date if isinstance(record, EnrollmentInfo) else None
    days = (day for day in (moved_in, record.occurred_on) if day is not None and school_year(day) == year)
    return next(days, date(year, FIRST_MONTH, 1))


def rows_of(student: Gathered) -> Iterator[Incoming]:
    """All rows of a student."""
    yield from student.incoming
    yield from student.guardians
    yield from student.records
    yield from student.consents
