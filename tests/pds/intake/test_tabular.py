import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pds.intake import Batch, LocalId, load_mapping, read_tables
from pds.records import EnrollmentInfo, TestResult
from tests.pds.intake.refusals import Told, refusal, told

MAPPING = """
format = "manabi-mapping/1"
source_system = "us-tn.star"

[[table]]
file = "enrollment.csv"
kind = "enrollment_info/1"
student = { scheme = "us-tn.pupil", column = "pupil" }
other_ids = [{ scheme = "us-tn.card", column = "card", optional = true }]
record_id = ["pupil", "school_year"]
ignore = ["teacher"]
[table.columns]
school_code = { column = "school", prefix = "us-tn:" }
local_code  = { column = "school" }
school_year = { column = "school_year" }
grade       = { column = "grade", map = { K = "E3", "1" = "P1" } }
occurred_on = { column = "entered", format = "%m/%d/%Y" }
class_name  = { column = "class", optional = true }
sex         = { column = "sex", map = { m = "male", f = "female", "NA" = "" }, optional = true }
ext_notes   = { column = "notes", optional = true }
[table.attributes]
class_type = { column = "class_type", values = ["small", "regular", "regular+aide"] }
lunch      = { column = "lunch", values = ["free", "non-free"], map = { F = "free", N = "non-free" }, optional = true }

[[table]]
file = "tests.csv"
kind = "test_result/1"
required = false
student = { scheme = "us-tn.pupil", column = "pupil" }
record_id = ["pupil", "test"]
[table.columns]
school_code  = { column = "school", prefix = "us-tn:" }
school_year  = { column = "school_year" }
grade        = { column = "grade" }
occurred_on  = { column = "held_on" }
test_id      = { column = "test" }
test_name    = { value = "Stanford Achievement Test" }
test_kind    = { value = "municipal" }
subject_code = { column = "subject" }
raw_score    = { column = "score" }
max_score    = { column = "of" }

[[table]]
file = "students.csv"
kind = "student"
required = false
student = { scheme = "us-tn.pupil", column = "pupil" }
other_ids = [{ scheme = "us-tn.card", column = "card" }]
[table.columns]
school_code = { column = "school", prefix = "us-tn:" }
school_year = { column = "school_year" }

[[table]]
file = "guardians.csv"
kind = "guardian"
required = false
student = { scheme = "us-tn.pupil", column = "pupil" }
guardian = { scheme = "us-tn.guardian", column = "guardian" }
[table.columns]
relationship = { value = "parent" }
has_parental_authority = { column = "custody", map = { yes = "true", no = "false" } }

[[table]]
file = "consents.csv"
kind = "consent"
required = false
student = { scheme = "us-tn.pupil", column = "pupil" }
guardian = { scheme = "us-tn.guardian", column = "guardian", optional = true }
[table.columns]
purpose = { column = "purpose" }
decision = { value = "given" }
signed_on = { column = "day" }
categories = { column = "categories", optional = true }
recipient = { column = "recipient", prefix = "us-tn:", optional = true }
"""
ENROLLMENT = "pupil,card,school,school_year,grade,entered,class,sex,notes,class_type,lunch,teacher\n"
FIRST = "1122,K17,63,1988,1,09/01/1988,A,f,shy,regular+aide,F,Smith\n"
SECOND = "1137,,63,1988,K,09/01/1988,,NA,,small,,Smith\n"
TESTS = "pupil,school,school_year,grade,held_on,test,subject,score,of\n"
CONSENTS = "pupil,guardian,purpose,day,categories,recipient\n"
SCORE = "1122,63,1988,P1,1989-03-25,sat-1,reading,580.0,800\n"


def read(tmp_path: Path, **files: str) -> Batch:
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    for name, text in ({"enrollment": ENROLLMENT + FIRST} | files).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    return read_tables(folder, load_mapping(mapping))


def refused(tmp_path: Path, **files: str) -> list[Told]:
    return told(lambda: read(tmp_path, **files))


