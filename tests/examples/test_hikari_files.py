"""The files of ひかり市: what they say can be read, fits together, and has happened."""

import csv
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from examples.hikari.files import RECORDS, ROSTER, write_records, write_roster
from examples.hikari.imports import City
from examples.hikari.seats import MOVING, Seat
from examples.hikari.town import JUNIOR, MIDORI, NAGISA, SCHOOLS, School
from pds.intake import load_mapping, read_tables
from pds.records import KINDS, Category

TODAY = date(2026, 11, 24)


def city(root: Path, today: date = TODAY, share: int = 20) -> City:
    return City(root, 1, today, share)


def written(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def records_of(root: Path, school: School, year: int, today: date = TODAY) -> tuple[list[Seat], Path]:
    here = city(root, today).seats(school, year)
    write_records(root, here, 1, today)
    return here, root


@pytest.mark.parametrize("school", SCHOOLS, ids=lambda school: school.name)
def test_everything_the_files_say_passes_the_intake(school: School, tmp_path: Path) -> None:
    here, folder = records_of(tmp_path / "records", school, 2025)
    students = {seat.student.number for seat in here}
    batch = read_tables(folder, load_mapping(RECORDS))
    assert {record.student.value for record in batch.records} == students
    assert {record.record.school_code for record in batch.records} == {school.code}
    roster = read_tables(write_roster(tmp_path / "roster", here, frozenset(students)), load_mapping(ROSTER))
    assert {student.ids[0].value for student in roster.students} == students
    assert {guardian.student.value for guardian in roster.guardians} == students


def test_every_kind_of_record_is_in_a_year_and_about_300_of_them(tmp_path: Path) -> None:
    here, folder = records_of(tmp_path, MIDORI, 2025)
    batch = read_tables(folder, load_mapping(RECORDS))
    named = {kind.schema for kind in KINDS.values() if kind.category in list(Category)}  # a later kind may stay away
    assert {record.schema for record in batch.records} >= named - {"enrollment_info/1"}
    assert 270 <= len(batch.records) / len(here) <= 330


@pytest.mark.parametrize(
    "today", [date(2026, 4, 1), date(2026, 4, 7), date(2026, 7, 19), date(2027, 1, 1), date(2027, 3, 31)]
)
def test_nothing_is_written_about_today_or_later_on_any_day_of_the_year(today: date, tmp_path: Path) -> None:
    for school in SCHOOLS:
        _, folder = records_of(tmp_path / school.name, school, 2026, today)
        days = [row["day"] for file in folder.glob("*.csv") for row in written(folder, file.name)]
        assert all(day < today.isoformat() for day in days)
        read_tables(folder, load_mapping(RECORDS))


def test_the_same_seed_and_day_write_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        records_of(tmp_path / name, JUNIOR, 2025)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_a_student_has_one_attendance_a_day_and_the_yearly_sheet_adds_them_up(tmp_path: Path) -> None:
    records_of(tmp_path, NAGISA, 2025)
    statuses: dict[str, Counter[str]] = defaultdict(Counter)
    seen = set()
    for row in written(tmp_path, "attendance.csv"):
        assert (row["student"], row["day"]) not in seen
        seen.add((row["student"], row["day"]))
        statuses[row["student"]][row["status"]] += 1
    sheets = written(tmp_path, "sheets.csv")
    assert {row["student"] for row in sheets} == set(statuses)
    for row in sheets:
        counted = statuses[row["student"]]
        assert int(row["lesson_days"]) == counted.total()
        assert int(row["absent"]) == counted["absent"]
        assert int(row["present"]) == counted["present"]


def test_the_student_who_moves_has_records_at_each_school_only_while_there(tmp_path: Path) -> None:
    days: dict[str, list[str]] = {}
    for school in (NAGISA, MIDORI):
        here, folder = records_of(tmp_path / school.name, school, 2026)
        seat = next(seat for seat in here if seat.student.number == MOVING)
        found = [row["day"] for row in written(folder, "attendance.csv") if row["student"] == MOVING]
        assert found
        assert min(found) >= seat.first.isoformat()
        days[school.name] = found
    assert max(days["nagisa"]) < min(days["midori"])


def test_scores_fall_after_the_move_and_rise_again(tmp_path: Path) -> None:
    means = []
    for school in (NAGISA, MIDORI):
        _, folder = records_of(tmp_path / school.name, school, 2026)
        scores = [int(row["score"]) for row in written(folder, "tests.csv") if row["student"] == MOVING]
        means.append(sum(scores) / len(scores))
    before, after = means
    assert after < before


def test_illness_has_its_season(tmp_path: Path) -> None:
    here = city(tmp_path, share=2).seats(MIDORI, 2025)
    write_records(tmp_path, here, 1, TODAY)
    share = {}
    for month in ("05", "02"):
        rows = [row for row in written(tmp_path, "attendance.csv") if row["day"][5:7] == month]
        share[month] = sum(row["status"] in ("absent", "suspended") for row in rows) / len(rows)
    assert share["02"] > 1.5 * share["05"]
