"""How wide a record could have been: so that its stored size says nothing about an enumeration's value.

Here: the slack between a record's text and the widest text of its closed fields (enumerations, booleans, bounded
numbers, dates, attributes). Never: padding itself, which is `pds.sealing`'s.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pds.records.base import ATTRIBUTE_BYTES

_NULL = 4  # bytes of `null`
_OVERHEAD = 4  # quotes, colon and comma around a name
_WIDEST: dict[object, int] = {
    type(None): _NULL,
    bool: _NULL + 1,
    Decimal: 15,  # twelve digits, point and quotes fit
    date: len("2000-01-01") + 2,
    datetime: len("2000-01-01T00:00:00.000000+09:00") + 2,
}

Width = int | None


def slack(model: BaseModel) -> int:
    """Bytes by which the canonical text of `model` falls short of the widest its closed fields allow."""
    fixed, nested = _closed_fields(type(model))
    values = model.__dict__
    present = model.model_fields_set
    missing = 0
    for name, widest in fixed:
        missing += widest
        if name in present:
            missing -= len(name) + _OVERHEAD + _width_of(values[name])
    for name, measure in nested:
        missing += measure(values[name])
    return missing


def _width_of(value: object) -> int:
    if value is None or value is True:
        return _NULL
    if value is False:
        return _NULL + 1
    if isinstance(value, int):
        return len(str(value))
    return len(str(value)) + 2  # strings, dates and decimals stand in quotes


@lru_cache
def _closed_fields(
    model: type[BaseModel],
) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, Callable[[Any], int]], ...]]:
    fixed: list[tuple[str, int]] = []
    nested: list[tuple[str, Callable[[Any], int]]] = []
    for name, info in model.model_fields.items():
        if name == "attributes":
            nested.append((name, lambda values: sum(ATTRIBUTE_BYTES - len(value) for value in values.values())))
        elif name == "items":
            nested.append((name, lambda items: sum(slack(item) for item in items)))
        elif (widest := _widest(info)) is not None:
            fixed.append((name, len(name) + _OVERHEAD + widest))
    return tuple(fixed), tuple(nested)


def _widest(info: FieldInfo) -> Width:
    limits = [item for item in info.metadata if isinstance(item, Ge | Le)]
    widths = [_widest_annotation(part, limits) for part in _alternatives(info.annotation)]
    known = [width for width in widths if width is not None]
    return max(known) if len(known) == len(widths) else None


def _alternatives(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401  # annotations have no common type
    return get_args(annotation) if type(None) in get_args(annotation) else (annotation,)


def _widest_annotation(annotation: Any, limits: list[Ge | Le]) -> Width:  # noqa: ANN401  # see above
    if hasattr(annotation, "__metadata__"):
        limits = [*limits, *_limits_of(annotation)]
        annotation = annotation.__origin__
    if get_origin(annotation) is Literal:
        return max(len(value) for value in get_args(annotation)) + 2
    if annotation is int and limits:
        return max(len(str(limit.ge if isinstance(limit, Ge) else limit.le)) for limit in limits)
    return _WIDEST.get(annotation)


def _limits_of(annotated: Any) -> list[Ge | Le]:  # noqa: ANN401  # see above
    found: list[Ge | Le] = []
    for item in annotated.__metadata__:
        parts = item.metadata if isinstance(item, FieldInfo) else [item]
        found += [part for part in parts if isinstance(part, Ge | Le)]
    return found
