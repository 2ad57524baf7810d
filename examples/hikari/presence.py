"""A school year of attendance: illness by season, waves of influenza in a class, some who stay away.

Never: a day without lessons, a reason that does not fit the status.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import NamedTuple

from examples.hikari.school_days import school_days
from examples.hikari.seats import Seat

_ILL_PER_DAY = 0.011
_SEASON = {1: 2.1, 2: 2.2, 3: 1.4, 4: 0.7, 5: 0.8, 6: 1.1, 7: 0.8, 9: 0.9, 10: 0.9, 11: 1.3, 12: 1.9}
_LATE, _EARLY = 0.008, 0.006
_CAUGHT = 0.22  # of a class, in its wave
_WAVE_WEEKS = 2
_AWAY_OTHERWISE = 0.17  # of the days of a student who stays away
_OF_ILLNESS = ("発熱", "かぜ", "腹痛", "頭痛", "せきが続くため", "体調不良")


class Day(NamedTuple):
    """One day of one student, as the columns of attendance.csv have it."""

    day: date
    status: str
    late: bool = False
    early: bool = False
    reason: str = ""
    basis: str = ""
    text: str = ""


@lru_cache
def _wave(seed: int, school: str, grade: str, school_year: int) -> date:
    """The Monday on which influenza reaches a grade, from January to February."""
    chance = Random(f"wave/{seed}/{school}/{grade}/{school_year}")  # noqa: S311  # invented data
    start = date(school_year + 1, 1, 12) + timedelta(weeks=chance.randrange(6))
    return start - timedelta(days=start.weekday())


def presence(seed: int, seat: Seat) -> Iterator[Day]:
    """Every school day of a student's year at a school, whole; who reads it stops where the present begins."""
    student = seat.student
    chance = Random(f"presence/{seed}/{student.number}/{seat.school_year}")  # noqa: S311  # invented data
    draw = chance.random
    wave = _wave(seed, seat.school.name, seat.grade, seat.school_year)
    caught_on = wave + timedelta(days=chance.randrange(7 * _WAVE_WEEKS)) if draw() < _CAUGHT else None
    away, text = 0, ""
    for day in school_days(seat.school_year):
        if caught_on is not None and caught_on <= day < caught_on + timedelta(days=5):
            yield Day(day, "suspended", basis="infection", text="インフルエンザ")
        elif away:
            away -= 1
            yield Day(day, "absent", reason="illness", text=text)
        elif draw() < _ILL_PER_DAY * student.frail * _SEASON.get(day.month, 1.0):
            away, text = chance.choice((0, 0, 1, 1, 2)), chance.choice(_OF_ILLNESS)
            yield Day(day, "absent", reason="illness", text=text)
        elif student.refuses_school and draw() < _AWAY_OTHERWISE:
            yield Day(day, "absent", reason="school_refusal")
        else:
            yield _there(draw(), day)


def _there(drawn: float, day: date) -> Day:
    if drawn < _LATE:
        return Day(day, "present", late=True)
    if drawn < _LATE + _EARLY:
        return Day(day, "present", early=True)
    if drawn < _LATE + _EARLY + 0.0008:
        return Day(day, "bereavement")
    if drawn < _LATE + _EARLY + 0.0016:
        return Day(day, "absent", reason="other", text="家庭の都合")
    return Day(day, "present")