def test_a_folder_is_read(tmp_path: Path) -> None:
    batch = read(tmp_path, enrollment=ENROLLMENT + FIRST + SECOND, tests=TESTS + SCORE)
    assert batch.source_system == "us-tn.star"
    assert [student.ids for student in batch.students] == [
        (LocalId("us-tn.pupil", "1122"), LocalId("us-tn.card", "K17")),
        (LocalId("us-tn.pupil", "1137"),),
    ]
    assert [(found.school_code, found.school_year) for found in batch.students] == [("us-tn:63", 1988)] * 2
    first, second, test = (found.record for found in batch.records)
    assert isinstance(first, EnrollmentInfo)
    assert first.model_dump(exclude_defaults=True) == {
        "school_code": "us-tn:63",
        "local_code": "63",
        "school_year": 1988,
        "grade": "P1",
        "occurred_on": date(1988, 9, 1),
        "source_system": "us-tn.star",
        "source_record_id": "1122/1988",
        "class_name": "A",
        "sex": "female",
        "ext_notes": "shy",
        "attributes": {"class_type": "regular+aide", "lunch": "free"},
    }
    assert isinstance(second, EnrollmentInfo)
    assert (second.sex, second.class_name, second.attributes) == (None, None, {"class_type": "small"})
    assert isinstance(test, TestResult)
    assert (test.raw_score, test.max_score, test.source_record_id) == (Decimal(580), Decimal(800), "1122/sat-1")
    assert (batch.records[2].student, batch.records[2].source.row) == (LocalId("us-tn.pupil", "1122"), 2)


def test_a_zip_is_read_like_a_folder(tmp_path: Path) -> None:
    batch = read(tmp_path)
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(tmp_path / "in" / "enrollment.csv", "enrollment.csv")
    assert read_tables(path, load_mapping(tmp_path / "mapping.toml")) == batch


def test_a_record_of_a_student_who_is_in_no_table_goes_to_the_loader(tmp_path: Path) -> None:
    batch = read(tmp_path, tests=TESTS + SCORE.replace("1122", "9999"))
    assert batch.records[1].student.value == "9999"
    assert [found.ids[0].value for found in batch.students] == ["1122"]


def test_a_student_table_knows_more_than_an_enrollment(tmp_path: Path) -> None:
    batch = read(
        tmp_path,
        enrollment=ENROLLMENT + SECOND,
        students="pupil,card,school,school_year\n1137,K17,63,1988\n1137,K17,64,1989\n",
    )
    assert [(len(found.ids), found.school_code, found.school_year) for found in batch.students] == [
        (2, "us-tn:63", 1988),
        (2, "us-tn:64", 1989),
    ]


