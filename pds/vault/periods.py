"""At which school a student is enrolled on a day: of the enrolments and ends that were entered, by their days.

What a file says late, of a year that is over, changes nothing of the years after. Pure functions. Never: a record, a
decision, a chain.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pds.clock import school_year
from pds.vault.events import Enrolled, EnrolmentEnded

Entry = tuple[int, Enrolled]  # with the number of the home that entered it


@dataclass(frozen=True, slots=True)
class Ending:
    """An end that a school entered.

    Attributes:
        home: The number of the home that entered it.
        known: How many enrolments had been entered by then.
    """

    home: int
    known: int
    event: EnrolmentEnded


def latest(enrolments: Iterable[Entry]) -> Enrolled | None:
    """The latest of some enrolments: of the latest home, the latest school year, the latest day, what came in last."""
    found = sorted(enrolments, key=lambda one: (one[0], one[1].school_year, one[1].on))  # stable
    return found[-1][1] if found else None


def on_day(enrolments: Sequence[Entry], endings: Iterable[Ending], day: date) -> Enrolled | None:
    """The latest of those begun by a day; None when it is over by then.

    Of the days before it took the history in, a school says nothing.
    """
    here: dict[int, date] = {}  # from when each home kept the history; the first one, always
    for home, enrolled in enrolments:
        here.setdefault(home, enrolled.on if home > 1 else date.min)
    found = latest(
        (home, enrolled)
        for home, enrolled in enrolments
        if max(enrolled.on, here[home]) <= day and enrolled.school_year <= school_year(day)
    )
    end = None if found is None else end_of(enrolments, endings, found)
    return found if end is None or day <= end.on else None


def end_of(enrolments: Sequence[Entry], endings: Iterable[Ending], enrolled: Enrolled) -> EnrolmentEnded | None:
    """The end of an enrolment, the earliest if there are several; None while nobody said that it ended.

    An end ends, at its school, whatever begins by its last day; and of what was known when it was entered, the years to
    come that it names: who leaves in March stands on next year's list already. Who comes back begins on a later day.
    """
    place = max(number for number, (_, one) in enumerate(enrolments) if one is enrolled)
    home = enrolments[place][0]
    ends = [
        one.event
        for one in endings
        if one.home == home and one.event.school == enrolled.school and _ends(one, place, enrolled)
    ]
    return min(ends, key=lambda event: event.on, default=None)


def _ends(ending: Ending, place: int, enrolled: Enrolled) -> bool:
    event = ending.event
    to_come = school_year(event.on) < enrolled.school_year <= event.school_year
    return enrolled.on <= event.on or (to_come and place < ending.known)
