"""What a study asks: a question in one canonical form, so that the same question however phrased is equal.

Here:   its parts and the checks that need no data: public lists, final bounds, a census date.
Never:  a title, a cost, a value found in a record: every list and limit is chosen before anybody looks.

Fields are only ever added, with the default None, which is left out of the canonical form: identifiers stay.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from federation.errors import QuestionError
from federation.fields import FieldType, decimal_text, field_type
from pds.clock import school_year as school_year_of
from pds.crypto import canonical
from pds.records import CATEGORIES, Category

DecimalText = Annotated[str, BeforeValidator(decimal_text)]
Text = Annotated[str, Field(min_length=1, max_length=64)]
MOST_VALUES = 2000  # of one public list; every Japanese municipality (about 1,750) fits
MOST_CELLS = 10_000
DAYS = FieldType(number=True, choices=None)


class Part(BaseModel):
    """What all parts share: frozen, nothing unknown, and an order of their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def canonical(self) -> bytes:
        """The part as RFC 8785 bytes, fields without a value left out."""
        return canonical(self.model_dump(mode="json", exclude_none=True))


_Part = TypeVar("_Part", bound=Part)


class Filter(Part):
    """Keep the records whose field is one of a public list."""

    field: str
    one_of: Annotated[tuple[Text, ...], Field(min_length=1, max_length=MOST_VALUES)]

    @field_validator("one_of", mode="before")
    @classmethod
    def _unique(cls, values: object) -> object:
        return _texts(values)


class Feature(Part):
    """One thing about one student in the school year, from records that were not superseded.

    Attributes:
        kind: The category of the records.
        take: "value", the field of the latest matching record that has it; "days", the number of different days with
            a matching record, which is 0 for a student without any.
        field: Which field, such as "raw_score" or "attributes.class_type"; None for days.
        where: All must hold for a record to match.
    """

    kind: Category
    take: Literal["value", "days"] = "value"
    field: str | None = None
    where: tuple[Filter, ...] = ()

    @model_validator(mode="after")
    def _means_something(self) -> Self:
        if (self.take == "value") != (self.field is not None):
            raise ValueError('"value" names a field, and "days" names none')
        names = [item.field for item in self.where]
        if len(set(names)) != len(names):
            raise ValueError("a field is filtered once; put all values into one list")
        self.holds()
        where = [
            item.model_copy(update={"one_of": _listed(item.one_of, field_type(self.kind, item.field))})
            for item in self.where
        ]
        return _set(self, "where", _sorted(where))

    def holds(self) -> FieldType:
        """What type the feature has. Raises QuestionError for a kind or a field that no study may ask about."""
        if self.kind not in CATEGORIES:
            raise QuestionError(f"{self.kind.value} is not a kind of record that this program knows")
        return DAYS if self.field is None else field_type(self.kind, self.field)

    @property
    def label(self) -> str:
        """A short public name, such as "test_result.raw_score[subject_code=reading]"."""
        where = ";".join(f"{item.field}={'|'.join(item.one_of)}" for item in self.where)
        return f"{self.kind.value}.{self.field or self.take}" + (f"[{where}]" if where else "")


class Condition(Part):
    """True or false of a student who has the feature: one of a public list, or within limits."""

    feature: Feature
    one_of: Annotated[tuple[Text, ...], Field(min_length=1, max_length=MOST_VALUES)] | None = None
    at_least: DecimalText | None = None
    at_most: DecimalText | None = None

    @field_validator("one_of", mode="before")
    @classmethod
    def _unique(cls, values: object) -> object:
        return None if values is None else _texts(values)

    @model_validator(mode="after")
    def _means_something(self) -> Self:
        limits = [Decimal(text) for text in (self.at_least, self.at_most) if text is not None]
        if (self.one_of is None) == (not limits):
            raise ValueError("a condition is either one of a list, or at least / at most a number")
        if limits and not self.feature.holds().number:
            raise ValueError("limits are for numbers; choose from a list instead")
        if limits != sorted(limits):
            raise ValueError("at_least is above at_most")
        return self if self.one_of is None else _set(self, "one_of", _listed(self.one_of, self.feature.holds()))


