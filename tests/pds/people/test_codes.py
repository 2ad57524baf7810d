"""Codes on paper: good once, for a while, as people type them, and worth nothing to a thief of the database."""

from datetime import timedelta

import pytest

from pds.errors import CodeError
from pds.node import DocumentKind, Lifetime
from pds.people import codes
from tests.world import Prefecture

DAY = timedelta(days=1)
INVITATION = DocumentKind("invitation", bytes, "", Lifetime.DATED)
MOVING = DocumentKind("moving", bytes, "", Lifetime.DATED)


def test_a_code_gives_back_what_it_stands_for_until_it_is_spent(prefecture: Prefecture) -> None:
    node = prefecture.city
    code = codes.issue(node, INVITATION, {"who": "CANARY"}, DAY)
    assert codes.look(node, INVITATION, code.lower().replace("-", " ")) == {"who": "CANARY"}
    codes.spend(node, INVITATION, code)
    with pytest.raises(CodeError):
        codes.look(node, INVITATION, code)


def test_a_code_is_too_old_after_its_lifetime(prefecture: Prefecture) -> None:
    code = codes.issue(prefecture.city, INVITATION, {}, DAY)
    prefecture.clock.advance(days=2)
    with pytest.raises(CodeError):
        codes.look(prefecture.city, INVITATION, code)


def test_a_code_of_one_kind_is_none_of_another(prefecture: Prefecture) -> None:
    code = codes.issue(prefecture.city, INVITATION, {}, DAY)
    with pytest.raises(CodeError):
        codes.look(prefecture.city, MOVING, code)


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA-AAAA", "さくら", "0" * 500])
def test_a_code_that_nobody_issued_is_refused(prefecture: Prefecture, code: str) -> None:
    with pytest.raises(CodeError):
        codes.look(prefecture.city, INVITATION, code)


def test_the_database_holds_neither_the_code_nor_what_it_stands_for(prefecture: Prefecture) -> None:
    node = prefecture.city
    code = codes.issue(node, INVITATION, {"who": "CANARY"}, DAY)
    for name, sealed in node.store.all(INVITATION.name):
        assert code.replace("-", "").lower() not in name
        assert b"CANARY" not in sealed
        assert code.encode() not in sealed


def test_codes_do_not_repeat(prefecture: Prefecture) -> None:
    assert len({codes.issue(prefecture.city, INVITATION, {}, DAY) for _ in range(50)}) == 50


def test_codes_are_deleted_the_day_after_their_last_and_the_others_stay(prefecture: Prefecture) -> None:
    node = prefecture.city
    codes.issue(node, INVITATION, {}, DAY)
    later = codes.issue(node, INVITATION, {"still": True}, 3 * DAY)
    prefecture.clock.advance(days=2)
    node.documents.sweep()
    assert len(node.store.all(INVITATION.name)) == 1
    assert codes.look(node, INVITATION, later) == {"still": True}
