"""What the rows of all tables come to: students, guardians, records and consents, each once.

Never: a cell (see `columns`), or a student made up because a record names one.
"""

from dataclasses import replace

from pds.intake.batch import Batch, IncomingConsent, IncomingGuardian, IncomingRecord, IncomingStudent
from pds.intake.build import FirstSeen, make_record
from pds.intake.cells import parts, truth
from pds.intake.columns import RowParts
from pds.intake.leaving import left_by_record
from pds.intake.local_ids import LocalId
from pds.intake.mapping import ENROLLMENT, Mapping, Table
from pds.intake.naming import Names
from pds.intake.problems import ProblemCode, Report
from pds.records import EnrollmentInfo


class Collected:
    """What was read so far, and where it was seen first."""

    def __init__(self, mapping: Mapping, report: Report, names: Names) -> None:
        self._mapping = mapping
        self._source_system = mapping.source_system
        self._report = report
        self._names = names
        self._students: dict[tuple[LocalId, str, int], IncomingStudent] = {}
        self._guardians: list[IncomingGuardian] = []
        self._records: list[IncomingRecord] = []
        self._consents: list[IncomingConsent] = []
        self._seen = FirstSeen(report, ProblemCode.DUPLICATE_ROW)
        self._owners: dict[LocalId, LocalId] = {}  # another identifier of a student → the primary one

    def batch(self) -> Batch:
        """Everything that was taken in."""
        people = tuple(self._students.values()), tuple(self._guardians)
        records = tuple(self._records), tuple(self._consents)
        questions, widened = tuple(self._report.questions), tuple(self._names.widened)
        lasting, is_whole = frozenset(self._mapping.lasting), self._mapping.whole
        return Batch(
            self._source_system, *people, *records, questions, is_whole=is_whole, widened=widened, lasting=lasting
        )

    def take(self, table: Table, read: RowParts) -> None:
        """Take in one row of a table; what is wrong with it goes to the report."""
        if table.kind == "student":
            self._take_student(read)
        elif table.kind == "guardian":
            self._take_guardian(read)
        elif table.kind == "consent":
            self._take_consent(read)
        else:
            self._take_record(table, read)

    def _is_new(self, kind: str, read: RowParts, *key: str) -> bool:
        owner = (kind, read.student.scheme, read.student.value)
        return self._seen.is_new((*owner, *key), read.row, None, "the same entry")

    def _take_record(self, table: Table, read: RowParts) -> None:
        source_id = _source_record_id(table, read)
        if not self._is_new(table.kind, read, source_id):
            return
        fields = read.fields | {"source_system": self._source_system, "source_record_id": source_id}
        source = read.row.source
        record = make_record(
            table.kind, read.student, fields, source, columns=table.sources, report=self._report, names=self._names
        )
        if record is None:
            return
        if isinstance(record.record, EnrollmentInfo):
            enrolment = record.record
            begins = enrolment.transfer_in_date or enrolment.admission_date
            record = replace(record, begins=begins, left=left_by_record(enrolment))
        self._records.append(record)
        if table.kind == ENROLLMENT:
            student = self._student(read, record.record.school_code, record.record.school_year)
            self._students.setdefault((read.student, student.school_code, student.school_year), student)

    def _take_student(self, read: RowParts) -> None:
        school_code, school_year = read.fields["school_code"], read.fields["school_year"]
        if self._is_new("student", read, school_code, school_year):
            student = self._student(read, school_code, int(school_year))
            self._students[read.student, school_code, student.school_year] = student  # knows more than an enrolment

    def _student(self, read: RowParts, school_code: str, school_year: int) -> IncomingStudent:
        for other in read.other_ids:
            if self._owners.setdefault(other, read.student) != read.student:
                message = f"another student has the same identifier of the scheme {other.scheme}"
                self._report.add(
                    ProblemCode.DUPLICATE_ID, message, read.row.source.file, read.row.source.row, other.column
                )
        return IncomingStudent((read.student, *read.other_ids), school_code, school_year, read.row.source)

    def _take_guardian(self, read: RowParts) -> None:
        ids = (*((read.guardian,) if read.guardian else ()), *read.other_ids)
        if self._is_new("guardian", read, ids[0].scheme, ids[0].value):
            said = read.fields
            self._guardians.append(
                IncomingGuardian(
                    ids,
                    read.student,
                    said["relationship"],
                    said["has_parental_authority"] == "true",
                    read.row.source,
                    cares_by=said.get("cares_by"),
                    contact_allowed=truth(said.get("contact_allowed")),
                    protected_from=truth(said.get("protected_from")),
                )
            )

    def _take_consent(self, read: RowParts) -> None:
        fields, guardian = read.fields, read.guardian
        signer = (guardian.scheme, guardian.value) if guardian else ("", "")
        categories, recipient = fields.get("categories", ""), fields.get("recipient")
        said = (fields["purpose"], fields["decision"], fields["signed_on"].isoformat(), categories, recipient or "")
        if self._is_new("consent", read, *signer, *said):
            self._consents.append(
                IncomingConsent(
                    read.student,
                    guardian,
                    fields["purpose"],
                    fields["decision"],
                    fields["signed_on"],
                    tuple(parts(categories)),
                    recipient,
                    read.row.source,
                )
            )


def _source_record_id(table: Table, read: RowParts) -> str:
    """The cells of `record_id` and the suffix, joined by a slash that no cell can forge."""
    texts = [*(read.row.values[column] for column in table.record_id), *filter(None, [table.record_suffix])]
    return "/".join(text.replace("%", "%25").replace("/", "%2F") for text in texts)
