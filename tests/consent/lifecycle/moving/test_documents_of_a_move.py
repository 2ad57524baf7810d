"""Documents of a move that are re-addressed, replayed, too early, doubled or swollen do nothing."""

import tracemalloc
import zlib
from collections.abc import Callable
from datetime import date

import pytest

from consent.lifecycle import moving
from consent.lifecycle.moving.common import ACCEPTANCE, BUNDLE, OFFER, RECEIPT
from pds.crypto import DocumentType, b64, claimed_document, hpke
from pds.errors import RefusedError, UsageError
from pds.identifiers import OrgId
from pds.node import Node
from pds.post import mailbox
from pds.transfer import Acceptance, Offer, Receipt, State, Subject, Transfer, documents, make_offer, state
from pds.transfer.bundle import seal_content
from pds.vault import TransferReopened, TransferSealed
from tests.world.carrier import carry
from tests.world.lying import accepted
from tests.world.prefecture import AOBA, HIKARI, MINATO, Prefecture, attendance_record, score_record

MIB = 1024 * 1024


def offered(prefecture: Prefecture, student: str = "aiko", to: OrgId = HIKARI) -> str:
    """A child of Minato who is offered to another school."""
    old = prefecture.minato
    transfer = moving.offer(old.node, old.vault(student), to)
    carry(prefecture.nodes)
    return transfer


def states(node: Node) -> list[Transfer]:
    return state.listed(node)


def put(prefecture: Prefecture, sender: OrgId, to: OrgId, kind: str, body: str) -> int:
    """Send a document of a move in a message of its own; hand back how many messages were put aside then."""
    node = {org: node for node in prefecture.nodes for org in node.organisations()}
    mailbox.post(node[sender], sender, to, kind, body)
    before = sum(mailbox.failed(each) for each in prefecture.nodes)
    carry(prefecture.nodes)
    return sum(mailbox.failed(each) for each in prefecture.nodes) - before


@pytest.mark.parametrize("field", ["from", "to", "transfer"])
@pytest.mark.parametrize("kind", [OFFER, ACCEPTANCE, BUNDLE, RECEIPT])
def test_a_document_is_what_its_message_says_from_whom_for_whom_and_of_which_move(
    prefecture: Prefecture, kind: str, field: str
) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", "bunta")
    transfer = offered(prefecture)
    if kind in (BUNDLE, RECEIPT):
        moving.accept(new.node, transfer, date(2026, 5, 11))
        carry(prefecture.nodes)
    if kind == RECEIPT:
        moving.send(old.node, transfer)
        carry(prefecture.nodes)
    known = state.load(old.node, transfer, "sender")
    sender, to = (MINATO, HIKARI) if kind in (OFFER, BUNDLE) else (HIKARI, MINATO)
    says = {"from": sender, "to": to, "transfer": transfer}
    says[field] = "no move at all" if field == "transfer" else AOBA
    if kind == OFFER and field != "transfer":
        says["transfer"] = "0a54bf45-0000-4000-8000-000000000000"
    secret = (old if sender == MINATO else new).node.keyring.secret(sender)
    more: dict[str, dict[str, object]] = {
        OFFER: {"format": "manabi-transfer-offer/1", "suite": hpke.SUITE, "sealed": "AA"},
        ACCEPTANCE: {"format": "manabi-transfer-acceptance/1", "accepted_on": "2026-05-11"},
        BUNDLE: {"format": "manabi-bundle/1", "suite": hpke.SUITE, "key": "AA", "nonce": "AA", "ciphertext": "AA"},
        RECEIPT: {"format": "manabi-transfer-receipt/1", "outcome": "committed", "bundle": known.bundle},
    }
    types = {
        OFFER: DocumentType.OFFER,
        ACCEPTANCE: DocumentType.ACCEPTANCE,
        BUNDLE: DocumentType.BUNDLE,
        RECEIPT: DocumentType.RECEIPT,
    }
    before = [states(node) for node in prefecture.nodes]
    aside = put(prefecture, sender, to, kind, secret.sign(types[kind], {**says, **more[kind]}))
    if kind == BUNDLE and field != "transfer":  # who sent it is frozen until it is answered
        assert state.load(new.node, transfer, "receiver").state is State.REFUSED
        return
    assert aside == 1
    assert [states(node) for node in prefecture.nodes] == before


def test_an_offer_to_another_school_is_nobodys_here(prefecture: Prefecture) -> None:
    """It says another addressee than the message that carries it, and is sealed to this one."""
    old, new = prefecture.minato, prefecture.hikari
    card = new.node.keyring.card(HIKARI)
    transfer = "0a54bf45-0000-4000-8000-000000000001"
    honest = documents.read(
        make_offer(old.node.keyring.secret(MINATO), card, transfer, Subject(family_name="青山")),
        Offer,
        old.node.keyring.card(MINATO),
        HIKARI,
    )
    elsewhere = documents.sign(old.node.keyring.secret(MINATO), honest.model_copy(update={"to": AOBA}))
    assert put(prefecture, MINATO, HIKARI, OFFER, elsewhere) == 1
    assert states(new.node) == []


