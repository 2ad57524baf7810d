"""Builds ひかり市 step by step and opens it: nodes, imports, post, moves, sign-ins, studies.

Each step is done once: interrupted, the build goes on where it was; built, it only opens. Never: a step's own work.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.progress import Progress

from examples.hikari import looking, moves, nodes, sign_ins, studies
from examples.hikari.imports import City, awaited, import_arrival, import_farewell, take_in, workers
from examples.hikari.journal import Journal
from examples.hikari.seats import MOVING, moving_day
from examples.hikari.serving import served
from examples.hikari.sign_ins import SignIn
from examples.hikari.town import MIDORI
from pds.clock import JAPAN, SystemClock
from pds.transfer import State

SEED = 2026
_EXPECTED = 300 * 1200  # records, for the progress bar alone


@dataclass(frozen=True, slots=True)
class Demo:
    """The city as it is served.

    Attributes:
        addresses: Where each node listens.
        sign_ins: Who can sign in.
    """

    addresses: Mapping[str, str]
    sign_ins: tuple[SignIn, ...]

    def to_document(self) -> dict[str, object]:
        """As JSON, for scripts."""
        return {"addresses": dict(self.addresses), "sign_ins": [one.to_document() for one in self.sign_ins]}


@contextmanager
def opened(root: Path, progress: Progress, *, share: int = 1) -> Iterator[Demo]:
    """Build the city where it is not built yet, and serve it for a block.

    Args:
        root: Its folder.
        progress: Shows how far it is.
        share: 1 for everybody, more for every so many-th student only.
    """
    journal = Journal(root)
    _begin(root, journal, share)
    begun = journal.result("begun")
    city = City(root, begun["seed"], date.fromisoformat(begun["today"]), begun["share"])
    if not journal.has("nodes"):
        with journal.stage("nodes"):
            nodes.build(root, date(min(city.years), 4, 1))
        journal.note("nodes")
    _once(journal, "contacts", lambda: nodes.name_contacts(root))
    task = progress.add_task("記録の取り込み · imports", total=_EXPECTED // city.share)
    with journal.stage("imports"):
        take_in(city, journal, lambda records: progress.update(task, advance=records))
        _once(journal, "farewell", lambda: import_farewell(city))
    progress.update(task, completed=_EXPECTED // city.share)
    with ExitStack() as stack:
        with journal.stage("start"):
            addresses = stack.enter_context(served(root))
        _live(city, journal, progress)
        demo = Demo(addresses, tuple(sign_ins.listed(journal.result("passwords"))))
        _write(root / "demo.json", demo)
        yield demo


def _begin(root: Path, journal: Journal, share: int) -> None:
    """A city is of one day: built on over midnight, it is still the same."""
    if not journal.has("begun"):
        today = SystemClock().now().astimezone(JAPAN).date()
        journal.note("begun", {"seed": SEED, "today": today.isoformat(), "share": share})
        (root / "demo.json").unlink(missing_ok=True)


def _live(city: City, journal: Journal, progress: Progress) -> None:
    """What happens between the served nodes: two moves, sign-ins, studies."""
    task = progress.add_task("転校・ログイン・統計 · moves, sign-ins, studies", total=4)
    day = moving_day(city.today, city.year)
    with journal.stage("moves"):
        _once(journal, "moved", lambda: moves.move(city.root, MOVING, day, State.CLOSED))
        _once(journal, "arrival", lambda: import_arrival(city, MIDORI))
        waiting = awaited(city).student.number
        _once(journal, "awaited", lambda: moves.move(city.root, waiting, city.today, State.QUARANTINED))
    progress.advance(task)
    with journal.stage("sign-ins"):
        if not journal.has("passwords"):
            journal.note("passwords", sign_ins.draw_passwords())
        passwords = journal.result("passwords")
        _once(journal, "sign-ins", lambda: sign_ins.make(city.root, passwords))
        known = {one.key: one for one in sign_ins.listed(passwords)}
        _once(journal, "looks", lambda: looking.look(city.root, city.today, known))
    progress.advance(task)
    with journal.stage("asking"):
        if not journal.has("asked"):
            journal.note("asked", studies.publish(city.root, city.today, sign_ins.officials(passwords)))
    progress.advance(task)
    asked = journal.result("asked")
    with journal.stage("answers"), workers() as pool:
        _once(journal, "answered", lambda: studies.answer_all(city.root, asked, pool))
    with journal.stage("releases"):
        _once(journal, "released", lambda: studies.release_both(city.root, asked))
    progress.advance(task)


def _once(journal: Journal, step: str, work: Callable[[], object]) -> None:
    if not journal.has(step):
        work()
        journal.note(step)


def _write(path: Path, demo: Demo) -> None:
    """For scripts; it holds passwords, so nobody else on the machine may read it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(demo.to_document(), file, ensure_ascii=False, indent=1)