def test_guardians_and_consents_are_read(tmp_path: Path) -> None:
    batch = read(
        tmp_path,
        guardians="guardian,pupil,custody\ng1,1122,yes\ng1,1137,no\n",
        consents=CONSENTS + '1122,g1,statistics,1988-09-01,"test_result, attendance",\n1122,,transfer,1988-09-02,,64\n',
    )
    assert [(found.ids, found.student.value, found.has_parental_authority) for found in batch.guardians] == [
        ((LocalId("us-tn.guardian", "g1"),), "1122", True),
        ((LocalId("us-tn.guardian", "g1"),), "1137", False),
    ]
    given, moved = batch.consents
    assert (given.guardian, given.purpose, given.decision) == (LocalId("us-tn.guardian", "g1"), "statistics", "given")
    assert (given.signed_on, given.categories) == (date(1988, 9, 1), ("test_result", "attendance"))
    assert (moved.guardian, moved.categories, moved.recipient) == (None, (), "us-tn:64")


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("580.0", "801", "out_of_range", None),  # above the maximum of the same row
        ("580.0", "-1", "out_of_range", "score"),
        ("580.0", "1000001", "out_of_range", "score"),
        ("580.0", "absent", "bad_number", "score"),
        ("580.0", "５８０", "bad_number", "score"),
        ("580.0", "NaN", "bad_number", "score"),
        ("580.0", "5.8E+02", "bad_number", "score"),
        ("580.0", "1_000", "bad_number", "score"),
        ("580.0", " 580", "bad_number", "score"),
        ("1988", "1988.0", "bad_number", "school_year"),
        ("1988", "S63", "bad_number", "school_year"),
        ("reading", "2.02E+11", "bad_text", "subject"),
        ("reading", "#N/A", "bad_text", "subject"),
        ("580.0", "", "missing_value", "score"),
        ("1122", "", "missing_value", "pupil"),
        ("1122", "1" * 201, "too_long", "pupil"),
        ("P1", "1", "not_in_list", "grade"),
        ("1989-03-25", "25.3.1989", "bad_date", "held_on"),
        ("1989-03-25", "606873600", "bad_date", "held_on"),
        ("1988", "98", "out_of_range", "school_year"),
        ("1988", "year", "bad_number", "school_year"),
        (",63,", ",6 3,", "bad_school_code", "school"),
        ("sat-1", "s" * 65, "too_long", "test"),
    ],
)
def test_a_wrong_cell_is_named(tmp_path: Path, old: str, new: str, code: str, field: str | None) -> None:
    found = refused(tmp_path, tests=TESTS + SCORE.replace(old, new, 1))
    assert found == [(code, "tests.csv", 2, field)]


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        (",1,", ",2,", "not_in_list", "grade"),
        (",f,", ",x,", "not_in_list", "sex"),
        ("regular+aide", "huge", "not_in_list", "class_type"),
        ("regular+aide", "", "missing_value", "class_type"),
        (",F,", ",free,", "not_in_list", "lunch"),
        ("09/01/1988", "1988-09-01", "bad_date", "entered"),
    ],
)
def test_a_value_that_the_mapping_does_not_list_is_refused(
    tmp_path: Path, old: str, new: str, code: str, field: str
) -> None:
    assert refused(tmp_path, enrollment=ENROLLMENT + FIRST.replace(old, new, 1)) == [(code, "enrollment.csv", 2, field)]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("guardians", "guardian,pupil,custody\ng1,1122,maybe\n", ("not_in_list", "custody")),
        ("guardians", "guardian,pupil,custody\n,1122,yes\n", ("missing_value", "guardian")),
        ("consents", CONSENTS + "1,,fun,2026-04-01,,\n", ("not_in_list", "purpose")),
        ("consents", CONSENTS + "1,,transfer,today,,\n", ("bad_date", "day")),
        ("consents", CONSENTS + "1,,transfer,2026-04-01,lunch,\n", ("not_in_list", "categories")),
        ("consents", CONSENTS + "1,,transfer,2026-04-01,,a b\n", ("bad_school_code", "recipient")),
        ("students", "pupil,card,school,school_year\n1,m,63,soon\n", ("bad_number", "school_year")),
        ("students", "pupil,card,school,school_year\n1,,63,1988\n", ("missing_value", "card")),
    ],
)
def test_a_wrong_cell_about_people_is_named(tmp_path: Path, name: str, text: str, expected: tuple[str, str]) -> None:
    code, field = expected
    assert refused(tmp_path, **{name: text}) == [(code, f"{name}.csv", 2, field)]


def test_a_row_twice_is_refused_and_names_the_first(tmp_path: Path) -> None:
    assert refused(tmp_path, tests=TESTS + SCORE + SCORE) == [("duplicate_row", "tests.csv", 3, None)]


@pytest.mark.parametrize(
    ("name", "header", "row"),
    [
        ("students", "pupil,card,school,school_year\n", "1,m,63,1988\n"),
        ("guardians", "guardian,pupil,custody\n", "g1,1122,yes\n"),
        ("consents", CONSENTS, "1122,g1,statistics,1988-09-01,,\n"),
    ],
)
def test_people_and_consents_twice_are_refused(tmp_path: Path, name: str, header: str, row: str) -> None:
    assert refused(tmp_path, **{name: header + row + row}) == [("duplicate_row", f"{name}.csv", 3, None)]


