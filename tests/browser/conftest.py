"""Fixtures of the browser tests: one browser a test process, one town for looking, a fresh one for doing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.served import Served, chromium, serve_town
from tests.browser.stocked import stock


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def stocked(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A town in which something of everything stands, to look at; no test changes it."""
    with serve_town(tmp_path_factory.mktemp("stocked"), browser) as town:
        stock(town)
        yield town


@pytest.fixture
def served(browser: Browser, tmp_path: Path) -> Iterator[Served]:
    """A town of this test's own, to do something in."""
    with serve_town(tmp_path, browser) as town:
        yield town
