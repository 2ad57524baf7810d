"""A school that means harm sends a history: it takes nobody's name, keys or students at the receiving node.

Its victims are those whom the receiver knows, and those of whom it has never heard.
"""

import json
import zlib
from datetime import date
from pathlib import Path

import pytest

from consent.decisions import Request, permit
from consent.lifecycle import acts, moving, ownership
from consent.lifecycle.moving.common import ARRIVED_KEY, ArrivedKey
from consent.lifecycle.moving.looking import WHOSE
from pds.chain import Chain
from pds.crypto import DocumentType, b64
from pds.errors import ChainBrokenError, NotFoundError, PdsError, SignatureError
from pds.holders import Control, PublicHolder, Role, SecretHolder, new_holder
from pds.identifiers import OrgId, new_holder_id, new_vault_id
from pds.people import moving_key
from pds.post import Message, mailbox
from pds.records import Category
from pds.transfer import Receipt, State, Transfer, documents, state
from pds.vault import (
    Action,
    Admitted,
    ConsentGiven,
    ConsentRefused,
    HoldersAdmitted,
    Purpose,
    TransferCommitted,
    TransferSealed,
    VaultJoined,
    VaultReleased,
    open_wraps,
    seal_custody,
    verify_copy,
)
from pds.vault.events import Created
from pds.vault.head import first_head
from pds.vault.keys import CategoryKey
from pds.vault.wraps import Opened
from tests.world.carrier import carry
from tests.world.lying import Sending, accepted, copy_of
from tests.world.prefecture import (
    AOBA,
    CITY,
    HIKARI,
    MINATO,
    NATION,
    Prefecture,
    attendance_record,
    score_record,
)
from tests.world.thieves import stolen, written

OWNER, CUSTODIAL = Control.OWNER, Control.CUSTODIAL


def named(name: str) -> SecretHolder:
    """Keys of the harmful school's own making under anybody's name."""
    own = new_holder("x")
    return SecretHolder(name, own.hpke_private, own.signing_private)


def planting(sending: Sending, card: PublicHolder, control: Control = CUSTODIAL) -> Transfer:
    """What becomes of a history into which the harmful school has admitted one guardian more."""
    lie = sending.copy()
    lie.enter(HoldersAdmitted(admitted=(Admitted(holder=card, role=Role.GUARDIAN, control=control),)))
    return sending.receive(lie.signed())


@pytest.fixture
def sending(prefecture: Prefecture) -> Sending:
    prefecture.minato.admit("aiko", agree=("transfer",))
    return accepted(prefecture)


@pytest.mark.parametrize("whose", [CITY, NATION, AOBA, HIKARI], ids=["board", "nation", "another school", "receiver"])
def test_after_a_hostile_bundle_every_organisations_card_stands_and_its_word_alone_counts(
    prefecture: Prefecture, sending: Sending, whose: OrgId
) -> None:
    here = prefecture.hikari
    before, impostor = here.node.card(whose), named(whose)
    here.admit("bunta")
    bunta = moving.offer(here.node, here.vault("bunta"), AOBA)
    carry(prefecture.nodes)
    moving.accept(prefecture.minato.node, bunta, date(2026, 5, 11))
    carry(prefecture.nodes)
    moving.send(here.node, bunta)
    assert planting(sending, impostor.public).state is State.REFUSED
    assert here.node.card(whose) == before
    genuine = {node.card(whose): node for node in prefecture.nodes if node.keyring.keeps(whose)}[before]
    for node, secret, taken in ((genuine, genuine.keyring.secret(whose), True), (genuine, impostor, False)):
        body = secret.sign(DocumentType.POLL, {})
        message = Message(id=new_holder_id(), sender=whose, to=HIKARI, kind="a.note", body=body)
        token = secret.sign(DocumentType.MESSAGE, message.model_dump(by_alias=True))
        if taken:
            assert mailbox.deliver(here.node, token).sender == whose
        else:
            with pytest.raises(SignatureError):
                mailbox.deliver(here.node, token)
        assert node.card(whose) == before
    sent = state.load(here.node, bunta, "sender")
    forged = Receipt(transfer=bunta, sender=AOBA, to=HIKARI, outcome="committed", bundle=str(sent.bundle))
    signed = documents.sign(SecretHolder(AOBA, impostor.hpke_private, impostor.signing_private), forged)
    mailbox.post(here.node, HIKARI, HIKARI, "transfer.receipt", signed)
    moving.act(here.node)
    assert state.load(here.node, bunta, "sender").state is State.SENT
    carry(prefecture.nodes)
    moving.commit(prefecture.minato.node, bunta)
    carry(prefecture.nodes)
    assert state.load(here.node, bunta, "sender").state is State.CLOSED  # by the genuine one


