"""The reader of the public table: what the file says, counted again with nothing but the csv module."""

import csv
import gzip
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from examples.star import source
from examples.star.source import Move, Pupil, Year

PUPILS = source.read()
MOVES = source.moves(PUPILS)


def raw_rows() -> list[dict[str, str]]:
    with gzip.open(source.DATA, "rt", encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def with_table(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    with gzip.open(path, "wt", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def year(school: str, school_year: int = 1985) -> Year:
    system = f"us-tn-system:{school}"
    return Year("K", school_year, f"us-tn:{school}", system, "small", None, None, None)


def test_every_pupil_of_the_file_is_read_once_and_in_order() -> None:
    assert len(PUPILS) == 11_598
    assert [pupil.number for pupil in PUPILS] == [row["rownames"] for row in raw_rows()]
    assert len({pupil.number for pupil in PUPILS}) == 11_598


def test_the_years_of_taking_part_are_those_with_a_school() -> None:
    taking_part = Counter(year.grade for pupil in PUPILS for year in pupil.years)
    assert taking_part == {"K": 6325, "1": 6829, "2": 6840, "3": 6802}
    for pupil, row in zip(PUPILS, raw_rows(), strict=True):
        for grade, school_year in source.SCHOOL_YEARS.items():
            found, column = pupil.year(school_year), grade.lower()
            if found is None:
                assert row[f"schoolid{column}"] == row[f"star{column}"] == row[f"read{column}"] == ""
            else:
                assert found.grade == grade
                assert found.school == f"us-tn:{row[f'schoolid{column}'].zfill(2)}"
                assert found.system == f"us-tn-system:{row[f'system{column}'].zfill(2)}"
                assert found.class_type == row[f"star{column}"]
                assert str(found.reading or "") == row[f"read{column}"]
                assert str(found.mathematics or "") == row[f"math{column}"]
                assert (found.lunch or "") == row[f"lunch{column}"]


def test_a_lunch_without_a_school_is_no_year_of_taking_part() -> None:
    pupil = next(pupil for pupil in PUPILS if pupil.number == "71499")
    assert [year.grade for year in pupil.years] == ["1", "2", "3"]


def test_what_is_missing_stays_missing() -> None:
    assert sum(pupil.gender is None for pupil in PUPILS) == 20
    assert sum(year.lunch is None for pupil in PUPILS for year in pupil.years) == 828
    assert all(pupil.years for pupil in PUPILS)


def test_every_score_lies_on_the_scale_that_the_study_declares() -> None:
    years = [year for pupil in PUPILS for year in pupil.years]
    scores = [score for year in years for score in (year.reading, year.mathematics) if score is not None]
    assert (min(scores), max(scores), len(scores)) == (288, 775, 48_875)


def test_a_school_belongs_to_one_system() -> None:
    tree = source.systems(PUPILS)
    assert len(tree) == 80
    assert len(set(tree.values())) == 42
    assert list(tree) == sorted(tree)


def test_a_school_in_two_systems_is_refused() -> None:
    elsewhere = replace(year("01"), system="us-tn-system:02")
    with pytest.raises(ValueError, match="more than one system"):
        source.systems([Pupil("1", None, None, (year("01"),)), Pupil("2", None, None, (elsewhere,))])


def test_all_474_moves_are_found() -> None:
    times = Counter(move.pupil for move in MOVES)
    assert len(MOVES) == 474
    assert len(times) == 446
    assert sum(count > 1 for count in times.values()) == 26
    assert sum(move.crosses_systems for move in MOVES) == 79
    assert sum(move.to_year - move.from_year > 1 for move in MOVES) == 47


def test_moves_follow_from_the_file_alone() -> None:
    found: Counter[str] = Counter()
    for row in raw_rows():
        schools = [row[f"schoolid{grade}"] for grade in "k123" if row[f"schoolid{grade}"]]
        found[row["rownames"]] += sum(old != new for old, new in pairwise(schools))
    assert +found == Counter(move.pupil for move in MOVES)


def test_moves_come_year_by_year_and_a_pupil_leaves_only_where_they_are() -> None:
    assert [move.to_year for move in MOVES] == sorted(move.to_year for move in MOVES)
    at = {pupil.number: pupil.years[0].school for pupil in PUPILS}
    for move in MOVES:
        assert at[move.pupil] == move.from_school != move.to_school
        at[move.pupil] = move.to_school
    assert at == {pupil.number: pupil.years[-1].school for pupil in PUPILS}


def test_a_move_after_a_gap_is_counted_when_the_pupil_reappears() -> None:
    pupil = Pupil("7", None, None, (year("01", 1985), year("02", 1988)))
    assert source.moves([pupil]) == (
        Move("7", "us-tn:01", "us-tn:02", "us-tn-system:01", "us-tn-system:02", 1985, 1988),
    )
    assert source.moves([Pupil("8", None, None, (year("01", 1985), year("01", 1988)))]) == ()


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [("star3", "tiny", "none of small"), ("star3", "", "no class type"), ("gender", "M", "none of female")],
)
def test_a_value_that_the_table_cannot_hold_is_refused(tmp_path: Path, column: str, value: str, said: str) -> None:
    first = raw_rows()[0] | {column: value}
    with pytest.raises(ValueError, match=said):
        source.read(with_table(tmp_path / "star.csv.gz", [first]))
