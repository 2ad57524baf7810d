"""Fixtures of the browser tests: one browser a test process, one town for looking, a fresh one for doing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.served import Served, serve_town
from tests.browser.stocked import stock
from tests.browser.windows import Windows, chromium
from tests.portal.conftest import built_town

__all__ = ["built_town"]  # a fixture works by its name in this module


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
def served(windows: Windows, built_town: Path, tmp_path: Path) -> Iterator[Served]:
    """A town of this test's own, to do something in."""
    shutil.copytree(built_town, tmp_path, dirs_exist_ok=True)
    with serve_town(tmp_path, windows) as town:
        yield town
