"""What a kind of message says of itself is held: what it carries, how long it may be, who may send it to whom."""

from itertools import permutations

import pytest

from federation import exchange
from pds.crypto import DocumentType
from pds.errors import SignatureError, UsageError
from pds.node import Node
from pds.post import Message, MessageKind, Way, act, mailbox, table
from tests.world.prefecture import CITY, HIKARI, MINATO, NATION, Prefecture


def kind(name: str = "test.note", way: Way = Way.ACROSS, most_bytes: int = 1000) -> MessageKind:
    return MessageKind(name, DocumentType.POLL, way, most_bytes, lambda _node, _message: None)


def message(
    node: Node, sender: str, to: str, document: object = None, typ: DocumentType = DocumentType.POLL
) -> Message:
    body = node.keyring.secret(sender).sign(typ, document or {})
    return Message(id="0" * 36, sender=sender, to=to, kind="test.note", body=body)


def test_two_kinds_of_one_name_are_an_error() -> None:
    with pytest.raises(ValueError, match="one name"):
        table(kind("test.note"), kind("test.other"), kind("test.note"))


def test_a_message_may_be_as_long_as_its_kind_says_and_no_longer(prefecture: Prefecture) -> None:
    node = prefecture.minato.node
    note = message(node, MINATO, HIKARI, "a" * 100)
    kind(most_bytes=len(note.body)).check(node, note)
    with pytest.raises(UsageError, match="at most"):
        kind(most_bytes=len(note.body) - 1).check(node, note)


def test_a_message_carries_the_document_of_its_kind_and_no_other(prefecture: Prefecture) -> None:
    node = prefecture.minato.node
    with pytest.raises(SignatureError, match="another document"):
        kind().check(node, message(node, MINATO, HIKARI, typ=DocumentType.OFFER))
    with pytest.raises(SignatureError, match="not a signed document"):
        kind().check(node, message(node, MINATO, HIKARI).model_copy(update={"body": "aiko"}))


@pytest.mark.parametrize(
    ("way", "fits"),
    [
        (Way.DOWN, [(NATION, CITY), (CITY, MINATO)]),
        (Way.UP, [(CITY, NATION), (MINATO, CITY)]),
        (
            Way.ACROSS,
            [(NATION, CITY), (CITY, MINATO), (CITY, NATION), (MINATO, CITY), (MINATO, HIKARI), (NATION, MINATO)],
        ),
    ],
)
def test_a_message_comes_only_from_where_its_kind_may_come_from(
    prefecture: Prefecture, way: Way, fits: list[tuple[str, str]]
) -> None:
    home = {org: node for node in prefecture.nodes for org in node.organisations()}
    came = []
    for sender, to in permutations((NATION, CITY, MINATO, HIKARI), 2):
        try:
            kind(way=way).check(home[to], message(home[sender], sender, to))
        except SignatureError:
            continue
        came.append((sender, to))
    assert set(fits) <= set(came)
    if way is not Way.ACROSS:
        assert set(came) <= {*fits, (CITY, HIKARI), (HIKARI, CITY)}


def test_a_kind_that_this_node_does_not_know_is_put_aside_with_its_reason(
    prefecture: Prefecture, caplog: pytest.LogCaptureFixture
) -> None:
    node = prefecture.minato.node
    mailbox.post(node, MINATO, MINATO, "aiko.tanaka", "body")
    assert act(node, table(kind())) == 0
    assert len(list(mailbox.arrived(node))) == 1  # another room's: it waits for whoever knows it
    assert exchange.act(node) == 0
    assert list(mailbox.arrived(node)) == []
    [(_, aside)] = node.store.all("failed")
    assert b"no messages of this kind" in aside
    assert "put aside" in caplog.text
    assert "aiko" not in caplog.text  # whoever sends it chooses the word
