"""Taking a parsed file set into vaults: students founded or enrolled anew, records written, consents entered.

All or nothing per file set: everything is checked first, then written in one transaction. Never: parsing a file.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from consent.decisions import Request, permit
from consent.lifecycle import acts
from consent.lifecycle.papers import GUARDIAN, enter, guardian_index, problem_of
from pds.clock import FIRST_MONTH
from pds.errors import UsageError
from pds.holders import Role
from pds.identifiers import OrgId, RecordId, VaultId, imported_record_id
from pds.intake import (
    Batch,
    IncomingConsent,
    IncomingGuardian,
    IncomingRecord,
    IncomingStudent,
    IntakeError,
    LocalId,
    Problem,
    ProblemCode,
)
from pds.node import Node
from pds.people import Seat, roster
from pds.records import EnrollmentInfo, Record
from pds.vault import Action, Admitted, Enrolled, StoredRecord, enrolment_rank, successors

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


@dataclass(slots=True)
class _Student:
    """Everything a file set says of one student.

    Attributes:
        incoming: Its rows of the student tables, most often one for each school year.
    """

    incoming: list[IncomingStudent]
    vault: VaultId | None
    guardians: list[IncomingGuardian] = field(default_factory=list)
    records: list[IncomingRecord] = field(default_factory=list)
    consents: list[IncomingConsent] = field(default_factory=list)


def load(node: Node, school: OrgId, batch: Batch, progress: Progress | None = None) -> Loaded:
    """Take a batch in for one school of this node. The same batch again changes nothing.

    Args:
        node: The node; the school's keys are on it.
        school: The school whose office imports.
        batch: What `pds.intake` read.
        progress: Told the number of students done, after each.

    Raises:
        IntakeError: a row names an unknown student, another school, or a student who has moved, or a paper is of a day
            to come; nothing was written.
        UsageError: the school is not one of this node.
    """
    if school not in node.organisations():
        raise UsageError(f"{school} is not a school of this node")
    students = _by_student(node, school, batch)
    total = Loaded(0, 0, 0, 0, 0, 0)
    with node.transaction():
        for number, student in enumerate(students, 1):
            total = _add(total, _load_student(node, school, student))
            if progress is not None:
                progress(number)
        _seat(node, school, students)
    return total


def _by_student(node: Node, school: OrgId, batch: Batch) -> list[_Student]:
    """Sort a batch by student, or say everything that stands against it."""
    problems: list[Problem] = []
    known: dict[LocalId, _Student] = {}
    for incoming in batch.students:
        if incoming.school_code != school:
            problems.append(_wrong_school(incoming))
        student = next((known[local] for local in incoming.ids if local in known), None)
        student = student or _Student([], _find(node, school, incoming.ids))
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
            known[row.student] = _Student([], vault)
        if row.student in known:
            _file(known[row.student], row)
        else:
            problems.append(_unknown(row))
    students = list({id(student): student for student in known.values()}.values())
    problems += [problem for student in students if (problem := _not_here(node, school, student)) is not None]
    problems += [problem for paper in batch.consents if (problem := problem_of(node, paper)) is not None]
    problems += [_wrong_record(row) for row in batch.records if row.record.school_code != school]
    if problems:
        raise IntakeError(problems)
    return students


def _file(student: _Student, row: IncomingGuardian | IncomingRecord | IncomingConsent) -> None:
    if isinstance(row, IncomingGuardian):
        student.guardians.append(row)
    elif isinstance(row, IncomingRecord):
        student.records.append(row)
    else:
        student.consents.append(row)


def _load_student(node: Node, school: OrgId, student: _Student) -> Loaded:
    vault = student.vault
    new = vault is None
    if vault is None:
        myself = acts.new_custodial(node, Role.STUDENT)
        family = [myself, *_guardians(node, school, student)]
        vault = student.vault = acts.found(node, school, _enrolments(school, student)[-1], family)
        for local in {local: None for incoming in student.incoming for local in incoming.ids}:
            node.vaults.link(school, local.scheme, local.value, vault)
        _enrol_again(node, school, vault, student)
    else:
        _enrol_again(node, school, vault, student)
        guardians = [] if _came_with_its_family(node, vault) else _guardians(node, school, student)
        if guardians:
            acts.admit_guardians(node, vault, school, guardians)
    written, corrected, known = _write(node, school, vault, student.records)
    for consent in student.consents:
        enter(node, school, vault, consent)
    return Loaded(int(new), int(not new), written, corrected, known, len(student.consents))


def _write(node: Node, school: OrgId, vault: VaultId, rows: Sequence[IncomingRecord]) -> tuple[int, int, int]:
    """Write what is new, supersede what was corrected, leave the rest; hand back how many of each."""
    if not rows:
        return 0, 0, 0
    by_id: dict[RecordId, IncomingRecord] = {imported_id(vault, row): row for row in rows}
    there = _standing(node, school, vault, by_id.keys())
    new, corrected = 0, 0
    with node.vaults.transact(permit(node, Request.of_school(vault, school, Action.WRITE))) as writer:
        issuers = writer.issuers()
        for record_id, row in by_id.items():
            if record_id in there:
                before, stands = there[record_id]
                known = stands if stands.is_known else before  # a newer program's correction cannot be compared with
                if not same_content(known.record, row.record):
                    writer.append(row.record.model_copy(update={"supersedes_id": before.id}))
                    corrected += 1
            elif issuers.get(record_id) != school:  # its own that is not there was erased, and is not brought back
                writer.append(row.record, None if record_id in issuers else record_id)
                new += 1
    return new, corrected, len(rows) - new - corrected


def _standing(
    node: Node, school: OrgId, vault: VaultId, wanted: Collection[RecordId]
) -> dict[RecordId, tuple[StoredRecord, StoredRecord]]:
    """Of the wanted rows that this school sent before: the record made of each the last time, and what stands for it.

    Another school's row of the same name is that school's own, and is no correction of it (`pds.vault.effect`). A vault
    is opened, and the family told, only if some of them are there: a first import reads nothing.
    """
    if not node.vaults.has_any(vault, wanted):
        return {}
    with node.vaults.read(permit(node, Request.of_school(vault, school, Action.READ)), joining=True) as reader:
        return standing(vault, school, list(reader.records()))


def standing(
    vault: VaultId, school: OrgId, stored: Sequence[StoredRecord]
) -> dict[RecordId, tuple[StoredRecord, StoredRecord]]:
    """For each source row of a school: the record made of it the last time, and what is in effect in its place."""
    stands = successors(stored)
    own = (item for item in stored if item.issuer == school)
    return {_row_of(vault, item): (item, stands[item.id]) for item in own}


def _row_of(vault: VaultId, item: StoredRecord) -> RecordId:
    fields = item.contents.fields
    return imported_record_id(
        vault, str(fields.get("source_system")), str(fields.get("source_record_id")), item.contents.schema
    )


def imported_id(vault: VaultId, row: IncomingRecord) -> RecordId:
    """The identifier by which a source row is known again."""
    return imported_record_id(vault, row.record.source_system, row.record.source_record_id, row.schema)


def same_content(one: Record, other: Record) -> bool:
    """True when two records say the same, whatever they supersede."""
    apart = {"supersedes_id"}
    return one.model_dump(exclude=apart) == other.model_dump(exclude=apart)


def _enrol_again(node: Node, school: OrgId, vault: VaultId, student: _Student) -> None:
    """Enter the enrolments that were not entered before, of whichever year; the events say which one is present."""
    for enrolled in _enrolments(school, student):
        entered = {(one.school, one.school_year) for _, one in node.vaults.authorisations(vault).enrolments}
        if (enrolled.school, enrolled.school_year) not in entered:
            acts.enrol(node, vault, enrolled)


def _enrolments(school: OrgId, student: _Student) -> list[Enrolled]:
    """One for each school year, the latest last: from the day the year's records name, else the year's first day."""
    return [
        Enrolled(school=school, school_year=year, on=_begins(student, year))
        for year in sorted({incoming.school_year for incoming in student.incoming})
    ]


def _begins(student: _Student, year: int) -> date:
    of_year = (row.record for row in student.records if row.record.school_year == year)
    days = (
        record.transfer_in_date or record.admission_date for record in of_year if isinstance(record, EnrollmentInfo)
    )
    return next((day for day in days if day is not None), date(year, FIRST_MONTH, 1))


def _seat(node: Node, school: OrgId, students: Iterable[_Student]) -> None:
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


def _guardians(node: Node, school: OrgId, student: _Student) -> list[Admitted]:
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


def _came_with_its_family(node: Node, vault: VaultId) -> bool:
    """True for a history that was taken in from another school: its guardians came along, and are not made twice.

    No file can say which of them is which, and a guardian who stands there twice would have to sign twice.
    """
    facts = node.vaults.authorisations(vault)
    return facts.home_number > 1 and any(admitted.role is Role.GUARDIAN for admitted in facts.holders.values())


def _find(node: Node, school: OrgId, ids: Iterable[LocalId]) -> VaultId | None:
    for local in ids:
        vault = node.vaults.find(school, local.scheme, local.value)
        if vault is not None:
            return vault
    return None


def _not_here(node: Node, school: OrgId, student: _Student) -> Problem | None:
    if student.vault is None:
        return None
    facts = node.vaults.authorisations(student.vault)
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


def _wrong_school(row: IncomingStudent) -> Problem:
    message = "the row is of another school than the one importing; import it there"
    return Problem(ProblemCode.DANGLING_REFERENCE, row.source.file, row.source.row, "school_code", message)


def _wrong_record(row: IncomingRecord) -> Problem:
    message = "the record is of another school than the one importing; import it there"
    return Problem(ProblemCode.DANGLING_REFERENCE, row.source.file, row.source.row, "school_code", message)


def _add(one: Loaded, other: Loaded) -> Loaded:
    return Loaded(
        one.students_new + other.students_new,
        one.students_known + other.students_known,
        one.records + other.records,
        one.records_corrected + other.records_corrected,
        one.records_known + other.records_known,
        one.consents + other.consents,
    )
