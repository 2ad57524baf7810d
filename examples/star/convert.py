"""Writes Project STAR as the files a school office would hand over: one folder per school year and school.

Only what the public table says, but for two things it does not have and a vault needs, both nominal: the days (NOMINAL)
and one guardian per pupil who consents once, on entry. Never: a birth date, a name, or a row for another school's year.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from examples.star.source import SCHOOL_YEARS, Pupil, Year

MAPPING = Path(__file__).with_name("mapping.toml")
PURPOSES = ("statistics", "transfer")

HEADERS = {
    "enrollment.csv": (
        "pupil",
        "gender",
        "school",
        "system",
        "school_year",
        "grade",
        "class_type",
        "lunch",
        "enrolled_on",
    ),
    "tests.csv": ("pupil", "school", "school_year", "grade", "test_id", "subject", "score", "tested_on"),
    "guardians.csv": ("guardian", "pupil", "relationship"),
    "consents.csv": ("pupil", "guardian", "purpose", "decision", "signed_on"),
}

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """Days the table does not record: nominal ones, inside the school year as both Tennessee and Japan count it."""

    enrolled_on: str
    tested_on: str


NOMINAL = {year: Days(f"{year}-09-01", f"{year + 1}-03-25") for year in SCHOOL_YEARS.values()}


def folder(out: Path, school_year: int, school: str) -> Path:
    """Where the files of one school and school year stand; colons do not belong into a folder's name."""
    return out / str(school_year) / school.replace(":", "-")


def write_school_year(out: Path, school_year: int, pupils: Iterable[Pupil]) -> dict[str, Path]:
    """Write the files of every school that has pupils in a school year.

    Args:
        out: The folder for all school years; made if need be. Files that stand there already are written anew.
        school_year: The year in which it begins, 1985 to 1988.
        pupils: The pupils of the table, in any order; the files are always the same.

    Returns:
        The folder of each school, sorted by school.
    """
    present: dict[str, list[tuple[Pupil, Year]]] = defaultdict(list)
    for pupil in sorted(pupils, key=lambda pupil: int(pupil.number)):
        year = pupil.year(school_year)
        if year is not None:
            present[year.school].append((pupil, year))
    return {school: _write_school(folder(out, school_year, school), present[school]) for school in sorted(present)}


def write_all(out: Path, pupils: Iterable[Pupil]) -> dict[int, dict[str, Path]]:
    """Write every school year; see `write_school_year`."""
    everyone = tuple(pupils)
    return {school_year: write_school_year(out, school_year, everyone) for school_year in SCHOOL_YEARS.values()}


def _write_school(target: Path, present: list[tuple[Pupil, Year]]) -> Path:
    target.mkdir(parents=True, exist_ok=True)
    entering = [(pupil, year) for pupil, year in present if year is pupil.years[0]]
    rows: dict[str, Iterable[Row]] = {
        "enrollment.csv": (_enrollment(pupil, year) for pupil, year in present),
        "tests.csv": (row for pupil, year in present for row in _tests(pupil, year)),
        "guardians.csv": ((_guardian(pupil), pupil.number, "guardian") for pupil, _ in entering),
        "consents.csv": (row for pupil, year in entering for row in _consents(pupil, year)),
    }
    for name, header in HEADERS.items():
        with (target / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows[name])
    return target


def _enrollment(pupil: Pupil, year: Year) -> Row:
    enrolled_on = NOMINAL[year.school_year].enrolled_on
    facts = (_code(year.school), _code(year.system), str(year.school_year), year.grade, year.class_type)
    return (pupil.number, pupil.gender or "", *facts, year.lunch or "", enrolled_on)


def _tests(pupil: Pupil, year: Year) -> Iterator[Row]:
    for subject, score in (("reading", year.reading), ("mathematics", year.mathematics)):
        if score is not None:
            test_id = f"sat-{year.school_year}-{subject}"
            place = (_code(year.school), str(year.school_year), year.grade)
            yield (pupil.number, *place, test_id, subject, str(score), NOMINAL[year.school_year].tested_on)


def _consents(pupil: Pupil, year: Year) -> Iterator[Row]:
    for purpose in PURPOSES:
        yield (pupil.number, _guardian(pupil), purpose, "given", NOMINAL[year.school_year].enrolled_on)


def _guardian(pupil: Pupil) -> str:
    return f"guardian-of-{pupil.number}"


def _code(identifier: str) -> str:
    return identifier.rpartition(":")[2]