def test_two_students_with_one_card_are_refused(tmp_path: Path) -> None:
    twin = FIRST.replace("1122", "1123")
    assert refused(tmp_path, enrollment=ENROLLMENT + FIRST + twin) == [("duplicate_id", "enrollment.csv", 3, "card")]


def test_a_slash_in_a_cell_forges_no_record_id(tmp_path: Path) -> None:
    one = SCORE.replace("1122", "a").replace("sat-1", "b/c")
    other = SCORE.replace("1122", "a/b").replace("sat-1", "c")
    batch = read(tmp_path, tests=TESTS + one + other)
    assert [found.record.source_record_id for found in batch.records[1:]] == ["a/b%2Fc", "a%2Fb/c"]


def test_a_missing_file_is_named_and_an_unlisted_one_is_left_alone(tmp_path: Path) -> None:
    read(tmp_path, other="what,ever\n")
    (tmp_path / "in" / "enrollment.csv").unlink()
    mapping = load_mapping(tmp_path / "mapping.toml")
    assert told(lambda: read_tables(tmp_path / "in", mapping)) == [("missing_file", "enrollment.csv", None, None)]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path, tests=TESTS.replace(",score", "")) == [("missing_column", "tests.csv", 1, "score")]


def test_a_column_that_the_mapping_does_not_name_is_refused(tmp_path: Path) -> None:
    header = TESTS.replace("pupil", "pupil,address")
    assert refused(tmp_path, tests=header) == [("unexpected_column", "tests.csv", 1, "column 2")]


def test_problems_of_all_files_are_told_together(tmp_path: Path) -> None:
    found = refused(tmp_path, enrollment=ENROLLMENT, tests=TESTS + SCORE.replace("P1", "P7"), students="pupil\n")
    assert [(code, file) for code, file, *_ in found] == [
        ("not_in_list", "tests.csv"),
        ("missing_column", "students.csv"),
        ("missing_column", "students.csv"),
        ("missing_column", "students.csv"),
    ]


def test_beyond_a_thousand_problems_are_only_counted(tmp_path: Path) -> None:
    rows = "".join(SCORE.replace("1122", str(number)).replace("P1", "P7") for number in range(1500))
    error = refusal(lambda: read(tmp_path, tests=TESTS + rows))
    assert (len(error.problems), error.more) == (1000, 500)
    assert str(error).endswith("and 1480 more")


def test_several_records_can_come_from_one_row(tmp_path: Path) -> None:
    """A wide table: two scores in one row, told apart by `record_suffix`."""
    table = """
    [[table]]
    file = "wide.csv"
    kind = "test_result/1"
    student = {{ scheme = "p", column = "pupil" }}
    record_id = ["pupil"]
    record_suffix = "{name}"
    [table.columns]
    school_code  = {{ value = "us-tn:63" }}
    school_year  = {{ value = "1988" }}
    grade        = {{ value = "P1" }}
    occurred_on  = {{ value = "1989-03-25" }}
    test_id      = {{ value = "{name}" }}
    test_name    = {{ value = "SAT" }}
    test_kind    = {{ value = "municipal" }}
    subject_code = {{ value = "{name}" }}
    raw_score    = {{ column = "{name}" }}
    max_score    = {{ value = "800" }}
    """
    text = (
        'format = "manabi-mapping/1"\nsource_system = "s"\n' + table.format(name="reading") + table.format(name="math")
    )
    mapping = tmp_path / "wide.toml"
    mapping.write_text(text, encoding="utf-8")
    folder = tmp_path / "wide"
    folder.mkdir()
    (folder / "wide.csv").write_text("pupil,reading,math\n1,500,600\n", encoding="utf-8")
    batch = read_tables(folder, load_mapping(mapping))
    assert [found.record.source_record_id for found in batch.records] == ["1/reading", "1/math"]
    mapping.write_text(text.replace('record_suffix = "math"', 'record_suffix = "reading"'), encoding="utf-8")
    assert told(lambda: read_tables(folder, load_mapping(mapping))) == [("duplicate_row", "wide.csv", 2, None)]
