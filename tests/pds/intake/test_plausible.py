"""What a row says of a child can be, or is refused with its place; what is unusual asks."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pds.intake import Batch, read_oneroster
from pds.intake.plausible import Age, age_in
from pds.records import GRADES
from tests.pds.intake import test_tabular
from tests.pds.intake.oneroster_files import Pupil, School, write_oneroster
from tests.pds.intake.refusals import told

USUAL = {  # born from 2 April to 1 April: who is in the grade in 2026
    "E1": date(2022, 4, 2), "E3": date(2020, 4, 2), "P1": date(2019, 4, 2), "P4": date(2016, 4, 2),
    "P6": date(2014, 4, 2), "J1": date(2013, 4, 2), "J3": date(2011, 4, 2), "H1": date(2010, 4, 2),
    "H3": date(2008, 4, 2),
}  # fmt: skip


@pytest.mark.parametrize("grade", USUAL)
def test_a_cohort_runs_from_2_april_to_1_april(grade: str) -> None:
    first = USUAL[grade]
    last = first.replace(year=first.year + 1, day=1)
    assert [age_in(grade, 2026, day) for day in (first, last)] == [Age(0, possible=True)] * 2
    assert [age_in(grade, 2026, day).years for day in (date(first.year, 4, 1), last.replace(day=2))] == [1, -1]


def test_every_grade_has_an_age() -> None:
    for number, grade in enumerate(GRADES):
        assert age_in(grade, 2026, date(2022 - number, 5, 1)) == Age(0, possible=True)


def read(folder: Path, **said: Any) -> Batch:
    return read_oneroster(write_oneroster(folder, school=School(), students=[Pupil("1", **said)]))


@pytest.mark.parametrize("grade", ["P4", "J1", "H3"])
@pytest.mark.parametrize("born", ["2027-05-14", "2026-04-01", "1905-05-14", "0001-01-01"])
def test_a_birth_date_that_nobody_of_the_grade_has_is_refused_where_it_stands(
    tmp_path: Path, grade: str, born: str
) -> None:
    assert told(lambda: read(tmp_path, birth_date=born, grade=grade)) == [
        ("out_of_range", "demographics.csv", 2, "birthDate")
    ]


def test_an_era_year_that_was_read_as_a_year_of_the_century_is_refused(tmp_path: Path) -> None:
    assert told(lambda: read(tmp_path, birth_date="2005-05-14")) == [
        ("out_of_range", "demographics.csv", 2, "birthDate")
    ]  # 令和5年 is 2023


@pytest.mark.parametrize(
    ("grade", "born", "asks"),
    [
        ("P4", "2016-05-14", False),
        ("P4", "2015-05-14", False),  # once more in the same grade
        ("P4", "2017-05-14", False),
        ("P4", "2014-05-14", True),
        ("P4", "2018-05-14", True),
        ("J1", "1950-05-14", True),  # 夜間中学
        ("H1", "1990-05-14", True),  # 定時制
    ],
)
def test_an_age_two_years_off_the_grade_asks(tmp_path: Path, grade: str, born: str, *, asks: bool) -> None:
    questions = read(tmp_path, birth_date=born, grade=grade).questions
    assert [(one.code, *one.place) for one in questions] == [("unusual_age", "demographics.csv", 2, "birthDate")] * asks


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("1988", "1905", "school_year"),
        ("1989-03-25", "2005-03-25", "held_on"),
        ("1989-03-25", "0001-03-25", "held_on"),
        ("1989-03-25", "9999-12-31", "held_on"),
    ],
)
def test_a_day_far_from_its_school_year_is_refused(tmp_path: Path, old: str, new: str, field: str) -> None:
    row = test_tabular.SCORE.replace(old, new)
    assert test_tabular.refused(tmp_path, tests=test_tabular.TESTS + row) == [("out_of_range", "tests.csv", 2, field)]


def test_an_enrolment_may_begin_years_before_and_not_before_the_birth(tmp_path: Path) -> None:
    assert read(tmp_path, begin_date="2023-04-06").records
    assert told(lambda: read(tmp_path, begin_date="2016-05-13")) == [("out_of_range", "users.csv", 2, "occurred_on")]
    assert told(lambda: read(tmp_path, begin_date="1926-04-06")) == [("out_of_range", "users.csv", 2, "occurred_on")]
