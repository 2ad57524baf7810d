"""Opened records made by hand, as a reading hands them over. Never: a vault."""

from datetime import date
from typing import Any

from pds.identifiers import OrgId
from pds.records import validate
from pds.vault import StoredRecord
from tests.world.records import as_stored

MINATO, HIKARI = OrgId("B113299999902"), OrgId("C113299999919")
_AGE = {year: f"P{year - 2020}" for year in range(2021, 2027)}


def stored(
    schema: str, seq: int, day: date, school: OrgId = MINATO, issuer: OrgId | None = None, **fields: Any
) -> StoredRecord:
    """One record as it stands in a chain, named `r1`, `r2` and so on by its place."""
    year = day.year if day.month > 3 else day.year - 1
    common = {
        "school_code": school,
        "school_year": year,
        "grade": _AGE[year],
        "occurred_on": day,
        "source_system": "test",
        "source_record_id": str(seq),
    }
    record = validate(schema, {**common, **fields})
    return as_stored(record, seq, issuer or school)


def scored(
    seq: int, day: date, score: object, subject: str = "P030", most: object = 100, **fields: Any
) -> StoredRecord:
    """A test result."""
    known = {"test_id": f"T{seq}", "test_name": "まとめ", "test_kind": "unit", "author_role": "homeroom_teacher"}
    return stored(
        "test_result/1", seq, day, raw_score=score, max_score=most, subject_code=subject, **{**known, **fields}
    )


def attended(seq: int, day: date, status: str = "present", **fields: Any) -> StoredRecord:
    """A day, or a lesson, of attendance."""
    return stored("attendance/1", seq, day, status=status, **fields)
