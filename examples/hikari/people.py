"""The families of ひかり市: children in their grades, one or two guardians, some of them living apart.

Everybody is drawn from the seed and nobody exists. Never: a record of a school day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from examples.hikari import names
from examples.hikari.names import Name
from examples.hikari.town import GRADES, JUNIOR, MIDORI, NAGISA, SCHOOLS, School

YEARS = 3  # school years of history
_COHORT_DAY = (4, 2)  # 2 April to 1 April is one cohort (education-data section 1.3)
_SHARE_OF_SIBLINGS = (0.5, 0.38, 0.12)
_ONE_GUARDIAN, _APART = 0.14, 0.10
_ABSENT_OFTEN = 0.02
_LEVEL, _SPREAD = 74.0, 9.0


@dataclass(frozen=True, slots=True)
class Guardian:
    """A guardian; `apart` when living in another household than the child."""

    number: str
    family: Name
    given: Name
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Student:
    """A student, and the traits from which a plausible life is drawn.

    Attributes:
        number: 学籍番号, unique in the city.
        school: Where the student is enrolled now.
        grade: The grade of the current school year.
        guardians: One or two.
        level: How the student does in written tests, of 100.
        drift: Points that a year adds.
        frail: How often the student is ill, 1 being usual.
        refuses_school: Stays away for other reasons than illness.
        statistics: What the family answered about statistics; None when it has not answered.
    """

    number: str
    school: School
    grade: str
    family: Name
    given: Name
    sex: str
    birth_date: date
    guardians: tuple[Guardian, ...]
    level: float
    drift: float
    frail: float
    refuses_school: bool
    statistics: str | None

    @property
    def apart(self) -> bool:
        """True when a guardian lives in another household."""
        return any(guardian.apart for guardian in self.guardians)


@dataclass(slots=True)
class _Draft:
    """A family that is being drawn."""

    school: School
    grades: list[str] = field(default_factory=list)


def families(seed: int, school_year: int) -> list[Student]:
    """Everybody who goes to school in ひかり市 in `school_year`: always the same people for a seed and a year.

    The first family is the one that the demo shows: 青山, with children in P5 (who moves), J1 and P1.
    """
    chance = Random(f"families/{seed}")  # noqa: S311  # invented people, nothing secret
    free = {(school.name, grade): seats for school in SCHOOLS for grade, seats in school.seats.items()}
    students = _aoyama(school_year)
    for student in students:
        free[student.school.name, student.grade] -= 1
    number = len(students)
    for household, draft in enumerate(_households(chance, free), 2):
        surname = names.family(chance)
        guardians = tuple(_guardians(chance, household, surname))
        answer = chance.choices(["given", "refused", None], [0.86, 0.06, 0.08])[0]
        taken = {guardian.given[0] for guardian in guardians}
        for grade in draft.grades:
            number += 1
            sex = chance.choice(["female", "male"])
            given = names.child(chance, sex, taken)
            taken.add(given[0])
            students.append(
                Student(
                    number=f"H{number:04}",
                    school=_school_of(draft.school, grade),
                    grade=grade,
                    family=surname,
                    given=given,
                    sex=sex,
                    birth_date=_birth_date(chance, grade, school_year),
                    guardians=guardians,
                    level=min(95.0, max(42.0, chance.gauss(_LEVEL, _SPREAD))),
                    drift=chance.gauss(0.8, 2.0),
                    frail=chance.choice([0.4, 0.7, 1.0, 1.0, 1.3, 2.0]),
                    refuses_school=chance.random() < _ABSENT_OFTEN,
                    statistics=answer,
                )
            )
    return students


def _households(chance: Random, free: dict[tuple[str, str], int]) -> Iterator[_Draft]:
    """Draw households until every seat is taken; the oldest child decides where the search begins."""
    while any(free.values()):
        draft = _Draft(chance.choice((MIDORI, MIDORI, NAGISA)))
        wanted = chance.choices((1, 2, 3), _SHARE_OF_SIBLINGS)[0]
        place = chance.randrange(len(GRADES))
        while len(draft.grades) < wanted and place < len(GRADES):
            if _take(free, draft.school, GRADES[place]):
                draft.grades.append(GRADES[place])
                place += chance.choice((1, 2, 2, 3, 3, 4))
            else:
                place += 1
        if draft.grades:
            yield draft


def _take(free: dict[tuple[str, str], int], elementary: School, grade: str) -> bool:
    seat = (_school_of(elementary, grade).name, grade)
    if not free[seat]:
        return False
    free[seat] -= 1
    return True


def _school_of(elementary: School, grade: str) -> School:
    return JUNIOR if grade.startswith("J") else elementary


def _guardians(chance: Random, household: int, surname: Name) -> Iterator[Guardian]:
    first = names.parent(chance, set())
    yield Guardian(f"G{household:04}a", surname, first)
    if chance.random() >= _ONE_GUARDIAN:
        apart = chance.random() < _APART
        other = names.family(chance) if apart else surname
        yield Guardian(f"G{household:04}b", other, names.parent(chance, {first[0]}), apart)


def _birth_date(chance: Random, grade: str, school_year: int) -> date:
    begins = date(school_year - 7 - GRADES.index(grade), *_COHORT_DAY)
    return begins + timedelta(days=chance.randrange(365))


def _aoyama(school_year: int) -> list[Student]:
    surname = ("青山", "アオヤマ")
    guardians = (
        Guardian("G0001a", surname, ("はるか", "ハルカ")),
        Guardian("G0001b", surname, ("大樹", "ダイキ")),
    )

    def child(number: int, given: Name, sex: str, **place: Any) -> Student:  # noqa: ANN401  # fields of `Student`
        return Student(
            number=f"H{number:04}",
            family=surname,
            given=given,
            sex=sex,
            guardians=guardians,
            drift=2.0,
            frail=1.0,
            refuses_school=False,
            statistics="given",
            **place,
        )

    def born(grade: str, month: int, day: int) -> date:
        year = school_year - 7 - GRADES.index(grade)
        return date(year + ((month, day) < _COHORT_DAY), month, day)

    return [
        child(1, ("みなと", "ミナト"), "male", school=MIDORI, grade="P5", birth_date=born("P5", 7, 20), level=76.0),
        child(2, ("そら", "ソラ"), "female", school=JUNIOR, grade="J1", birth_date=born("J1", 11, 3), level=82.0),
        child(3, ("はな", "ハナ"), "female", school=MIDORI, grade="P1", birth_date=born("P1", 5, 14), level=80.0),
    ]
