"""Codes on paper: good once, for a while, as people type them, and worth nothing to a thief of the database."""

from datetime import timedelta

import pytest

from pds.errors import CodeError
from pds.people import codes
from tests.world import Prefecture

DAY = timedelta(days=1)


def test_a_code_gives_back_what_it_stands_for_until_it_is_spent(prefecture: Prefecture) -> None:
    node = prefecture.city
    code = codes.issue(node, "invitation", {"who": "CANARY"}, DAY)
    assert codes.look(node, "invitation", code.lower().replace("-", " ")) == {"who": "CANARY"}
    codes.spend(node, "invitation", code)
    with pytest.raises(CodeError):
        codes.look(node, "invitation", code)


def test_a_code_is_too_old_after_its_lifetime(prefecture: Prefecture) -> None:
    code = codes.issue(prefecture.city, "invitation", {}, DAY)
    prefecture.clock.advance(days=2)
    with pytest.raises(CodeError):
        codes.look(prefecture.city, "invitation", code)


def test_a_code_of_one_kind_is_none_of_another(prefecture: Prefecture) -> None:
    code = codes.issue(prefecture.city, "invitation", {}, DAY)
    with pytest.raises(CodeError):
        codes.look(prefecture.city, "moving", code)


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA-AAAA", "さくら", "0" * 500])
def test_a_code_that_nobody_issued_is_refused(prefecture: Prefecture, code: str) -> None:
    with pytest.raises(CodeError):
        codes.look(prefecture.city, "invitation", code)


def test_the_database_holds_neither_the_code_nor_what_it_stands_for(prefecture: Prefecture) -> None:
    node = prefecture.city
    code = codes.issue(node, "invitation", {"who": "CANARY"}, DAY)
    for name, sealed in node.store.all("invitation"):
        assert code.replace("-", "").lower() not in name
        assert b"CANARY" not in sealed
        assert code.encode() not in sealed


def test_codes_do_not_repeat(prefecture: Prefecture) -> None:
    assert len({codes.issue(prefecture.city, "invitation", {}, DAY) for _ in range(50)}) == 50


def test_codes_that_are_too_old_are_swept_away_and_the_others_stay(prefecture: Prefecture) -> None:
    node = prefecture.city
    codes.issue(node, "invitation", {}, DAY)
    later = codes.issue(node, "invitation", {"still": True}, 3 * DAY)
    prefecture.clock.advance(days=2)
    codes.sweep(node, "invitation")
    assert len(node.store.all("invitation")) == 1
    assert codes.look(node, "invitation", later) == {"still": True}
