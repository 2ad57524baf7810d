"""How one source system's tables become ours: the mapping file (TOML) as checked models.

Here: what a mapping may say, and clear words when it says something else. Never: data of a student.
"""

import tomllib
from collections.abc import Mapping as AnyMapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from pds.intake.archives import PLAIN_NAME
from pds.intake.days import ERA, says_one_day
from pds.intake.files import Encoding
from pds.intake.local_ids import names_nobody
from pds.intake.problems import IntakeError, Problem, ProblemCode, stop
from pds.records import KINDS, AttributeName, AttributeValue, Code, enrollment_info

MAPPING_BYTES = 1024 * 1024  # a mapping is written by hand
EXTRA_PREFIX = "ext_"  # fields that the model of a record does not have
_GIVEN = frozenset({"source_system", "source_record_id", "supersedes_id"})  # never from a column
_PEOPLE: AnyMapping[str, tuple[frozenset[str], frozenset[str]]] = {  # kind → fields needed, fields possible besides
    "student": (frozenset({"school_code", "school_year"}), frozenset()),
    "guardian": (
        frozenset({"relationship", "has_parental_authority"}),
        frozenset({"cares_by", "contact_allowed", "protected_from"}),
    ),
    "consent": (frozenset({"purpose", "decision", "signed_on"}), frozenset({"categories", "recipient"})),
}
ENROLLMENT = enrollment_info.KIND.schema

Name = Annotated[str, Field(min_length=1, max_length=200)]
Scheme = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]


def _plain(name: str) -> str:
    if not PLAIN_NAME.fullmatch(name):
        raise ValueError("a file is named with letters a to z, digits and . _ - and stands in no folder: rename it")
    return name


FileName = Annotated[str, AfterValidator(_plain)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Column(_Part):
    """Where one field comes from: a column of the file, or one value for all rows.

    A cell is first looked up in `map`, then given its `prefix`, then read as a day with `format`.
    """

    column: Name | None = None
    value: Name | None = None
    prefix: str = ""
    map: dict[str, str] | None = None
    optional: bool = False
    format: str | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.column is None) == (self.value is None):
            raise ValueError("give either column or value")
        if self.value is not None and self.model_fields_set != {"value"}:
            raise ValueError("a fixed value stands alone")
        if self.format is not None and not says_one_day(self.format):
            raise ValueError(f"format must have a year of four digits, month and day, such as %Y-%m-%d, or be {ERA}")
        return self


class PersonColumn(_Part):
    """The column with a person's identifier, and the numbering (`scheme`) it belongs to."""

    scheme: Scheme
    column: Name
    prefix: str = ""
    optional: bool = False


class Attribute(_Part):
    """A declared attribute of an enrolment, with the public list of its values (after `map`)."""

    column: Name
    values: Annotated[tuple[AttributeValue, ...], Field(min_length=1, max_length=100)]
    map: dict[str, str] | None = None
    optional: bool = False


class Table(_Part):
    """One file, or one reading of a file that holds several things.

    Attributes:
        file: Its name; a folder never belongs to it.
        kind: A registered schema, or student, guardian, consent.
        student: Who a row is about.
        guardian: Who a guardian's row is about, or who signed a consent.
        other_ids: Further identifiers of the person a row is about.
        record_id: The columns that together tell one record of a student from another.
        record_suffix: Tells records apart that several tables read from the same row.
        required: The file must be there.
        columns: Field by field, where it comes from.
        attributes: Declared attributes of an enrolment.
        ignore: Columns that are left out on purpose.
    """

    file: FileName
    kind: str
    student: PersonColumn
    guardian: PersonColumn | None = None
    other_ids: tuple[PersonColumn, ...] = ()
    record_id: tuple[Name, ...] = ()
    record_suffix: str | None = None
    required: bool = True
    columns: dict[str, Column]
    attributes: dict[AttributeName, Attribute] = Field(default_factory=dict)
    ignore: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind not in KINDS and self.kind not in _PEOPLE:
            raise ValueError(f"kind must be one of {', '.join([*KINDS, *_PEOPLE])}")
        needed, possible = self._fields()
        for field in sorted(needed - self.columns.keys()):
            raise ValueError(f"columns lacks {field}, which {self.kind} needs")
        for field in sorted(self.columns.keys() - needed - possible):
            if self.kind not in KINDS or not field.startswith(EXTRA_PREFIX):
                raise ValueError(f"columns.{field} is no field of {self.kind} that a column can fill")
        for field in sorted(field for field in needed & self.columns.keys() if self.columns[field].optional):
            raise ValueError(f"columns.{field} is needed and cannot be optional")
        self._check_record_id()
        self._check_people()
        return self

    def _check_record_id(self) -> None:
        if bool(self.record_id) != (self.kind in KINDS):
            raise ValueError("record_id names the columns that tell records apart, and only tables of records have it")
        if self.record_suffix is not None and not self.record_id:
            raise ValueError("record_suffix goes with record_id")
        if self.attributes and self.kind != ENROLLMENT:
            raise ValueError(f"attributes are for {ENROLLMENT}")

    def _check_people(self) -> None:
        if (self.guardian is not None) != (self.kind == "guardian") and self.kind != "consent":
            raise ValueError("guardian is needed in a guardian table, possible in a consent table and nowhere else")
        for person in self.other_ids:
            if names_nobody(person.scheme):
                raise ValueError(f"other_ids has {person.scheme}: user names and mail addresses say who nobody is")
        if self.other_ids and self.kind not in {"student", "guardian", ENROLLMENT}:
            raise ValueError("other_ids are for tables of persons")
        if self.student.optional or (self.guardian and self.guardian.optional and self.kind != "consent"):
            raise ValueError("only the guardian of a consent and other_ids can be optional")

    def _fields(self) -> tuple[frozenset[str], frozenset[str]]:
        if self.kind in _PEOPLE:
            return _PEOPLE[self.kind]
        fields = KINDS[self.kind].model.model_fields
        needed = frozenset(name for name, field in fields.items() if field.is_required()) - _GIVEN
        possible = frozenset(name for name, field in fields.items() if _fits_a_cell(field.annotation))
        return needed, possible - _GIVEN

    @cached_property
    def sources(self) -> dict[str, str]:
        """The column of the file that each field comes from."""
        return {field: spec.column for field, spec in self.columns.items() if spec.column is not None}

    def students(self) -> tuple[PersonColumn, ...]:
        """The columns that name the student a row is about."""
        return (self.student, *(() if self.kind == "guardian" else self.other_ids))

    def file_columns(self) -> frozenset[str]:
        """The columns of the file that this table reads."""
        people = (self.student, *((self.guardian,) if self.guardian else ()), *self.other_ids)
        attributes = (attribute.column for attribute in self.attributes.values())
        return frozenset({*self.sources.values(), *attributes, *self.record_id, *(person.column for person in people)})


