"""Killed in the middle: what was acknowledged is there, once, and the rest can simply be done again."""

from pathlib import Path

import pytest

from tests.world import crashes
from tests.world.crashes import append_kills, import_kills
from tests.world.forked import killed

KILLS = 5  # `make prove` runs the same harnesses a hundred times


@pytest.mark.slow
def test_appending_survives_kill_9_at_any_instant(tmp_path: Path) -> None:
    assert append_kills(tmp_path, KILLS, seed=1) == 0


@pytest.mark.slow
def test_importing_survives_kill_9_at_any_instant(tmp_path: Path) -> None:
    assert import_kills(tmp_path, KILLS, seed=2) == 0


@pytest.mark.slow
def test_the_harness_counts_what_was_acknowledged_and_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crashes, "killed", lambda *asked: [*killed(*asked), "1000000"])
    assert append_kills(tmp_path, 1, seed=3) > 0
