from pathlib import Path

import pytest

from pds.intake import Problem, load_mapping
from pds.intake.mapping import MAPPING_BYTES
from tests.pds.intake.refusals import refusal, told

TABLE = """
format = "manabi-mapping/1"
source_system = "us-tn.star"
[[table]]
file = "tests.csv"
kind = "test_result/1"
student = { scheme = "us-tn.pupil", column = "pupil" }
record_id = ["pupil", "test"]
[table.columns]
school_code = { column = "school", prefix = "us-tn:" }
school_year = { column = "year" }
grade = { column = "grade", map = { K = "E3" } }
occurred_on = { column = "held", format = "%d/%m/%Y" }
test_id = { column = "test" }
test_name = { value = "SAT" }
test_kind = { value = "municipal" }
subject_code = { column = "subject" }
raw_score = { column = "score" }
max_score = { value = 800 }
"""
ENROLLMENT = (
    TABLE.replace("test_result", "enrollment_info").partition("test_id")[0]
    + '[table.attributes]\nlunch = { column = "l", values = ["free"] }'
)


def spoilt(old: str, new: str, text: str = TABLE) -> str:
    assert old in text
    return text.replace(old, new)


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "mapping.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_mapping_is_read(tmp_path: Path) -> None:
    mapping = load_mapping(write(tmp_path, TABLE))
    assert (mapping.encoding, mapping.delimiter) == ("utf-8", ",")
    assert mapping.table[0].columns["max_score"].value == "800"
    assert mapping.table[0].required


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        (spoilt("manabi-mapping/1", "manabi-mapping/2"), "format", "manabi-mapping/1"),
        (spoilt("source_system =", "sourcesystem ="), "source_system", "required"),
        (spoilt('"us-tn.star"', '""'), "source_system", "at least 1"),
        (spoilt("[[table]]", 'encoding = "latin-1"\n[[table]]'), "encoding", "cp932"),
        (spoilt("[[table]]", 'delimiter = "x"\n[[table]]'), "delimiter", "';'"),
        (spoilt('"tests.csv"', '"../tests.csv"'), "table[1].file", "rename it"),
        (spoilt('"tests.csv"', '"成績.csv"'), "table[1].file", "a file is named with letters"),
        (spoilt("test_result/1", "test_result/9"), "table[1]", "kind must be one of"),
        (spoilt('prefix = "us-tn:"', 'suffix = "x"'), "table[1].columns.school_code.suffix", "not permitted"),
        (spoilt('{ value = "SAT" }', "{ }"), "table[1].columns.test_name", "either column or value"),
        (spoilt('{ value = "SAT" }', '{ value = "a", column = "b" }'), "table[1].columns.test_name", "either"),
        (spoilt('{ value = "SAT" }', '{ value = "a", prefix = "b" }'), "table[1].columns.test_name", "alone"),
        (spoilt("%d/%m/%Y", "%d/%m"), "table[1].columns.occurred_on", "a year of four digits, month and day"),
        (spoilt("%d/%m/%Y", "%q"), "table[1].columns.occurred_on", "a year of four digits, month and day"),
        (spoilt("%d/%m/%Y", "%d/%m/%y"), "table[1].columns.occurred_on", "or be wareki"),
        (spoilt("%d/%m/%Y", "令和%y年%m月%d日"), "table[1].columns.occurred_on", "or be wareki"),
        (spoilt("raw_score = ", "row_score = "), "table[1]", "columns lacks raw_score"),
        (spoilt("test_id = ", 'teacher = { value = "x" }\ntest_id = '), "table[1]", "columns.teacher is no field"),
        (spoilt("test_id = ", 'items = { column = "x" }\ntest_id = '), "table[1]", "columns.items is no field"),
        (spoilt("test_id = ", 'source_system = { value = "x" }\ntest_id = '), "table[1]", "columns.source_system"),
        (spoilt('{ column = "score" }', '{ column = "score", optional = true }'), "table[1]", "cannot be optional"),
        (spoilt('record_id = ["pupil", "test"]', ""), "table[1]", "record_id"),
        (spoilt("[table.columns]", '[table.attributes]\nx = { column = "a", values = ["b"] }\n[table.columns]'),
            "table[1]", "attributes are for enrollment_info/1"),
        (spoilt("record_id", 'guardian = { scheme = "g", column = "g" }\nrecord_id'), "table[1]", "guardian is needed"),
        (spoilt("record_id", 'other_ids = [{ scheme = "g", column = "g" }]\nrecord_id'), "table[1]", "other_ids"),
        (spoilt('column = "pupil"', 'column = "pupil", optional = true'), "table[1]", "only the guardian"),
        (spoilt('scheme = "us-tn.pupil"', 'scheme = "a scheme"'), "table[1].student.scheme", "pattern"),
        (spoilt('["free"]', '["free lunch"]', ENROLLMENT), "table[1].attributes.lunch.values[1]", "pattern"),
        (spoilt('["free"]', "[]", ENROLLMENT), "table[1].attributes.lunch.values", "at least 1"),
        ("= 1", None, "no TOML"),
        ("a = " + "[" * 100_000, None, "no TOML"),
        (b"\xff", None, "UTF-8"),
        ("#" * (MAPPING_BYTES + 1), None, "at most"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_names_its_key(tmp_path: Path, text: str | bytes, key: str | None, words: str) -> None:
    path = write(tmp_path, text)
    found = {(str(problem.code), problem.file, problem.field): problem.message for problem in _problems(path)}
    assert words in found["bad_mapping", "mapping.toml", key]


def _problems(path: Path) -> tuple[Problem, ...]:
    return refusal(lambda: load_mapping(path)).problems


def test_record_suffix_goes_with_records(tmp_path: Path) -> None:
    text = """
    format = "manabi-mapping/1"
    source_system = "s"
    [[table]]
    file = "s.csv"
    kind = "student"
    student = { scheme = "a", column = "b" }
    record_suffix = "x"
    columns = { school_code = { column = "s" }, school_year = { column = "y" } }
    """
    assert "record_suffix goes with record_id" in str(refusal(lambda: load_mapping(write(tmp_path, text))))


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert told(lambda: load_mapping(tmp_path / "none.toml")) == [("unreadable", "none.toml", None, None)]
