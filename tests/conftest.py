"""Fixtures shared by all tests: the simulated prefecture.

Worlds are built once in each process that runs tests and copied for each test, so that no test sees another's traces.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from pds.crypto import passwords
from pds.crypto.passwords import Cost
from tests.running import (
    pytest_collection_modifyitems,
    pytest_report_header,
    pytest_sessionfinish,
    pytest_terminal_summary,
)
from tests.world.prefecture import Prefecture, build_prefecture, open_prefecture

__all__ = [  # hooks work by their name in this module
    "pytest_collection_modifyitems",
    "pytest_report_header",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
]

settings.register_profile("house", deadline=None)  # speed is measured in benchmarks, never in a test
settings.load_profile("house")
passwords.cost = Cost(1, 1, 8 * 1024)  # guessing is cheap in tests, and never free; the real cost has a test of its own


@pytest.fixture(scope="session")
def built_prefecture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a prefecture that nobody has used; it is copied, never opened."""
    folder = tmp_path_factory.mktemp("prefecture")
    build_prefecture(folder)
    return folder


@pytest.fixture
def prefecture(built_prefecture: Path, tmp_path: Path) -> Iterator[Prefecture]:
    """A nation, a city and two schools on real nodes."""
    shutil.copytree(built_prefecture, tmp_path, dirs_exist_ok=True)
    with open_prefecture(tmp_path) as opened:
        yield opened
