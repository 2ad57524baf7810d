"""Years at a school, the place on the class list, guardians: what a file set says of them, entered. Never: a record."""

from collections.abc import Iterable
from datetime import date

from consent.lifecycle import acts
from consent.lifecycle.loading.matching import Gathered
from consent.lifecycle.papers import GUARDIAN, guardian_index
from pds.clock import FIRST_MONTH
from pds.holders import Role
from pds.identifiers import OrgId, VaultId
from pds.node import Node
from pds.people import Seat, roster
from pds.records import EnrollmentInfo
from pds.vault import Admitted, Enrolled, enrolment_rank


def enrol_again(node: Node, school: OrgId, vault: VaultId, student: Gathered) -> None:
    """Enter the enrolments that were not entered before, of whichever year; the events say which one is present."""
    for enrolled in enrolments(school, student):
        entered = {(one.school, one.school_year) for _, one in node.vaults.authorisations(vault).enrolments}
        if (enrolled.school, enrolled.school_year) not in entered:
            acts.enrol(node, vault, enrolled)


def enrolments(school: OrgId, student: Gathered) -> list[Enrolled]:
    """One for each school year, the latest last: from the day the year's records name, else the year's first day."""
    return [
        Enrolled(school=school, school_year=year, on=_begins(student, year))
        for year in sorted({incoming.school_year for incoming in student.incoming})
    ]


def _begins(student: Gathered, year: int) -> date:
    of_year = (row.record for row in student.records if row.record.school_year == year)
    days = (
        record.transfer_in_date or record.admission_date for record in of_year if isinstance(record, EnrollmentInfo)
    )
    return next((day for day in days if day is not None), date(year, FIRST_MONTH, 1))


def seat(node: Node, school: OrgId, students: Iterable[Gathered]) -> None:
    """Keep the school's class list: where each student sits by the latest enrolment that the file set speaks of."""
    found: dict[VaultId, Seat] = {}
    for student in students:
        rows = [row.record for row in student.records if isinstance(row.record, EnrollmentInfo)]
        if rows and student.vault is not None:
            record = max(reversed(rows), key=enrolment_rank)  # of the same rank, the last row
            found[student.vault] = Seat(
                school_year=record.school_year,
                grade=record.grade,
                class_code=record.class_code,
                attendance_number=record.attendance_number,
            )
    if found:
        roster.put(node, school, found)


def new_guardians(node: Node, school: OrgId, student: Gathered) -> list[Admitted]:
    """A custodial holder for each guardian of this student who is not known yet.

    A guardian of two children has a custodial holder in each vault, so that the keys of one can move to another node
    while the other stays; signing in makes them one owner.
    """
    admitted: dict[str, Admitted] = {}
    for guardian in student.guardians:
        index = guardian_index(node, school, guardian.ids[0], guardian.student)
        if index not in admitted and not node.documents.has(GUARDIAN, index):
            admitted[index] = acts.new_custodial_guardian(node)
            node.documents.add(GUARDIAN, index, admitted[index].holder.id, owner=school)
    return list(admitted.values())


def came_with_its_family(node: Node, vault: VaultId) -> bool:
    """True for a history that was taken in from another school: its guardians came along, and are not made twice.

    No file can say which of them is which, and a guardian who stands there twice would have to sign twice.
    """
    facts = node.vaults.authorisations(vault)
    return facts.home_number > 1 and any(admitted.role is Role.GUARDIAN for admitted in facts.holders.values())
