"""Messages of every kind beside bad ones of every kind: a child moves and a study is answered all the same."""

import logging
import uuid
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent.lifecycle import moving
from federation import announced, answer, approve, draft, exchange, merge, outstanding
from federation.messages import due
from pds.crypto import DocumentType
from pds.errors import PdsError, StoreError
from pds.intake import LocalId
from pds.node import Node
from pds.post import mailbox
from pds.transfer import State, Subject, make_offer, state
from tests.federation.studies import admit, allow, count_question, publish, study
from tests.world.carrier import carry
from tests.world.prefecture import AOBA, CITY, HIKARI, MINATO, SCHEME, Prefecture

CANARY = "CANARY"
KINDS = sorted(exchange.KINDS)
WAYS = ((MINATO, HIKARI), (HIKARI, MINATO), (CITY, HIKARI), (MINATO, CITY))
DEEP: Any = []
for _ in range(100):
    DEEP = [DEEP]
OFFER = {"format": "manabi-transfer-offer/1", "transfer": "0", "to": HIKARI, "suite": CANARY, "sealed": CANARY}
RECEIPT = {"format": "manabi-transfer-receipt/1", "transfer": "0", "to": MINATO, "outcome": "committed", "bundle": ""}
SHAPES: list[Any] = [
    {},
    {"transfer": None, "from": 1, "to": [], "format": CANARY},
    OFFER | {"from": CANARY},
    RECEIPT | {"from": HIKARI},
    {"study": {}, "codebook": CANARY, "org": CANARY, "vector": "####", "roster": [CANARY] * 10, "noise": [None]},
    {"study": DEEP, "transfer": DEEP, "number": 2**52, "float": 1e300},
]


def home(prefecture: Prefecture) -> dict[str, Node]:
    return {org: node for node in prefecture.nodes for org in node.organisations()}


def disturb(prefecture: Prefecture) -> int:
    """Bad messages of every kind, each from a real sender, into every box; hands back how many."""
    sent = 0
    for sender, to in WAYS:
        node = home(prefecture)[sender]
        secret = node.keyring.secret(sender)
        for name in KINDS:
            right = exchange.KINDS[name].body
            bodies = ["", "学.校.名", *(secret.sign(right, shape) for shape in SHAPES)]
            bodies.append(secret.sign(DocumentType.HEAD, {}))
            with node.store.transaction():
                for body in bodies:
                    mailbox.post(node, sender, to, name, body)
            sent += len(bodies)
    return sent


def aside(prefecture: Prefecture) -> int:
    return sum(len(node.store.all("failed")) for node in prefecture.nodes)


def test_bad_messages_of_every_kind_stop_no_move_and_no_study(
    prefecture: Prefecture, caplog: pytest.LogCaptureFixture
) -> None:
    allow(prefecture)
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    asked = study(count_question(), 1_000_000, asked_by=CITY)
    with caplog.at_level(logging.DEBUG):
        bad = disturb(prefecture)
        transfer = moving.offer(old.node, old.vault("aiko"), new.org)
        draft(prefecture.city, asked, drafter="tanaka", group_size=500)
        approve(prefecture.city, asked.id, approver="suzuki")
        assert exchange.post_due(prefecture.city) == 3
        carry(prefecture.nodes, exchange.act)
        moving.accept(new.node, transfer, date(2026, 5, 11), [LocalId(SCHEME, "aiko")])
        bad += disturb(prefecture)
        for school in (old, new):
            answer(school.node, asked.id)
            exchange.post_due(school.node)
        carry(prefecture.nodes, exchange.act)
        moving.send(old.node, transfer)
        carry(prefecture.nodes, exchange.act)
        moving.commit(new.node, transfer)
        carry(prefecture.nodes, exchange.act)
    merge(prefecture.city, asked.id, CITY)
    assert [type(record).__name__ for record in new.read("aiko")] == ["EnrollmentInfo"]
    assert old.node.store.get("closed", new.vault("aiko")) is not None
    assert aside(prefecture) == bad
    assert [list(mailbox.arrived(node)) for node in prefecture.nodes] == [[], [], [], []]
    assert CANARY not in caplog.text


