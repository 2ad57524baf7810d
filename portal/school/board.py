"""The class board: who was there, how they say to feel, who may need a word today, out of one class's records.

Pure: from records to what the page shows. Never: a rank, a score, a comparison of children; a permit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pds.identifiers import VaultId
from pds.records import Attendance, MoodWeather, Record

IN_A_ROW = 3  # recorded days in a row after which somebody is to have a word
LOW = frozenset({"rainy", "thunder"})
_SLOTS = {None: 0, "morning": 1, "daytime": 2, "end_of_day": 3}
Level = Literal["now"]
Why = Literal["absent", "mood"]


@dataclass(frozen=True, slots=True)
class Chair:
    """One student in a class.

    Attributes:
        name: Empty when this position does not read names, or the history is on its way.
        days: Attendance by day.
        moods: The last answer of each day.
    """

    vault: VaultId
    number: int | None
    name: str = field(repr=False)
    days: Mapping[date, Attendance] = field(default_factory=dict, repr=False)
    moods: Mapping[date, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Concern:
    """Somebody who may need a word today, with what was recorded.

    Attributes:
        days: How many recorded days in a row.
        weathers: The answers of those days, oldest first; empty unless the reason is the mood.
    """

    chair: Chair
    why: Why
    days: int
    weathers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """One class on one day.

    Attributes:
        day: The latest day with a record, today or before; None when nothing was recorded this school year.
        present: Students there on that day, late ones included; None when nobody's attendance was recorded.
    """

    chairs: Sequence[Chair]
    day: date | None
    present: int | None
    late: int
    absent: int
    moods: int
    concerns: Sequence[Concern]

    def status(self, chair: Chair) -> str:
        """A student's status on the day, as a code of the vocabulary; empty for a plain day of presence or none."""
        return status_of(chair.days[self.day]) if self.day is not None and self.day in chair.days else ""

    def is_there(self, chair: Chair) -> bool:
        """True when a student was there on the day, late or not."""
        return self.day is not None and self.day in chair.days and chair.days[self.day].status == "present"

    def weather(self, chair: Chair) -> str:
        """A student's answer on the day; "none" before it."""
        return chair.moods.get(self.day, "none") if self.day is not None else "none"


def make_board(chairs: Sequence[Chair], today: date) -> Board:
    """What a class looks like on the latest day that has a record."""
    days = {day for chair in chairs for day in (*chair.days, *chair.moods) if day <= today}
    day = max(days, default=None)
    of_day = [chair.days[day] for chair in chairs if day in chair.days] if day is not None else []
    present = [record for record in of_day if record.status == "present"]
    return Board(
        chairs=chairs,
        day=day,
        present=len(present) if of_day else None,
        late=sum(1 for record in present if record.late),
        absent=len(of_day) - len(present),
        moods=sum(1 for chair in chairs if day in chair.moods),
        concerns=[concern for chair in chairs for concern in _concerns(chair, day)],
    )


def by_day(records: Iterable[Record]) -> dict[date, Attendance]:
    """Attendance of whole days; a later record of a day counts."""
    return {r.occurred_on: r for r in records if isinstance(r, Attendance) and r.period_no is None}


def moods_by_day(records: Iterable[Record]) -> dict[date, str]:
    """The last answer of each day: of its latest slot, and within it the one written last."""
    latest: dict[date, MoodWeather] = {}
    for record in records:
        if isinstance(record, MoodWeather):
            known = latest.get(record.occurred_on)
            if known is None or _SLOTS[record.slot] >= _SLOTS[known.slot]:
                latest[record.occurred_on] = record
    return {day: record.weather for day, record in latest.items()}


def status_of(record: Attendance) -> str:
    """A day's status as a code of the vocabulary; empty for a plain day of presence."""
    if record.status != "present":
        return record.status
    if record.late and record.early_leave:
        return "late_and_early_leave"
    return "late" if record.late else "early_leave" if record.early_leave else ""


def _concerns(chair: Chair, day: date | None) -> Iterable[Concern]:
    if day is None:
        return
    away = [record.status == "absent" for on, record in sorted(chair.days.items()) if on <= day]
    if day in chair.days and (days := _run(away)) >= IN_A_ROW:
        yield Concern(chair, "absent", days)
    answers = [answer for on, answer in sorted(chair.moods.items()) if on <= day]
    if day in chair.moods and (days := _run([answer in LOW for answer in answers])) >= IN_A_ROW:
        yield Concern(chair, "mood", days, tuple(answers[-min(days, 5) :]))


def _run(marks: Sequence[bool]) -> int:
    """How many at the end are true in a row."""
    length = 0
    for mark in reversed(marks):
        if not mark:
            break
        length += 1
    return length
