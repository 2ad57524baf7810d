"""Writes ひかり市 as the files its school offices would hand over: per school and school year a roster, then records.

Only what has happened by yesterday is written. Never: a vault, a row for another school.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from examples.hikari import care, feelings, learning
from examples.hikari.presence import presence
from examples.hikari.school_days import first_day
from examples.hikari.seats import Seat
from examples.hikari.town import School

ROSTER, RECORDS = Path(__file__).with_name("roster.toml"), Path(__file__).with_name("records.toml")
_PLACE = ("student", "school", "school_year", "grade", "class", "day")
_HEADERS: dict[str, tuple[str, ...]] = {
    "attendance.csv": ("status", "late", "early_leave", "reason", "basis", "text"),
    "tests.csv": ("test_id", "name", "kind", "subject", "score"),
    "grades.csv": ("term", "subject", "knowledge", "thinking", "attitude", "rating"),
    "moods.csv": ("slot", "weather", "comment"),
    "reflections.csv": ("subject", "unit", "text", "self_rating"),
    "surveys.csv": ("survey", "wave", "item", "response"),
    "drills.csv": ("statement", "timestamp", "item", "subject", "unit", "score", "seconds", "place"),
    "notes.csv": ("author", "category", "scope", "text"),
    "visits.csv": ("visited_at", "reason", "symptom", "place", "activity", "treatment", "outcome", "called"),
    "mornings.csv": ("condition", "temperature", "sleep", "appetite"),
    "examinations.csv": ("height", "weight", "nutrition", "right", "left", "hearing", "teeth"),
    "sheets.csv": ("lesson_days", "suspended", "required", "absent", "present", "comment"),
}
_PERSON = ("family_name", "given_name", "family_kana", "given_kana", "birth_date", "sex", "class_name", "number")
_ENROLLMENT = (*_PLACE, *_PERSON, "admitted", "moved_in", "stage")
_GUARDIANS = ("guardian", "student", "relationship", "authority", "household")
_CONSENTS = ("student", "guardian", "purpose", "decision", "signed_on", "recipient")


def write_roster(folder: Path, seats: Iterable[Seat], new: frozenset[str]) -> Path:
    """Write who is enrolled, and for newcomers their guardians and what these signed.

    Args:
        folder: Where the files go.
        seats: One school's seats of one school year.
        new: The students whom this school's node does not know yet.
    """
    folder.mkdir(parents=True, exist_ok=True)
    seats = list(seats)
    newcomers = [seat for seat in seats if seat.student.number in new]
    _write(folder / "enrollment.csv", _ENROLLMENT, (_enrollment(seat) for seat in seats))
    _write(folder / "guardians.csv", _GUARDIANS, (row for seat in newcomers for row in _guardians(seat)))
    _write(folder / "consents.csv", _CONSENTS, (row for seat in newcomers for row in _consents(seat)))
    return folder


def write_farewell(folder: Path, leaving: Iterable[Seat], to: School, day: date) -> Path:
    """Write what the guardians of students who move have signed: all of them, that the history goes along."""
    write_roster(folder, [], frozenset())
    rows = (
        (seat.student.number, guardian.number, "transfer", "given", day.isoformat(), to.code)
        for seat in leaving
        for guardian in seat.student.guardians
    )
    _write(folder / "consents.csv", _CONSENTS, rows)
    return folder


def write_records(folder: Path, seats: Iterable[Seat], seed: int, today: date) -> int:
    """Write what happened at one school in one school year, up to the day before `today`; hand back how many rows."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = 0
    with ExitStack() as stack:
        writers: dict[str, Any] = {}
        for name, header in _HEADERS.items():
            file = stack.enter_context((folder / name).open("w", encoding="utf-8", newline=""))
            writers[name] = csv.writer(file, lineterminator="\n")
            writers[name].writerow((*_PLACE, *header))
        for seat in seats:
            place = _place(seat)
            for name, found in _life(seat, seed, today):
                here = [
                    (*place, day.isoformat(), *row)
                    for day, row in found
                    if seat.first <= day < today and (seat.last is None or day <= seat.last)
                ]
                writers[name].writerows(here)
                rows += len(here)
    return rows


def _life(seat: Seat, seed: int, today: date) -> Iterator[tuple[str, Iterable[tuple[date, Sequence[str]]]]]:
    days = list(presence(seed, seat))
    flags = {True: "true", False: "false"}
    yield (
        "attendance.csv",
        ((d.day, (d.status, flags[d.late], flags[d.early], d.reason, d.basis, d.text)) for d in days),
    )
    tests = learning.tests(seed, seat, today)
    yield "tests.csv", ((t.day, (t.test_id, t.name, t.kind, t.subject, str(t.score))) for t in tests)
    yield "grades.csv", ((mark.day, mark[1:]) for mark in learning.marks(seed, seat, today))
    yield "moods.csv", feelings.moods(seed, seat)
    yield "reflections.csv", feelings.reflections(seed, seat)
    yield "surveys.csv", feelings.surveys(seed, seat)
    yield "drills.csv", feelings.drills(seed, seat)
    yield "notes.csv", care.notes(seed, seat)
    yield "visits.csv", care.visits(seed, seat)
    yield "mornings.csv", care.mornings(seed, seat)
    yield "examinations.csv", care.examinations(seed, seat)
    yield "sheets.csv", care.sheets(seed, seat, days)


def _place(seat: Seat) -> tuple[str, ...]:
    return (seat.student.number, seat.school.code, str(seat.school_year), seat.grade, seat.class_code)


def _enrollment(seat: Seat) -> tuple[str, ...]:
    student = seat.student
    names = (student.family[0], student.given[0], student.family[1], student.given[1])
    room = f"{seat.grade[1]}年{seat.class_code}組"
    person = (*names, student.birth_date.isoformat(), student.sex, room, str(seat.attendance_number))
    days = (seat.admitted.isoformat() if seat.admitted else "", seat.moved_in.isoformat() if seat.moved_in else "")
    return (*_place(seat), seat.first.isoformat(), *person, *days, seat.school.kind)


def _guardians(seat: Seat) -> Iterator[tuple[str, ...]]:
    for guardian in seat.student.guardians:
        household = "apart" if guardian.apart else "same"
        yield (guardian.number, seat.student.number, "parent", "true", household)


def _consents(seat: Seat) -> Iterator[tuple[str, ...]]:
    student, day = seat.student, first_day(seat.school_year).isoformat()
    if student.statistics:
        yield (student.number, student.guardians[0].number, "statistics", student.statistics, day, "")


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