@pytest.mark.parametrize(("agree", "found"), [(["transfer"], State.REFUSED), ([], State.QUARANTINED)])
def test_an_altered_salt_is_found_on_arrival_where_the_receiver_may_open_the_record(
    prefecture: Prefecture, agree: list[str], found: State
) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", records=[score_record(old)], agree=agree)
    with old.node.vaults.read(old.permit("aiko", Purpose.TEACHING, Action.READ)) as reader:
        (score,) = reader.records(Category.TEST_RESULT)
    sending = accepted(prefecture)
    lie = sending.copy()
    lie.salts[score.id] = bytes(32)
    arrived = sending.receive(lie.signed())
    assert arrived.state is found
    if found is State.REFUSED:
        assert f"records entry {score.seq} does not open" in str(arrived.reason)
        assert new.node.documents.names(WHOSE) == []
        assert new.node.vaults.all() == []


def test_a_bundle_does_not_replace_keys_of_somebody_whose_keys_are_kept_here(
    prefecture: Prefecture, sending: Sending
) -> None:
    here = prefecture.hikari
    here.admit("bunta", records=[score_record(here)])
    victim = here.guardian("bunta")
    refused = planting(sending, named(victim.id).public)
    assert (refused.state, refused.reason) == (
        State.REFUSED,
        "a bundle holds other keys under the name of somebody who is known here",
    )
    with pytest.raises(PdsError):
        moving.commit(here.node, sending.transfer)
    assert here.node.keyring.secret(victim.id) == victim
    assert len(here.read("bunta")) == 2


@pytest.mark.parametrize("whose", ["an owner's of this node", "nobody's"])
def test_who_is_planted_under_a_name_of_which_no_key_is_kept_here_opens_nothing_written_here(
    prefecture: Prefecture, sending: Sending, tmp_path: Path, whose: str
) -> None:
    here, name = prefecture.hikari, str(new_holder_id())
    if whose == "an owner's of this node":
        here.admit("bunta")
        code = ownership.invite_family(here.node, here.vault("bunta"), here.guardian("bunta").id)
        owner = ownership.first_sign_in(here.node, code, "haruka", "tsuki to hoshi", "青山はるか")
        name = owner.holder.id if owner.holder else ""
    impostor = named(name)
    assert planting(sending, impostor.public).state is State.QUARANTINED
    moving.commit(here.node, sending.transfer)
    before = written(here)
    here.write("aiko", attendance_record(here))
    assert stolen(here, impostor, tmp_path) <= before
    facts = here.node.vaults.authorisations(here.vault("aiko"))
    assert name not in facts.holders
    if whose == "an owner's of this node":
        own = here.node.vaults.authorisations(here.vault("bunta")).holders[name]
        assert (own.holder, own.control) == (owner.holder and owner.holder.public, OWNER)


def test_no_key_that_a_node_keeps_for_somebody_is_accepted_in_a_bundle(
    prefecture: Prefecture, sending: Sending
) -> None:
    kept = prefecture.minato.guardian("aiko")
    content = {
        "format": "manabi-bundle-content/2",
        "vault": sending.copy().signed().to_document(),
        "subject": moving.offered_subject(prefecture.hikari.node, sending.transfer).model_dump(mode="json"),
        "custody": b64(seal_custody({}, sending.vault, prefecture.hikari.node.keyring.card(HIKARI))),
        "owners": [],
        "custodial": {kept.id: kept.to_bytes().hex()},
    }
    assert sending.take(sending.bundle_of(zlib.compress(json.dumps(content).encode()))).state is State.REFUSED
    with pytest.raises(NotFoundError):
        prefecture.hikari.node.keyring.secret(kept.id)


