"""Taking a parsed file set into vaults: students founded or enrolled anew, records written, consents entered.

All or nothing per file set: everything is checked first, then written in one transaction. Never: parsing a file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

from consent.lifecycle import acts, joining
from consent.lifecycle.loading.absence import AbsentLeft, absent, end_absent
from consent.lifecycle.loading.asking import Asking
from consent.lifecycle.loading.enrolling import comes_from_elsewhere, enter_years, first_enrolment, seat
from consent.lifecycle.loading.gathered import Gathered
from consent.lifecycle.loading.guardians import draw_guardians, know_guardians, take_guardians
from consent.lifecycle.loading.knowing import know
from consent.lifecycle.loading.matching import by_student
from consent.lifecycle.loading.writing import write
from consent.lifecycle.papers import enter
from pds.errors import UsageError
from pds.holders import Role
from pds.identifiers import OrgId
from pds.intake import NO_ANSWERS, Answers, Batch, IntakeError
from pds.node import Node
from pds.people import Seat

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an import did, in numbers.

    Attributes:
        students_left: Students whose enrolment has ended by it.
        listed_after_leaving: Students whom it lists though they had left before, and whom it brings back by no day.
        guardians_changed: Guardians who are something else to the child than before.
        papers_without_authority: Papers of guardians without parental authority; they were not entered.
        absent: Places of students whom a whole file set does not have, and who have not been said to have left.
        absent_ended: How many of those have left now, because the office said so.
    """

    students_new: int = 0
    students_known: int = 0
    records: int = 0
    records_corrected: int = 0
    records_known: int = 0
    consents: int = 0
    students_left: int = 0
    listed_after_leaving: int = 0
    guardians_changed: int = 0
    papers_without_authority: int = 0
    absent: tuple[Seat, ...] = ()
    absent_ended: int = 0


def load(
    node: Node,
    school: OrgId,
    batch: Batch,
    progress: Progress | None = None,
    answers: Answers = NO_ANSWERS,
    *,
    absent_left: AbsentLeft | None = None,
) -> Loaded:
    """Take a batch in for one school of this node. The same batch again changes nothing.

    Args:
        node: The node; the school's keys are on it.
        school: The school whose office imports.
        batch: What `pds.intake` read.
        progress: Told the number of students done, after each.
        answers: What the office answered to questions of an earlier try.
        absent_left: The office says that those whom the batch does not have have left.

    Raises:
        IntakeError: a row names an unknown student, another school, or a student who has moved, or a paper is of a day
            to come, or a question is open; nothing was written but what the office answered.
        UsageError: the school is not one of this node, or as many are absent as the office did not say.
    """
    if not node.keyring.keeps(school):
        raise UsageError(f"{school} is not a school of this node")
    asking = Asking(node, school, answers)
    try:
        with node.transaction():  # from the first look at who is known, so that two imports found no child twice
            students = by_student(node, school, batch, asking)
            done: list[Loaded] = []
            for number, student in enumerate(students, 1):
                new = student.vault is None
                done.append(_load_student(node, school, student))
                know(node, school, batch, asking, student, new=new)
                if progress is not None:
                    progress(number)
            asking.keep()
            seat(node, school, students)
            missing = absent(node, school, batch, students)
            if absent_left is not None:
                end_absent(node, school, missing, absent_left)
                return replace(_sum(done), absent_ended=len(missing))
        return replace(_sum(done), absent=tuple(missing.values()))
    except IntakeError:
        with node.transaction():
            asking.keep()
        raise


def _load_student(node: Node, school: OrgId, student: Gathered) -> Loaded:
    vault, changed = student.vault, 0
    new = vault is None
    if vault is None:
        myself = acts.new_custodial(node, Role.STUDENT)
        drawn = draw_guardians(node, student)
        family = [myself, *drawn.values()]
        vault = student.vault = acts.found(node, school, first_enrolment(school, student), family)
        know_guardians(node, school, vault, student, drawn)
        course = enter_years(node, school, vault, student)
        if comes_from_elsewhere(node, student):
            joining.expect(node, school, vault)
    else:
        course = enter_years(node, school, vault, student)
        if student.guardians:
            changed = take_guardians(node, school, vault, student)
    written, corrected, known = write(node, school, vault, student.records, student.joined)
    signed = [enter(node, school, vault, consent) for consent in student.consents]
    return Loaded(
        students_new=int(new),
        students_known=int(not new),
        records=written,
        records_corrected=corrected,
        records_known=known,
        consents=signed.count(True),
        students_left=int(course.left),
        listed_after_leaving=int(course.listed),
        guardians_changed=changed,
        papers_without_authority=signed.count(False),
    )


def _sum(done: Sequence[Loaded]) -> Loaded:
    """What was done for each student, added up."""
    numbers = [field.name for field in fields(Loaded) if field.name != "absent"]
    return Loaded(**{name: sum(getattr(one, name) for one in done) for name in numbers})
