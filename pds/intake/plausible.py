"""Whether what a row says can be: what cannot is refused, what is unusual is asked.

Here: what follows from the row alone. Never: what day it is, which the loader knows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from pds.intake.local_ids import LocalId
from pds.intake.problems import ProblemCode, Report
from pds.intake.questions import CellPlace, OfficeQuestion, QuestionCode
from pds.records import EnrollmentInfo, Record

_FIRST_YEAR = {"E": -3, "P": 0, "J": 6, "H": 9}  # school years from P1 to the first grade of each stage
_LAST_OF_COHORT = (4, 1)  # born from 2 April to 1 April of the next year: one cohort (education-data section 1.3)
_COMPULSORY = 9  # school years from P1 to the end of 学齢; nobody older is at a primary school
_UNUSUAL = 2  # years off the grade; one is a year repeated, or started late
_TOO_YOUNG = 3
_FIRST_SCHOOL_YEAR = 1947  # of the schools that the grades are of (学校教育法)
_YEARS_AT_SCHOOL = 20  # an enrolment may name the day on which somebody came to the school
_LONGEST_LIFE = 110  # 夜間中学 and 定時制 take grown-ups of any age


@dataclass(frozen=True, slots=True)
class Age:
    """How a birth date goes with a grade.

    Attributes:
        years: By how many school years the student is older than is usual in the grade; below zero, younger.
        possible: Whether anybody can be so old in that grade.
    """

    years: int
    possible: bool


def age_in(grade: str, school_year: int, birth_date: date) -> Age:
    """Compare with the cohort that is in the grade in that school year (施行令 art. 2)."""
    began = school_year - (_FIRST_YEAR[grade[0]] + int(grade[1:]) - 1)
    should_begin = birth_date.year + (6 if (birth_date.month, birth_date.day) <= _LAST_OF_COHORT else 7)
    years = began - should_begin
    if grade[0] in "EP":
        oldest = school_year - should_begin < _COMPULSORY
    else:
        oldest = school_year - birth_date.year < _LONGEST_LIFE
    return Age(years, oldest and years > -_TOO_YOUNG)


def check_days(record: Record, place_of: Callable[[str], CellPlace], report: Report) -> None:
    """Refuse a school year before there were any, and a day that its school year can have nothing to do with.

    Args:
        record: Any record.
        place_of: Where each of its fields stands.
        report: Where problems go.
    """
    year, born = record.school_year, None
    if year < _FIRST_SCHOOL_YEAR:
        report.add(
            ProblemCode.OUT_OF_RANGE,
            "no school year of ours: give its first year, in four digits",
            *place_of("school_year"),
        )
        return
    if isinstance(record, EnrollmentInfo):
        years_before, born = _YEARS_AT_SCHOOL, record.birth_date
    else:
        years_before = 1
    for field, day in _days(record):
        if not year - years_before <= day.year <= year + 2:
            message = "a day far from the school year of its row: compare both, and how the source writes years"
            report.add(ProblemCode.OUT_OF_RANGE, message, *place_of(field))
        elif born is not None and day < born:
            report.add(ProblemCode.OUT_OF_RANGE, "a day before the student was born", *place_of(field))


def _days(record: Record) -> Iterator[tuple[str, date]]:
    for field in record.model_fields_set:
        day = getattr(record, field)
        if isinstance(day, date) and field != "birth_date":
            yield field, day.date() if isinstance(day, datetime) else day


def check_age(record: EnrollmentInfo, student: LocalId, place: CellPlace, report: Report) -> bool:
    """Refuse a birth date that nobody of the grade can have; ask about one that few have.

    Args:
        record: The enrolment.
        student: Whose it is.
        place: Where the birth date stands.
        report: Where problems and questions go.

    Returns:
        False for one that was refused, with which no other day can be compared.
    """
    if record.birth_date is None:
        return True
    age = age_in(record.grade, record.school_year, record.birth_date)
    if not age.possible:
        message = "nobody born on that day is in this grade in this school year: compare birth date, grade and year"
        report.add(ProblemCode.OUT_OF_RANGE, message, *place)
    elif abs(age.years) >= _UNUSUAL:
        report.ask(_unusual(age.years, record, student, place))
    return age.possible


def _unusual(years: int, record: EnrollmentInfo, student: LocalId, place: CellPlace) -> OfficeQuestion:
    older_ja, older_en = ("上", "older") if years > 0 else ("下", "younger")
    return OfficeQuestion(
        QuestionCode.UNUSUAL_AGE,
        place,
        f"この学年の児童生徒より{abs(years)}歳{older_ja}になります。生年月日と学年は正しいですか。",
        f"{abs(years)} years {older_en} than is usual in the grade. Are birth date and grade right?",
        (student.scheme, student.value, str(record.birth_date), record.grade, str(record.school_year)),
    )
