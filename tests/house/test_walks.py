"""How long the way of one record in and of one page out may be; CONTRIBUTING draws both.

Version 0.1 entered 28 rooms with a record and 41 with a page, and came back into one 131 and 1,493 times.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.walks import Walk, page_out, record_in


@pytest.mark.parametrize(("way", "rooms", "returns"), [(record_in, 15, 110), (page_out, 15, 1000)])
def test_a_walk_enters_few_rooms_and_seldom_comes_back(
    tmp_path: Path, way: Callable[[Path], Walk], rooms: int, returns: int
) -> None:
    walk = way(tmp_path)
    assert len(walk.rooms) <= rooms, walk
    assert walk.returns <= returns, walk.steps.most_common(20)


@pytest.mark.parametrize(("way", "first", "last"), [(record_in, "cli/output.py", "consent/decisions")])
def test_a_walk_is_followed_from_the_door_to_the_vault(
    tmp_path: Path, way: Callable[[Path], Walk], first: str, last: str
) -> None:
    walk = way(tmp_path)
    assert (walk.rooms[0], "pds/vault" in walk.rooms, last in walk.rooms) == (first, True, True)
