"""How a child did in each subject and term, out of test results, compared with the child alone; and days of school.

A term is told by its months, for a test says only its day. Never: another child, a rating turned into a score.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from pds.clock import school_year
from pds.records import Attendance, TestResult
from pds.vault import StoredRecord
from portal.charts import Day, Status
from portal.family import history_body as body
from portal.language import Words, vocabulary

_SECOND, _THIRD = 9, 4  # the months in which the second term begins and the third has ended
_STATUS: dict[str, Status] = {
    "present": "present",
    "absent": "absent",
    "suspended": "suspended",
    "bereavement": "suspended",
    "excused_other": "suspended",
}


@dataclass(frozen=True, slots=True, order=True)
class When:
    """A term: the year its school year begins in, and 1 to 3."""

    school_year: int
    term: int


@dataclass(frozen=True, slots=True)
class Marks:
    """One term's tests.

    Attributes:
        school: Where the last of them was written.
        means: By subject, as the family calls it: the mean of its tests, each from 0 to 100.
        tests: How many tests of each school.
    """

    grade: str
    school: str
    means: Mapping[str, Decimal] = field(repr=False)
    tests: Mapping[str, int]


def when(day: date) -> When:
    """The term a day falls in: April to August, September to December, January to March."""
    return When(school_year(day), 3 if day.month < _THIRD else 2 if day.month >= _SECOND else 1)


def terms_of(words: Words, records: Iterable[StoredRecord]) -> dict[When, Marks]:
    """The terms that have tests, oldest first. A test whose scale has no width says nothing and is left out."""
    by_term: dict[When, list[TestResult]] = {}
    for item in records:
        record = item.record
        if isinstance(record, TestResult) and record.max_score > record.min_score:
            by_term.setdefault(when(record.occurred_on), []).append(record)
    return {term: _marks(words, by_term[term]) for term in sorted(by_term)}


def _marks(words: Words, tests: Sequence[TestResult]) -> Marks:
    by_subject: dict[str, list[Decimal]] = {}
    by_school: dict[str, int] = {}
    for test in sorted(tests, key=lambda one: one.subject_code):
        scaled = 100 * (test.raw_score - test.min_score) / (test.max_score - test.min_score)
        by_subject.setdefault(vocabulary.subject(words, test.subject_code), []).append(scaled)
        by_school[test.school_code] = by_school.get(test.school_code, 0) + 1
    last = max(tests, key=lambda one: one.occurred_on)
    means = {subject: whole(sum(values, Decimal(0)) / len(values)) for subject, values in by_subject.items()}
    return Marks(last.grade, last.school_code, means, by_school)


def whole(value: Decimal) -> Decimal:
    """A figure without decimals, halves upwards: what is shown is what is compared."""
    return value.quantize(Decimal(1), ROUND_HALF_UP)


def days_of(words: Words, records: Iterable[StoredRecord]) -> list[Day]:
    """Days of school with their status, one for each day there is a record of.

    A day that is written lesson by lesson is absent when all its lessons are, late when some are.
    """
    by_day: dict[date, list[Attendance]] = {}
    for item in records:
        record = item.record
        if isinstance(record, Attendance) and record.day_kind == "lesson_day":
            by_day.setdefault(record.occurred_on, []).append(record)
    return [_day(words, by_day[day]) for day in sorted(by_day)]


def _day(words: Words, lessons: Sequence[Attendance]) -> Day:
    whole_days = [lesson for lesson in lessons if lesson.period_no is None]
    seen = whole_days[-1:] or lessons
    found = {_status(lesson) for lesson in seen}
    status: Status = found.pop() if len(found) == 1 else "late"
    said = {text: None for lesson in seen if (text := body.day(words, lesson))}
    last = seen[-1]
    writer = vocabulary.position(words, last.reported_by or last.author_role)
    return Day(last.occurred_on, status, words.say("、").join(said) or words.say("出席"), writer)


def _status(record: Attendance) -> Status:
    return "late" if record.late or record.early_leave else _STATUS[record.status]
