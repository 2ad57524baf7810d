"""One student's page for a member of staff: enrolment, tests, marks and attendance, as far as the position reads them.

One permit, one line in the family's log. Never: another child's figures, a rank.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from consent.decisions import permit
from consent.insights import by_day, status_of
from consent.lifecycle import joining
from pds.clock import school_year
from pds.records import Attendance, Category, EnrollmentInfo, GradeEvaluation, TestResult
from pds.vault import StoredRecord, VaultReader
from portal import charts
from portal.charts import Day, Status
from portal.language import Words, vocabulary
from portal.school.desk import (
    at_the_desk,
    class_of,
    class_title,
    find_student,
    full_name,
    is_in_charge,
    open_to,
    wish,
)
from portal.web import Asked, Staff, StaffActs, redirect, staff_frame

router = APIRouter()
KINDS = (Category.ENROLLMENT_INFO, Category.ATTENDANCE, Category.TEST_RESULT, Category.GRADE_EVALUATION)
_SHOWN = 10  # tests on the page; a look back is for the family's own pages
_TERMS = ("1", "2", "3", "year")
_LATE = frozenset({"late", "early_leave", "late_and_early_leave"})


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows of one student.

    Attributes:
        tests: The latest ones, newest first.
        term: School year and term of `marks`; None when there are none.
        marks: The latest term's, by subject.
        days: Whole days of the present school year.
    """

    enrolment: EnrollmentInfo | None = field(repr=False)
    tests: Sequence[StoredRecord] = ()
    term: tuple[int, str] | None = None
    marks: Sequence[StoredRecord] = ()
    days: dict[date, Attendance] = field(default_factory=dict, repr=False)


@router.get("/school/student/{student}")
def student_page(asked: Staff, student: str) -> Response:
    """One student; a teacher of another class is refused, and the family sees the attempt."""
    about = find_student(asked, student)
    kinds = open_to(asked, *KINDS)
    today = asked.node.today()
    year = school_year(today)
    with asked.node.vaults.read(permit(asked.node, wish(asked, about, *kinds))) as reader:
        view = view_of(reader, today)
    words = asked.words
    figure = charts.attendance(words, "days", words.say("この年度の出欠"), attendance_days(words, view.days), level=2)
    return asked.render(
        "school/student.html",
        frame=staff_frame(asked, "roster"),
        view=view,
        kinds=kinds,
        figure=figure,
        name=full_name(view.enrolment) or words.say("児童・生徒"),
        back=class_of(about),
        back_title=class_title(words, class_of(about)),
        student=student,
        seat=about.seat,
        in_charge=is_in_charge(asked),
        expected=is_in_charge(asked) and asked.node.vaults.authorisations(about.vault).one_child.expected,
        source=lambda stored: source(asked, stored),
        year=year,
    )


@router.post("/school/student/{student}/not-expected")
def not_expected(asked: StaffActs, student: str) -> Response:
    """No history will come for this child from another school: the child answers studies from now on."""
    school = at_the_desk(asked)
    joining.expect(asked.node, school, find_student(asked, student).vault, waits=False, member=asked.person.member)
    return redirect(f"/school/student/{student}")


def view_of(reader: VaultReader, today: date) -> View:
    """What the page shows on a day, of what the permit opens."""
    year = school_year(today)
    return look(reader.enrolment(today), reader.in_effect(*KINDS[1:], years={year, year - 1}), year)


def look(enrolment: EnrollmentInfo | None, records: Sequence[StoredRecord], year: int) -> View:
    """From what the permit opened to what the page shows.

    Args:
        enrolment: The present one.
        records: Those in effect, of this and the last school year, in the order they were written.
        year: The present school year.
    """
    tests = [stored for stored in records if isinstance(stored.record, TestResult)]
    tests.sort(key=lambda stored: (stored.record.occurred_on, stored.seq), reverse=True)
    marks = [(stored, stored.record) for stored in records if isinstance(stored.record, GradeEvaluation)]
    latest = max((_term(mark) for _, mark in marks), default=None)
    of_term = {mark.subject_code: stored for stored, mark in marks if _term(mark) == latest}
    return View(
        enrolment=enrolment,
        tests=tests[:_SHOWN],
        term=None if latest is None else (latest[0], _TERMS[latest[1]]),
        marks=[of_term[subject] for subject in sorted(of_term)],
        days=by_day(stored.record for stored in records if stored.record.school_year == year),
    )


def attendance_days(words: Words, days: dict[date, Attendance]) -> list[Day]:
    """Days as the chart draws them."""
    return [Day(day, _status(record), _said(words, record), _writer(words, record)) for day, record in days.items()]


def source(asked: Asked, stored: StoredRecord) -> str:
    """Where a record came from: the school that signed it and who wrote it."""
    writer = vocabulary.position(asked.words, stored.record.author_role)
    return f"{asked.node.name_of(stored.issuer)} / {writer}"


def _term(mark: GradeEvaluation) -> tuple[int, int]:
    return mark.school_year, _TERMS.index(mark.term)


def _status(record: Attendance) -> Status:
    if record.status == "present":
        return "late" if status_of(record) in _LATE else "present"
    return "absent" if record.status == "absent" else "suspended"


def _said(words: Words, record: Attendance) -> str:
    said = vocabulary.attendance(words, status_of(record) or record.status)
    why = record.absence_reason or record.suspension_basis
    return f"{said}({vocabulary.reason(words, why)})" if why else said


def _writer(words: Words, record: Attendance) -> str:
    return vocabulary.position(words, record.author_role)
