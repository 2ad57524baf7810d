"""Hypothesis strategies for records: pairs that differ in nothing but values a thief must not tell apart.

Built from the models' annotations, apart from the code that pads, so that a kind that is added is tested at once.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from hypothesis import strategies as st
from pydantic import BaseModel

from pds.records import KINDS, Record, validate
from pds.records.test_result import Item

ABSENT = object()
_OPEN = {"attributes", "items"}
_PLAIN: dict[object, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    Decimal: st.integers(0, 4).flatmap(lambda places: st.decimals(0, 1_000_000, places=places)),
    date: st.dates(date(1900, 1, 1), date(2200, 1, 1)),
}


@st.composite
def twins(draw: st.DrawFn, schema: str) -> tuple[Record, Record]:
    """Two records of a schema with the same free text, and closed fields of their own."""
    model = KINDS[schema].model
    free = {name: draw(st.just("x" * draw(st.integers(1, 60)))) for name in _free_names(model)}
    if "attributes" in model.model_fields:
        free["attributes"] = draw(st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), max_size=4))
    if "items" in model.model_fields:
        free["items"] = draw(st.lists(st.text("0123456789", min_size=1, max_size=5), max_size=4))
    return draw(_record(schema, free)), draw(_record(schema, free))


@st.composite
def _record(draw: st.DrawFn, schema: str, free: Mapping[str, Any]) -> Record:
    model = KINDS[schema].model
    fields = {name: value for name, value in free.items() if name not in _OPEN}
    fields |= draw(closed_fields(model))
    if "attributes" in free:
        values = st.from_regex(r"[A-Za-z0-9+_.:-]{1,64}", fullmatch=True)
        fields["attributes"] = {name: draw(values) for name in free["attributes"]}
    if "items" in free:
        fields["items"] = [{"no": no, **draw(closed_fields(Item))} for no in free["items"]]
    repair(schema, fields)
    return validate(schema, fields)


@st.composite
def closed_fields(draw: st.DrawFn, model: type[BaseModel]) -> dict[str, Any]:
    """Values for the enumerations, booleans, bounded numbers and dates of a model; optional ones may be absent."""
    fields: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        strategy = _closed(info.annotation, info.metadata)
        if strategy is None or name in _OPEN:
            continue
        value = draw(strategy if info.is_required() else st.one_of(st.just(ABSENT), strategy))
        if value is not ABSENT:
            fields[name] = value
    return fields


def repair(schema: str, fields: dict[str, Any]) -> None:
    """Make drawn fields fit the rules that span several fields, without asking the model which they are."""
    if schema == "attendance/1":
        status = fields["status"]
        for name, wanted in (("absence_reason", "absent"), ("suspension_basis", "suspended")):
            if status != wanted and name in fields:
                fields[name] = None
        for name in ("late", "early_leave"):
            if status != "present" and name in fields:
                fields[name] = False
    if schema == "test_result/1":
        low, score, high = sorted((fields.get("min_score", Decimal(0)), fields["raw_score"], fields["max_score"]))
        fields.update(raw_score=score, max_score=high)
        if "min_score" in fields:
            fields["min_score"] = low


def _free_names(model: type[BaseModel]) -> list[str]:
    return [
        name
        for name, info in model.model_fields.items()
        if name not in _OPEN and _closed(info.annotation, info.metadata) is None
    ]


def _closed(annotation: Any, metadata: list[Any]) -> st.SearchStrategy[Any] | None:
    if hasattr(annotation, "__metadata__"):
        return _closed(annotation.__origin__, [*metadata, *_flat(annotation.__metadata__)])
    if type(None) in get_args(annotation):
        inner = [_closed(part, metadata) for part in get_args(annotation) if part is not type(None)]
        return None if None in inner else st.one_of(st.none(), *[s for s in inner if s is not None])
    if annotation is int:
        low = next(item.ge for item in metadata if isinstance(item, Ge))
        high = next(item.le for item in metadata if isinstance(item, Le))
        return st.integers(int(str(low)), int(str(high)))
    if get_origin(annotation) is Literal:
        return st.sampled_from(get_args(annotation))
    return _PLAIN.get(annotation)


def _flat(metadata: tuple[Any, ...]) -> list[Any]:
    return [part for item in metadata for part in (getattr(item, "metadata", None) or [item])]
