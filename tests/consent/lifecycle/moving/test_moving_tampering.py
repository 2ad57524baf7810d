"""One altered byte in a bundle or an envelope is found, and nothing of it is imported."""

import random
from datetime import date

import pytest

from consent.lifecycle import moving
from pds.crypto import claimed_document
from pds.errors import PdsError, SealBrokenError, SignatureError, UsageError
from pds.identifiers import OrgId
from pds.intake import LocalId
from pds.post import mailbox
from pds.transfer import Bundle, State, open_bundle, seal_bundle, state
from tests.world.carrier import carry
from tests.world.prefecture import SCHEME, Prefecture, score_record


@pytest.fixture
def sent(prefecture: Prefecture) -> str:
    """A bundle on its way from Minato to Hikari, as the message token that waits at Minato."""
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", records=[score_record(old)], agree=["transfer"])
    transfer = moving.offer(old.node, old.vault("aiko"), new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 5, 11), [LocalId(SCHEME, "aiko")])
    carry(prefecture.nodes)
    moving.send(old.node, transfer)
    [(_, _, token)] = mailbox.waiting(old.node)
    return token


def altered(text: str, place: int) -> str:
    """The text with another character of its alphabet in one place."""
    other = "A" if text[place] != "A" else "B"
    return text[:place] + other + text[place + 1 :]


def test_an_envelope_altered_anywhere_is_refused(prefecture: Prefecture, sent: str) -> None:
    new = prefecture.hikari.node
    for place in [0, 5, len(sent) - 1, *random.Random(1).sample(range(len(sent)), 60)]:
        if sent[place] == ".":
            continue
        with pytest.raises(PdsError):
            mailbox.deliver(new, altered(sent, place))
    assert list(mailbox.arrived(new)) == []


def test_a_bundle_altered_anywhere_imports_nothing(prefecture: Prefecture, sent: str) -> None:
    old, new = prefecture.minato, prefecture.hikari
    body = str(claimed_document(sent)["body"])
    vault = old.vault("aiko")
    for place in random.Random(2).sample(range(len(body)), 40):
        if body[place] == ".":
            continue
        with pytest.raises((SignatureError, SealBrokenError, UsageError)):
            open_bundle(altered(body, place), old.node.keyring.card(old.org), new.node.keyring.secret(new.org))
    assert vault not in new.node.vaults.all()


def test_a_bundle_altered_by_the_sender_itself_is_refused_with_a_reason(prefecture: Prefecture, sent: str) -> None:
    """Signed and sealed properly, but one record's byte is not what the chain says."""
    old, new = prefecture.minato, prefecture.hikari
    body = str(claimed_document(sent)["body"])
    sender, receiver = old.node.keyring.secret(old.org), new.node.keyring.secret(new.org)
    honest = open_bundle(body, sender.public, receiver)
    chains = {chain: list(entries) for chain, entries in honest.copy.entries.items()}
    entry = chains["records"][1]  # type: ignore[index]  # a Chain is its name
    assert entry.body is not None
    broken = bytes([entry.body[0] ^ 1]) + entry.body[1:]
    chains["records"][1] = entry._replace(body=broken)  # type: ignore[index]
    copy = type(honest.copy)(
        honest.copy.vault,
        honest.copy.head,
        {chain: tuple(entries) for chain, entries in chains.items()},
        honest.copy.salts,
        honest.copy.wraps,
    )
    forged = Bundle(honest.transfer, honest.sender, honest.to, copy, honest.subject, honest.custody)
    known = moving.take_bundle(new.node, seal_bundle(sender, receiver.public, forged), OrgId(old.org), OrgId(new.org))
    assert known.state is State.REFUSED
    assert known.reason == "records entry 2 was altered"
    assert new.node.vaults.all() == []
    with pytest.raises(PdsError):
        moving.commit(new.node, honest.transfer)


def test_a_bundle_for_another_school_or_transfer_is_refused(prefecture: Prefecture, sent: str) -> None:
    body = str(claimed_document(sent)["body"])
    old, other = prefecture.minato, prefecture.aoba
    with pytest.raises(SignatureError):
        open_bundle(body, old.node.keyring.card(old.org), other.node.keyring.secret(other.org))
    assert [t.state for t in state.listed(prefecture.hikari.node)] == [State.ACCEPTED]
