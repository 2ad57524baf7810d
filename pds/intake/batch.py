"""What one file set says, parsed and checked, ready for vaults: students, guardians, records, consents.

Here: plain frozen values whose repr shows no student. Never: a vault's identifier, a key, a file handle.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pds.intake.local_ids import LocalId
from pds.intake.questions import CellPlace, OfficeQuestion
from pds.records import Record, WhyLeft

Relationship = Literal["parent", "guardian", "other"]
CaresBy = Literal["parents", "court", "board", "nobody"]
ConsentPurpose = Literal["statistics", "transfer", "teaching"]
ConsentDecision = Literal["given", "refused", "withdrawn"]


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
    """A guardian of one student; a guardian of two students comes twice.

    Attributes:
        is_said: The row says it in so many words; False where it follows from a profile's own rule, which may let a new
            guardian in and never changes what is known of one.
        cares_by: Whose word it is that a person without authority looks after the child; None where nothing is said.
        contact_allowed: Whether the school may turn to this person; None where nothing is said.
        protected_from: Whether the child is protected from this person (支援措置); None where nothing is said.
    """

    ids: tuple[LocalId, ...] = field(repr=False)
    student: LocalId = field(repr=False)
    relationship: Relationship
    has_parental_authority: bool
    source: Source
    is_said: bool = True
    cares_by: CaresBy | None = None
    contact_allowed: bool | None = None
    protected_from: bool | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    """A row says that the student has left, or will.

    Attributes:
        on: The last day of enrolment; None where the row has none.
        reason: Why.
    """

    on: date | None
    reason: WhyLeft


@dataclass(frozen=True, slots=True)
class IncomingRecord:
    """A record and the student it is about.

    Attributes:
        begins: Of an enrolment: the day on which it begins, or its place in a class; None where the row has none.
        left: Of an enrolment: that it is over, or will be.
    """

    student: LocalId = field(repr=False)
    schema: str
    record: Record
    source: Source
    begins: date | None = None
    left: Leaving | None = None


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
        is_whole: It lists everybody at its school in its latest school year: who is not there has left, or was missed.
        widened: Where half-width katakana were written full-width.
        lasting: The numberings of students that the source was declared to keep for years; all others say who somebody
            is in this file set only.
    """

    source_system: str
    students: tuple[IncomingStudent, ...] = field(repr=False)
    guardians: tuple[IncomingGuardian, ...] = field(repr=False)
    records: tuple[IncomingRecord, ...] = field(repr=False)
    consents: tuple[IncomingConsent, ...] = field(repr=False)
    questions: tuple[OfficeQuestion, ...] = ()
    is_whole: bool = False
    widened: tuple[CellPlace, ...] = ()
    lasting: frozenset[str] = frozenset()
