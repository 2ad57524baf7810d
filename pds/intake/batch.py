"""What one file set says, parsed and checked, ready for vaults: students, guardians, records, consents.

Here: plain frozen values whose repr shows no student. Never: a vault's identifier, a key, a file handle.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pds.intake.questions import OfficeQuestion
from pds.records import Record

Relationship = Literal["parent", "guardian", "other"]
ConsentPurpose = Literal["statistics", "transfer", "teaching"]
ConsentDecision = Literal["given", "refused", "withdrawn"]


@dataclass(frozen=True, slots=True)
class LocalId:
    """A person's identifier in the source system.

    Attributes:
        scheme: Which numbering it belongs to, such as "oneroster.sourcedId" or "us-tn.pupil".
        value: The identifier itself; personal data, so it does not print.
    """

    scheme: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """Where something stands: a file of the set, and the line on which its row begins (the header is line 1)."""

    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, cell by column name."""

    values: Mapping[str, str] = field(repr=False)
    source: Source


@dataclass(frozen=True, slots=True)
class IncomingStudent:
    """A student at one school in one school year.

    Attributes:
        ids: Identifiers of this student; the first is the primary one, by which records name the student.
        school_code: The school of enrolment, fit for `check_org_id`.
        school_year: Starting year of the school year.
        source: The row that says so.
    """

    ids: tuple[LocalId, ...] = field(repr=False)
    school_code: str
    school_year: int
    source: Source


@dataclass(frozen=True, slots=True)
class IncomingGuardian:
    """A guardian of one student; a guardian of two students comes twice."""

    ids: tuple[LocalId, ...] = field(repr=False)
    student: LocalId = field(repr=False)
    relationship: Relationship
    has_parental_authority: bool
    source: Source


@dataclass(frozen=True, slots=True)
class IncomingRecord:
    """A record and the student it is about."""

    student: LocalId = field(repr=False)
    schema: str
    record: Record
    source: Source


@dataclass(frozen=True, slots=True)
class IncomingConsent:
    """A decision that a family signed on paper or in another system.

    Attributes:
        student: Whose vault it is about.
        guardian: Who signed; None when the student did.
        purpose: What it allows.
        decision: Given, refused or withdrawn.
        signed_on: The day of the signature.
        categories: The categories it covers; empty for all.
        recipient: The organisation it names, for a transfer.
        source: The row that says so.
    """

    student: LocalId = field(repr=False)
    guardian: LocalId | None = field(repr=False)
    purpose: ConsentPurpose
    decision: ConsentDecision
    signed_on: date
    categories: tuple[str, ...]
    recipient: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything one file set says.

    Attributes:
        questions: What the office must answer before it is taken in.
    """

    source_system: str
    students: tuple[IncomingStudent, ...] = field(repr=False)
    guardians: tuple[IncomingGuardian, ...] = field(repr=False)
    records: tuple[IncomingRecord, ...] = field(repr=False)
    consents: tuple[IncomingConsent, ...] = field(repr=False)
    questions: tuple[OfficeQuestion, ...] = ()
