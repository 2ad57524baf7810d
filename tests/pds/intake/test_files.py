"""Hostile and broken files, each on disk."""

import csv
import shutil
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pds.intake import Limits, Mapping, load_mapping, read_oneroster, read_tables
from tests.pds.intake.oneroster_files import Pupil, School, csv_bytes, pack, tables, write_oneroster
from tests.pds.intake.refusals import Told, refusal, told

MEBIBYTE = 1024 * 1024
HANA = Pupil("hana")
HEADER = b"pupil,school,year\n"


def mapping(tmp_path: Path, encoding: str = "utf-8") -> Mapping:
    path = tmp_path / "mapping.toml"
    path.write_text(
        f"""
        format = "manabi-mapping/1"
        source_system = "test"
        encoding = "{encoding}"
        [[table]]
        file = "students.csv"
        kind = "student"
        student = {{ scheme = "test.pupil", column = "pupil" }}
        [table.columns]
        school_code = {{ column = "school" }}
        school_year = {{ column = "year" }}
        """,
        encoding="utf-8",
    )
    return load_mapping(path)


def read(tmp_path: Path, content: bytes, encoding: str = "utf-8", limits: Limits | None = None) -> list[Told]:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "students.csv").write_bytes(content)
    return told(lambda: read_tables(folder, mapping(tmp_path, encoding), limits or Limits()))


def roster(tmp_path: Path) -> bytes:
    return write_oneroster(tmp_path / "whole.zip", school=School(), students=[HANA]).read_bytes()


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_zip_is_refused(tmp_path: Path, part: float) -> None:
    whole = roster(tmp_path)
    path = tmp_path / "cut.zip"
    path.write_bytes(whole[: int(len(whole) * part)])
    assert told(lambda: read_oneroster(path)) == [("damaged_zip", "cut.zip", None, None)]


def test_a_zip_with_a_damaged_entry_is_refused(tmp_path: Path) -> None:
    whole = bytearray(roster(tmp_path))
    with zipfile.ZipFile(tmp_path / "whole.zip") as archive:
        start = archive.getinfo("users.csv").header_offset + 30 + len("users.csv")
    whole[start + 40] ^= 0xFF
    path = tmp_path / "damaged.zip"
    path.write_bytes(whole)
    assert {code for code, *_ in told(lambda: read_oneroster(path))} <= {"damaged_zip", "wrong_encoding"}


