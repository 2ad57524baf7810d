"""Which student each row of a file set speaks of, and everything that stands against taking the set in.

Never: anything written.
"""

from datetime import date

from consent.lifecycle.loading.asking import Asking
from consent.lifecycle.loading.gathered import About, Gathered, Incoming, rows_of
from consent.lifecycle.loading.whose import Whose
from consent.lifecycle.papers import problem_of
from pds.identifiers import OrgId
from pds.intake import Batch, IncomingRecord, IncomingStudent, LocalId, Problem, ProblemCode
from pds.node import Node
from pds.records import EnrollmentInfo


def by_student(node: Node, school: OrgId, batch: Batch, asking: Asking) -> list[Gathered]:
    """Sort a batch by student, or say everything that stands against it."""
    problems: list[Problem] = []
    known: dict[LocalId, Gathered] = {}
    for incoming in batch.students:
        if incoming.school_code != school:
            problems.append(_wrong_school(incoming))
        _take_student(incoming, known, problems)
    rows: tuple[About, ...] = (*batch.guardians, *batch.records, *batch.consents)
    for row in rows:
        known.setdefault(row.student, Gathered()).take(row)
    students = list({id(student): student for student in known.values()}.values())
    problems += Whose(node, school, batch, asking).find(students)
    problems += [problem for student in students if (problem := _not_here(node, school, student)) is not None]
    problems += [problem for paper in batch.consents if (problem := problem_of(node, paper)) is not None]
    problems += [_wrong_record(row) for row in batch.records if row.record.school_code != school]
    today = node.today()
    problems += [problem for row in batch.records if (problem := _to_come(row, today)) is not None]
    problems += asking.ask_all(batch.questions)
    strangers = [student for student in students if student.is_stranger]
    problems += [_unknown(row) for student in strangers for row in rows_of(student)]
    asking.close(problems)
    return students


def _take_student(incoming: IncomingStudent, known: dict[LocalId, Gathered], problems: list[Problem]) -> None:
    """Put a row to the student whom its first identifier names in this file set, or else to one whom another does.

    Inside a file set every identifier names one student: two numbers of one numbering under it are two children.
    """
    first, *others = incoming.ids
    student = known.get(first) or next((known[other] for other in others if other in known), None)
    student = student or Gathered()
    for local in incoming.ids:
        if known.setdefault(local, student) is not student or _has_another(student, local):
            message = "stands in the rows of two children: give each their own"
            source = incoming.source
            problems.append(Problem(ProblemCode.CONFLICT, source.file, source.row, local.column, message))
    student.take(incoming)


def _has_another(student: Gathered, local: LocalId) -> bool:
    return any(one.scheme == local.scheme and one != local for one in student.ids)


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
    source = next(rows_of(student)).source
    message = "this student's history lives at another school, or is on its way; it takes no records here"
    return Problem(ProblemCode.UNKNOWN_STUDENT, source.file, source.row, None, message)


def _unknown(row: Incoming) -> Problem:
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