class Term(Part):
    """One number of a mean, clamped to public limits in the unit of the data."""

    feature: Feature
    low: DecimalText
    high: DecimalText

    @model_validator(mode="after")
    def _is_a_number(self) -> Self:
        if not self.feature.holds().number:
            raise ValueError(f"{self.feature.label} is no number")
        if Decimal(self.low) >= Decimal(self.high):
            raise ValueError(f"low {self.low} is not below high {self.high}")
        return self


class Group(Part):
    """A public key that divides the students; whoever has another value, or none, is in no cell."""

    feature: Feature
    values: Annotated[tuple[Text, ...], Field(min_length=1, max_length=MOST_VALUES)]

    @field_validator("values", mode="before")
    @classmethod
    def _unique(cls, values: object) -> object:
        return _texts(values)

    @model_validator(mode="after")
    def _means_something(self) -> Self:
        if self.feature.take != "value":
            raise ValueError("students are grouped by a field")
        return _set(self, "values", _listed(self.values, self.feature.holds()))


class Question(Part):
    """Count, mean or proportion of the students enrolled at a school of the scope on the census date.

    Attributes:
        measure: "count", of the students for whom all of `where` holds; "mean", of the sum of `terms` over those who
            have all of them; "proportion", of those for whom `condition` holds among those who have its feature.
        terms: For a mean, at most 8, all different.
        step: For a mean, the unit to which the sum is rounded; the range of the sum is a whole number of steps.
        condition: For a proportion.
        where: Only students for whom all hold.
        groups: At most two keys.
        school_year: Whose records are used and whose allowance is charged (1 April to 31 March).
        census_date: In that school year.
    """

    measure: Literal["count", "mean", "proportion"]
    terms: Annotated[tuple[Term, ...], Field(max_length=8)] = ()
    step: DecimalText | None = None
    condition: Condition | None = None
    where: Annotated[tuple[Condition, ...], Field(max_length=8)] = ()
    groups: Annotated[tuple[Group, ...], Field(max_length=2)] = ()
    school_year: Annotated[int, Field(ge=1900, le=2200)]
    census_date: date

    @model_validator(mode="after")
    def _means_something(self) -> Self:
        if (self.measure == "mean") != bool(self.terms) or (self.measure == "mean") != (self.step is not None):
            raise ValueError("a mean has terms and a step, and nothing else has")
        if (self.measure == "proportion") != (self.condition is not None):
            raise ValueError("a proportion has a condition, and nothing else has")
        if school_year_of(self.census_date) != self.school_year:
            raise ValueError("the census date lies in another school year (April to March)")
        if len({term.feature for term in self.terms}) != len(self.terms):
            raise ValueError("a term stands twice")
        if len({group.feature for group in self.groups}) != len(self.groups):
            raise ValueError("a group key stands twice")
        for name in ("terms", "where", "groups"):
            _set(self, name, _sorted(getattr(self, name)))
        return self

    @property
    def features(self) -> list[Feature]:
        """Everything that is looked up of a student."""
        conditions = (*self.where, *((self.condition,) if self.condition is not None else ()))
        parts: tuple[Term | Group | Condition, ...] = (*self.terms, *self.groups, *conditions)
        return [part.feature for part in parts]

    @property
    def categories(self) -> frozenset[Category]:
        """The kinds of record a student's consent must cover; none for a bare count."""
        return frozenset(feature.kind for feature in self.features)


def _texts(values: object) -> object:
    """A list as a set in order; numbers and booleans become texts later, where the field's type is known."""
    if not isinstance(values, Iterable) or isinstance(values, str | bytes):
        return values
    return tuple(sorted({_text(item) for item in values}))


def _text(item: Any) -> str:  # noqa: ANN401  # what a file may say
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, str | int):
        return str(item)
    raise ValueError("values of a public list are texts, whole numbers or booleans")


def _listed(values: tuple[str, ...], kind: FieldType) -> tuple[str, ...]:
    """A public list, checked against the field's type, its numbers written in one way."""
    if kind.number:
        return tuple(sorted({decimal_text(value) for value in values}))
    unknown = set(values) - kind.choices if kind.choices is not None else set()
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))} cannot occur in this field")
    return values


def _sorted(parts: Iterable[_Part]) -> tuple[_Part, ...]:
    return tuple(sorted(set(parts), key=Part.canonical))


def _set(part: _Part, name: str, value: object) -> _Part:
    """Put a field into its canonical form, while the part is being made and nobody else has it."""
    part.__dict__[name] = value
    return part
