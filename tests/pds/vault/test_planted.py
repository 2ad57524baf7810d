"""Consents, keys and cards written into the database by hand, by one who knows every format: they open nothing."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from consent.decisions import permit
from pds.crypto import b64, canonical, hpke, parse
from pds.errors import ChainBrokenError, PdsError, RefusedError, SealBrokenError, SignatureError, VerificationError
from pds.holders import Control, SecretHolder, new_holder
from pds.identifiers import OrgId
from pds.records import CATEGORIES
from pds.vault import KEY_BYTES, LOG, Action, Authorisations, ConsentGiven, Head, Purpose, Recipient
from pds.vault.events import EpochTurned, Wrap
from pds.vault.keys import log_private
from pds.vault.remembered import Remembered
from pds.vault.wraps import seal_root
from tests.world.forging import Forger
from tests.world.prefecture import Prefecture, School, open_prefecture, score_record
from tests.world.tampering import run

ROOT = bytes(range(KEY_BYTES))


@pytest.fixture
def school(prefecture: Prefecture) -> School:
    """A school with one student, whose family agreed to nothing."""
    school = prefecture.minato
    school.admit("aiko", records=[score_record(school)], agree=())
    return school


def consent(purpose: Purpose, recipient: str | None = None) -> ConsentGiven:
    return ConsentGiven(
        consent="by-hand",
        purpose=purpose.value,
        recipient=recipient,
        categories=(),
        valid_from=date(2026, 4, 1),
        valid_until=None,
        record={},
    )


STEPS: list[list[str]] = [[], ["sign_head"], ["sign_head", "replace_card"]]


@pytest.mark.parametrize("steps", STEPS, ids=["chained", "and under a forged head", "and with a forged card"])
@pytest.mark.parametrize("reopened", [False, True], ids=["running", "reopened"])
def test_a_consent_written_by_hand_opens_nothing(tmp_path: Path, steps: list[str], *, reopened: bool) -> None:
    with open_prefecture(tmp_path) as prefecture:
        school = prefecture.minato
        school.admit("aiko", records=[score_record(school)], agree=())
        forger = Forger(school, new_holder("forger"))
        forger.enter(consent(Purpose.STATISTICS), signer=school.guardian("aiko").id)
        for step in steps:
            getattr(forger, step)()
        if reopened:
            school.node.close()
            school.node.vaults._verified = Remembered(1)
            school.node.keyring._organisations.clear()
        with pytest.raises(PdsError):
            school.permit("aiko", Purpose.STATISTICS, Action.READ)
        with pytest.raises(PdsError):
            school.permit("aiko", Purpose.STATISTICS, Action.CHARGE)


def test_a_consent_for_another_school_written_by_hand_opens_nothing_to_it(
    prefecture: Prefecture, school: School
) -> None:
    forger = Forger(school, new_holder("forger"))
    forger.enter(consent(Purpose.TEACHING, prefecture.hikari.org), signer=school.guardian("aiko").id)
    forger.sign_head()
    request = replace(
        school.request("aiko", Purpose.TEACHING, Action.READ),
        actor=prefecture.hikari.org,
        organisation=prefecture.hikari.org,
    )
    with pytest.raises((RefusedError, VerificationError)):
        permit(school.node, request)


def test_the_school_itself_cannot_consent_in_the_familys_name(school: School) -> None:
    leave = school.permit("aiko", Purpose.TEACHING, Action.AUTHORISE)
    with pytest.raises(ChainBrokenError), school.node.vaults.transact(leave) as writer:
        writer.enter(consent(Purpose.STATISTICS))
    assert not school.node.vaults.authorisations(school.vault("aiko")).consents


def planted_for_the_school(facts: Authorisations, school: School, epoch: int, grant: str) -> tuple[object, ...]:
    everything = frozenset(category.value for category in CATEGORIES)
    assert facts.home is not None
    sealed = seal_root(ROOT, school.vault("aiko"), epoch, Recipient(facts.home, grant, everything))
    return (school.vault("aiko"), *sealed.row)


@pytest.mark.parametrize(("epoch", "grant"), [(1, "planted"), (1, "enrolment"), (2, "enrolment"), (2, "root")])
def test_a_sealed_key_planted_by_hand_is_refused_by_reader_and_writer(school: School, epoch: int, grant: str) -> None:
    facts = school.node.vaults.authorisations(school.vault("aiko"))
    row = planted_for_the_school(facts, school, epoch, grant)
    run(school.node.folder, "INSERT OR REPLACE INTO wraps VALUES (?, ?, ?, ?, ?, ?)", *row)
    with pytest.raises(SealBrokenError):
        school.read("aiko")
    with pytest.raises(SealBrokenError):
        school.write("aiko", score_record(school))  # else it would be sealed under a key that the forger knows


def test_a_new_epoch_written_by_hand_does_not_make_the_writer_use_its_key(school: School) -> None:
    vault = school.vault("aiko")
    facts = school.node.vaults.authorisations(vault)
    row = planted_for_the_school(facts, school, 2, "enrolment")
    place = Wrap(
        epoch=2,
        holder=school.org,
        grant="enrolment",
        opens=tuple(sorted(CATEGORIES)),
        digest=hashlib.sha256(row[-1]).hexdigest(),  # type: ignore[arg-type]
    )
    forger = Forger(school, new_holder("forger"))
    log_public = b64(hpke.public_of(log_private(ROOT, vault, 2)))
    forger.enter(EpochTurned(epoch=2, reason="x", log_public=log_public, checks={}, wraps=(place,)), signer=school.org)
    forger.sql("INSERT INTO wraps VALUES (?, ?, ?, ?, ?, ?)", *row)
    steps: tuple[Callable[[], object], ...] = (lambda: None, forger.sign_head, forger.replace_card)
    for step in steps:
        step()
        with pytest.raises(VerificationError):
            school.write("aiko", score_record(school))


def test_a_guardians_card_written_by_hand_is_not_believed(school: School) -> None:
    guardian = school.guardian("aiko").id
    kept = parse(school.node.store.get("holder", guardian) or b"")
    card = SecretHolder(guardian, *halves(new_holder("forger"))).public.model_dump()
    forged = canonical({**kept, "card": card})
    run(school.node.folder, "UPDATE documents SET document = ? WHERE name = ?", forged, guardian)
    with pytest.raises(SealBrokenError):
        school.node.keyring.card(guardian)


def halves(holder: SecretHolder) -> tuple[bytes, bytes]:
    return holder.hpke_private, holder.signing_private


def test_one_guardians_keys_do_not_serve_under_anothers_name(school: School) -> None:
    school.admit("bunta")
    one, two = school.guardian("aiko").id, school.guardian("bunta").id
    other = school.node.store.get("holder", two)
    run(school.node.folder, "UPDATE documents SET document = ? WHERE name = ?", other, one)
    with pytest.raises(SealBrokenError):
        school.node.keyring.secret(one)


def test_keys_of_a_person_do_not_become_an_organisations(school: School) -> None:
    guardian = school.guardian("aiko").id
    kept = parse(school.node.store.get("holder", guardian) or b"")
    forged = canonical({**kept, "control": Control.ORGANISATION.value})
    run(school.node.folder, "UPDATE documents SET document = ? WHERE name = ?", forged, guardian)
    with pytest.raises(SealBrokenError):
        school.node.keyring.secret(guardian)


@pytest.mark.parametrize("mark", [b"", b"\n", b"\n" + b"0" * 64])
def test_a_recovery_card_written_by_hand_gets_no_root(school: School, mark: bytes) -> None:
    forged = canonical(new_holder("forger").public.model_dump()) + mark
    run(school.node.folder, "UPDATE documents SET document = ? WHERE name = 'recovery'", forged)
    with pytest.raises(SealBrokenError):
        school.admit("bunta")
    assert school.node.vaults.all() == [school.vault("aiko")]


def test_a_pinned_root_written_by_hand_brings_no_other_directory_in(prefecture: Prefecture, school: School) -> None:
    forged = new_holder("jp").public.fingerprint.encode()
    run(school.node.folder, "UPDATE documents SET document = ? WHERE name = 'root-fingerprint'", forged)
    with pytest.raises(SealBrokenError):
        school.node.card(prefecture.hikari.org)


def test_a_head_of_a_school_this_node_is_not_for_is_refused(prefecture: Prefecture, school: School) -> None:
    other = prefecture.hikari.node.keyring.secret(prefecture.hikari.org)
    forger = Forger(school, other)
    head = Head(forger.vault, OrgId(other.id), 2, forger.head.tips)
    forger.sql("UPDATE vaults SET head = ? WHERE vault = ?", head.sign(other), forger.vault)
    with pytest.raises(SignatureError):
        school.read("aiko")


@pytest.mark.parametrize("name", ["attendance", LOG])
def test_who_is_handed_a_wrong_key_is_told_and_is_not_shown_an_empty_history(school: School, name: str) -> None:
    vault, guardian = school.vault("aiko"), school.guardian("aiko")
    facts = school.node.vaults.authorisations(vault)
    wrong = seal_root(ROOT, vault, facts.epoch, Recipient(guardian.public, "handed on", frozenset({name})))
    with school.node.vaults.transact(school.permit("aiko", Purpose.TEACHING, Action.AUTHORISE)) as writer:
        writer.keep_wraps([wrong])
    leave = school.guardian_permit("aiko")
    with pytest.raises(SealBrokenError, match="another than the chain names"), school.node.vaults.read(leave) as reader:
        pytest.fail(f"opened, as if there were {len(list(reader.records()))} records")


def test_a_key_of_what_an_epoch_has_no_key_for_is_handed_to_nobody(school: School) -> None:
    vault, guardian = school.vault("aiko"), school.guardian("aiko")
    for epoch, opens in ((1, "kind_to_come"), (2, "attendance"), (1, "root, and more")):
        wrap = seal_root(ROOT, vault, 1, Recipient(guardian.public, "handed on", frozenset({"attendance"})))
        said = wrap.wrap.model_copy(update={"epoch": epoch, "opens": (opens,)})
        leave = school.permit("aiko", Purpose.TEACHING, Action.AUTHORISE)
        with school.node.vaults.transact(leave) as writer, pytest.raises(ChainBrokenError, match="has no key for"):
            writer.keep_wraps([replace(wrap, wrap=said)])
