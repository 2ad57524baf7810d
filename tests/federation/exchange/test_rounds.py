"""The post between a child and its parent: nothing is lost when the parent is away, nothing holds up the rest."""

from collections.abc import Iterator
from datetime import date

import httpx2
import pytest
from fastapi.testclient import TestClient

from consent.lifecycle import moving
from federation import ParentUnreachableError, exchange
from pds.crypto import DocumentType
from pds.errors import PdsError, StoreError
from pds.holders import new_holder
from pds.node import Node
from pds.post import Message, mailbox
from portal.app import create_app
from tests.world.prefecture import CITY, HIKARI, NATION, Prefecture


@pytest.fixture
def city(prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch) -> Iterator[Prefecture]:
    """Every school's parent is the city's application, reached without a socket."""
    app = create_app(prefecture.city.folder, prefecture.clock)
    with TestClient(app, raise_server_exceptions=False) as http:
        monkeypatch.setattr(httpx2, "Client", lambda **_: _Borrowed(http))
        for school in (prefecture.minato, prefecture.hikari):
            exchange.set_parent(school.node, "http://city")
        yield prefecture


class _Borrowed:
    """A client that stays open when its block ends."""

    def __init__(self, http: TestClient) -> None:
        self._http = http

    def __enter__(self) -> TestClient:
        return self._http

    def __exit__(self, *_: object) -> None:
        """Leave it open."""


def one_round(node: Node) -> exchange.Tick | str:
    """What a round did, or what stopped it."""
    try:
        return exchange.tick(node)
    except PdsError as error:
        return f"stopped by {type(error).__name__}"


def test_an_offer_goes_up_and_down_in_two_rounds(city: Prefecture) -> None:
    old, new = city.minato, city.hikari
    old.admit("aiko")
    transfer = moving.offer(old.node, old.vault("aiko"), new.org)
    assert exchange.tick(old.node).sent == 1
    assert exchange.tick(new.node).fetched == 1
    assert moving.offered_subject(new.node, transfer).grade == "P6"
    assert exchange.tick(new.node) == exchange.Tick(0, 0, 0)


def test_a_message_the_parent_refuses_holds_up_no_other(city: Prefecture) -> None:
    old, new = city.minato, city.hikari
    old.admit("aiko")
    with old.node.store.transaction():
        bad = old.node.keyring.secret(old.org).sign(DocumentType.MESSAGE, {"to": "nobody"})
        old.node.documents.put(mailbox.OUTBOX, "bad", bad, owner=CITY)
    moving.offer(old.node, old.vault("aiko"), new.org)
    assert exchange.tick(old.node).sent == 1
    assert mailbox.waiting(old.node) == []
    assert [name for name, _ in old.node.store.all("failed")] == ["bad"]


def test_what_a_parent_with_an_old_directory_cannot_judge_waits(city: Prefecture) -> None:
    old, new = city.minato, city.hikari
    old.admit("aiko")
    moving.offer(old.node, old.vault("aiko"), new.org)
    city.clock.advance(days=365)  # the city has not taken in the next directory yet
    token = city.nation.publish_directory(NATION, date(2028, 3, 31))
    old.node.use_directory(token)
    one_round(old.node)
    assert len(mailbox.waiting(old.node)) == 1
    assert old.node.store.all("failed") == []
    city.city.use_directory(token)
    assert exchange.tick(old.node).sent == 1


def test_an_organisation_that_no_directory_lists_yet_holds_up_no_other(city: Prefecture) -> None:
    old, new = city.minato, city.hikari
    old.node.add_organisation("B113299999939", "さくら小学校", "school", CITY)
    old.admit("aiko")
    transfer = moving.offer(old.node, old.vault("aiko"), new.org)
    assert one_round(old.node) == exchange.Tick(1, 0, 0)
    assert one_round(new.node) == exchange.Tick(0, 1, 1)
    moving.accept(new.node, transfer, new.node.today())
    assert one_round(new.node) == exchange.Tick(1, 0, 0)
    assert one_round(old.node) == exchange.Tick(0, 1, 1)


