"""Replays Project STAR: 11,598 pupils' sealed vaults through 80 schools and four years, and what the nation learns.

Each step is done once: interrupted, the replay goes on where it was. Never: a number that did not come from a vault,
but for `exact`, which comes from the public file alone.
"""

import json
import os
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rich.progress import Progress

from consent.lifecycle import load
from examples.star import asking, exact
from examples.star.convert import MAPPING, NOMINAL, write_school_year
from examples.star.moves import move
from examples.star.nodes import build, open_one
from examples.star.report import CLASS_TYPES, GRADES, Effect, Interval, Report
from examples.star.source import SCHOOL_YEARS, Move, Pupil, moves, systems
from federation.audit import audit_privacy
from pds.chain import Chain
from pds.errors import PdsError
from pds.identifiers import OrgId
from pds.intake import load_mapping, read_tables

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Done:
    """What a worker reports back: a name, and the most memory its process has used, in kilobytes."""

    worker: int
    peak_kb: int


@dataclass(slots=True)
class Journal:
    """What is done, so that an interrupted replay goes on; written after each step.

    Attributes:
        path: The journal's file.
        content: Steps done, results, seconds so far.
    """

    path: Path
    content: dict[str, Any]

    def has(self, step: str) -> bool:
        """True when the step is done."""
        return step in self.content["done"]

    def note(self, step: str, result: object = "done") -> None:
        """Write down that a step is done, with its result."""
        self.content["done"][step] = result
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps(self.content))
        partial.replace(self.path)


class Replay:
    """One replay in one folder.

    Args:
        root: The folder for nodes, files and results.
        pupils: The pupils to replay: all, or fewer for a test.
        progress: Shows how far it is.
    """

    def __init__(self, root: Path, pupils: tuple[Pupil, ...], progress: Progress) -> None:
        self._root = root
        self._pupils = pupils
        self._progress = progress
        self._systems = systems(pupils)
        self._moves = moves(pupils)
        self._peaks: dict[int, int] = {}
        root.mkdir(parents=True, exist_ok=True)
        path = root / "journal.json"
        content = json.loads(path.read_text()) if path.exists() else {"done": {}, "seconds": 0.0}
        self._journal = Journal(path, content)

    def run(self) -> Report:
        """Run to the end, or on from where it was interrupted."""
        started, before = time.monotonic(), self._journal.content["seconds"]
        build(self._root, self._systems, date(min(SCHOOL_YEARS.values()), 4, 1))
        with ProcessPoolExecutor(WORKERS) as pool:
            for year in SCHOOL_YEARS.values():
                self._moves_of(year, pool)
                self._import(year, pool)
                self._ask(year, pool)
                self._journal.content["seconds"] = before + time.monotonic() - started
                self._journal.note(f"{year}")
            epsilon_year, epsilon_life, records = self._audit(pool)
        seconds = before + time.monotonic() - started
        return self._report(seconds, epsilon_year, epsilon_life, records)

    def _moves_of(self, year: int, pool: ProcessPoolExecutor) -> None:
        """Moves touch two nodes each, so they run in rounds in which no school stands twice."""
        waiting = [m for m in self._moves if m.to_year == year and not self._journal.has(_step(m))]
        task = self._progress.add_task(f"{year}: moves", total=len(waiting))
        while waiting:
            round_, waiting = _without_shared_schools(waiting)
            jobs = {pool.submit(_move, self._root, m, date(year, 9, 1)): m for m in round_}
            for job in as_completed(jobs):
                error = self._finished(job.result())
                self._journal.note(_step(jobs[job]), error or "done")
                self._progress.advance(task)

    def _import(self, year: int, pool: ProcessPoolExecutor) -> None:
        folders = write_school_year(self._root / "files", year, self._pupils)
        day = date.fromisoformat(NOMINAL[year].tested_on)
        jobs = [(f"import {year} {school}", (school, folder, day)) for school, folder in folders.items()]
        self._each(f"{year}: imports", jobs, _import, pool)

    def _ask(self, year: int, pool: ProcessPoolExecutor) -> None:
        step = f"effects {year}"
        if self._journal.has(step):
            return
        day = date(year + 1, 3, 31)
        schools = _by_system(self._systems)
        study = asking.publish(self._root, year, schools, day)
        for system, below in schools.items():
            asking.announce_below(self._root, system, below, day)
        jobs = [(f"answer {year} {school}", (school, study, day)) for school in sorted(self._systems)]
        self._each(f"{year}: answers", jobs, _answer, pool)
        for system, below in schools.items():
            asking.merge_system(self._root, system, below, study, day)
        self._journal.note(step, asking.release_nation(self._root, schools, study, day))

    def _audit(self, pool: ProcessPoolExecutor) -> tuple[int, int, int]:
        jobs = [pool.submit(_audit, self._root, school, date(1990, 1, 1)) for school in sorted(self._systems)]
        found = [job.result() for job in jobs]
        return max(f[0] for f in found), max(f[1] for f in found), sum(f[2] for f in found)

    def _each(
        self,
        title: str,
        jobs: Iterable[tuple[str, tuple[Any, ...]]],
        work: Callable[..., Done],
        pool: ProcessPoolExecutor,
    ) -> None:
        waiting = {step: arguments for step, arguments in jobs if not self._journal.has(step)}
        task = self._progress.add_task(title, total=len(waiting))
        running = {pool.submit(work, self._root, *arguments): step for step, arguments in waiting.items()}
        for job in as_completed(running):
            self._finished((job.result(), None))
            self._journal.note(running[job])
            self._progress.advance(task)

    def _finished(self, result: tuple[Done, str | None]) -> str | None:
        done, error = result
        self._peaks[done.worker] = max(done.peak_kb, self._peaks.get(done.worker, 0))
        return error

    def _report(self, seconds: float, epsilon_year: int, epsilon_life: int, records: int) -> Report:
        results = [self._journal.content["done"].get(_step(m)) for m in self._moves]
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return Report(
            pupils=len(self._pupils),
            schools=len(self._systems),
            systems=len(set(self._systems.values())),
            records=records,
            transfers_done=results.count("done"),
            transfers_failed=len(results) - results.count("done"),
            epsilon_spent_max=epsilon_year / 1_000_000,
            epsilon_lifetime_max=epsilon_life / 1_000_000,
            seconds=round(seconds, 1),
            peak_rss_mb=round((own + sum(self._peaks.values())) / 1024, 1),
            years=_years(self._journal.content["done"]),
        )


