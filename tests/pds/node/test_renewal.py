"""A directory that has expired is followed by the next one; an older one is refused all the same."""

from datetime import timedelta

import pytest

from pds.errors import SignatureError
from tests.world.prefecture import NATION, Prefecture


def renewed(prefecture: Prefecture) -> int | str:
    """The serial of a new directory that every node uses, or what stood in the way."""
    try:
        token = prefecture.nation.publish_directory(NATION, prefecture.nation.today() + timedelta(days=30))
        return min(node.use_directory(token).serial for node in prefecture.nodes)
    except SignatureError as error:
        return str(error)


def test_after_a_directory_has_expired_the_next_is_published_and_taken_in(prefecture: Prefecture) -> None:
    prefecture.clock.advance(days=400)
    assert renewed(prefecture) == 2


def test_an_older_directory_is_refused_also_when_the_present_one_has_expired(prefecture: Prefecture) -> None:
    first = prefecture.nation.publish_directory(NATION, prefecture.nation.today() + timedelta(days=30))
    second = prefecture.nation.publish_directory(NATION, prefecture.nation.today() + timedelta(days=1))
    prefecture.city.use_directory(second)
    prefecture.clock.advance(days=5)
    with pytest.raises(SignatureError, match="older"):
        prefecture.city.use_directory(first)
