"""Which student each row of a file set speaks of, and everything that stands against taking the set in.

Never: anything written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from consent.lifecycle.loading.asking import Asking
from consent.lifecycle.papers import problem_of
from pds.identifiers import OrgId, VaultId
from pds.intake import (
    Batch,
    IncomingConsent,
    IncomingGuardian,
    IncomingRecord,
    IncomingStudent,
    LocalId,
    Problem,
    ProblemCode,
)
from pds.node import Node
from pds.records import EnrollmentInfo


@dataclass(slots=True)
class Gathered:
    """Everything a file set says of one student.

    Attributes:
        incoming: Its rows of the student tables, most often one for each school year.
        joined: Other vaults of the same child: rows that came with them have their names from there.
        has_left: The student is at the school no more, as the events say once the years are entered.
    """

    incoming: list[IncomingStudent]
    vault: VaultId | None
    joined: Sequence[VaultId] = ()
    has_left: bool = False
    guardians: list[IncomingGuardian] = field(default_factory=list)
    records: list[IncomingRecord] = field(default_factory=list)
    consents: list[IncomingConsent] = field(default_factory=list)


def by_student(node: Node, school: OrgId, batch: Batch, asking: Asking) -> list[Gathered]:
    """Sort a batch by student, or say everything that stands against it."""
    problems: list[Problem] = []
    known: dict[LocalId, Gathered] = {}
    for incoming in batch.students:
        if incoming.school_code != school:
            problems.append(_wrong_school(incoming))
        student = next((known[local] for local in incoming.ids if local in known), None)
        student = student or Gathered([], _find(node, school, incoming.ids))
        student.incoming.append(incoming)
        for local in incoming.ids:
            known.setdefault(local, student)
    rows: Sequence[IncomingGuardian | IncomingRecord | IncomingConsent] = (
        *batch.guardians,
        *batch.records,
        *batch.consents,
    )
    for row in rows:
        if row.student not in known and (vault := _find(node, school, (row.student,))) is not None:
            known[row.student] = Gathered([], vault)
        if row.student in known:
            _file(known[row.student], row)
        else:
            problems.append(_unknown(row))
    students = list({id(student): student for student in known.values()}.values())
    problems += [problem for student in students if (problem := _not_here(node, school, student)) is not None]
    problems += [problem for paper in batch.consents if (problem := problem_of(node, paper)) is not None]
    problems += [_wrong_record(row) for row in batch.records if row.record.school_code != school]
    today = node.today()
    problems += [problem for row in batch.records if (problem := _to_come(row, today)) is not None]
    problems += asking.ask_all(batch.questions)
    asking.close(problems)
    return students


def _file(student: Gathered, row: IncomingGuardian | IncomingRecord | IncomingConsent) -> None:
    if isinstance(row, IncomingGuardian):
        student.guardians.append(row)
    elif isinstance(row, IncomingRecord):
        student.records.append(row)
    else:
        student.consents.append(row)


def _find(node: Node, school: OrgId, ids: Iterable[LocalId]) -> VaultId | None:
    for local in ids:
        vault = node.vaults.named(school, local.scheme, local.value)
        if vault is not None:
            return vault
    return None


def _not_here(node: Node, school: OrgId, student: Gathered) -> Problem | None:
    if student.vault is None:
        return None
    facts = node.vaults.authorisations(student.vault)
    if facts.one_child.continued_in is not None:
        student.vault = node.vaults.goes_on(student.vault)
        facts = node.vaults.authorisations(student.vault)
    if facts.one_child.brought:
        student.joined = facts.one_child.joined
    if facts.move is None and facts.home is not None and facts.home.id == school:
        return None
    rows: list[IncomingStudent | IncomingGuardian | IncomingRecord | IncomingConsent]
    rows = [*student.incoming, *student.guardians, *student.records, *student.consents]
    source = rows[0].source
    message = "this student's history lives at another school, or is on its way; it takes no records here"
    return Problem(ProblemCode.UNKNOWN_STUDENT, source.file, source.row, None, message)


def _unknown(row: IncomingGuardian | IncomingRecord | IncomingConsent) -> Problem:
    message = "no student table and no earlier import knows this student; add the student, or correct the identifier"
    return Problem(ProblemCode.UNKNOWN_STUDENT, row.source.file, row.source.row, None, message)


def _to_come(row: IncomingRecord, today: date) -> Problem | None:
    """A birth, and what was seen or done, is of no day to come; an enrolment may begin later, and say when it ends."""
    record = row.record
    if isinstance(record, EnrollmentInfo):
        field, day = "birth_date", record.birth_date
    else:
        field, day = "occurred_on", record.occurred_on
    if day is None or day <= today:
        return None
    message = "a day that is yet to come: nothing can be known of it"
    return Problem(ProblemCode.BAD_DATE, row.source.file, row.source.row, field, message)


def _wrong_school(row: IncomingStudent) -> Problem:
    message = "the row is of another school than the one importing; import it there"
    return Problem(ProblemCode.DANGLING_REFERENCE, row.source.file, row.source.row, "school_code", message)


def _wrong_record(row: IncomingRecord) -> Problem:
    message = "the record is of another school than the one importing; import it there"
    return Problem(ProblemCode.DANGLING_REFERENCE, row.source.file, row.source.row, "school_code", message)
