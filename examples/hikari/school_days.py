"""The days on which the schools of ひかり市 are open: weekdays of three terms without the national holidays.

Never: a student, or a day of another country's calendar.
"""

from datetime import date, timedelta
from functools import lru_cache

from pds.clock import FIRST_MONTH

_DAY = timedelta(days=1)
_FIXED = ((1, 1), (2, 11), (2, 23), (4, 29), (5, 3), (5, 4), (5, 5), (8, 11), (11, 3), (11, 23))
_MONDAYS = ((1, 2), (7, 3), (9, 3), (10, 2))  # the n-th Monday of a month
_SUNDAY, _SATURDAY = 6, 5


@lru_cache
def holidays(year: int) -> frozenset[date]:
    """The national holidays of a calendar year, by the rules of the 祝日法, valid until 2099."""
    leap = (year - 1980) // 4
    equinoxes = (
        date(year, 3, int(20.8431 + 0.242194 * (year - 1980)) - leap),
        date(year, 9, int(23.2488 + 0.242194 * (year - 1980)) - leap),
    )
    found = {date(year, month, day) for month, day in _FIXED} | set(equinoxes)
    for month, nth in _MONDAYS:
        first = date(year, month, 1)
        found.add(first + timedelta(days=-first.weekday() % 7 + 7 * (nth - 1)))
    for day in sorted(found):  # a holiday on a Sunday moves to the next day that is none
        if day.weekday() == _SUNDAY:
            moved = day + _DAY
            while moved in found:
                moved += _DAY
            found.add(moved)
    found |= {day + _DAY for day in found if day + _DAY not in found and day + 2 * _DAY in found}  # between two
    return frozenset(found)


@lru_cache
def terms(school_year: int) -> tuple[tuple[date, date], ...]:
    """First and last day of the three terms of a school year."""
    return (
        (date(school_year, FIRST_MONTH, 6), date(school_year, 7, 20)),
        (date(school_year, 9, 1), date(school_year, 12, 24)),
        (date(school_year + 1, 1, 8), date(school_year + 1, 3, 24)),
    )


@lru_cache
def school_days(school_year: int) -> tuple[date, ...]:
    """All days of lessons of a school year, about 200."""
    free = holidays(school_year) | holidays(school_year + 1)
    return tuple(
        day
        for first, last in terms(school_year)
        for day in (first + number * _DAY for number in range((last - first).days + 1))
        if day.weekday() < _SATURDAY and day not in free
    )


@lru_cache
def term_ends(school_year: int) -> tuple[date, ...]:
    """The last day of lessons of each term, on which grades are issued."""
    days = school_days(school_year)
    return tuple(max(day for day in days if day <= last) for _, last in terms(school_year))


def first_day(school_year: int) -> date:
    """The day of the entrance ceremony: the first day of lessons."""
    return school_days(school_year)[0]
