"""Three school years of three schools, written as files and taken in by each school's node, two schools at a time.

Each school and year is one step, done once. Never: a vault opened here; `consent.lifecycle.loading` does it all.
"""

import signal
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from consent.lifecycle import load
from examples.hikari.files import RECORDS, ROSTER, write_farewell, write_records, write_roster
from examples.hikari.journal import Journal
from examples.hikari.nodes import Afternoon, open_one
from examples.hikari.people import YEARS, families
from examples.hikari.school_days import first_day
from examples.hikari.seats import MOVING, Seat, seats
from examples.hikari.town import MIDORI, NAGISA, SCHOOLS, School
from pds.clock import school_year
from pds.intake import load_mapping, read_tables

WORKERS = 2
_AWAITED_GRADE = "P3"


@dataclass(frozen=True, slots=True)
class City:
    """One city: its folder, its seed, and the day on which it is built.

    Attributes:
        share: Every how many-th student is in it: 1 for all of them, more for a quick test.
    """

    root: Path
    seed: int
    today: date
    share: int = 1

    @property
    def year(self) -> int:
        """The current school year."""
        return school_year(self.today)

    @property
    def years(self) -> range:
        """The school years of the history, oldest first."""
        return range(self.year - YEARS + 1, self.year + 1)

    def seats(self, school: School, year: int) -> list[Seat]:
        """A school's seats in a school year; without the move that is yet to come, unless it is its own file set."""
        students = [s for s in families(self.seed, self.year) if int(s.number[1:]) % self.share < 1 or _shown(s.number)]
        return [seat for seat in seats(students, year, self.year, self.today) if seat.school.name == school.name]

    def folder(self, year: int, school: School, what: str) -> Path:
        """Where a file set stands."""
        return self.root / "files" / str(year) / school.name / what


def workers() -> ProcessPoolExecutor:
    """Processes for the heavy steps; Ctrl-C ends them at once and in silence, and what they had begun is undone."""
    return ProcessPoolExecutor(WORKERS, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_DFL))


def take_in(city: City, journal: Journal, advance: Callable[[int], None]) -> None:
    """Import every school year of every school that is not in yet.

    Args:
        city: What to build.
        journal: What is done already.
        advance: Told the number of records of each step as it ends.
    """
    chains = {school.name: [y for y in city.years if not journal.has(_step(school, y))] for school in SCHOOLS}
    by_name = {school.name: school for school in SCHOOLS}
    with workers() as pool:
        running: dict[Future[int], str] = {}
        while running or any(chains.values()):
            busy = set(running.values())
            free = [name for name, left in chains.items() if left and name not in busy]
            for name in sorted(free, key=lambda name: -len(chains[name]))[: WORKERS - len(running)]:
                running[pool.submit(import_year, city, by_name[name], chains[name][0])] = name
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for job in done:
                name = running.pop(job)
                journal.note(_step(by_name[name], chains[name].pop(0)), job.result())
                advance(job.result())


def import_year(city: City, school: School, year: int) -> int:
    """One school's year: the roster on its first day, then what was recorded; hand back how many records."""
    present = [seat for seat in city.seats(school, year) if seat.moved_in is None]
    new = _newcomers(city, school, year)
    spring = Afternoon(min(first_day(year), city.today))
    roster = write_roster(city.folder(year, school, "roster"), present, new)
    _load(city, school, roster, ROSTER, spring)
    records = city.folder(year, school, "records")
    write_records(records, present, city.seed, city.today)
    return _load(city, school, records, RECORDS, None if year == city.year else Afternoon(date(year + 1, 3, 31)))


def awaited(city: City) -> Seat:
    """The student whose history the new school's office has before it, verified and not yet taken in."""
    here = city.seats(NAGISA, city.year)
    return next(s for s in here if s.grade == _AWAITED_GRADE and s.student.number != MOVING and not s.student.apart)


def import_farewell(city: City) -> None:
    """What the guardians of the two students who move have signed, at the old school."""
    moving = next(seat for seat in city.seats(NAGISA, city.year) if seat.student.number == MOVING)
    folder = write_farewell(city.folder(city.year, NAGISA, "farewell"), [moving, awaited(city)], MIDORI, city.today)
    _load(city, NAGISA, folder, ROSTER, None)


def import_arrival(city: City, school: School) -> int:
    """What the new school has written about the student since the move."""
    arrived = [seat for seat in city.seats(school, city.year) if seat.moved_in is not None]
    roster = write_roster(city.folder(city.year, school, "arrival"), arrived, frozenset())
    _load(city, school, roster, ROSTER, None)
    records = city.folder(city.year, school, "since-arrival")
    write_records(records, arrived, city.seed, city.today)
    return _load(city, school, records, RECORDS, None)


def _load(city: City, school: School, folder: Path, mapping: Path, clock: Afternoon | None) -> int:
    batch = read_tables(folder, load_mapping(mapping))
    with open_one(city.root, school.node, clock) as node:
        return load(node, school.code, batch).records


def _newcomers(city: City, school: School, year: int) -> frozenset[str]:
    known = {seat.student.number for earlier in city.years if earlier < year for seat in city.seats(school, earlier)}
    return frozenset(seat.student.number for seat in city.seats(school, year)) - known


def _step(school: School, year: int) -> str:
    return f"import {school.name} {year}"


def _shown(number: str) -> bool:
    """The family that the demo shows is in every city, however small."""
    return number in {MOVING, "H0002", "H0003"}
