"""Fixtures of the pages' tests: the town whose people sign in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.portal.town import Town, open_town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A prefecture with accounts."""
    with open_town(tmp_path) as built:
        yield built
