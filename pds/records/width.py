"""How wide a record could have been: so that its stored size says nothing about an enumeration's value.

Here: the slack between a record's text and the widest text of its closed fields (enumerations, booleans, bounded
numbers, dates, moments, lists of choices, attributes). Never: padding itself, which is `pds.vault.sealing`'s.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NamedTuple, get_args, get_origin
from uuid import UUID

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pds.records.base import ATTRIBUTE_BYTES

_NULL = 4  # bytes of `null`
_OVERHEAD = 4  # quotes, colon and comma around a name
_WIDTHS: dict[object, set[int]] = {
    bool: {_NULL, _NULL + 1},
    Decimal: {3, 15},  # from "0" to twelve digits and a point, in quotes
    date: {len("2000-01-01") + 2},
    datetime: {len("2000-01-01T00:00:00Z") + 2, len("2000-01-01T00:00:00.000000+09:00") + 2},
    UUID: {36 + 2},
}


def slack(model: BaseModel) -> int:
    """Bytes by which the canonical text of `model` falls short of the widest its closed fields allow."""
    shape, values, present = _shape(type(model)), model.__dict__, model.model_fields_set
    missing = shape.widest
    for name, width in shape.fixed:
        if name in present:
            missing -= width if values[name] is not None else len(name) + _OVERHEAD + _NULL
    for name, around in shape.varying:
        if name in present:
            value = values[name]
            missing -= around + (len(value) + 2 if value.__class__ is str else _width_of(value))
    for name, measure in shape.nested:
        missing += measure(values[name])
    return missing


class _Shape(NamedTuple):
    """The closed fields of a model.

    Attributes:
        widest: The sum of the widest texts of all of them.
        fixed: Fields that are either absent, null, or of one width; with that width.
        varying: Fields whose width depends on the value; with the width around the value.
        nested: Fields with closed values inside, and how to measure those.
    """

    widest: int
    fixed: tuple[tuple[str, int], ...]
    varying: tuple[tuple[str, int], ...]
    nested: tuple[tuple[str, Callable[[Any], int]], ...]


def _width_of(value: object) -> int:
    if value is None or value is True:
        return _NULL
    if value is False:
        return _NULL + 1
    if isinstance(value, int):
        return len(str(value))
    if isinstance(value, tuple):
        return _list_width([_width_of(item) for item in value])
    if isinstance(value, datetime):
        return len(value.isoformat().replace("+00:00", "Z")) + 2
    return len(str(value)) + 2  # strings and decimals stand in quotes


def _list_width(widths: list[int]) -> int:
    return 2 + sum(widths) + max(len(widths) - 1, 0)  # brackets and commas


@lru_cache
def _shape(model: type[BaseModel]) -> _Shape:
    fixed: dict[str, int] = {}
    varying: dict[str, int] = {}
    nested: dict[str, Callable[[Any], int]] = {}
    for name, info in model.model_fields.items():
        if name == "attributes":
            nested[name] = lambda values: sum(ATTRIBUTE_BYTES - len(value) for value in values.values())
        elif _is_list_of_models(info.annotation):
            nested[name] = lambda items: sum(slack(item) for item in items)
        elif widths := _widths(info):
            widest = max(*widths, _NULL) if _nullable(info) else max(widths)
            (fixed if widths == {widest} else varying)[name] = len(name) + _OVERHEAD + widest
    return _Shape(
        sum(fixed.values()) + sum(varying.values()),
        tuple(fixed.items()),
        tuple((name, len(name) + _OVERHEAD) for name in varying),
        tuple(nested.items()),
    )


def _widths(info: FieldInfo) -> set[int]:
    """The widths a field's value can have, null apart; empty for an open field."""
    limits = [item for item in info.metadata if isinstance(item, Ge | Le)]
    alternatives = get_args(info.annotation) if _nullable(info) else (info.annotation,)
    parts = [_widths_of_annotation(part, limits) for part in alternatives if part is not type(None)]
    return set().union(*parts) if all(parts) else set()


def _is_list_of_models(annotation: Any) -> bool:  # noqa: ANN401  # annotations have no common type
    member = get_args(annotation)[:1] if get_origin(annotation) is tuple else ()
    return any(isinstance(part, type) and issubclass(part, BaseModel) for part in member)


def _nullable(info: FieldInfo) -> bool:
    return type(None) in get_args(info.annotation)


def _widths_of_annotation(annotation: Any, limits: list[Ge | Le]) -> set[int]:  # noqa: ANN401  # as above
    if hasattr(annotation, "__metadata__"):
        limits = [*limits, *_limits_of(annotation)]
        annotation = annotation.__origin__
    if get_origin(annotation) is Literal:
        return {len(value) + 2 for value in get_args(annotation)}
    if get_origin(annotation) is tuple and get_origin(get_args(annotation)[0]) is Literal:
        return {2, _list_width([len(value) + 2 for value in get_args(get_args(annotation)[0])])}
    if annotation is int and limits:
        return {len(str(limit.ge if isinstance(limit, Ge) else limit.le)) for limit in limits}
    return _WIDTHS.get(annotation, set())


def _limits_of(annotated: Any) -> list[Ge | Le]:  # noqa: ANN401  # as above
    found: list[Ge | Le] = []
    for item in annotated.__metadata__:
        parts = item.metadata if isinstance(item, FieldInfo) else [item]
        found += [part for part in parts if isinstance(part, Ge | Le)]
    return found
