"""Fixtures shared by all tests: the simulated prefecture."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world.prefecture import Prefecture, open_prefecture


@pytest.fixture
def prefecture(tmp_path: Path) -> Iterator[Prefecture]:
    """A nation, a city and two schools on real nodes."""
    with open_prefecture(tmp_path) as built:
        yield built
