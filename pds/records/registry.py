"""Which schemas exist. Adding a kind touches its own module and the tuple below; nothing else may list kinds."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from pds.errors import InvalidRecordError, UnknownSchemaError
from pds.records import (
    attendance,
    daily_note,
    drill_log,
    enrollment_info,
    grade_evaluation,
    health_examination,
    health_observation,
    mood_weather,
    nurse_office_visit,
    permanent_record,
    reflection,
    student_survey,
    test_result,
)
from pds.records.base import Called, Category, Name, Record, RecordKind, Travel, called, is_category

KINDS: Mapping[str, RecordKind] = MappingProxyType(
    {
        kind.schema: kind
        for kind in (
            enrollment_info.KIND,
            attendance.KIND,
            test_result.KIND,
            grade_evaluation.KIND,
            health_observation.KIND,
            daily_note.KIND,
            nurse_office_visit.KIND,
            drill_log.KIND,
            student_survey.KIND,
            mood_weather.KIND,
            reflection.KIND,
            permanent_record.KIND,
            health_examination.KIND,
        )
    }
)
CATEGORIES: tuple[Category, ...] = tuple(dict.fromkeys(kind.category for kind in KINDS.values()))
_BY_MODEL: Mapping[type[Record], RecordKind] = MappingProxyType({kind.model: kind for kind in KINDS.values()})


def kind_of_schema(schema: str) -> RecordKind:
    """The kind that a schema name stands for.

    Raises:
        UnknownSchemaError: no kind has that name.
    """
    try:
        return KINDS[schema]
    except KeyError:
        raise UnknownSchemaError(f"no schema {schema!r}; known are {', '.join(sorted(KINDS))}") from None


def kind_of(record: Record) -> RecordKind:
    """The kind a record belongs to.

    Raises:
        UnknownSchemaError: its model is not registered.
    """
    try:
        return _BY_MODEL[type(record)]
    except KeyError:
        raise UnknownSchemaError(f"{type(record).__name__} is not a registered kind of record") from None


def categories(*travel: Travel) -> frozenset[Category]:
    """The categories whose records reach the next school in one of these ways; all categories when none is named."""
    return frozenset(kind.category for kind in KINDS.values() if not travel or kind.travel in travel)


def categories_among(names: Iterable[str]) -> frozenset[Category]:
    """The categories among the names of what a sealed key opens or a log line tells, those of newer programs too."""
    named = frozenset(names)
    newer = (name for name in named.difference(CATEGORIES) if is_category(name))
    return frozenset(map(Category, named.intersection(CATEGORIES))).union(map(Category, newer))


def name_of(category: str) -> Name | None:
    """What a category is called: the name of its first kind; None for a category of a newer program."""
    return next((kind.name for kind in KINDS.values() if kind.category == category), None)


def field_called(category: str, field: str) -> Called | None:
    """What a field of a category's records is called; None when its kinds do not say."""
    models = [kind.model for kind in KINDS.values() if kind.category == category]
    return next((called(model)[field] for model in models if field in called(model)), None)


def validate(schema: str, fields: Mapping[str, Any]) -> Record:
    """Make a record of a schema from plain fields.

    Raises:
        UnknownSchemaError: no kind has that name.
        InvalidRecordError: a field is missing or out of range; the message names fields, never their values.
    """
    try:
        return kind_of_schema(schema).model.model_validate(fields)
    except ValidationError as error:
        raise InvalidRecordError(describe(error)) from None


def describe(error: ValidationError) -> str:
    """Say what is wrong with a record: fields and rules, never values."""
    return "; ".join(
        f"{'.'.join(str(part) for part in item['loc']) or 'record'}: {item['msg']}"
        for item in error.errors(include_input=False, include_url=False, include_context=False)
    )
