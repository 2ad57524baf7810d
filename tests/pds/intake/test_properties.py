"""What holds for every file: valid ones come back, others end in an IntakeError, and no message tells a value."""

import contextlib
import io
import tempfile
import traceback
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pds.intake import Batch, IntakeError, LocalId, load_mapping, read_oneroster, read_tables
from pds.records import EnrollmentInfo
from tests.pds.intake import test_tabular
from tests.pds.intake.oneroster_files import (
    Pupil,
    School,
    csv_bytes,
    guardians_table,
    pack,
    stable_uuid,
    tables,
    write_oneroster,
)

CANARY = "Kanaria7Q31"
NAMES = st.text(
    st.one_of(
        st.sampled_from('小川森田齋藤\ufa19﨑𠮷はなアイ々ー・ ,"'),
        st.characters(
            exclude_categories=("C", "Z", "S", "M"),
            exclude_characters="?？*＊#＃※\u115f\u1160\u3164\uffa0",
            max_codepoint=0x2FFFF,
        ).filter(lambda found: not "\uff61" <= found <= "\uff9f"),
    ),
    min_size=1,
    max_size=30,
)
KANA = st.text(st.sampled_from("アイウエオガギグパピッャュョー・"), max_size=20)


_LATEST_BIRTHS = {"E1": 2023, "P1": 2020, "P6": 2015, "J3": 2012, "H2": 2010}  # of whom nobody is asked in 2026


def births(grade: str) -> st.SearchStrategy[str]:
    latest = _LATEST_BIRTHS[grade]
    return st.one_of(st.just(""), st.dates(date(latest - 1, 4, 2), date(latest, 12, 31)).map(str))


@st.composite
def pupils(draw: st.DrawFn) -> list[Pupil]:
    grades = st.sampled_from(list(_LATEST_BIRTHS))
    keys = draw(st.dictionaries(st.integers(0, 10_000), grades, min_size=1, max_size=6))
    return [
        Pupil(
            str(key),
            family=draw(NAMES),
            given=draw(NAMES),
            kana_family=draw(KANA),
            kana_given=draw(KANA),
            grade=grade,
            class_code=draw(st.sampled_from(["01", "02"])),
            attendance_number=draw(st.one_of(st.just(""), st.integers(0, 9999).map(str))),
            birth_date=draw(births(grade)),
            sex=draw(st.sampled_from(["", "male", "female", "unspecified", "other"])),
            begin_date=draw(st.dates(date(2024, 1, 1), date(2028, 3, 31)).map(str)),
            has_master_identifier=draw(st.booleans()),
            guardians=tuple(draw(st.sets(st.sampled_from("abc")))),
        )
        for key, grade in keys.items()
    ]


def expected_fields(pupil: Pupil) -> dict[str, str]:
    said = {
        "preferred_family_name": pupil.family,
        "preferred_given_name": pupil.given,
        "kana_family_name": pupil.kana_family,
        "kana_given_name": pupil.kana_given,
        "grade": pupil.grade,
        "class_code": pupil.class_code,
        "class_name": pupil.class_name,
        "attendance_number": pupil.attendance_number.lstrip("0") or pupil.attendance_number[:1],
        "birth_date": pupil.birth_date,
        "sex": pupil.sex,
        "occurred_on": pupil.begin_date,
    }
    return {field: text for field, text in said.items() if text}


