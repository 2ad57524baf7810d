"""The post between a child and its parent: nothing is lost when the parent is away, nothing holds up the rest."""

from collections.abc import Iterator

import httpx2
import pytest
from fastapi.testclient import TestClient

from consent.lifecycle import moving
from federation import ParentUnreachableError, exchange
from pds.crypto import DocumentType
from pds.post import mailbox
from portal.app import create_app
from tests.world.prefecture import Prefecture


@pytest.fixture
def city(prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch) -> Iterator[Prefecture]:
    """Every school's parent is the city's application, reached without a socket."""
    app = create_app(prefecture.city.folder, prefecture.clock)
    with TestClient(app) as http:
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
        old.node.store.put("outbox", "bad", bad.encode())
    moving.offer(old.node, old.vault("aiko"), new.org)
    assert exchange.tick(old.node).sent == 1
    assert mailbox.waiting(old.node) == []
    assert [name for name, _ in old.node.store.all("failed")] == ["bad"]


def test_while_the_parent_is_away_everything_waits(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    exchange.set_parent(old.node, "http://127.0.0.1:9")
    old.admit("aiko")
    moving.offer(old.node, old.vault("aiko"), new.org)
    with pytest.raises(ParentUnreachableError):
        exchange.tick(old.node)
    assert len(mailbox.waiting(old.node)) == 1
