"""Hypothesis strategies for records: pairs that differ in nothing but values a thief must not tell apart.

Built from the models' annotations, apart from the code that pads, so that a kind that is added is tested at once.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

from annotated_types import Ge, Le, MaxLen
from hypothesis import reject
from hypothesis import strategies as st
from pydantic import BaseModel

from pds.errors import InvalidRecordError
from pds.identifiers import OrgId, RecordId
from pds.records import KINDS, Category, Record, kind_of, validate
from pds.vault import StoredRecord
from pds.vault.sealing import Contents

ABSENT = object()
JAPAN = timezone(timedelta(hours=9))
_NAMES_OF_PARTS = {"items": "no", "subjects": "subject_code"}  # lists of models, and what tells their members apart
_OPEN = {"attributes", *_NAMES_OF_PARTS}
_PLAIN: dict[object, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    date: st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    UUID: st.uuids(),
    datetime: st.builds(
        lambda moment, offset: moment.replace(tzinfo=timezone(timedelta(minutes=offset))),
        st.one_of(
            st.datetimes(datetime(1950, 1, 1), datetime(2199, 1, 1)),  # noqa: DTZ001  # its offset is drawn beside
            st.just(datetime(2026, 5, 8, 9, 10)),  # noqa: DTZ001  # as above
        ),
        st.sampled_from([0, 540, -570]),
    ),
}


@st.composite
def twins(draw: st.DrawFn, schema: str) -> tuple[Record, Record]:
    """Two records of a schema with the same free text, and closed fields of their own."""
    model = KINDS[schema].model
    free: dict[str, Any] = {name: draw(text) for name, text in _free(model).items()}
    if "attributes" in model.model_fields:
        free["attributes"] = draw(st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), max_size=4))
    for name in _NAMES_OF_PARTS.keys() & model.model_fields:
        free[name] = draw(st.lists(st.text("0123456789", min_size=1, max_size=5), max_size=4, unique=True))
    return draw(_record(schema, free)), draw(_record(schema, free))


@st.composite
def _record(draw: st.DrawFn, schema: str, free: Mapping[str, Any]) -> Record:
    model = KINDS[schema].model
    fields = {name: value for name, value in free.items() if name not in _OPEN}
    fields |= draw(closed_fields(model))
    if "attributes" in free:
        values = st.from_regex(r"[A-Za-z0-9+_.:-]{1,64}", fullmatch=True)
        fields["attributes"] = {name: draw(values) for name in free["attributes"]}
    for name, key in _NAMES_OF_PARTS.items():
        if name in free:
            (part,) = (part for part in get_args(model.model_fields[name].annotation) if part is not Ellipsis)
            fields[name] = [{key: value, **draw(closed_fields(part))} for value in free[name]]
    repair(schema, fields)
    try:
        return validate(schema, fields)
    except InvalidRecordError:  # a rule across fields; for the named categories, what was drawn is repaired instead
        if KINDS[schema].category in list(Category):
            raise
        reject()


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
    if schema in _REPAIRS:
        _REPAIRS[schema](fields)


def _repair_observation(fields: dict[str, Any]) -> None:
    if fields["condition"] == "good" and "symptoms" in fields:
        fields["symptoms"] = []


def _repair_visit(fields: dict[str, Any]) -> None:
    fields["occurred_on"] = fields["visited_at"].astimezone(JAPAN).date()
    if fields.get("left_at") is not None:
        fields["left_at"] = max(fields["left_at"], fields["visited_at"])


def _repair_drill(fields: dict[str, Any]) -> None:
    fields["occurred_on"] = fields["timestamp"].astimezone(JAPAN).date()
    low, score, high = sorted((fields.get("score_min", Decimal(0)), fields["score_raw"], fields["score_max"]))
    if low == high:
        high += 1
        low, score, high = (low - 1, score - 1, high - 1) if high > Decimal(1_000_000) else (low, score, high)
    fields.update(score_raw=score, score_max=high)
    if "score_min" in fields or low:
        fields["score_min"] = low
    fields["score_scaled"] = round((score - low) / (high - low), 7)


def _repair_survey(fields: dict[str, Any]) -> None:
    fields["response"] = min(fields["response"], fields["levels"])


def _repair_sheet(fields: dict[str, Any]) -> None:
    present, absent, suspended = sorted(
        fields[name] % 123 for name in ("present_days", "absent_days", "suspended_days")
    )
    required = present + absent
    fields.update(present_days=present, absent_days=absent, suspended_days=suspended)
    fields.update(required_days=required, lesson_days=required + suspended)
    best = 5 if fields["grade"][0] in "JH" else 3 if fields["grade"] in ("P3", "P4", "P5", "P6") else None
    for marks in fields["subjects"]:
        if marks.get("rating") is not None:
            marks["rating"] = None if best is None else min(marks["rating"], best)


_REPAIRS = {
    "health_observation/1": _repair_observation,
    "nurse_office_visit/1": _repair_visit,
    "drill_log/1": _repair_drill,
    "student_survey/1": _repair_survey,
    "permanent_record/1": _repair_sheet,
}


def _free(model: type[BaseModel]) -> dict[str, st.SearchStrategy[Any]]:
    """Values for the open fields of a model; what is no text and no list of texts is left out."""
    free = {
        name: _open(info.annotation, info.metadata)
        for name, info in model.model_fields.items()
        if name not in _OPEN and _closed(info.annotation, info.metadata) is None
    }
    return {name: text for name, text in free.items() if text is not None}


def _open(annotation: Any, metadata: list[Any]) -> st.SearchStrategy[Any] | None:  # as elsewhere
    if hasattr(annotation, "__metadata__"):
        return _open(annotation.__origin__, [*metadata, *_flat(annotation.__metadata__)])
    members = [part for part in get_args(annotation) if part is not type(None)]
    if type(None) in get_args(annotation):
        return next((text for part in members if (text := _open(part, metadata)) is not None), None)
    if get_origin(annotation) is tuple:
        member = _open(members[0], [])
        return None if member is None else st.lists(member, max_size=3)
    if annotation is not str:
        return None
    pattern = next((item.pattern for item in metadata if getattr(item, "pattern", None)), None)
    most = next((item.max_length for item in metadata if isinstance(item, MaxLen)), 60)
    return st.integers(1, min(most, 60)).map("x".__mul__) if pattern is None else st.from_regex(pattern, fullmatch=True)


def _closed(annotation: Any, metadata: list[Any]) -> st.SearchStrategy[Any] | None:
    if hasattr(annotation, "__metadata__"):
        return _closed(annotation.__origin__, [*metadata, *_flat(annotation.__metadata__)])
    if type(None) in get_args(annotation):
        inner = [_closed(part, metadata) for part in get_args(annotation) if part is not type(None)]
        return None if None in inner else st.one_of(st.none(), *[s for s in inner if s is not None])
    if annotation in (int, Decimal):
        return _numbers(annotation, metadata)
    if get_origin(annotation) is Literal:
        return st.sampled_from(get_args(annotation))
    if get_origin(annotation) is tuple and get_origin(get_args(annotation)[0]) is Literal:
        return st.lists(st.sampled_from(get_args(get_args(annotation)[0])), unique=True)
    return _PLAIN.get(annotation)


def _numbers(annotation: Any, metadata: list[Any]) -> st.SearchStrategy[Any]:
    low = next(int(str(item.ge)) for item in metadata if isinstance(item, Ge))
    high = next(int(str(item.le)) for item in metadata if isinstance(item, Le))
    if annotation is int:
        return st.integers(low, high)
    most = next(item.decimal_places for item in metadata if hasattr(item, "decimal_places"))
    return st.integers(0, most).flatmap(lambda places: st.decimals(low, high, places=places))


def _flat(metadata: tuple[Any, ...]) -> list[Any]:
    return [part for item in metadata for part in (getattr(item, "metadata", None) or [item])]


def as_stored(record: Record, seq: int, issuer: OrgId) -> StoredRecord:
    """A record as a reading hands it over, named `r1`, `r2` and so on by its place."""
    kind = kind_of(record)
    contents = Contents(kind.schema, record.model_dump(mode="json", exclude_unset=True))
    found = StoredRecord(RecordId(f"r{seq}"), seq, issuer, kind.category, contents)
    vars(found)["record"] = record  # made already, valid or not
    return found
