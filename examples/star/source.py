"""The public table of Project STAR as pupils, their school years and their moves between schools.

Never: a value that the table does not hold, or anything about vaults.
"""

import csv
import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).with_name("data") / "star.csv.gz"
SCHOOL_YEARS: Mapping[str, int] = MappingProxyType({"K": 1985, "1": 1986, "2": 1987, "3": 1988})
CLASS_TYPES = ("small", "regular", "regular+aide")
LUNCHES = ("free", "non-free")
SCHOOL_SCHEME = "us-tn"
SYSTEM_SCHEME = "us-tn-system"


@dataclass(frozen=True, slots=True)
class Year:
    """One school year in which a pupil took part.

    Attributes:
        grade: "K", "1", "2" or "3".
        school_year: The year in which it began.
        school: Such as "us-tn:07".
        system: The school system (the municipality) of the school, such as "us-tn-system:11".
        class_type: One of `CLASS_TYPES`.
        reading: Total scaled score, if tested.
        mathematics: Total scaled score, if tested.
        lunch: One of `LUNCHES`, if recorded.
    """

    grade: str
    school_year: int
    school: str
    system: str
    class_type: str
    reading: int | None
    mathematics: int | None
    lunch: str | None


@dataclass(frozen=True, slots=True)
class Pupil:
    """One row of the table; `years` in order, at least one.

    Attributes:
        number: The pupil's number in the table.
        gender: "male" or "female", if recorded.
        birth_quarter: Such as "1980 Q1", if recorded; never a date.
        years: The school years of taking part.
    """

    number: str
    gender: str | None
    birth_quarter: str | None
    years: tuple[Year, ...]

    def year(self, school_year: int) -> Year | None:
        """What this pupil did in a school year; nothing when the pupil did not take part."""
        return next((year for year in self.years if year.school_year == school_year), None)


@dataclass(frozen=True, slots=True)
class Move:
    """A pupil appears at another school than the last time; in between there may be years of not taking part."""

    pupil: str
    from_school: str
    to_school: str
    from_system: str
    to_system: str
    from_year: int
    to_year: int

    @property
    def crosses_systems(self) -> bool:
        """True when the two schools belong to different school systems."""
        return self.from_system != self.to_system


def read(path: Path = DATA) -> tuple[Pupil, ...]:
    """Read the table, in its own order.

    Raises:
        ValueError: a value is not one of those the table is described to hold.
    """
    with gzip.open(path, "rt", encoding="utf-8", newline="") as table:
        return tuple(_pupil(row) for row in csv.DictReader(table))


def moves(pupils: Iterable[Pupil]) -> tuple[Move, ...]:
    """Every move, ordered by the year in which the pupil reappears, then by the year left, then by number."""
    found = (
        Move(pupil.number, old.school, new.school, old.system, new.system, old.school_year, new.school_year)
        for pupil in pupils
        for old, new in pairwise(pupil.years)
        if old.school != new.school
    )
    return tuple(sorted(found, key=lambda move: (move.to_year, move.from_year, int(move.pupil))))


def systems(pupils: Iterable[Pupil]) -> dict[str, str]:
    """The system of each school, sorted by school.

    Raises:
        ValueError: a school belongs to two systems, so that a tree of nodes could not be made.
    """
    pairs = {(year.school, year.system) for pupil in pupils for year in pupil.years}
    tree = dict(sorted(pairs))
    if len(tree) != len(pairs):
        raise ValueError("a school belongs to more than one system")
    return tree


def _pupil(row: Mapping[str, str]) -> Pupil:
    years = (_year(row, grade, row[f"schoolid{grade.lower()}"]) for grade in SCHOOL_YEARS)
    return Pupil(
        number=row["rownames"],
        gender=_one_of(row["gender"], ("female", "male")),
        birth_quarter=row["birth"] or None,
        years=tuple(year for year in years if year is not None),
    )


def _year(row: Mapping[str, str], grade: str, school: str) -> Year | None:
    if not school:
        return None
    column = grade.lower()
    class_type = _one_of(row[f"star{column}"], CLASS_TYPES)
    if class_type is None:
        raise ValueError(f"pupil {row['rownames']} has a school but no class type in grade {grade}")
    return Year(
        grade=grade,
        school_year=SCHOOL_YEARS[grade],
        school=f"{SCHOOL_SCHEME}:{int(school):02}",
        system=f"{SYSTEM_SCHEME}:{int(row[f'system{column}']):02}",
        class_type=class_type,
        reading=_score(row[f"read{column}"]),
        mathematics=_score(row[f"math{column}"]),
        lunch=_one_of(row[f"lunch{column}"], LUNCHES),
    )


def _one_of(text: str, values: tuple[str, ...]) -> str | None:
    if text and text not in values:
        raise ValueError(f"{text!r} is none of {', '.join(values)}")
    return text or None


def _score(text: str) -> int | None:
    return int(text) if text else None