def test_while_the_parent_is_away_everything_waits(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    exchange.set_parent(old.node, "http://127.0.0.1:9")
    old.admit("aiko")
    moving.offer(old.node, old.vault("aiko"), new.org)
    with pytest.raises(ParentUnreachableError):
        exchange.tick(old.node)
    assert len(mailbox.waiting(old.node)) == 1


def test_a_message_at_which_the_parent_fails_holds_up_no_other_and_is_brought_again(
    city: Prefecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = city.minato, city.hikari
    old.admit("aiko", "ken")
    moving.offer(old.node, old.vault("aiko"), new.org)
    second = moving.offer(old.node, old.vault("ken"), new.org)
    [(first, _, token), _] = mailbox.waiting(old.node)
    deliver = mailbox.deliver

    def fails_at_the_first(node: Node, brought: str) -> Message:
        if brought == token:
            raise RuntimeError("our own mistake")
        return deliver(node, brought)

    with monkeypatch.context() as bad_day:
        bad_day.setattr(mailbox, "deliver", fails_at_the_first)
        assert one_round(old.node) == exchange.Tick(1, 0, 0)
    assert [name for name, _, _ in mailbox.waiting(old.node)] == [first]
    assert exchange.tick(new.node).acted == 1
    assert moving.offered_subject(new.node, second).grade == "P6"
    assert exchange.tick(old.node).sent == 1
    assert exchange.tick(new.node).acted == 1


def test_what_the_parent_hands_out_and_is_no_message_holds_up_no_other(
    city: Prefecture, caplog: pytest.LogCaptureFixture
) -> None:
    old, new = city.minato, city.hikari
    old.admit("aiko")
    stranger = new_holder("jp").sign(DocumentType.MESSAGE, {"to": HIKARI, "body": "CANARY"})
    with city.city.store.transaction():
        city.city.documents.put(mailbox.OUTBOX, "bad", stranger, owner=HIKARI)
    transfer = moving.offer(old.node, old.vault("aiko"), new.org)
    exchange.tick(old.node)
    assert one_round(new.node) == exchange.Tick(0, 1, 1)
    assert moving.offered_subject(new.node, transfer).grade == "P6"
    assert mailbox.waiting(city.city) == []  # said to be here, and handed out no more
    assert len(new.node.store.all("failed")) == 1
    assert "CANARY" not in caplog.text


def test_whatever_goes_wrong_with_one_message_that_is_fetched_the_next_is_taken(
    city: Prefecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = city.minato, city.hikari
    old.admit("aiko", "ken")
    moving.offer(old.node, old.vault("aiko"), new.org)
    moving.offer(old.node, old.vault("ken"), new.org)
    [(_, _, first), _] = mailbox.waiting(old.node)
    exchange.tick(old.node)
    read = mailbox.read

    def fails_at_the_first(node: Node, token: str) -> Message:
        if token == first:
            raise RecursionError
        return read(node, token)

    monkeypatch.setattr(mailbox, "read", fails_at_the_first)
    assert exchange.tick(new.node) == exchange.Tick(0, 1, 1)
    assert len(new.node.store.all("failed")) == 1


def test_what_the_own_store_fails_at_is_handed_out_again(city: Prefecture, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = city.minato, city.hikari
    old.admit("aiko")
    moving.offer(old.node, old.vault("aiko"), new.org)
    exchange.tick(old.node)

    def full(*_: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as bad_day:
        bad_day.setattr(mailbox, "deliver", full)
        with pytest.raises(StoreError):
            exchange.tick(new.node)
    assert new.node.store.all("failed") == []
    assert exchange.tick(new.node) == exchange.Tick(0, 1, 1)


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b"{}", b'{"messages": [{"name": 1}]}', b"\xff", b"[" * 100_000]
)
def test_a_parent_that_answers_something_else_is_told_of_and_nothing_is_lost(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    node = prefecture.minato.node
    exchange.set_parent(node, "http://city")
    odd = httpx2.MockTransport(lambda _: httpx2.Response(200, content=content))
    client = httpx2.Client
    monkeypatch.setattr(httpx2, "Client", lambda **kept: client(transport=odd, base_url=kept["base_url"]))
    with pytest.raises(ParentUnreachableError):
        exchange.tick(node)


def test_a_parent_that_never_stops_handing_out_the_same_is_left_until_the_next_round(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = prefecture.minato.node
    exchange.set_parent(node, "http://city")
    same = httpx2.MockTransport(lambda _: httpx2.Response(200, json={"messages": [{"name": "a", "message": "b"}]}))
    client = httpx2.Client
    monkeypatch.setattr(httpx2, "Client", lambda **kept: client(transport=same, base_url=kept["base_url"]))
    assert exchange.tick(node) == exchange.Tick(0, 0, 0)
    assert len(node.store.all("failed")) == 1