def test_documents_that_come_again_in_new_messages_change_nothing(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", records=[score_record(old)])
    transfer = moving.offer(old.node, old.vault("aiko"), HIKARI)
    wire = carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 5, 11))
    wire += carry(prefecture.nodes)
    moving.send(old.node, transfer)
    wire += carry(prefecture.nodes)
    vault = moving.commit(new.node, transfer)
    wire += carry(prefecture.nodes)
    new.link("aiko", vault)
    new.write("aiko", attendance_record(new))
    head, moves = new.node.vaults.head(vault), [states(node) for node in prefecture.nodes]
    assert len(wire) == 4
    for token in wire:
        message = claimed_document(token)
        put(prefecture, message["from"], message["to"], message["kind"], message["body"])
    assert new.node.vaults.head(vault) == head
    assert [states(node) for node in prefecture.nodes] == moves


@pytest.mark.parametrize("sealed", ["nothing", "to another", "no JSON", "no child"])
def test_an_offer_that_does_not_say_whom_it_is_about_is_answered_and_holds_up_nobody(
    prefecture: Prefecture, sealed: str
) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", "bunta")
    good = offered(prefecture, "bunta")
    transfer = "0a54bf45-0000-4000-8000-000000000002"
    info = documents._info("manabi/offer/1", transfer, MINATO, HIKARI)
    card = (new if sealed != "to another" else old).node.card(HIKARI if sealed != "to another" else AOBA)
    assert card is not None
    texts = {"no JSON": b"{", "no child": b'{"family_name":["x"],"birth_date":7}'}
    text = texts.get(sealed, b"{}")
    inner = b64(hpke.seal(card.hpke_key, text, info)) if sealed != "nothing" else "AA"
    offer = documents.sign(
        old.node.keyring.secret(MINATO), Offer(transfer=transfer, sender=MINATO, to=HIKARI, sealed=inner)
    )
    with old.node.transaction():
        own = Transfer(transfer=transfer, side="sender", state=State.ANNOUNCED, origin=MINATO, destination=HIKARI)
        state.begin(old.node, own.model_copy(update={"vault": old.vault("aiko")}))
    assert put(prefecture, MINATO, HIKARI, OFFER, offer) == 0
    assert state.load(old.node, transfer, "sender").state is State.REFUSED
    assert state.load(new.node, transfer, "receiver").state is State.REFUSED
    assert moving.names_nobody(new.node, transfer)
    assert moving.offered_subject(new.node, transfer) == Subject()
    assert moving.offered_subject(new.node, good).family_name == "CANARY姓bunta"
    assert offered(prefecture, "aiko") != transfer  # the child may be offered again


