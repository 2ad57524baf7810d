"""The replay in small: a few families that move, through real nodes, interrupted and taken up again."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from rich.progress import Progress

from examples.star import replay
from examples.star.moves import SCHEME
from examples.star.nodes import open_one
from examples.star.source import Pupil, moves, read
from pds.chain import Chain
from pds.identifiers import OrgId
from pds.transfer import State, state

FAMILIES = 5


class WithoutTheNation(replay.Replay):
    """Moves and imports alone: five pupils are too few to ask anything about."""

    def _ask(self, year: int, pool: object) -> None:
        """Ask nothing."""


@pytest.fixture
def few() -> tuple[Pupil, ...]:
    """Pupils who move more than once."""
    everyone = read()
    times = Counter(item.pupil for item in moves(everyone))
    chosen = sorted(pupil for pupil, number in times.items() if number > 1)[:FAMILIES]
    return tuple(pupil for pupil in everyone if pupil.number in chosen)


def run(folder: Path, few: tuple[Pupil, ...]) -> None:
    """Moves, imports and the audit; the report needs the nation's answers, which nobody asked for here."""
    with Progress(disable=True) as progress, pytest.raises(KeyError, match="effects"):
        WithoutTheNation(folder, few, progress).run()


@pytest.mark.slow
def test_every_move_arrives_and_a_second_run_does_nothing_again(tmp_path: Path, few: tuple[Pupil, ...]) -> None:
    run(tmp_path, few)
    first = stock(tmp_path, few)
    run(tmp_path, few)
    assert stock(tmp_path, few) == first
    for pupil in few:
        school = pupil.years[-1].school
        tests = sum((year.reading is not None) + (year.mathematics is not None) for year in pupil.years)
        assert first[pupil.number] == (school, len(pupil.years) + tests)
    expected = moves(few)
    assert len(expected) > len(few)
    assert closed(tmp_path, few) == len(expected)


def stock(root: Path, few: tuple[Pupil, ...]) -> dict[str, tuple[str, int]]:
    """Where each pupil's history lives, and how many records it has; more than one home is a failure."""
    found: dict[str, tuple[str, int]] = {}
    for school in sorted({year.school for pupil in few for year in pupil.years}):
        with open_one(root, school, date(1990, 1, 1)) as node:
            for pupil in few:
                vault = node.vaults.find(OrgId(school), SCHEME, pupil.number)
                if vault is not None and node.store.get("closed", vault) is None:
                    assert pupil.number not in found
                    found[pupil.number] = (school, node.vaults.head(vault).tips[Chain.RECORDS].length)
    return found


def closed(root: Path, few: tuple[Pupil, ...]) -> int:
    """How many moves ended with the receipt at the old school."""
    total = 0
    for school in sorted({year.school for pupil in few for year in pupil.years}):
        with open_one(root, school, date(1990, 1, 1)) as node:
            total += sum(t.side == "sender" and t.state is State.CLOSED for t in state.listed(node))
    return total
