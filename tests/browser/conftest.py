"""Fixtures of the browser tests: one browser a test process, one town for looking, a fresh one for doing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.served import Served, serve_town
from tests.browser.stocked import stock
from tests.browser.windows import Windows, chromium


@pytest.fixture(scope="session")
def windows() -> Iterator[Windows]:
    """A real browser."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def stocked(windows: Windows, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A town in which something of everything stands, to look at; no test changes it."""
    with serve_town(tmp_path_factory.mktemp("stocked"), windows) as town:
        stock(town)
        yield town


@pytest.fixture
def served(windows: Windows, tmp_path: Path) -> Iterator[Served]:
    """A town of this test's own, to do something in."""
    with serve_town(tmp_path, windows) as town:
        yield town
