"""Power cuts during a move: one process carries a student between two nodes and is killed at a random instant.

Afterwards the history lives at exactly one school, or is on its way; carried on, it arrives whole, once.
Never: a node left open here while another process carries the student.
"""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from consent.lifecycle import moving
from pds.errors import PdsError, RefusedError
from pds.identifiers import VaultId
from pds.intake import LocalId
from pds.node import open_node
from pds.transfer import State, state
from pds.vault import Action, Purpose, verify_copy
from tests.world.carrier import carry
from tests.world.forked import BEGUN, killed, seconds_of
from tests.world.prefecture import HIKARI, MINATO, SCHEME, MovableClock, School, open_prefecture, score_record

STUDENT = "aiko"
RECORDS = 40
_NOW = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)
_DAY = date(2026, 5, 11)
_MOST_STEPS = 20


@dataclass(frozen=True)
class Pair:
    """The two schools of a move."""

    old: School
    new: School
    vault: VaultId


def transfer_kills(folder: Path, kills: int, seed: int) -> int:
    """Kill a move at random instants; count two homes, no home, records lost or doubled, and moves that stand still."""
    rng = random.Random(seed)
    fresh = folder / "fresh"
    with open_prefecture(fresh) as prefecture:
        school = prefecture.minato
        school.admit(STUDENT, records=[score_record(school) for _ in range(RECORDS)], agree=["transfer"])
    whole = shutil.copytree(fresh, folder / "whole")
    longest = seconds_of(_carry_all_the_way, (whole,))
    failures = 0
    for number in range(kills):
        place = folder / f"move-{number}"
        shutil.copytree(fresh, place)
        killed(_carry_all_the_way, (place,), rng.uniform(0, longest))
        with _pair(place) as pair:
            failures += _homes(pair) > 1
            failures += not _finish(pair)
            failures += _homes(pair) != 1
            failures += _wrong_at_the_end(pair)
        shutil.rmtree(place)
    return failures


def step(pair: Pair) -> bool:
    """Carry what waits and take the next step; True when the move is closed."""
    carry([pair.old.node, pair.new.node])
    sent = [t for t in state.listed(pair.old.node) if t.side == "sender"]
    if not sent:
        moving.offer(pair.old.node, pair.vault, pair.new.org)
        return False
    received = [t for t in state.listed(pair.new.node) if t.side == "receiver"]
    if sent[0].state is State.CLOSED:
        return True
    if received[0].state is State.OFFERED:
        moving.accept(pair.new.node, received[0].transfer, _DAY, [LocalId(SCHEME, STUDENT)])
    elif sent[0].state is State.ACCEPTED:
        moving.send(pair.old.node, sent[0].transfer)
    elif received[0].state is State.QUARANTINED:
        moving.commit(pair.new.node, received[0].transfer)
    return False


def _finish(pair: Pair) -> bool:
    return any(step(pair) for _ in range(_MOST_STEPS))


def _homes(pair: Pair) -> int:
    """At how many schools the history can be written to."""
    return sum(_takes_writes(school, pair.vault) for school in (pair.old, pair.new))


def _takes_writes(school: School, vault: VaultId) -> bool:
    if school.node.vaults.find(school.org, SCHEME, STUDENT) != vault:
        return False
    try:
        with school.node.vaults.transact(school.permit(STUDENT, Purpose.TEACHING, Action.WRITE)):
            pass
    except RefusedError:
        return False
    return True


def _wrong_at_the_end(pair: Pair) -> int:
    records = pair.new.read(STUDENT)
    numbers = {record.source_record_id for record in records}
    try:
        verify_copy(pair.new.node.vaults.copy(pair.vault), pair.new.node.card)
    except PdsError:
        return 1
    return int(len(records) != RECORDS + 1 or len(numbers) != RECORDS + 1)


@contextmanager
def _pair(place: Path) -> Iterator[Pair]:
    clock = MovableClock(_NOW)
    with open_node(place / MINATO, clock) as one, open_node(place / HIKARI, clock) as other:
        old, new = School(one, MINATO), School(other, HIKARI)
        yield Pair(old, new, old.vault(STUDENT))


def _carry_all_the_way(say: Callable[[str], None], place: Path) -> None:
    with _pair(place) as pair:
        say(BEGUN)
        _finish(pair)
