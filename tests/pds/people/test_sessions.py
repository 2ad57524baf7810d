"""Sessions: they end by themselves, and only the browser's token opens one."""

from datetime import timedelta

from pds.people import sessions
from tests.world import Prefecture

HALF_AN_HOUR = timedelta(minutes=30)
CONTENT = {"name": "CANARY"}


def test_a_session_is_there_until_nobody_has_asked_for_half_an_hour(prefecture: Prefecture) -> None:
    node = prefecture.city
    token = sessions.begin(node, CONTENT, HALF_AN_HOUR).token
    for _ in range(3):
        prefecture.clock.advance(minutes=29)
        resumed = sessions.resume(node, token)
        assert resumed is not None
        assert resumed.content == CONTENT
    prefecture.clock.advance(minutes=30)
    assert sessions.resume(node, token) is None
    prefecture.clock.advance(minutes=-30)
    assert sessions.resume(node, token) is None  # ended is ended


def test_a_session_ends_after_twelve_hours_whatever_is_done(prefecture: Prefecture) -> None:
    token = sessions.begin(prefecture.city, CONTENT, HALF_AN_HOUR).token
    for _ in range(25):
        prefecture.clock.advance(minutes=29)
        sessions.resume(prefecture.city, token)
    assert sessions.resume(prefecture.city, token) is None


def test_an_ended_session_leaves_nothing(prefecture: Prefecture) -> None:
    node = prefecture.city
    token = sessions.begin(node, CONTENT, HALF_AN_HOUR).token
    sessions.end(node, token)
    assert sessions.resume(node, token) is None
    assert node.store.all("session") == []


def test_sessions_of_an_earlier_day_are_deleted_when_the_next_begins(prefecture: Prefecture) -> None:
    node = prefecture.city
    sessions.begin(node, CONTENT, HALF_AN_HOUR)
    prefecture.clock.advance(days=1, hours=1)
    sessions.begin(node, CONTENT, HALF_AN_HOUR)
    assert len(node.store.all("session")) == 1


def test_the_database_holds_neither_token_nor_content(prefecture: Prefecture) -> None:
    node = prefecture.city
    token = sessions.begin(node, CONTENT, HALF_AN_HOUR).token
    (name, sealed), *_ = node.store.all("session")
    assert token not in name
    assert token.encode() not in sealed
    assert b"CANARY" not in sealed


def test_another_token_or_another_sessions_bytes_open_nothing(prefecture: Prefecture) -> None:
    node = prefecture.city
    one, two = (sessions.begin(node, {"n": n}, HALF_AN_HOUR).token for n in (1, 2))
    (first, _), (second, sealed) = node.store.all("session")
    with node.transaction():
        node.store.put("session", first, sealed, replace=True)
    opened = [sessions.resume(node, token) for token in (one, two)]
    assert [session.content for session in opened if session is not None] == [{"n": 2}]
    for token in ("", "x", "A" * 43, "not base64 *", one + "="):
        assert sessions.resume(node, token) is None
    assert second
