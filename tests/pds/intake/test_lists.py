"""Lists in one cell: a child's symptoms arrive as they were ticked, and a list of other things is no column."""

from pathlib import Path

import pytest

from pds.intake import IntakeError, LocalId, Row, Source, load_mapping
from pds.intake.columns import RowReader
from pds.intake.problems import Report

TABLE = """
format = "manabi-mapping/1"
source_system = "sis"
[[table]]
file = "health.csv"
kind = "health_observation/1"
student = { scheme = "roster", column = "id" }
record_id = ["id", "day"]
columns.school_code = { column = "school" }
columns.school_year = { column = "year" }
columns.grade = { column = "grade" }
columns.occurred_on = { column = "day" }
columns.observed_by = { value = "homeroom_teacher" }
columns.condition = { column = "condition" }
columns.symptoms = { column = "symptoms", optional = true }
"""
CELLS = {"id": "1", "school": "X1", "year": "2026", "grade": "P1", "day": "2026-05-08", "condition": "unwell"}


@pytest.mark.parametrize(("cell", "read"), [("cough, fever", ["cough", "fever"]), ("cough", ["cough"]), ("", None)])
def test_a_cell_of_words_becomes_a_list(tmp_path: Path, cell: str, read: list[str] | None) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(TABLE)
    report = Report()
    reader = RowReader(load_mapping(path).table[0], report)
    found = reader.read(Row(CELLS | {"symptoms": cell}, Source("health.csv", 2)))
    assert report.count == 0
    assert found is not None
    assert found.student == LocalId("roster", "1")
    assert found.fields.get("symptoms") == read


def test_the_items_of_a_test_cannot_come_from_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(TABLE.replace("columns.symptoms", "columns.items").replace("health_observation/1", "test_result/1"))
    with pytest.raises(IntakeError):
        load_mapping(path)