def _years(done: Mapping[str, Any]) -> dict[str, dict[str, Effect]]:
    exactly = exact.effects()
    found: dict[str, dict[str, Effect]] = {}
    for grade, year in zip(GRADES, SCHOOL_YEARS.values(), strict=True):
        released: dict[str, Interval] = done[f"effects {year}"]
        found[grade] = {
            kind: Effect(exact=round(float(exactly[grade][kind]), 4), local=released[kind]) for kind in CLASS_TYPES
        }
    return found


def _step(pupil_move: Move) -> str:
    return f"move {pupil_move.to_year} {pupil_move.pupil}"


def _without_shared_schools(waiting: list[Move]) -> tuple[list[Move], list[Move]]:
    """A round of moves in which no school stands twice, and the rest."""
    busy: set[str] = set()
    chosen: list[Move] = []
    rest: list[Move] = []
    for item in waiting:
        pair = {item.from_school, item.to_school}
        (rest if pair & busy else chosen).append(item)
        busy |= pair
    return chosen, rest


def _by_system(school_systems: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for school, system in sorted(school_systems.items()):
        found[system].append(school)
    return dict(found)


def _move(root: Path, pupil_move: Move, day: date) -> tuple[Done, str | None]:
    try:
        move(root, pupil_move, day)
    except PdsError as error:
        return _done(), str(error)
    return _done(), None


def _import(root: Path, school: str, folder: Path, day: date) -> Done:
    batch = read_tables(folder, load_mapping(MAPPING))
    with open_one(root, school, day) as node:
        load(node, OrgId(school), batch)
    return _done()


def _answer(root: Path, school: str, study: str, day: date) -> Done:
    asking.answer_school(root, school, study, day)
    return _done()


def _audit(root: Path, school: str, day: date) -> tuple[int, int, int]:
    """The most charged to one pupil in a year and in all, in micro-ε, and how many records live at this school."""
    with open_one(root, school, day) as node:
        costs = audit_privacy(node)
        living = node.vaults.living()
        records = sum(node.vaults.head(vault).tips[Chain.RECORDS].length for vault in living)
    return costs.most_in_a_year, costs.most_in_a_life, records


def _done() -> Done:
    return Done(os.getpid(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
