"""Which fields of the registered records a question may use, and how a value is compared.

Here:   the rule (enumerations, booleans, numbers, short codes, declared attributes) and the text of a value.
Never:  names, free text, dates of birth: a field that could single somebody out has no type here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from federation.errors import QuestionError
from pds.records import KINDS, Category, Record

CODE_LENGTH = 64  # `pds.records.base.Code`; longer texts are names or remarks
ATTRIBUTES = "attributes."
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]{0,39}")  # `pds.records.base.AttributeName`
_MOST_DIGITS = 18  # before and after the point; a power of ten beyond it would only cost memory
_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,6})?")

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class FieldType:
    """What a field holds.

    Attributes:
        number: True for integers and decimals.
        choices: The public list of an enumeration or boolean; None for codes, numbers and attributes.
    """

    number: bool
    choices: frozenset[str] | None


def field_type(category: Category, field: str) -> FieldType:
    """The type of a field that a question may use.

    Raises:
        QuestionError: no record of that category has it, or it could single somebody out.
    """
    found = _field_type(category, field)
    if found is None:
        raise QuestionError(f"{category.value}.{field} is not a field that a study may ask about")
    return found


@lru_cache
def _field_type(category: Category, field: str) -> FieldType | None:
    for properties in _properties(category):
        if field.startswith(ATTRIBUTES) and "attributes" in properties:
            known = _ATTRIBUTE.fullmatch(field.removeprefix(ATTRIBUTES))
            return FieldType(number=False, choices=None) if known else None
        if field in properties:
            return _read_schema(properties[field])
    return None


def _properties(category: Category) -> Iterator[dict[str, Any]]:
    for kind in KINDS.values():
        if kind.category == category:
            yield kind.model.model_json_schema()["properties"]


def _read_schema(schema: dict[str, Any]) -> FieldType | None:
    alternatives = [part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"]
    if any(part.get("type") in ("integer", "number") for part in alternatives):
        return FieldType(number=True, choices=None)
    (only,) = alternatives if len(alternatives) == 1 else ({},)
    if "enum" in only:
        return FieldType(number=False, choices=frozenset(only["enum"]))
    if only.get("type") == "boolean":
        return FieldType(number=False, choices=frozenset(("true", "false")))
    if only.get("type") == "string" and only.get("maxLength", CODE_LENGTH + 1) <= CODE_LENGTH:
        return FieldType(number=False, choices=None)
    return None


def value_of(record: Record, field: str) -> object:
    """A field of a record; None when it is not given, or undeclared."""
    if field.startswith(ATTRIBUTES):
        attributes = getattr(record, "attributes", {})
        return attributes.get(field.removeprefix(ATTRIBUTES))
    return getattr(record, field, None)


def number_of(value: object) -> Number | None:
    """A value as a number; None for anything else, floats and booleans included."""
    if isinstance(value, Decimal):
        return value if value.is_finite() and abs(value.adjusted()) <= _MOST_DIGITS else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text_of(value: object) -> str | None:
    """A value as the one text that stands for it: booleans as JSON, numbers without trailing zeros, dates as ISO."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    number = number_of(value)
    return None if number is None else _plain(Decimal(number))


def decimal_text(value: object) -> str:
    """Read a number as people write it, such as "200", 200 or "0.50", and write it in one way.

    Raises:
        ValueError: it is a float, or has more than 15 digits before the point or 6 after it.
    """
    text = str(value) if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else ""
    try:
        number = number_of(Decimal(text))
    except InvalidOperation:
        number = None
    plain = "" if number is None else _plain(Decimal(number))
    if not _DECIMAL.fullmatch(plain):
        raise ValueError("a number is written as an integer or a decimal text, with at most 6 places")
    return plain


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