FIELDS = st.sampled_from(
    [
        "transfer",
        "from",
        "to",
        "format",
        "sealed",
        "suite",
        "outcome",
        "bundle",
        "accepted_on",
        "head",
        "reason",
        "study",
        "codebook",
        "org",
        "vector",
        "noise",
        "roster",
        "school_year",
        "sender",
        "wrapped",
        "custodial",
        "owners",
        "x",
    ]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=6),
    max_leaves=20,
)
BODIES = st.text(st.characters(exclude_categories=["Cs"]), max_size=50) | st.binary(max_size=50).map(
    lambda some: some.decode("latin-1")
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_a_message_of_any_kind_the_others_are_acted_upon(
    prefecture: Prefecture, data: st.DataObject
) -> None:
    node, sender, to = prefecture.hikari.node, prefecture.city, HIKARI
    before = len(node.store.all("failed"))
    bad = data.draw(st.lists(st.tuples(st.sampled_from(KINDS), st.booleans() | st.none(), JSON, BODIES), max_size=6))
    good = [str(uuid.uuid4()) for _ in range(2)]
    for transfer in good:
        for name, signed, document, text in bad:
            secret = sender.keyring.secret(CITY)
            typ = exchange.KINDS[name].body if signed else DocumentType.EVENT
            mailbox.post(sender, CITY, to, name, text if signed is None else secret.sign(typ, document))
        offered = make_offer(sender.keyring.secret(CITY), node.keyring.card(HIKARI), transfer, Subject(grade="P6"))
        mailbox.post(sender, CITY, to, "transfer.offer", offered)
    carry([sender, node], exchange.act)
    assert [moving.offered_subject(node, transfer).grade for transfer in good] == ["P6", "P6"]
    assert len(node.store.all("failed")) - before == 2 * len(bad)


def test_a_study_that_no_longer_holds_keeps_no_other_from_being_announced(
    prefecture: Prefecture, caplog: pytest.LogCaptureFixture
) -> None:
    asked, store = study(count_question(), 1_000_000, asked_by=CITY), prefecture.city.store
    draft(prefecture.city, asked, drafter="tanaka", group_size=500)
    approve(prefecture.city, asked.id, approver="suzuki")
    [(name, token)] = store.all("study")
    with store.transaction():
        store.drop("study", name)
        store.drop("study-due", name)
        store.put("study", "broken", b"no study", owner=CITY)
        store.put("study", name, token, owner=CITY)
    assert exchange.post_due(prefecture.city) == 3
    assert {to for _, to, _ in mailbox.waiting(prefecture.city)} == {MINATO, HIKARI, AOBA}
    assert "nothing is sent for the study broken" in caplog.text


def test_a_room_that_fails_keeps_no_message_from_being_carried(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_node: Node) -> list[Any]:
        raise RuntimeError(CANARY)

    monkeypatch.setattr("federation.exchange.joining._DUE", (broken, due))
    asked = study(count_question(), 1_000_000, asked_by=CITY)
    draft(prefecture.city, asked, drafter="tanaka", group_size=500)
    approve(prefecture.city, asked.id, approver="suzuki")
    assert exchange.post_due(prefecture.city) == 3
    assert "RuntimeError" in caplog.text
    assert CANARY not in caplog.text


def test_an_office_that_moves_a_child_leaves_studies_messages_for_their_room(prefecture: Prefecture) -> None:
    allow(prefecture)
    old, new = prefecture.minato, prefecture.hikari
    admit(old, ["aiko"])
    identifier = publish(prefecture, study(count_question()))
    answer(old.node, identifier)
    exchange.post_due(old.node)
    waiting = [token for _, to, token in mailbox.waiting(old.node) if to == CITY]
    for token in waiting:
        mailbox.deliver(prefecture.city, token)
    assert moving.act(prefecture.city) == 0
    assert outstanding(prefecture.city, identifier, CITY) == sorted((AOBA, MINATO, HIKARI))
    assert exchange.act(prefecture.city) == len(waiting) > 0
    assert MINATO not in outstanding(prefecture.city, identifier, CITY)
    assert announced(new.node, identifier).study.id == identifier


def test_a_bundle_is_not_refused_because_the_receivers_store_fails(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    transfer = moving.offer(old.node, old.vault("aiko"), new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 5, 11), [LocalId(SCHEME, "aiko")])
    carry(prefecture.nodes)
    moving.send(old.node, transfer)

    def full(*_: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as bad_day:
        bad_day.setattr("consent.lifecycle.moving.quarantine._check_not_older", full)
        with pytest.raises(StoreError):
            carry(prefecture.nodes)
    carry(prefecture.nodes)
    assert moving.verification(new.node, transfer).records == 1


@pytest.mark.parametrize("error", [KeyError(CANARY), ValueError(CANARY), RecursionError(CANARY)])
def test_a_bundle_that_fails_in_whatever_way_is_refused_and_the_old_school_writes_on(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    transfer = moving.offer(old.node, old.vault("aiko"), new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 5, 11), [LocalId(SCHEME, "aiko")])
    carry(prefecture.nodes)
    moving.send(old.node, transfer)

    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("consent.lifecycle.moving.quarantine.open_bundle", fails)
    carry(prefecture.nodes)
    assert state.load(old.node, transfer, "sender").state is State.REFUSED
    assert len(old.read("aiko")) == 1
    with pytest.raises(PdsError):
        moving.commit(new.node, transfer)
    assert aside(prefecture) == 0
