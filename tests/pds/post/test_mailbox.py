"""Who a message is from, and that it is taken once, is not lost, and uses up nobody else's."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from federation import exchange
from pds.crypto import DocumentType
from pds.errors import ExpiredError, RestoredError, SignatureError, UnlistedError
from pds.holders import SecretHolder, new_holder
from pds.identifiers import OrgId
from pds.node import Node, backup, create_node, open_node
from pds.post import Message, MessageKind, Way, act, mailbox, polling, table, try_again
from portal.app import create_app
from tests.world.prefecture import CITY, HIKARI, MINATO, NATION, Prefecture

NEW = OrgId("B113299999939")
NOTE = "test.note"
LAST_DAY = date(2027, 3, 31)


def letter(secret: SecretHolder, sender: str, to: str, identifier: str | None = None) -> str:
    """A message as whoever has these keys can write it."""
    body = secret.sign(DocumentType.POLL, {})
    message = Message(id=identifier or str(uuid.uuid4()), sender=sender, to=to, kind=NOTE, body=body)
    return secret.sign(DocumentType.MESSAGE, message.model_dump(by_alias=True))


def noting(seen: list[str]) -> dict[str, MessageKind]:
    """A kind of message whose taking is noted."""
    take = lambda _node, message: seen.append(message.sender)  # noqa: E731
    return dict(table(MessageKind(NOTE, DocumentType.POLL, Way.ACROSS, 1000, take)))


def test_a_message_is_from_whoever_signed_it(prefecture: Prefecture) -> None:
    node, secret = prefecture.hikari.node, prefecture.minato.node.keyring.secret(MINATO)
    with pytest.raises(SignatureError, match="another organisation than it is from"):
        mailbox.deliver(node, letter(secret, CITY, HIKARI))
    forged = prefecture.city.keyring.secret(CITY)
    with pytest.raises(SignatureError):  # in the name of another, with keys of one's own
        mailbox.deliver(node, letter(SecretHolder(MINATO, forged.hpke_private, forged.signing_private), MINATO, HIKARI))
    assert list(mailbox.arrived(node)) == []
    assert mailbox.deliver(node, letter(secret, MINATO, HIKARI)).sender == MINATO


def test_after_its_last_day_nobody_is_trusted_by_a_directory(prefecture: Prefecture) -> None:
    node, secret = prefecture.hikari.node, prefecture.minato.node.keyring.secret(MINATO)
    assert mailbox.deliver(node, letter(secret, MINATO, HIKARI)).sender == MINATO
    prefecture.clock.advance(days=400)
    with pytest.raises(ExpiredError):
        mailbox.deliver(node, letter(secret, MINATO, HIKARI))
    with pytest.raises(ExpiredError):
        polling.read(prefecture.city, polling.ask(node, HIKARI))
    assert len(list(mailbox.arrived(node))) == 1


def test_nobody_uses_up_anothers_message_by_its_number(prefecture: Prefecture) -> None:
    number = str(uuid.uuid4())
    first = letter(prefecture.city.keyring.secret(CITY), CITY, HIKARI, number)
    second = letter(prefecture.minato.node.keyring.secret(MINATO), MINATO, HIKARI, number)
    for node in (prefecture.hikari.node, prefecture.nation):  # where it is for, and on the way
        seen: list[str] = []
        for token in (first, second, first):
            mailbox.deliver(node, token)
        if node is prefecture.nation:
            assert [token for _, _, token in mailbox.waiting(node)] == [first, second]
        else:
            assert act(node, noting(seen)) == 2
            assert seen == [CITY, MINATO]


def test_of_two_processes_that_act_at_once_one_takes_a_message(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, taken, acted = prefecture.hikari.node, [], []
    mailbox.deliver(node, letter(prefecture.city.keyring.secret(CITY), CITY, HIKARI))
    door = threading.Barrier(2, timeout=30)

    def kinds(take: Callable[[Node, Message], None]) -> dict[str, MessageKind]:
        return dict(table(MessageKind(NOTE, DocumentType.POLL, Way.ACROSS, 1000, take)))

    def slowly(_node: Node, message: Message) -> None:
        taken.append(message.id)
        door.wait()  # until the other one, who has read the message too, wants to begin

    def beside() -> None:
        with open_node(node.folder, prefecture.clock) as other:
            begin = other.transaction
            monkeypatch.setattr(other, "transaction", lambda: door.wait() * 0 or begin())
            acted.append(act(other, kinds(lambda _node, message: taken.append(message.id))))

    other = threading.Thread(target=beside)
    other.start()
    acted.append(act(node, kinds(slowly)))
    other.join(30)
    assert sorted(acted) == [0, 1]
    assert len(taken) == 1
    assert node.store.all("failed") == []


@contextmanager
def newcomer(prefecture: Prefecture, root: Path) -> Iterator[tuple[Node, str]]:
    """A school that the next directory has and the present one has not: its node, and that directory."""
    create_node(root / "new", root / "new.recovery", prefecture.clock)
    with open_node(root / "new", prefecture.clock) as node:
        card = node.add_organisation(NEW, "さくら小学校", "school", CITY)
        prefecture.nation.collect(prefecture.city.admit(card))
        token = prefecture.nation.publish_directory(NATION, LAST_DAY)
        node.use_directory(token, prefecture.nation.keyring.card(NATION).fingerprint)
        yield node, token


def test_a_message_of_whom_an_older_directory_does_not_know_waits_for_the_next(
    prefecture: Prefecture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = prefecture.hikari.node
    seen: list[str] = []
    with newcomer(prefecture, tmp_path) as (school, directory):
        prefecture.city.use_directory(directory)
        mailbox.deliver(prefecture.city, letter(school.keyring.secret(NEW), NEW, HIKARI))
        with TestClient(create_app(prefecture.city.folder, prefecture.clock)) as http:
            assert fetched(node, http, monkeypatch) == 0
            assert mailbox.waiting(prefecture.city) == []  # it is safe at the school, which cannot judge it yet
            assert mailbox.waiting_for_directory(node) == 1
            assert (try_again(node), act(node, noting(seen))) == (0, 0)
            node.use_directory(directory)
            assert (try_again(node), act(node, noting(seen))) == (1, 1)
            assert (try_again(node), act(node, noting(seen))) == (0, 0)
    assert seen == [NEW]
    assert mailbox.failed(node) == mailbox.waiting_for_directory(node) == 0


def fetched(node: Node, http: TestClient, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many messages a round fetches from a parent that is reached without a socket."""
    monkeypatch.setattr("federation.exchange.rounds.parent", lambda _node: "http://city")
    monkeypatch.setattr("httpx2.Client", lambda **_: _Open(http))
    return exchange.tick(node).fetched