@pytest.mark.parametrize("lie", ["unknown person", "owner", "another kind of record", "another epoch", "of no length"])
def test_what_is_handed_on_is_what_the_chain_says_of_people_whose_keys_a_node_kept(
    prefecture: Prefecture, sending: Sending, lie: str
) -> None:
    copy, facts = sending.copy(), prefecture.minato.node.vaults.authorisations(sending.vault)
    person = next(name for name, known in facts.holders.items() if known.role is Role.GUARDIAN)
    category = Category.ENROLLMENT_INFO
    if lie == "unknown person":
        person = new_holder_id()
    elif lie == "owner":
        person = new_holder_id()
        mine = Admitted(holder=named(person).public, role=Role.GUARDIAN, control=OWNER)
        copy.enter(HoldersAdmitted(admitted=(mine,)))
    elif lie == "another kind of record":
        category = Category.DAILY_NOTE  # no guardian opens what teachers note for each other
    epoch = 99 if lie == "another epoch" else 1
    home, rows = copy.home, prefecture.minato.node.store.wraps(sending.vault, copy.home.id)
    true = open_wraps(home, sending.vault, facts.wraps, facts.checks, rows).keys[1, category].key
    secret = true[:5] if lie == "of no length" else true
    handed_on = Opened({(epoch, category): CategoryKey(category, epoch, secret)}, {})
    assert sending.receive(copy.signed(), {person: handed_on}).state is State.REFUSED


@pytest.mark.parametrize("whose", ["an unknown owner's", "somebody's whose keys are kept", "another child's code"])
def test_no_moving_key_is_kept_but_an_owners_of_this_history(
    prefecture: Prefecture, sending: Sending, whose: str
) -> None:
    here, copy = prefecture.hikari, sending.copy()
    _, key = moving_key.seal(named(new_holder_id()))
    if whose == "somebody's whose keys are kept":
        _, key = moving_key.seal(prefecture.minato.guardian("aiko"))
    elif whose == "another child's code":
        owner = named(key.holder)
        mine = Admitted(holder=owner.public, role=Role.GUARDIAN, control=OWNER)
        copy.enter(HoldersAdmitted(admitted=(mine,)))
        other = ArrivedKey(vault=new_vault_id(), key=moving_key.seal(owner)[1])
        with here.node.transaction():
            here.node.documents.put(ARRIVED_KEY, key.name, other)
    refused = sending.receive(copy.signed(), owners=[key])
    assert refused.state is State.REFUSED
    with pytest.raises(PdsError):
        moving.commit(here.node, sending.transfer)
    kept = here.node.documents.get(ARRIVED_KEY, key.name)
    assert kept == (other if whose == "another child's code" else None)


def test_a_receipt_for_another_bundle_closes_nothing(prefecture: Prefecture, sending: Sending) -> None:
    old, new = prefecture.minato, prefecture.hikari
    for bundle in ("", "0" * 64):
        receipt = Receipt(transfer=sending.transfer, sender=HIKARI, to=MINATO, outcome="committed", bundle=bundle)
        signed = documents.sign(new.node.keyring.secret(HIKARI), receipt)
        mailbox.post(new.node, HIKARI, MINATO, "transfer.receipt", signed)
    carry(prefecture.nodes, lambda node: moving.act(node) if node is old.node else 0)
    assert state.load(old.node, sending.transfer, "sender").state is State.SENT
    assert old.node.vaults.lives_here(sending.vault)
    assert old.guardian("aiko")


