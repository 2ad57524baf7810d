"""One message never holds up another: whatever goes wrong with one puts that one aside, and tells nothing of it."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest

from pds.crypto import DocumentType, claimed_document
from pds.errors import AlreadyExistsError, NotFoundError, PdsError, StoreError
from pds.node import Node
from pds.post import Message, MessageKind, Way, act, mailbox, table
from tests.world.prefecture import HIKARI, MINATO, NATION, Prefecture

KIND = "test.note"
WRONG = [ValueError, KeyError, RecursionError, MemoryError, OverflowError, UnicodeError, OSError, PdsError]
OURS = [NotFoundError, AlreadyExistsError]  # of the store's family, and yet about the message


def write(node: Node, text: str) -> None:
    """A message of Minato to itself."""
    body = node.keyring.secret(MINATO).sign(DocumentType.POLL, {"text": text})
    mailbox.post(node, MINATO, MINATO, KIND, body)


def keep(node: Node, message: Message) -> None:
    text = claimed_document(message.body)["text"]
    node.store.put("kept", text, b"")


def failing(error: Exception) -> Callable[[Node, Message], None]:
    """Keeps the text, and then fails at "bad"."""

    def take(node: Node, message: Message) -> None:
        keep(node, message)
        if claimed_document(message.body)["text"] == "bad":
            raise error

    return take


def kinds(take: Callable[[Node, Message], None]) -> dict[str, MessageKind]:
    return dict(table(MessageKind(KIND, DocumentType.POLL, Way.ACROSS, 1000, take)))


def acted_upon(node: Node, known: dict[str, MessageKind]) -> int | str:
    """How many messages were acted upon, or what stopped it."""
    try:
        return act(node, known)
    except Exception as error:  # noqa: BLE001  # of whatever exception, as the name says
        return f"stopped by {type(error).__name__}"


def kept(node: Node) -> list[str]:
    return [name for name, _ in node.store.all("kept")]


@pytest.mark.parametrize("error", [*WRONG, *OURS])
def test_whatever_goes_wrong_with_one_message_the_others_are_acted_upon(
    prefecture: Prefecture, error: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    node = prefecture.minato.node
    for text in ("first", "bad", "last"):
        write(node, text)
    with caplog.at_level(logging.DEBUG):
        assert acted_upon(node, kinds(failing(error("CANARY")))) == 2
    assert kept(node) == ["first", "last"]  # nothing of the bad one was kept
    [(_, aside)] = node.store.all("failed")
    assert list(mailbox.arrived(node)) == []
    if not issubclass(error, PdsError):  # of ours, each sentence is fit to be told
        assert error.__name__.encode() in aside
        assert "CANARY" not in caplog.text
        assert b"CANARY" not in aside
    assert caplog.text.count("put aside") == 1


def test_a_store_that_fails_puts_nothing_aside(prefecture: Prefecture) -> None:
    node = prefecture.minato.node
    for text in ("first", "bad", "last"):
        write(node, text)
    with pytest.raises(StoreError):
        act(node, kinds(failing(StoreError("the disk is full"))))
    assert kept(node) == ["first", "last"]
    assert node.store.all("failed") == []
    assert act(node, kinds(keep)) == 1
    assert kept(node) == ["first", "last", "bad"]


def test_a_database_that_cannot_be_written_keeps_every_message(prefecture: Prefecture) -> None:
    node = prefecture.minato.node
    for text in ("first", "last"):
        write(node, text)
    node.store._db.conn.execute("PRAGMA query_only=ON")  # type: ignore[attr-defined]
    with pytest.raises(StoreError):
        act(node, kinds(keep))
    node.store._db.conn.execute("PRAGMA query_only=OFF")  # type: ignore[attr-defined]
    assert node.store.all("failed") == []
    assert act(node, kinds(keep)) == 2


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_who_stops_the_program_stops_it_and_the_message_waits(
    prefecture: Prefecture, stop: type[BaseException]
) -> None:
    node = prefecture.minato.node
    write(node, "bad")

    def interrupted(_node: Node, _message: Message) -> None:
        raise stop

    with pytest.raises(stop):
        act(node, kinds(interrupted))
    assert len(list(mailbox.arrived(node))) == 1


def test_what_stands_in_the_box_and_is_no_message_holds_up_no_other(prefecture: Prefecture) -> None:
    node = prefecture.minato.node
    with node.store.transaction():
        node.store.put("inbox", "0", b"no token")
        node.store.put("inbox", "1", node.keyring.secret(MINATO).sign(DocumentType.MESSAGE, {"to": HIKARI}).encode())
    write(node, "last")
    assert act(node, kinds(keep)) == 1
    assert [name for name, _ in node.store.all("failed")] == ["0", "1"]


def test_while_the_directory_has_expired_messages_wait_and_none_is_put_aside(prefecture: Prefecture) -> None:
    node = prefecture.minato.node
    write(node, "first")
    prefecture.clock.advance(days=400)
    assert act(node, kinds(failing(PdsError("not reached")))) == 0
    assert kept(node) == []
    token = prefecture.nation.publish_directory(NATION, node.today() + timedelta(days=30))
    node.use_directory(token)
    assert act(node, kinds(keep)) == 1
    assert node.store.all("failed") == []
