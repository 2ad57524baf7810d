"""まなびの道: a history newest first, with its schools, as student and guardian read it.

Here: which years to open, filters, pages of the list. Never: an entry's words (`history_words`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import islice
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response

from consent.decisions import POSITIONS, readable
from pds.holders import Role
from pds.records import Category, EnrollmentInfo
from pds.vault import StoredRecord, VaultReader
from portal.family.child import Child, find_child
from portal.family.frame import family_frame, note_seen
from portal.family.history import CHOICES, HistoryEntry, entries_of
from portal.language import Words, vocabulary
from portal.web import Family

router = APIRouter()
PAGE = 20  # entries
_MOST = 100_000  # entries of one school year, more than any child has


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader wants to see.

    Attributes:
        year: One school year; None for all.
        subject: As a code; empty for all.
        kinds: Of `CHOICES`; empty for all.
        start: The school year the page begins in, and how many of its entries came before; None for the latest.
    """

    year: int | None = None
    subject: str = ""
    kinds: tuple[str, ...] = ()
    start: tuple[int, int] | None = None

    def wanted(self, child: Child) -> frozenset[Category]:
        """The kinds of record to open: what is asked for and the reader may read."""
        kinds = {category for kind in self.kinds or CHOICES for category in CHOICES[kind]}
        return readable(POSITIONS[child.role]) & kinds

    def query(self, start: tuple[int, int] | None) -> str:
        """The same filters at another place of the list, as the query of an address."""
        fields: list[tuple[str, str]] = [("year", str(self.year))] if self.year else []
        fields += [("subject", self.subject)] if self.subject else []
        fields += [("kind", kind) for kind in self.kinds]
        fields += [("from", f"{start[0]}-{start[1]}")] if start else []
        return urlencode(fields)