def test_a_history_out_of_a_school_whose_card_is_not_the_directorys_is_refused(prefecture: Prefecture) -> None:
    """A past at another school, written by the harmful one with keys of its own under that school's name."""
    old = prefecture.minato
    old.admit("aiko")
    false, true = named(HIKARI), prefecture.minato.node.card(HIKARI)
    for claimed in (false, None):
        lie, vault = copy_of(old, "aiko"), old.vault("aiko")
        earlier = claimed or prefecture.hikari.node.keyring.secret(HIKARI)
        assert (earlier.public == true) is (claimed is None)
        lie.chains = {chain: [] for chain in Chain}
        lie.salts = {}
        here = Admitted(holder=lie.home.public, role=Role.ORGANISATION, control=Control.ORGANISATION)
        lie.enter(Created(home=earlier.public), signer=earlier)
        lie.enter(HoldersAdmitted(admitted=(here,)), signer=earlier)
        lie.enter(TransferSealed(transfer="t", to=MINATO, statutory=(), consented=()), signer=earlier)
        sent = first_head(vault, HIKARI).advanced(lie.chained()[1]).sign(earlier)
        lie.enter(TransferCommitted(transfer="t", home=lie.home.public, home_number=2, sender_head=sent))
        copy = lie.signed(home_number=2)
        if claimed is None:
            assert verify_copy(copy, old.node.card).authorisations.home_number == 2
        else:
            with pytest.raises(SignatureError, match="another card than the directory"):
                verify_copy(copy, old.node.card)


@pytest.mark.parametrize("what", ["left out", "altered"])
def test_what_the_school_before_had_signed_is_still_there(prefecture: Prefecture, what: str) -> None:
    """Its last head travels in the chain: who took the history in signs what came before no other way."""
    here = prefecture.hikari
    prefecture.minato.admit("aiko", records=[score_record(prefecture.minato)], agree=("transfer",))
    sending = accepted(prefecture)
    moving.send(prefecture.minato.node, sending.transfer)
    carry(prefecture.nodes)
    moving.commit(here.node, sending.transfer)
    lie = copy_of(here, "aiko")
    assert verify_copy(lie.signed(), here.node.card).records == 2
    records = lie.chains[Chain.ACCESS]
    if what == "left out":
        del records[-2:]  # this school's own line, and the last that the school before had signed
    else:
        header, body = records[0]
        records[0] = (header, bytes([(body or b"x")[0] ^ 1]) + (body or b"")[1:])
    with pytest.raises(ChainBrokenError, match="not the one that the sending school signed"):
        verify_copy(lie.signed(), here.node.card)


@pytest.mark.parametrize("event", ["yes", "no"])
@pytest.mark.parametrize("time", ["2099-01-01T00:00:00Z", "2026-05-12T01:00:01Z"])
def test_nobody_has_said_what_was_entered_on_a_day_to_come(
    prefecture: Prefecture, sending: Sending, event: str, time: str
) -> None:
    """The later word counts: a yes of 2099 would outlive every no of the family's, and a no of 2099 every yes."""
    old, new = prefecture.minato, prefecture.hikari
    guardian = acts.guardians_of(old.node, sending.vault)[0]
    yes = ConsentGiven(
        consent="planted",
        purpose="teaching",
        recipient=MINATO,
        categories=(),
        valid_from=date(2026, 4, 1),
        valid_until=None,
        record={},
    )
    lie = sending.copy()
    lie.enter(
        yes if event == "yes" else ConsentRefused(purpose="statistics", recipient=None), signer=guardian, time=time
    )
    refused = sending.receive(lie.signed())
    assert (refused.state, "on a day to come" in str(refused.reason)) == (State.REFUSED, True)
    assert not new.node.vaults.has(sending.vault)


def test_what_is_written_here_is_never_among_what_the_school_before_took_back(prefecture: Prefecture) -> None:
    """A span of records that were brought and taken back ends with the records that there are."""
    old = prefecture.minato
    old.admit("aiko", agree=("transfer",))
    vault, other = old.vault("aiko"), new_vault_id()
    with old.node.vaults.transact(permit(old.node, Request.in_transfer(vault, old.org, Action.AUTHORISE))) as writer:
        writer.enter(VaultJoined(other=other, after=1, until=10**6, admitted=(), ended=(), by=()))
        writer.enter(VaultReleased(other=other, by=()))
    sending = accepted(prefecture)
    refused = sending.receive(sending.copy().signed())
    assert (refused.state, "records that there are not" in str(refused.reason)) == (State.REFUSED, True)
