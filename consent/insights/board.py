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
Roll = Literal["missing", "part", "whole"]


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
        until: The last of these days.
        weathers: The answers of those days, oldest first; empty unless the reason is the mood.
    """

    chair: Chair
    why: Why
    days: int
    until: date
    weathers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """One class on one day.

    A day's roll has come in for those who have a record of it, also of plain presence, and for nobody else. While it
    is missing for some, a sum of nobody is not known: others may be among those who are missing.

    Attributes:
        day: The latest day with a record, today or before; None when nothing was recorded this school year.
        roll: How far today's roll has come in.
        roll_day: The latest day of which a roll has come in, at least in part; None when none has.
        known: How many students have a record of that day.
        present: Of them, who was there, late or not; None while nobody is known to have been.
        late: Of these, who came late; None while it is not known that nobody did.
        absent: Who was not there; None while it is not known that everybody was.
        moods: How many answered on `day`.
    """

    chairs: Sequence[Chair]
    day: date | None
    roll: Roll
    roll_day: date | None
    known: int
    present: int | None
    late: int | None
    absent: int | None
    moods: int
    concerns: Sequence[Concern]

    def status(self, chair: Chair) -> str:
        """A student's status on the day, as a code of the vocabulary; empty for a plain day of presence or none."""
        return status_of(chair.days[self.day]) if self.day is not None and self.day in chair.days else ""

    def is_there(self, chair: Chair) -> bool:
        """True when a student was there on the day, late or not."""
        return self.day is not None and self.day in chair.days and chair.days[self.day].status == "present"

    def waits(self, chair: Chair) -> bool:
        """True when a student's attendance on the day has not come in, and others' has."""
        return self.day is not None and self.day == self.roll_day and self.day not in chair.days

    def weather(self, chair: Chair) -> str:
        """A student's answer on the day; "none" before it."""
        return chair.moods.get(self.day, "none") if self.day is not None else "none"


def make_board(chairs: Sequence[Chair], today: date) -> Board:
    """What a class looks like on the latest day that has a record."""
    roll_days = sorted({day for chair in chairs for day in chair.days if day <= today})
    roll_day = roll_days[-1] if roll_days else None
    day = max([*roll_days, *(day for chair in chairs for day in chair.moods if day <= today)], default=None)
    known = [chair.days[roll_day] for chair in chairs if roll_day in chair.days] if roll_day is not None else []
    present = [record for record in known if record.status == "present"]
    whole = bool(chairs) and len(known) == len(chairs)

    def counted(number: int) -> int | None:
        return number if number or whole else None

    return Board(
        chairs=chairs,
        day=day,
        roll="missing" if roll_day != today else "whole" if whole else "part",
        roll_day=roll_day,
        known=len(known),
        present=counted(len(present)),
        late=counted(sum(1 for record in present if record.late)),
        absent=counted(len(known) - len(present)),
        moods=sum(1 for chair in chairs if day in chair.moods),
        concerns=[concern for chair in chairs for concern in _concerns(chair, day, roll_days[-2:])],
    )


def by_day(records: Iterable[Record]) -> dict[date, Attendance]:
    """Attendance of whole days with lessons; a later record of a day counts."""
    days = (r for r in records if isinstance(r, Attendance) and r.period_no is None)
    return {record.occurred_on: record for record in days if record.day_kind == "lesson_day"}


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


def _concerns(chair: Chair, day: date | None, lately: Sequence[date]) -> Iterable[Concern]:
    """Runs up to the day; of absence up to the last two rolls, as the last may not have come in for this student."""
    if day is None:
        return
    rolls = [on for on in sorted(chair.days) if on <= day]
    if (
        rolls
        and rolls[-1] in lately
        and (days := _run([chair.days[on].status == "absent" for on in rolls])) >= IN_A_ROW
    ):
        yield Concern(chair, "absent", days, rolls[-1])
    answers = [answer for on, answer in sorted(chair.moods.items()) if on <= day]
    if day in chair.moods and (days := _run([answer in LOW for answer in answers])) >= IN_A_ROW:
        yield Concern(chair, "mood", days, day, tuple(answers[-min(days, 5) :]))


def _run(marks: Sequence[bool]) -> int:
    """How many at the end are true in a row."""
    length = 0
    for mark in reversed(marks):
        if not mark:
            break
        length += 1
    return length
