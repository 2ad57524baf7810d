"""Power cuts: a process that writes to a node is killed at a random instant, and the node is opened again.

`append_kills` and `import_kills` count what went wrong; the tests run a handful, `make prove` a hundred.
Never: a node left open here while another process writes to it.
"""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from consent.lifecycle import load
from consent.lifecycle.loading import Loaded
from pds.errors import PdsError
from pds.intake import Batch
from pds.node import open_node
from pds.records import Category
from pds.vault import verify_copy
from tests.world.forked import BEGUN, killed, seconds_of
from tests.world.prefecture import MINATO, MovableClock, School, open_prefecture, score_record

NOW = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)
STUDENTS = tuple(f"student{number}" for number in range(8))
LONGEST = 0.25  # seconds after which an endless child is killed at the latest


def append_kills(folder: Path, kills: int, seed: int) -> int:
    """Kill a process that appends records one by one; count acknowledged ones lost, doubled ones, broken vaults."""
    rng = random.Random(seed)
    node = _new_node(folder)
    with _school(node) as school:
        school.admit(STUDENTS[0])
    failures, acknowledged, first = 0, set[str](), 1
    for _ in range(kills):
        output = killed(_append_for_ever, (node, first), rng.uniform(0, LONGEST))
        acknowledged |= set(output)
        with _school(node) as school:
            there = _scores(school, STUDENTS[0])
            failures += len(acknowledged - set(there)) + len(there) - len(set(there))
            failures += len(set(there) - acknowledged) > 1  # at most the one that was under way
            failures += _broken(school, STUDENTS[0])
        acknowledged |= set(there)
        first = max(map(int, there), default=0) + 1
    return failures


def import_kills(folder: Path, kills: int, seed: int) -> int:
    """Kill a process that imports a file set; count half imports, and what running it again leaves wrong."""
    rng = random.Random(seed)
    empty = _new_node(folder)
    whole = shutil.copytree(empty, folder / "whole")
    longest = seconds_of(_import, (whole,))
    failures = 0
    for number in range(kills):
        node = folder / f"import-{number}"
        shutil.copytree(empty, node)
        done = killed(_import, (node,), rng.uniform(0, longest))
        with _school(node) as school:
            there = len(school.node.vaults.all())
            failures += there not in (0, len(STUDENTS))
            failures += "done" in done and there != len(STUDENTS)
            failures += _wrong_after_rerun(school)
        shutil.rmtree(node)
    return failures


def _wrong_after_rerun(school: School) -> int:
    batch = _batch(school)
    load(school.node, school.org, batch)
    again = load(school.node, school.org, batch)
    wrong = int(again != Loaded(0, len(STUDENTS), 0, 0, len(batch.records), len(batch.consents)))
    wrong += len(school.node.vaults.all()) != len(STUDENTS)
    for student in STUDENTS:
        wrong += len(school.read(student)) != len(batch.records) // len(STUDENTS)
        wrong += len(school.node.vaults.authorisations(school.vault(student)).consents) != 1
        wrong += _broken(school, student)
    return wrong


def _scores(school: School, student: str) -> list[str]:
    return [record.source_record_id for record in school.read(student, Category.TEST_RESULT)]


def _broken(school: School, student: str) -> int:
    try:
        verify_copy(school.node.vaults.copy(school.vault(student)), school.node.card)
    except PdsError:
        return 1
    return 0


def _new_node(folder: Path) -> Path:
    with open_prefecture(folder / "prefecture") as prefecture:
        return prefecture.minato.node.folder


@contextmanager
def _school(node: Path) -> Iterator[School]:
    with open_node(node, MovableClock(NOW)) as opened:
        yield School(opened, MINATO)


def _batch(school: School) -> Batch:
    """The same batch in every process."""
    fresh = School(school.node, school.org)
    return fresh.batch(*STUDENTS, records=[score_record(fresh, score) for score in range(5)])


def _append_for_ever(say: Callable[[str], None], node: Path, first: int) -> None:
    number = first
    with _school(node) as school:
        say(BEGUN)
        while True:
            school.write(STUDENTS[0], score_record(school, 50, source_record_id=str(number)))
            say(str(number))
            number += 1


def _import(say: Callable[[str], None], node: Path) -> None:
    with _school(node) as school:
        say(BEGUN)
        load(school.node, school.org, _batch(school))
        say("done")
