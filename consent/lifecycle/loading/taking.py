"""Taking a parsed file set into vaults: students founded or enrolled anew, records written, consents entered.

All or nothing per file set: everything is checked first, then written in one transaction. Never: parsing a file.
"""

from collections.abc import Callable
from dataclasses import dataclass

from consent.lifecycle import acts
from consent.lifecycle.loading.asking import Asking
from consent.lifecycle.loading.enrolling import (
    came_with_its_family,
    enrol_again,
    enrolments,
    new_guardians,
    seat,
)
from consent.lifecycle.loading.matching import Gathered, by_student
from consent.lifecycle.loading.writing import write
from consent.lifecycle.papers import enter
from pds.errors import UsageError
from pds.holders import Role
from pds.identifiers import OrgId
from pds.intake import Answers, Batch
from pds.node import Node

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an import did, in numbers."""

    students_new: int
    students_known: int
    records: int
    records_corrected: int
    records_known: int
    consents: int


def load(
    node: Node, school: OrgId, batch: Batch, progress: Progress | None = None, answers: Answers | None = None
) -> Loaded:
    """Take a batch in for one school of this node. The same batch again changes nothing.

    Args:
        node: The node; the school's keys are on it.
        school: The school whose office imports.
        batch: What `pds.intake` read.
        progress: Told the number of students done, after each.
        answers: What the office answered to questions of an earlier try.

    Raises:
        IntakeError: a row names an unknown student, another school, or a student who has moved, or a paper is of a day
            to come, or a question is open; nothing was written but what the office answered.
        UsageError: the school is not one of this node.
    """
    if school not in node.organisations():
        raise UsageError(f"{school} is not a school of this node")
    students = by_student(node, school, batch, Asking(node, school, answers or Answers()))
    total = Loaded(0, 0, 0, 0, 0, 0)
    with node.transaction():
        for number, student in enumerate(students, 1):
            total = _add(total, _load_student(node, school, student))
            if progress is not None:
                progress(number)
        seat(node, school, students)
    return total


def _load_student(node: Node, school: OrgId, student: Gathered) -> Loaded:
    vault = student.vault
    new = vault is None
    if vault is None:
        myself = acts.new_custodial(node, Role.STUDENT)
        family = [myself, *new_guardians(node, school, student)]
        vault = student.vault = acts.found(node, school, enrolments(school, student)[-1], family)
        for local in {local: None for incoming in student.incoming for local in incoming.ids}:
            node.vaults.link(school, local.scheme, local.value, vault)
        enrol_again(node, school, vault, student)
    else:
        enrol_again(node, school, vault, student)
        guardians = [] if came_with_its_family(node, vault) else new_guardians(node, school, student)
        if guardians:
            acts.admit_guardians(node, vault, school, guardians)
    written, corrected, known = write(node, school, vault, student.records)
    for consent in student.consents:
        enter(node, school, vault, consent)
    return Loaded(int(new), int(not new), written, corrected, known, len(student.consents))


def _add(one: Loaded, other: Loaded) -> Loaded:
    return Loaded(
        one.students_new + other.students_new,
        one.students_known + other.students_known,
        one.records + other.records,
        one.records_corrected + other.records_corrected,
        one.records_known + other.records_known,
        one.consents + other.consents,
    )
