"""What every record has in common: envelope fields, provenance, and how unknown fields survive.

Here: the base model and the facts the registry needs of a kind. Never: a key, a store, a rule about access.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic_core import SchemaSerializer

GRADES = tuple(
    f"{stage}{year}" for stage, last in (("E", 3), ("P", 6), ("J", 3), ("H", 3)) for year in range(1, last + 1)
)
Grade = Literal[
    "E1", "E2", "E3", "P1", "P2", "P3", "P4", "P5", "P6", "J1", "J2", "J3", "H1", "H2", "H3"
]  # education-data section 1.3

ATTRIBUTE_BYTES = 64  # the longest value of an extra attribute; all are padded as if they had it

Code = Annotated[str, Field(min_length=1, max_length=64)]
ShortText = Annotated[str, Field(max_length=200)]
LongText = Annotated[str, Field(max_length=20_000)]
AuthorRole = Literal[
    "school_office",
    "homeroom_teacher",
    "subject_teacher",
    "principal",
    "tool",
    "school_nurse",
    "student",
    "guardian",
]
AttributeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
AttributeValue = Annotated[str, Field(pattern=r"^[A-Za-z0-9+_.:-]{1,64}$")]
Choice = TypeVar("Choice", bound=str)


def each_once(chosen: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Check several choices out of a closed list: ValueError when one comes twice, which would count it twice."""
    if len(set(chosen)) != len(chosen):
        raise ValueError("each choice stands once")
    return chosen


RESERVED = frozenset({"root", "log"})  # what a sealed key can open besides categories
_CATEGORY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def is_category(name: str) -> bool:
    """True for a name that a category can have, in this program or in a newer one."""
    return _CATEGORY.fullmatch(name) is not None and name not in RESERVED


class Name(NamedTuple):
    """What something is called on pages, in both languages."""

    ja: str
    en: str


class Called:
    """What a field is called, and what each of its codes is; stands in the field's `Annotated`.

    Pages that have no words of their own for a kind write its records with these. A field without it is not shown.

    Args:
        ja: In Japanese, as a family would say it.
        en: In English.
        codes: What the codes of a closed list are called, in both languages.
    """

    def __init__(self, ja: str, en: str, **codes: tuple[str, str]) -> None:
        self.name = Name(ja, en)
        self.codes = {code: Name(*texts) for code, texts in codes.items()}


class Category(StrEnum):
    """A kind of record: the unit in which a family admits and keys open (education-data section 2.2).

    Named here are those that some rule asks for by name. Any other well-formed name is a category too: one that only
    its kind's module names, `Category("club_activity")`, or one of a newer program, which a vault must be able to
    carry. `CATEGORIES` of the registry are those this program has kinds of. Compare with `==`: only the named are one
    object each.
    """

    ENROLLMENT_INFO = "enrollment_info"
    ATTENDANCE = "attendance"
    TEST_RESULT = "test_result"
    GRADE_EVALUATION = "grade_evaluation"
    HEALTH_OBSERVATION = "health_observation"
    DAILY_NOTE = "daily_note"
    NURSE_OFFICE_VISIT = "nurse_office_visit"
    DRILL_LOG = "drill_log"
    STUDENT_SURVEY = "student_survey"
    MOOD_WEATHER = "mood_weather"
    REFLECTION = "reflection"
    PERMANENT_RECORD = "permanent_record"
    HEALTH_EXAMINATION = "health_examination"

    @classmethod
    def _missing_(cls, value: object) -> "Category | None":
        """A category of any well-formed name, equal to another of it; None, hence a ValueError, for anything else."""
        if not isinstance(value, str) or not is_category(value):
            return None
        member = str.__new__(cls, value)
        member._name_, member._value_ = value.upper(), value
        return member


class Travel(StrEnum):
    """How a kind reaches the next school (education-data section 2.2, column "recv.")."""

    STATUTORY = "statutory"
    CONSENTED = "consented"
    NEVER = "never"


class Record(BaseModel):
    """One entry of a learning history. Fields it does not know are kept: a vault returns what it received.

    Its repr shows nothing of the student.
    """

    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False)

    school_code: Code
    school_year: Annotated[int, Field(ge=1900, le=2200)]
    grade: Grade
    class_code: Code | None = None
    occurred_on: date
    source_system: Code
    source_record_id: Annotated[str, Field(min_length=1, max_length=200)]
    author_role: AuthorRole = "school_office"
    supersedes_id: str | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class RecordKind:
    """What the registry knows of one schema.

    Attributes:
        schema: Name and version, such as "test_result/1"; never reused with another meaning.
        category: The unit of keys and consents it belongs to.
        model: The pydantic model of one record.
        travel: How it reaches the next school.
        name: What the kind is called on pages, for families first.
    """

    schema: str
    category: Category
    model: type[Record]
    travel: Travel
    name: Name

    def to_json(self, record: Record) -> bytes:
        """The fields of a record that were given, unknown ones included, as JSON."""
        return _serializer(self.model).to_json(record, exclude_unset=True)


@lru_cache
def called(model: type[Record]) -> Mapping[str, Called]:
    """The named fields of a model, in its order, with their names."""
    fields = model.model_fields.items()
    return {name: item for name, info in fields for item in info.metadata if isinstance(item, Called)}


@lru_cache
def _serializer(model: type[Record]) -> SchemaSerializer:
    """What pydantic's own methods end up calling; an import calls it for each row."""
    return TypeAdapter(model).serializer
