"""Fixtures of the pages' tests: the town whose people sign in."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.portal.town import Town, build_town, open_town


@pytest.fixture(scope="session")
def built_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a town that nobody has used; it is copied, never opened."""
    folder = tmp_path_factory.mktemp("town")
    build_town(folder)
    return folder


@pytest.fixture
def town(built_town: Path, tmp_path: Path) -> Iterator[Town]:
    """A prefecture with accounts."""
    shutil.copytree(built_town, tmp_path, dirs_exist_ok=True)
    with open_town(tmp_path) as opened:
        yield opened