class Mapping(_Part):
    """A whole mapping: one source system, its way of writing CSV, its tables.

    Attributes:
        whole: A file set lists everybody of its school, so that who is not in it is told to the office as missing.
        lasting: The numberings of students that this source keeps for years, and gives to nobody else meanwhile.
    """

    format: Literal["manabi-mapping/1"]
    source_system: Code
    lasting: tuple[Scheme, ...] = ()
    encoding: Encoding = "utf-8"
    delimiter: Literal[",", ";", "\t", "|"] = ","
    whole: bool = False
    table: Annotated[tuple[Table, ...], Field(min_length=1, max_length=100)]

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        numberings = {person.scheme for table in self.table for person in table.students()}
        for scheme in self.lasting:
            if scheme not in numberings:
                raise ValueError(f"lasting names {scheme}, which is the scheme of no student in these tables")
            if names_nobody(scheme):
                raise ValueError(f"lasting names {scheme}: user names and mail addresses never say who somebody is")
        return self


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises:
        IntakeError: it cannot be read, is no TOML, or says something a mapping cannot say; each key is named.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MAPPING_BYTES + 1)
        if len(text) > MAPPING_BYTES:
            raise stop(ProblemCode.BAD_MAPPING, f"a mapping has at most {MAPPING_BYTES} bytes", path.name)
        return Mapping.model_validate(tomllib.loads(text.decode("utf-8-sig")))
    except OSError:
        raise stop(ProblemCode.UNREADABLE, "the mapping cannot be read", path.name) from None
    except ValidationError as error:
        problems = [
            Problem(
                ProblemCode.BAD_MAPPING, path.name, None, _key(item["loc"]), item["msg"].removeprefix("Value error, ")
            )
            for item in error.errors(include_input=False, include_url=False, include_context=False)
        ]
    except UnicodeDecodeError:
        raise stop(ProblemCode.BAD_MAPPING, "a mapping is a TOML file in UTF-8", path.name) from None
    except (ValueError, RecursionError) as error:
        raise stop(ProblemCode.BAD_MAPPING, f"no TOML: {error}", path.name) from None
    raise IntakeError(problems)


def leaf_types(annotation: Any) -> frozenset[Any]:  # noqa: ANN401  # annotations have no common type
    """The plain types in an annotation such as `Annotated[int, …] | None`; containers count as themselves."""
    origin = get_origin(annotation)
    if origin is None:
        return frozenset({annotation})
    if origin is Literal:
        return frozenset({str})
    if origin in {tuple, list, dict, set, frozenset}:
        return frozenset({origin})
    members = get_args(annotation)[:1] if origin is Annotated else get_args(annotation)
    return frozenset().union(*(leaf_types(member) for member in members))


def leaf_types_of(annotations: AnyMapping[str, Any]) -> dict[str, frozenset[Any]]:
    """The same for the fields of a model, by their names."""
    return {field: leaf_types(annotation) for field, annotation in annotations.items()}


def _fits_a_cell(annotation: Any) -> bool:  # noqa: ANN401  # see `leaf_types`
    """True for plain values and lists of words; lists of models have columns of their own in no file."""
    types = leaf_types(annotation)
    return types == {tuple} and str in leaf_types(get_args(annotation)[0]) if tuple in types else dict not in types


def _key(location: tuple[int | str, ...]) -> str | None:
    """A key as the mapping's author counts: `table[2].columns.grade`."""
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".") or None
