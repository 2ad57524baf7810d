"""Killed in the middle of a move: the history is never at two schools, never lost, and arrives when carried on."""

from pathlib import Path

import pytest

from tests.world.transfer_kills import transfer_kills

KILLS = 6  # `make prove` runs the same harness a hundred times


@pytest.mark.slow
def test_a_move_survives_kill_9_at_any_instant(tmp_path: Path) -> None:
    assert transfer_kills(tmp_path, KILLS, seed=4) == 0
