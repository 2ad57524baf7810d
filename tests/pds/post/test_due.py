"""What is due is posted once, however often it is due."""

from pds.post import Letter, mailbox, post_once
from tests.world.prefecture import CITY, HIKARI, MINATO, Prefecture


def test_a_letter_is_posted_once_to_each_addressee(prefecture: Prefecture) -> None:
    node = prefecture.minato.node
    letters = [Letter(MINATO, to, "test.note", body) for to in (CITY, HIKARI) for body in ("one", "two")]
    assert post_once(node, letters) == 4
    assert post_once(node, letters) == 0
    assert [to for _, to, _ in mailbox.waiting(node)] == [CITY, CITY, HIKARI, HIKARI]


def test_a_letter_shows_nothing_of_its_body() -> None:
    assert "CANARY" not in repr(Letter(MINATO, CITY, "test.note", "CANARY"))
