"""An identifier that looks like another is refused where it comes in, by file, row and field; few of them decide."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.lookup import local_id
from pds.errors import UsageError
from pds.intake import LocalId, load_mapping, read_oneroster, read_tables
from tests.pds.intake.oneroster_files import Pupil, School, pack, tables, write_oneroster
from tests.pds.intake.refusals import told

MAPPING = """
format = "manabi-mapping/1"
source_system = "test"
{lasting}
[[table]]
file = "students.csv"
kind = "student"
student = {{ scheme = "{scheme}", column = "number" }}
other_ids = [{{ scheme = "{other}", column = "other", optional = true }}]
[table.columns]
school_code = {{ value = "s" }}
school_year = {{ value = "2026" }}
"""
LOOK_ALIKES = {
    "blank after": "S1001 ",
    "blank before": " S1001",
    "no-break space": "S1001\u00a0",
    "ideographic space": "S1001\u3000",
    "zero-width space": "S1001\u200b",
    "zero-width joiner inside": "S10\u200d01",
    "byte order mark": "\ufeffS1001",
    "soft hyphen": "S10\u00ad01",
    "bidirectional mark": "S1001\u200e",
    "tab": "S1001\t",
    "control": "S1001\u0007",
    "two blanks": "S  1001",
    "full-width digits": "Ｓ１００１",
    "full-width hyphen": "S－1001",
    "vowel mark for a hyphen": "Sー1001",
    "minus sign": "S\u22121001",
    "Cyrillic letter": "\u04051001",
    "half-width kana": "ｼ1001",
    "private use": "S1001\ue000",
    "unpaired accent": "S1001\u0301",
}
BY_SPREADSHEET = [
    "2.02E+11",
    "2.02e+11",
    "2E+11",
    "2,02E+11",
    "1001.0",
    "#N/A",
    "########",
    "'1001",
    '="1001"',
    "Apr-1",
    "4月1日",
]


def mapping(folder: Path, scheme: str = "number", other: str = "other", lasting: str = "") -> Path:
    path = folder / "mapping.toml"
    path.write_text(MAPPING.format(scheme=scheme, other=other, lasting=lasting), encoding="utf-8")
    return path


@pytest.mark.parametrize("number", [*LOOK_ALIKES.values(), *BY_SPREADSHEET], ids=ascii)
def test_a_number_that_is_not_written_as_one_is_refused_with_file_row_and_field(tmp_path: Path, number: str) -> None:
    cell = number.replace('"', '""')
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "students.csv").write_text(
        f'number,other\n"{cell}",\n9,"{cell}"\n', encoding="utf-8", newline=""
    )
    found = told(lambda: read_tables(tmp_path / "in", load_mapping(mapping(tmp_path))))
    assert found == [("bad_identifier", "students.csv", 2, "number"), ("bad_identifier", "students.csv", 3, "other")]
    with pytest.raises(UsageError) as refused:
        local_id(f"number={number}")
    assert number not in str(refused.value)


@pytest.mark.parametrize("number", [*LOOK_ALIKES.values(), *BY_SPREADSHEET], ids=ascii)
def test_a_sourced_id_that_is_not_written_as_one_is_refused(tmp_path: Path, number: str) -> None:
    made = tables(school=School(), students=[Pupil("a")])
    made["users.csv"][1][0] = number
    found = told(lambda: read_oneroster(pack(tmp_path / "r.zip", made)))
    assert ("bad_identifier", "users.csv", 2, "sourcedId") in found


@pytest.mark.parametrize(
    "number", ["S1001", "1", "2026-001", "小1の3", "すみれ-7", "カード12", "S 1001", "1E5", "12E34", "a@b.jp"]
)
def test_an_ordinary_number_is_taken(tmp_path: Path, number: str) -> None:
    [student] = read_tables(folder_with(tmp_path, number), load_mapping(mapping(tmp_path))).students
    assert student.ids[0].value == number
    assert LocalId("number", number).value == number


def folder_with(folder: Path, number: str) -> Path:
    (folder / "in").mkdir()
    (folder / "in" / "students.csv").write_text(f"number,other\n{number},\n", encoding="utf-8")
    return folder / "in"


@given(st.text(max_size=12))
def test_no_two_identifiers_that_are_taken_look_the_same_to_a_careful_clerk(text: str) -> None:
    try:
        taken = LocalId("number", text).value
    except UsageError:
        return
    assert taken == unicodedata.normalize("NFKC", taken).strip()
    assert all(unicodedata.category(character)[0] not in "CZ" or character == " " for character in taken)


def test_a_uuid_is_one_in_capitals_too_and_nothing_else_is_one(tmp_path: Path) -> None:
    uuid = "3F0C9A52-6B1E-4C7D-9A4B-1E2D3C4B5A69"
    assert local_id(f"userMasterIdentifier={uuid}").value == uuid.lower()
    with pytest.raises(UsageError):
        local_id("userMasterIdentifier=1001")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "students.csv").write_text(f"number,other\n1,{uuid}\n2,1001\n", encoding="utf-8")
    path = mapping(tmp_path, other="userMasterIdentifier")
    assert told(lambda: read_tables(tmp_path / "in", load_mapping(path))) == [("bad_uuid", "students.csv", 3, "other")]


def test_a_source_says_itself_which_of_its_numberings_last(tmp_path: Path) -> None:
    path = mapping(tmp_path, lasting='lasting = ["number"]')
    assert read_tables(folder_with(tmp_path, "1"), load_mapping(path)).lasting == {"number"}
    package = write_oneroster(tmp_path, school=School(), students=[Pupil("a")])
    assert read_oneroster(package).lasting == frozenset()
    declared = read_oneroster(package, ids_last="c4th")
    assert declared.lasting == {"oneroster.sourcedId.c4th"}
    assert [one.scheme for one in declared.students[0].ids if one.decides(declared.lasting)] == [
        "userMasterIdentifier",
        "oneroster.sourcedId.c4th",
    ]
    with pytest.raises(UsageError):
        read_oneroster(package, ids_last="two words")


@pytest.mark.parametrize("scheme", ["mail", "us-tn.username", "Email"])
def test_user_names_and_mail_addresses_are_nobodys_identifier(tmp_path: Path, scheme: str) -> None:
    assert told(lambda: load_mapping(mapping(tmp_path, other=scheme)))[0][0] == "bad_mapping"
    path = mapping(tmp_path, scheme=scheme, lasting=f'lasting = ["{scheme}"]')
    assert told(lambda: load_mapping(path))[0][0] == "bad_mapping"
    assert not LocalId("number", "brothers@example.jp").decides({"number"})


def test_a_numbering_that_no_student_has_cannot_be_declared_to_last(tmp_path: Path) -> None:
    assert told(lambda: load_mapping(mapping(tmp_path, lasting='lasting = ["numbers"]')))[0][0] == "bad_mapping"