def test_no_file_at_all_is_told(tmp_path: Path) -> None:
    assert told(lambda: read_oneroster(tmp_path / "none.zip")) == [("unreadable", "none.zip", None, None)]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = pack(tmp_path / "bomb.zip", {**tables(school=School(), students=[HANA]), "users.csv": bytes(50 * MEBIBYTE)})
    tracemalloc.start()
    found = told(lambda: read_oneroster(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [("zip_bomb", "bomb.zip (entry 6)", None, None)]
    assert peak < 2 * MEBIBYTE


def test_many_tightly_packed_files_are_too_large_together(tmp_path: Path) -> None:
    limits = Limits(total_bytes=1000)
    path = pack(tmp_path / "r.zip", {"a.csv": bytes(600), "b.csv": bytes(600)})
    assert told(lambda: read_oneroster(path, limits)) == [("too_large", "r.zip", None, None)]


def test_a_zip_that_lies_about_a_size_is_damaged_and_not_unpacked_further(tmp_path: Path) -> None:
    """The directory says 1,000 bytes; the packed data hold 50 MiB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b"a" * 50 * MEBIBYTE) + packer.flush()
    name = b"manifest.csv"
    sizes = struct.pack("<III", 0, len(packed), 1000)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + struct.pack("<HH", len(name), 0) + name
    entry = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes
    entry += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local) + len(packed), 0)
    path = tmp_path / "liar.zip"
    path.write_bytes(local + packed + entry + end)
    tracemalloc.start()
    found = told(lambda: read_oneroster(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found[0] == ("damaged_zip", "manifest.csv", 1, None)
    assert peak < 4 * MEBIBYTE


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "r.zip", {f"{number}.csv": b"" for number in range(101)})
    assert told(lambda: read_oneroster(path)) == [("too_many_files", "r.zip", None, None)]


def test_a_huge_directory_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = pack(tmp_path / "r.zip", {str(number): b"" for number in range(10_000)})
    tracemalloc.start()
    found = told(lambda: read_oneroster(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [("too_many_files", "r.zip", None, None)]
    assert peak < MEBIBYTE


@pytest.mark.parametrize(
    "name", ["../users.csv", "/etc/passwd", "roster/users.csv", "a\\users.csv", "小川はな.csv", ".hidden", "roster/"]
)
def test_entries_that_do_not_stand_at_the_root_are_refused_unnamed(tmp_path: Path, name: str) -> None:
    path = pack(tmp_path / "r.zip", {name: b"x"})
    error = refusal(lambda: read_oneroster(path))
    assert [(str(found.code), found.file) for found in error.problems] == [("unsafe_entry", "r.zip (entry 1)")]
    assert name not in str(error)


def test_a_name_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.csv", b"2")
    assert told(lambda: read_oneroster(path)) == [("unsafe_entry", "r.zip", None, None)]


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.zip"
    entry = zipfile.ZipInfo("users.csv")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert told(lambda: read_oneroster(path)) == [("unsafe_entry", "r.zip (entry 1)", None, None)]


def test_unusual_packing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("users.csv", "x" * 100)
    assert told(lambda: read_oneroster(path)) == [("unsafe_entry", "r.zip (entry 1)", None, None)]


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_bytes(HEADER + b"1,s,2026\n")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "students.csv").symlink_to(tmp_path / "outside.csv")
    assert told(lambda: read_tables(folder, mapping(tmp_path))) == [("missing_file", "students.csv", None, None)]


@pytest.fixture
def roomy(tmp_path: Path) -> Iterator[Path]:
    """A folder that is emptied at once: the files in it are large."""
    folder = tmp_path / "roomy"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def write_long_line(path: Path, unit: bytes, begin: bytes) -> None:
    with path.open("wb") as file:
        file.write(begin)
        for _ in range(200):
            file.write(unit * (MEBIBYTE // len(unit)))


@pytest.mark.parametrize(
    ("begin", "unit", "code"),
    [
        (b"", b"x", "row_too_long"),
        (b"", b'"', "row_too_long"),
        (b"", b"x\0", "row_too_long"),
        (b'"', b"x\n", "malformed_csv"),
        (b'"', b'","\n', "row_too_long"),
    ],
)
def test_a_line_of_200_megabytes_is_refused_without_loading_it(
    tmp_path: Path, roomy: Path, begin: bytes, unit: bytes, code: str
) -> None:
    write_long_line(roomy / "students.csv", unit, HEADER + begin)
    rules = mapping(tmp_path)
    tracemalloc.start()
    found = told(lambda: read_tables(roomy, rules))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [(code, "students.csv", 2, None)]
    assert peak < 16 * MEBIBYTE


def test_a_line_of_200_megabytes_in_a_zip_is_refused_without_loading_it(roomy: Path) -> None:
    path = roomy / "r.zip"
    long_line = roomy / "users.csv"
    made = tables(school=School(), students=[HANA])
    write_long_line(long_line, b"x", csv_bytes(made["users.csv"][:1]))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, table in made.items():
            if name == "users.csv":
                archive.write(long_line, name)
            else:
                archive.writestr(name, csv_bytes(table))
    tracemalloc.start()
    found = told(lambda: read_oneroster(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [("row_too_long", "users.csv", 2, None)]
    assert peak < 16 * MEBIBYTE


def test_a_row_over_many_lines_is_bounded(tmp_path: Path) -> None:
    cells = b'"a\nb",' * 1000
    assert read(tmp_path, HEADER + cells, limits=Limits(row_bytes=2000)) == [("row_too_long", "students.csv", 2, None)]


def test_a_cell_is_bounded(tmp_path: Path) -> None:
    cell = b"x" * (csv.field_size_limit() + 1)
    assert read(tmp_path, HEADER + cell + b",s,2026\n") == [("malformed_csv", "students.csv", 2, None)]


def test_rows_are_bounded(tmp_path: Path) -> None:
    content = HEADER + b"".join(b"%d,s,2026\n" % number for number in range(11))
    assert read(tmp_path, content, limits=Limits(rows=10)) == [("too_many_rows", "students.csv", 12, None)]


def test_bytes_of_a_folder_are_bounded(tmp_path: Path) -> None:
    content = HEADER + b"1,s,2026\n" * 100
    found = read(tmp_path, content, limits=Limits(total_bytes=500))
    assert found[-1] == ("too_large", "students.csv", None, None)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ("empty_file", 1, None)),
        (b"\n", ("empty_file", 1, None)),
        (HEADER + b"1,s\n", ("ragged_row", 2, None)),
        (HEADER + b"1,s,2026,x\n", ("ragged_row", 2, None)),
        (HEADER + b'1,"s"x,2026\n', ("malformed_csv", 2, None)),
        (HEADER + b'1,"s\n', ("malformed_csv", 2, None)),
        (HEADER + b"1,s,2026\r2,s,2026\r", ("malformed_csv", 2, None)),
        (HEADER + b"1,s\0,2026\n", ("nul_byte", 2, None)),
        (b"pupil,school\n", ("missing_column", 1, "year")),
        (b"pupil,school,year,year\n", ("duplicate_column", 1, "column 4")),
        (b"pupil,school,year,\n", ("unexpected_column", 1, "column 4")),
        (b"pupil,school,year,name\n", ("unexpected_column", 1, "column 4")),
        (HEADER + "1,学校,2026\n".encode("cp932"), ("wrong_encoding", 2, None)),
        (b"\xef\xbb\xbf" + HEADER, ("byte_order_mark", 1, None)),
        (HEADER.decode().encode("utf-16"), ("nul_byte", 1, None)),
    ],
)
def test_broken_text_is_refused_with_its_line(
    tmp_path: Path, content: bytes, expected: tuple[str, int, str | None]
) -> None:
    code, row, field = expected
    assert read(tmp_path, content) == [(code, "students.csv", row, field)]


def test_shift_jis_is_recognised(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "students.csv").write_bytes(HEADER + "1,学校,2026\n".encode("cp932"))
    assert "Shift_JIS" in str(refusal(lambda: read_tables(folder, mapping(tmp_path))))


def test_utf_8_read_as_cp932_is_refused_though_its_bytes_would_do(tmp_path: Path) -> None:
    text = "学校"  # its bytes are text in cp932 too, of other characters
    assert text.encode().decode("cp932") != text
    assert read(tmp_path, HEADER + f"{text},s,2026\n".encode(), "cp932") == [
        ("wrong_encoding", "students.csv", 2, None)
    ]


@pytest.mark.parametrize(
    ("encoding", "mark"), [("cp932", b""), ("utf-8", b""), ("utf-8-sig", b""), ("utf-8-sig", b"\xef\xbb\xbf")]
)
def test_each_encoding_is_read(tmp_path: Path, encoding: str, mark: bytes) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    text = f"{HEADER.decode()}小川1組,school,2026\n"
    (folder / "students.csv").write_bytes(mark + text.encode(encoding.removesuffix("-sig")))
    batch = read_tables(folder, mapping(tmp_path, encoding))
    assert batch.students[0].ids[0].value == "小川1組"


def test_the_row_of_a_cell_with_line_breaks_is_where_it_begins(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + b'"1\n1",s,2026\n2,s,year\n')
    assert found == [("bad_identifier", "students.csv", 2, "pupil"), ("bad_number", "students.csv", 4, "year")]
