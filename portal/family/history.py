"""A learning history as entries of a list: what stands of it, each piece with its words and where it came from.

Pure functions from records in effect. Never: a reading, a comparison with another child, what was superseded.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from pds.records import CATEGORIES, Category, DrillLog, GradeEvaluation, MoodWeather, StudentSurvey
from pds.vault import StoredRecord
from portal.family.history_words import said
from portal.language import Words, vocabulary

Names = Callable[[str], str]  # from a school's code to its name
Check = Literal["ok", "self", "wait"]
_NOT_LISTED = {Category.ENROLLMENT_INFO, Category.DAILY_NOTE, Category.PERMANENT_RECORD}  # no entries of the list
_GROUPS: Mapping[str, tuple[Category, ...]] = {
    "test": (Category.TEST_RESULT,),
    "grade": (Category.GRADE_EVALUATION,),
    "drill": (Category.DRILL_LOG,),
    "self": (Category.REFLECTION, Category.MOOD_WEATHER, Category.STUDENT_SURVEY),
    "body": (Category.HEALTH_OBSERVATION, Category.HEALTH_EXAMINATION, Category.NURSE_OFFICE_VISIT),
    "days": (Category.ATTENDANCE,),
}
_REST = frozenset(CATEGORIES) - _NOT_LISTED - {category for kinds in _GROUPS.values() for category in kinds}
CHOICES: Mapping[str, tuple[Category, ...]] = {**_GROUPS, "other": tuple(kind for kind in CATEGORIES if kind in _REST)}


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One piece of a history as the list shows it.

    Attributes:
        kind: Its picture: test, work, self, body, try, school.
        day: When it happened.
        tag: Subject and kind of record.
        school: The code of the school it happened at.
        writer: Who wrote it, as a position; names of staff are in no record.
        check: "ok" when the school it names signed it itself, "self" when the student wrote it, "wait" when another
            school signed it.
        subject: As the family calls it; empty when it has none.
    """

    kind: str
    category: Category
    day: date
    seq: int
    tag: str
    title: str = field(repr=False)
    extra: str = field(repr=False)
    school: str
    school_year: int
    grade: str
    writer: str
    check: Check
    subject: str = ""


def entries_of(words: Words, records: Iterable[StoredRecord]) -> Iterator[HistoryEntry]:
    """The entries of records in effect, newest first, each day's put into words when they are asked for.

    Days of plain presence and mornings in good health are no entries; answers of one drill, of one survey, and the
    marks of one term are one entry each.
    """
    days: dict[date, list[StoredRecord]] = {}
    for item in sorted(records, key=lambda one: one.seq):
        days.setdefault(item.day, []).append(item)
    for day in sorted(days, reverse=True):
        groups: dict[tuple[Any, ...], list[StoredRecord]] = {}
        for item in days[day]:
            groups.setdefault(_group(item), []).append(item)
        for group in sorted(groups.values(), key=lambda one: one[-1].seq, reverse=True):
            yield from _entry(words, group)


def _group(item: StoredRecord) -> tuple[Any, ...]:
    """What belongs into one entry, of one day's records."""
    record = item.record
    place = (item.category, record.school_code)
    match record:
        case DrillLog():
            return (*place, record.subject_code, record.unit)
        case StudentSurvey():
            return (*place, record.survey_id, record.wave)
        case GradeEvaluation():
            return (*place, record.term)
        case MoodWeather():
            return (*place, record.slot)
    return (item.id,)


def _entry(words: Words, group: Sequence[StoredRecord]) -> Iterator[HistoryEntry]:
    last = group[-1]
    piece = said(last.record, words, [item.record for item in group])
    if piece is None:
        return
    own = last.record.author_role == "student"
    signed = all(item.issuer == item.record.school_code for item in group)
    yield HistoryEntry(
        kind=piece.picture,
        category=last.category,
        day=last.record.occurred_on,
        seq=last.seq,
        tag=words.say("%(subject)s %(kind)s", subject=piece.subject, kind=piece.what) if piece.subject else piece.what,
        title=piece.title,
        extra=piece.extra,
        school=last.record.school_code,
        school_year=last.record.school_year,
        grade=last.record.grade,
        writer=words.say("自分") if own else vocabulary.position(words, last.record.author_role),
        check="self" if own else "ok" if signed else "wait",
        subject=piece.subject,
    )