@dataclass(frozen=True, slots=True)
class Move:
    """A change of school between two stretches."""

    day: date
    left: str
    joined: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries of one school year at one school; `move` is the change of school that came before them."""

    school_year: int
    grade: str
    school: str
    entries: Sequence[HistoryEntry] = field(repr=False)
    move: Move | None = None


@dataclass(frozen=True, slots=True)
class Road:
    """One page of the list.

    Attributes:
        older: Where the next page begins; None at the end.
        subjects: Codes that the opened years have.
        kept: How many records of these years only a newer program can show.
        damaged: How many of them do not open.
    """

    stretches: Sequence[Stretch]
    shown: int
    older: tuple[int, int] | None
    subjects: Sequence[str]
    kept: int
    damaged: int


@router.get("/child/{child}/road")
def road_page(
    asked: Family,
    child: str,
    year: str = "",
    subject: str = "",
    kind: Annotated[Sequence[str], Query()] = (),
    start: Annotated[str, Query(alias="from")] = "",
    done: str = "",
) -> Response:
    """The history, one page of it."""
    about = find_child(asked, child)
    filters = read_filters(year, subject, kind, start)
    wanted = filters.wanted(about)
    with asked.reading(about.vault, *wanted, Category.ENROLLMENT_INFO) as reader:
        note_seen(asked, about.vault, reader)
        years = reader.school_years()
        road = walk(asked.words, reader, years, filters, wanted, mine=about.role is Role.STUDENT)
    return asked.render(
        "family/road.html",
        frame=family_frame(asked, about, "road"),
        child=about,
        road=road,
        years=years,
        filters=filters,
        kinds=[name for name, kinds in CHOICES.items() if readable(POSITIONS[about.role]).intersection(kinds)],
        school=cache(asked.node.name_of),
        done=done,
    )


def read_filters(year: str, subject: str, kinds: Sequence[str], start: str) -> Filters:
    """Filters out of an address; what nobody could have chosen is left out."""
    first, _, passed = start.partition("-")
    at = (int(first), min(int(passed), _MOST)) if _is_year(first) and passed.isascii() and passed.isdigit() else None
    return Filters(
        int(year) if _is_year(year) else None,
        subject if len(subject) <= 64 else "",  # noqa: PLR2004  # the longest code
        tuple(kind for kind in CHOICES if kind in kinds),
        at,
    )


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdigit()  # noqa: PLR2004  # digits of a year


def walk(  # what a page of the list hangs on
    words: Words,
    reader: VaultReader,
    years: Sequence[int],
    filters: Filters,
    wanted: Iterable[Category],
    *,
    mine: bool = False,
) -> Road:
    """One page: open school years, the latest first, until the page is full and the next entry is known.

    Args:
        words: The reader's language.
        reader: The vault, open.
        years: The school years there are, the latest first.
        filters: What to show, and where to begin.
        wanted: The kinds of record to open besides enrolments.
        mine: The reader is the student, who alone is told of kinds that this program does not know.
    """
    first, passed = filters.start or (max(years, default=0), 0)
    places: list[tuple[int, int]] = []
    entries: list[HistoryEntry] = []
    enrolments: list[EnrollmentInfo] = []
    subjects: set[str] = set()
    kept, damaged = 0, 0
    for year in years:
        if year > first or (filters.year is not None and year != filters.year):
            continue
        if len(entries) > PAGE:
            break
        stands = reader.in_effect(*wanted, Category.ENROLLMENT_INFO, years={year}, unknown=True)
        opened = [item for item in stands if item.is_known]
        damaged += (broken := sum(item.is_damaged for item in stands))
        kept += len(stands) - len(opened) - broken + (reader.of_newer_kinds({year}) if mine else 0)
        enrolments += enrolments_of(opened)
        subjects |= {code for item in opened if (code := _subject_of(item))}
        begin, room = passed if year == first else 0, PAGE + 1 - len(entries)
        found = list(islice(entries_of(words, _of_subject(words, opened, filters.subject)), begin, begin + room))
        entries += found
        places += [(year, number) for number in range(begin, begin + len(found))]
    older = places[PAGE] if len(places) > PAGE else None
    stretches = stretches_of(entries, enrolments)
    return Road(_cut(stretches), min(len(entries), PAGE), older, sorted(subjects), kept, damaged)


def _of_subject(words: Words, records: Sequence[StoredRecord], code: str) -> list[StoredRecord]:
    """The records of a subject, under whichever code a stage of school has it; all when none is named."""
    name = vocabulary.subject(words, code)
    return [item for item in records if not code or vocabulary.subject(words, _subject_of(item)) == name]


def _subject_of(item: StoredRecord) -> str:
    """The code of the subject a record is about; empty when it is about none."""
    return str(item.contents.fields.get("subject_code") or "")


def enrolments_of(records: Iterable[StoredRecord]) -> list[EnrollmentInfo]:
    """The enrolments among records in effect."""
    known = (item.record for item in records if item.category is Category.ENROLLMENT_INFO)
    return [record for record in known if isinstance(record, EnrollmentInfo)]


def stretches_of(entries: Sequence[HistoryEntry], enrolments: Sequence[EnrollmentInfo]) -> list[Stretch]:
    """Entries, newest first, by school year and school; where the school differs from the one before, the move."""
    grouped: list[list[HistoryEntry]] = []
    for entry in entries:
        if grouped and (grouped[-1][0].school_year, grouped[-1][0].school) == (entry.school_year, entry.school):
            grouped[-1].append(entry)
        else:
            grouped.append([entry])
    found = []
    for place, group in enumerate(grouped):
        newest, before = group[0], grouped[place + 1][0].school if place + 1 < len(grouped) else group[0].school
        move = None
        if before != newest.school:
            move = Move(_joined(newest.school, enrolments) or group[-1].day, before, newest.school)
        found.append(Stretch(newest.school_year, newest.grade, newest.school, group, move))
    return found


def _joined(school: str, enrolments: Sequence[EnrollmentInfo]) -> date | None:
    days = [e.transfer_in_date or e.admission_date or e.occurred_on for e in enrolments if e.school_code == school]
    return min(days, default=None)


def _cut(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The first page of stretches; the entry after it only told whether a change of school came before."""
    left, kept = PAGE, []
    for stretch in stretches:
        if left <= 0:
            break
        whole = len(stretch.entries) <= left
        kept.append(replace(stretch, entries=stretch.entries[:left], move=stretch.move if whole else None))
        left -= len(stretch.entries)
    return kept