class _Open:
    """A client that stays open when its block ends."""

    def __init__(self, http: TestClient) -> None:
        self._http = http

    def __enter__(self) -> TestClient:
        return self._http

    def __exit__(self, *_: object) -> None:
        """Leave it open."""


def test_an_act_that_lacks_an_organisation_is_done_with_the_next_directory(
    prefecture: Prefecture, tmp_path: Path
) -> None:
    node, seen = prefecture.hikari.node, []
    mailbox.deliver(node, letter(prefecture.city.keyring.secret(CITY), CITY, HIKARI))

    def take(here: Node, _message: Message) -> None:
        seen.append(here.directory.entry(NEW).org)

    kinds = dict(table(MessageKind(NOTE, DocumentType.POLL, Way.ACROSS, 1000, take)))
    with newcomer(prefecture, tmp_path) as (_, directory):
        assert act(node, kinds) == 0
        assert mailbox.waiting_for_directory(node) == 1
        assert [try_again(node), act(node, kinds), try_again(node)] == [1, 0, 0]  # once by each directory
        node.use_directory(directory)
        assert (try_again(node), act(node, kinds)) == (1, 1)
    assert seen == [NEW]


def test_what_a_newer_directory_does_not_have_either_waits_on_and_the_rest_is_told(prefecture: Prefecture) -> None:
    node = prefecture.hikari.node
    stranger = new_holder(NEW)
    mailbox.set_aside(node, letter(stranger, NEW, HIKARI), "not known", unlisted=True)
    mailbox.set_aside(node, "x.y.z", "no message")
    node.use_directory(prefecture.nation.publish_directory(NATION, LAST_DAY))
    assert try_again(node) == 0
    assert (mailbox.failed(node), mailbox.waiting_for_directory(node)) == (1, 1)


def test_whom_nobody_knows_yet_is_told_apart_from_a_forger(prefecture: Prefecture, tmp_path: Path) -> None:
    with newcomer(prefecture, tmp_path) as (school, _):
        with pytest.raises(UnlistedError):
            mailbox.deliver(prefecture.hikari.node, letter(school.keyring.secret(NEW), NEW, HIKARI))
        with pytest.raises(UnlistedError):
            mailbox.deliver(prefecture.hikari.node, letter(prefecture.city.keyring.secret(CITY), CITY, NEW))


def test_long_messages_are_handed_out_one_at_a_time(prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch) -> None:
    city, secret = prefecture.city, prefecture.nation.keyring.secret(NATION)
    tokens = [letter(secret, NATION, HIKARI) for _ in range(3)]
    for token in tokens:
        mailbox.deliver(city, token)
    monkeypatch.setattr(mailbox, "MOST_BYTES", len(tokens[0]) + 10)
    poll = polling.read(city, polling.ask(prefecture.hikari.node, HIKARI))
    [(name, first)] = polling.answer(city, poll)
    assert first == tokens[0]
    poll = polling.read(city, polling.ask(prefecture.hikari.node, HIKARI, [name]))
    assert [token for _, token in polling.answer(city, poll)] == [tokens[1]]


def test_a_restored_node_says_nothing_and_acts_on_nothing_until_it_is_confirmed(
    prefecture: Prefecture, tmp_path: Path
) -> None:
    node, seen = prefecture.hikari.node, []  # type: ignore[var-annotated]
    mailbox.deliver(node, letter(prefecture.city.keyring.secret(CITY), CITY, HIKARI))
    file = backup.back_up(node, tmp_path / "backups")
    node.close()
    for lost in node.folder.glob("store.db*"):
        lost.unlink()
    backup.restore(file, node.folder)
    with open_node(node.folder, prefecture.clock) as restored:
        exchange.set_parent(restored, "http://127.0.0.1:9")  # nobody listens there; nobody is asked
        assert exchange.tick(restored) == exchange.Tick(0, 0, 0)
        assert act(restored, noting(seen)) == 0
        with pytest.raises(RestoredError):
            mailbox.post(restored, HIKARI, MINATO, NOTE, "body")
    backup.confirm(node.folder)
    with open_node(node.folder, prefecture.clock) as confirmed:
        assert act(confirmed, noting(seen)) == 1