def test_one_history_is_offered_to_one_school_at_a_time(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    first = offered(prefecture)
    for to in (HIKARI, AOBA):
        with pytest.raises(RefusedError, match="under way"):
            moving.offer(old.node, old.vault("aiko"), to)
    moving.refuse(new.node, first, "this child does not join this school")
    carry(prefecture.nodes)
    second = offered(prefecture, to=AOBA)
    moving.accept(old.node, second, date(2026, 5, 11))
    carry(prefecture.nodes)
    moving.send(old.node, second)
    carry(prefecture.nodes)
    moving.commit(old.node, second)
    carry(prefecture.nodes)
    assert [t.state for t in states(old.node)] == [State.REFUSED, State.CLOSED, State.COMMITTED]


@pytest.mark.parametrize("answer", ["refused", "committed"])
def test_of_two_offers_that_stand_beside_each_other_the_answer_to_one_is_no_answer_to_the_other(
    prefecture: Prefecture, answer: str
) -> None:
    """As a school of an older version may have left them: the other is neither broken nor open for ever."""
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", records=[score_record(old)])
    second = "0a54bf45-0000-4000-8000-000000000003"
    first = offered(prefecture)
    beside = state.load(old.node, first, "sender").model_copy(update={"transfer": second, "destination": AOBA})
    with old.node.transaction():
        state.begin(old.node, beside.moved(State.ACCEPTED))
    moving.accept(new.node, first, date(2026, 5, 11))
    carry(prefecture.nodes)
    moving.send(old.node, first)
    carry(prefecture.nodes)
    no = Receipt(transfer=second, sender=AOBA, to=MINATO, outcome="refused", bundle="", reason="not here")
    if answer == "refused":
        assert put(prefecture, AOBA, MINATO, RECEIPT, documents.sign(old.node.keyring.secret(AOBA), no)) == 0
        assert state.load(old.node, second, "sender").state is State.REFUSED
        assert state.load(old.node, first, "sender").state is State.SENT
        assert old.node.vaults.authorisations(old.vault("aiko")).move is not None
    moving.commit(new.node, first)
    carry(prefecture.nodes)
    assert [t.state for t in states(old.node)] == [State.CLOSED, State.REFUSED]


def test_a_history_that_comes_by_two_transfers_waits_once(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    sending = accepted(prefecture)
    moving.send(old.node, sending.transfer)
    carry(prefecture.nodes)
    again = "0a54bf45-0000-4000-8000-000000000004"
    offer = make_offer(old.node.keyring.secret(MINATO), new.node.keyring.card(HIKARI), again, Subject())
    assert put(prefecture, MINATO, HIKARI, OFFER, offer) == 0
    moving.accept(new.node, again, date(2026, 5, 11))
    copy = sending.copy()
    copy.enter(TransferReopened(transfer=sending.transfer, refusal="of our own making"))
    copy.enter(TransferSealed(transfer=again, to=HIKARI, statutory=(), consented=()))
    sending.transfer = again
    assert sending.receive(copy.signed()).state is State.REFUSED
    first, second = states(new.node)
    assert (first.state, second.state) == (State.QUARANTINED, State.REFUSED)
    assert moving.commit(new.node, first.transfer) == sending.vault


def test_a_refusal_that_crosses_the_history_on_its_way_opens_it_again(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    sending = accepted(prefecture)
    moving.refuse(new.node, sending.transfer, "this child does not join this school")
    carry(prefecture.nodes)
    assert state.load(old.node, sending.transfer, "sender").state is State.REFUSED
    old.write("aiko", score_record(old))


@pytest.mark.parametrize("content", ["swelling", "of many parts", "deep"])
def test_a_bundle_swells_no_further_than_a_history(prefecture: Prefecture, content: str) -> None:
    prefecture.minato.admit("aiko")
    sending = accepted(prefecture)
    compressed = {
        "swelling": zlib.compress(b'{"format":[' + b"[]," * (16 * MIB) + b"0]}"),
        "of many parts": zlib.compress(b'{"format":[' + b"[]," * (MIB // 8) + b"0]}", level=0),
        "deep": zlib.compress(b"[" * (MIB // 5)),
    }[content]
    token = sending.bundle_of(compressed)
    peak = peak_of(lambda: sending.take(token))
    assert state.load(prefecture.hikari.node, sending.transfer, "receiver").state is State.REFUSED
    assert peak < 40 * MIB


def test_nothing_of_a_bundle_is_opened_before_the_office_has_accepted_the_child(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    transfer = offered(prefecture)
    card = new.node.keyring.card(HIKARI)
    bomb = seal_content(old.node.keyring.secret(MINATO), card, transfer, zlib.compress(b"[]," * (16 * MIB)))
    assert put(prefecture, MINATO, HIKARI, BUNDLE, bomb) == 1
    assert state.load(new.node, transfer, "receiver").state is State.OFFERED
    moving.accept(new.node, transfer, date(2026, 5, 11))
    carry(prefecture.nodes)
    moving.send(old.node, transfer)
    carry(prefecture.nodes)
    assert state.load(new.node, transfer, "receiver").state is State.QUARANTINED


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2025, 5, 9), date(2027, 5, 13), date(9999, 12, 31)])
def test_a_day_of_acceptance_is_one_on_which_a_child_can_join(prefecture: Prefecture, day: date) -> None:
    """Whatever was accepted is taken in and closed: a day that nobody can join on stops neither side for good."""
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    transfer = offered(prefecture)
    with pytest.raises(UsageError, match="a year"):
        moving.accept(new.node, transfer, day)
    assert state.load(new.node, transfer, "receiver").state is State.OFFERED
    forged = Acceptance(transfer=transfer, sender=HIKARI, to=MINATO, accepted_on=day)
    body = documents.sign(new.node.keyring.secret(HIKARI), forged)
    assert put(prefecture, HIKARI, MINATO, ACCEPTANCE, body) == (1 if day.year in (1, 9999) else 0)
    if day.year in (1, 9999):
        assert state.load(old.node, transfer, "sender").state is State.ANNOUNCED


def test_a_reason_is_no_longer_than_its_receipt_can_be(prefecture: Prefecture) -> None:
    """A receipt that is too long to be taken would leave the old school frozen for good."""
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    sending = accepted(prefecture)
    with pytest.raises(UsageError, match="500 characters"):
        moving.refuse(new.node, sending.transfer, "理" * 30_000)
    moving.refuse(new.node, sending.transfer, "理" * 500)
    carry(prefecture.nodes)
    assert state.load(old.node, sending.transfer, "sender").state is State.REFUSED
    assert old.node.vaults.authorisations(sending.vault).move is None


def peak_of(act: Callable[[], object]) -> int:
    """How many bytes an act had allocated at most, beside what was there before."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