@settings(max_examples=60, deadline=None)
@given(students=pupils(), version=st.sampled_from(["1.2", "1.2.1", "1.2_JP"]))
def test_what_the_japan_profile_says_is_read_back(students: list[Pupil], version: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        batch = read_oneroster(write_oneroster(Path(folder), school=School(), students=students, version=version))
    assert [found.student for found in batch.records] == [
        LocalId("oneroster.sourcedId", pupil.sourced_id) for pupil in students
    ]
    assert [len(found.ids) for found in batch.students] == [1 + pupil.has_master_identifier for pupil in students]
    for pupil, found in zip(students, batch.records, strict=True):
        assert isinstance(found.record, EnrollmentInfo)
        fields = found.record.model_dump(mode="json", include=set(expected_fields(pupil)))
        assert {field: str(text) for field, text in fields.items()} == expected_fields(pupil)
    assert {(found.student.value, found.ids[0].value) for found in batch.guardians} == {
        (pupil.sourced_id, stable_uuid("guardian", key)) for pupil in students for key in pupil.guardians
    }


def ends_well(content: bytes) -> None:
    """Read bytes as a package: a batch or an IntakeError, nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzz.zip"
        path.write_bytes(content)
        with contextlib.suppress(IntakeError):
            assert isinstance(read_oneroster(path), Batch)


def whole_package() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        pupils_ = [Pupil("a", guardians=("x",)), Pupil("b")]
        return write_oneroster(Path(folder), school=School(), students=pupils_).read_bytes()


WHOLE = whole_package()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000))
@example(b"PK\x05\x06" + bytes(18))
@example(b"PK\x05\x06" * 10)
def test_any_bytes_end_well(content: bytes) -> None:
    ends_well(content)


@settings(max_examples=300, deadline=None)
@given(
    changes=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=8),
    near_the_end=st.booleans(),
)
def test_a_package_with_changed_bytes_ends_well(changes: list[tuple[int, int]], near_the_end: bool) -> None:  # noqa: FBT001
    content = bytearray(WHOLE)
    for place, byte in changes:
        content[-1 - place % 900 if near_the_end else place] = byte
    ends_well(bytes(content))


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from(["manifest", "orgs", "users", "roles", "enrollments", "classes", "guardians", "demographics"]),
    content=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "ignore"))),
    keep_header=st.booleans(),
)
def test_any_bytes_in_a_file_of_a_package_end_well(name: str, content: bytes, keep_header: bool) -> None:  # noqa: FBT001
    package = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as whole, zipfile.ZipFile(package, "w") as spoilt:
        for entry in whole.namelist():
            if entry != f"{name}.csv":
                spoilt.writestr(entry, whole.read(entry))
        header = whole.read(f"{name}.csv").split(b"\r\n")[0] + b"\r\n" if f"{name}.csv" in whole.namelist() else b""
        spoilt.writestr(f"{name}.csv", (header if keep_header else b"") + content)
    ends_well(package.getvalue())


CELLS = st.one_of(
    st.sampled_from(["", "1122", "63", "1988", "P1", "1989-03-25", "580", "yes", "transfer", "999999999999999999999"]),
    st.text(max_size=12),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["enrollment", "tests", "students", "guardians", "consents"]),
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=12), max_size=4),
    raw=st.one_of(st.none(), st.binary(max_size=200)),
)
def test_any_cells_under_a_mapping_end_well(
    tmp_path: Path, name: str, rows: list[list[str]], raw: bytes | None
) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(test_tabular.MAPPING, encoding="utf-8")
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    header = HEADERS[name].encode()
    body = csv_bytes([[cell.encode("utf-8", "ignore").decode() for cell in row] for row in rows])
    for other, text in HEADERS.items():
        (folder / f"{other}.csv").write_text(text, encoding="utf-8")
    (folder / f"{name}.csv").write_bytes(header + (body if raw is None else raw))
    with contextlib.suppress(IntakeError):
        assert isinstance(read_tables(folder, load_mapping(mapping)), Batch)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "ignore"))))
def test_any_bytes_as_a_mapping_end_well(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mapping.toml"
    path.write_bytes(content)
    with pytest.raises(IntakeError):
        load_mapping(path)


HEADERS = {
    "enrollment": test_tabular.ENROLLMENT,
    "tests": test_tabular.TESTS,
    "students": "pupil,card,school,school_year\n",
    "guardians": "guardian,pupil,custody\n",
    "consents": test_tabular.CONSENTS,
}
ROWS = {
    "enrollment": test_tabular.FIRST,
    "tests": test_tabular.SCORE,
    "students": "1122,K17,63,1988\n",
    "guardians": "g1,1122,yes\n",
    "consents": "1122,g1,transfer,1988-09-01,,64\n",
}
CANARIES = (
    CANARY,
    f"{CANARY} x",
    "98765432101",
    "987654321.5",
    f"ｱ{CANARY}",
    f"P1,{CANARY}",
    f"2026-{CANARY}",
    CANARY * 40,
)


def silent(error: IntakeError, canary: str) -> None:
    text = "".join([str(error), repr(error), repr(error.problems), *traceback.format_exception(error)])
    assert canary not in text
    assert CANARY not in text


@pytest.mark.parametrize("canary", CANARIES)
def test_no_message_about_a_package_tells_a_cell(tmp_path: Path, canary: str) -> None:
    refusals = 0
    pupil = Pupil("a", guardians=("x",))
    whole = tables(school=School(), students=[pupil])
    whole["guardians.csv"] = guardians_table([("x", pupil, "parent", "true")])
    for name, table in whole.items():
        for line in range(len(table)):
            for column in range(len(table[0])):
                before = table[line][column]
                table[line][column] = canary
                path = pack(tmp_path / "r.zip", whole)
                table[line][column] = before
                try:
                    assert canary not in repr(read_oneroster(path))
                except IntakeError as error:
                    refusals += 1
                    silent(error, canary)
        for spoilt in ([*table, [canary]], [[canary], *table], [*table, [f"{canary}\0"]]):
            path = pack(tmp_path / "r.zip", {**whole, name: spoilt})
            with pytest.raises(IntakeError) as caught:
                read_oneroster(path)
            silent(caught.value, canary)
    assert refusals > 60


@pytest.mark.parametrize("canary", CANARIES)
def test_no_message_about_a_mapped_table_tells_a_cell(tmp_path: Path, canary: str) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(test_tabular.MAPPING, encoding="utf-8")
    rules = load_mapping(mapping)
    folder = tmp_path / "in"
    folder.mkdir()
    whole = {name: [HEADERS[name].strip().split(","), ROWS[name].strip().split(",")] for name in HEADERS}
    for name, table in whole.items():
        (folder / f"{name}.csv").write_bytes(csv_bytes(table))
    refusals = 0
    for name, table in whole.items():
        spoilt = [
            [
                [canary if (i, j) == (line, column) else cell for j, cell in enumerate(row)]
                for i, row in enumerate(table)
            ]
            for line in range(2)
            for column in range(len(table[0]))
        ]
        for changed in (*spoilt, [*table, table[1]], [*table, [canary]], [[canary], *table]):
            (folder / f"{name}.csv").write_bytes(csv_bytes(changed))
            try:
                assert canary not in repr(read_tables(folder, rules))
            except IntakeError as error:
                refusals += 1
                silent(error, canary)
        (folder / f"{name}.csv").write_bytes(csv_bytes(table))
    assert refusals > 40


def test_no_repr_tells_a_student(tmp_path: Path) -> None:
    pupil = Pupil("a", family=CANARY, guardians=("x",), extra={"ext_x": CANARY})
    batch = read_oneroster(write_oneroster(tmp_path, school=School(), students=[pupil]))
    shown = repr([batch, *batch.students, *batch.guardians, *batch.records, *batch.students[0].ids])
    assert CANARY not in shown
    assert pupil.sourced_id not in shown
    assert pupil.username not in shown
