"""Years at a school and the place on the class list: what a file set says of them, entered by its days.

Never: a record, a guardian.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from consent.lifecycle import acts
from consent.lifecycle.leaving import enter_end
from consent.lifecycle.loading.gathered import Gathered
from consent.lifecycle.loading.writing import imported_id
from pds.clock import FIRST_MONTH, school_year
from pds.identifiers import OrgId, VaultId
from pds.intake import IncomingRecord, Leaving
from pds.node import Node
from pds.people import Seat, roster
from pds.records import EnrollmentInfo
from pds.vault import Authorisations, Enrolled, EnrolmentEnded, enrolment_rank

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stay:
    """What one row says: a school year at a school, from a day on, and perhaps the end of it.

    Attributes:
        again: The day from which the row counts against an end that was entered: as a return, if it lies after it.
    """

    enrolled: Enrolled
    again: date
    left: Leaving | None


@dataclass(frozen=True, slots=True)
class Course:
    """What a file set changed in a student's enrolment.

    Attributes:
        left: The student has left by it.
        listed: It lists a student who had left before, and has not come back by its days.
    """

    left: bool = False
    listed: bool = False


def stays(school: OrgId, student: Gathered) -> list[Stay]:
    """What a file set says of a student's years, by its days: whatever its order, the latest is the last."""
    found: list[Stay] = []
    for year in sorted({incoming.school_year for incoming in student.incoming}):
        rows = [one for one in _enrolments(student) if one[0].school_year == year]
        found += [_stay(school, record, row) for record, row in rows]
        if not rows:
            first = date(year, FIRST_MONTH, 1)
            found.append(Stay(Enrolled(school=school, school_year=year, on=first), first, None))
    return found


def first_enrolment(school: OrgId, student: Gathered) -> Enrolled:
    """The one that a new vault begins with: the first of the latest school year."""
    years = [stay.enrolled for stay in stays(school, student)]
    return next(one for one in years if one.school_year == years[-1].school_year)


def enter_years(node: Node, school: OrgId, vault: VaultId, student: Gathered) -> Course:
    """Enter what was not entered before, of whichever year; the events say which enrolment is the present one."""
    listed = stays(school, student)
    if not listed and not _enrolments(student):
        return Course()  # nothing is said of years, nor of a place on the list
    facts = node.vaults.authorisations(vault)
    before = _left(facts)
    for stay, following in zip_longest(listed, listed[1:]):
        facts = _begin(node, facts, stay)
        facts = _end(node, facts, stay, following)
    after = _left(facts)
    student.has_left = after is not None
    if after != before:
        return Course(left=after is not None)
    goes_on = after is not None and bool(listed) and listed[-1].left is None
    return Course(listed=goes_on and _is_of(after, listed[-1]))


def _left(facts: Authorisations) -> EnrolmentEnded | None:
    return facts.left if facts.endings else None


def _begin(node: Node, facts: Authorisations, stay: Stay) -> Authorisations:
    """Enrol for a year that is new here, or anew for who comes back after an end."""
    known, vault = _known(facts, stay), facts.vault
    if known is None:
        acts.enrol(node, vault, stay.enrolled)
        return node.vaults.authorisations(vault)
    if facts.endings and (end := facts.end_of(known)) is not None and stay.again > end.on:
        acts.enrol(node, vault, stay.enrolled.model_copy(update={"on": stay.again}))
        return node.vaults.authorisations(vault)
    return facts


def _end(node: Node, facts: Authorisations, stay: Stay, following: Stay | None) -> Authorisations:
    """End what a row says is over; not where the day is to come, it is known, or another enrolment follows upon it."""
    known, left, year = _known(facts, stay), stay.left, stay.enrolled.school_year
    if left is None or known is None or facts.end_of(known) is not None:
        return facts
    if left.on is not None and left.on >= node.today():
        return facts
    last = date(year + 1, FIRST_MONTH, 1) - _DAY
    day = max(min(left.on or node.today(), last), known.on)
    begin = [one.on for _, one in facts.enrolments if one is not known and one.on >= known.on]
    if following is not None:
        begin.append(following.again if following.enrolled.school_year == year else following.enrolled.on)
    if any(on <= day + _DAY for on in begin):
        return facts
    enter_end(node, facts.vault, EnrolmentEnded(school=known.school, school_year=year, on=day, reason=left.reason))
    return node.vaults.authorisations(facts.vault)


def _known(facts: Authorisations, stay: Stay) -> Enrolled | None:
    """The latest enrolment that was entered for the school and year of a row."""
    wanted = (stay.enrolled.school, stay.enrolled.school_year)
    found = [one for _, one in facts.enrolments if (one.school, one.school_year) == wanted]
    return max(found, key=lambda one: one.on, default=None)


def _is_of(end: EnrolmentEnded | None, stay: Stay) -> bool:
    return end is not None and end.school == stay.enrolled.school and end.school_year <= stay.enrolled.school_year


def _stay(school: OrgId, record: EnrollmentInfo, row: IncomingRecord) -> Stay:
    first = date(record.school_year, FIRST_MONTH, 1)
    begins = max(record.transfer_in_date or record.admission_date or first, first)
    enrolled = Enrolled(school=school, school_year=record.school_year, on=begins)
    return Stay(enrolled, max(row.begins or begins, begins), row.left)


def _enrolments(student: Gathered) -> list[tuple[EnrollmentInfo, IncomingRecord]]:
    """The enrolments among the rows of a student, by their days; of the same day, as they came."""
    found = [(row.record, row) for row in student.records if isinstance(row.record, EnrollmentInfo)]
    return sorted(found, key=lambda one: enrolment_rank(one[0]))


def comes_from_elsewhere(node: Node, student: Gathered) -> bool:
    """True for a newcomer of this school year of whom a row says the day of transfer in: another school has a history.

    Whoever came in an earlier year, or from a school whose history will never come, is for the office to name
    (`joining.expect`).
    """
    rows = (row.record for row in student.records)
    days = [r.transfer_in_date for r in rows if isinstance(r, EnrollmentInfo) and r.transfer_in_date is not None]
    return bool(days) and school_year(max(days)) >= school_year(node.today())


def seat(node: Node, school: OrgId, students: Iterable[Gathered]) -> None:
    """Keep the school's class list: where each student sits by the latest enrolment that the file set speaks of."""
    found: dict[VaultId, Seat] = {}
    for student in students:
        rows = _enrolments(student)
        if rows and student.vault is not None and not student.has_left:
            record, row = rows[-1]
            found[student.vault] = Seat(
                school_year=record.school_year,
                grade=record.grade,
                class_code=record.class_code,
                attendance_number=record.attendance_number,
                since=enrolment_rank(record)[2],
                row=imported_id(node, student.vault, row),
            )
    if found:
        roster.put(node, school, found)
