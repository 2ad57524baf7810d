"""Withdrawing: what is written from then on is closed to the one who was let in, whatever it copied."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from consent.decisions import Request, let_run_out, permit
from consent.lifecycle import acts
from pds.crypto import claimed_document
from pds.errors import RefusedError, UsageError
from pds.holders import Control, Role, SecretHolder, new_holder
from pds.identifiers import OrgId, new_holder_id
from pds.node.directory import claimed_entry, publish
from pds.node.node import read_recovery_key
from pds.records import Category
from pds.vault import Action, Admitted, Enrolled, Purpose, verify_copy
from tests.world.prefecture import NATION, Prefecture, School, attendance_record, score_record
from tests.world.thieves import loot, stolen, written


@pytest.fixture
def school(prefecture: Prefecture) -> School:
    school = prefecture.minato
    school.admit("aiko", records=[score_record(school)], agree=())
    return school


@pytest.fixture
def friend(prefecture: Prefecture) -> SecretHolder:
    """A school the family lets look in, with all its private keys."""
    return prefecture.hikari.node.keyring.secret(prefecture.hikari.org)


def let_in(school: School, friend: SecretHolder, **more: object) -> str:
    vault, guardian = school.vault("aiko"), school.guardian("aiko")
    return acts.give(school.node, vault, guardian, Purpose.TEACHING, recipient=OrgId(friend.id), **more)  # type: ignore[arg-type]


def leave_directory(prefecture: Prefecture, organisation: SecretHolder) -> None:
    """The nation publishes a directory without an organisation, and the school takes it in."""
    until = prefecture.nation.directory.valid_until
    entries = claimed_document(prefecture.nation.publish_directory(NATION, until))["entries"]
    staying = [entry for entry in entries if claimed_entry(entry).org != organisation.id]
    token = publish(prefecture.nation.keyring.secret(NATION), 3, until, staying)
    assert organisation.id not in prefecture.minato.node.use_directory(token).entries


def request_of(school: School, holder: str, action: Action = Action.READ) -> Request:
    return Request(
        vault=school.vault("aiko"),
        actor=holder,
        organisation=OrgId(holder),
        purpose=Purpose.TEACHING,
        action=action,
    )


def test_after_a_withdrawal_nothing_new_opens_to_a_full_copy_with_all_old_keys(
    school: School, friend: SecretHolder, tmp_path: Path
) -> None:
    consent = let_in(school, friend)
    school.write("aiko", score_record(school))
    before = written(school)
    assert stolen(school, friend, tmp_path) == before  # it was let in, and could read all of it
    acts.withdraw(school.node, school.vault("aiko"), school.guardian("aiko"), consent)
    school.write("aiko", score_record(school), attendance_record(school))
    assert written(school) > before
    # What it had it may have copied, and no withdrawal takes that back; the family's page says so.
    assert stolen(school, friend, tmp_path) == before
    with pytest.raises(RefusedError):
        permit(school.node, request_of(school, friend.id))


def test_after_a_consent_ran_out_nothing_new_opens(
    prefecture: Prefecture, school: School, friend: SecretHolder, tmp_path: Path
) -> None:
    let_in(school, friend, valid_until=school.node.today() + timedelta(days=1))
    before = written(school)
    assert let_run_out(school.node, school.vault("aiko")) is False
    assert permit(school.node, request_of(school, friend.id))
    prefecture.clock.advance(days=2)
    with pytest.raises(RefusedError):  # it is over by the calendar, before any house-keeping ran
        permit(school.node, request_of(school, friend.id))
    assert let_run_out(school.node, school.vault("aiko")) is True
    assert let_run_out(school.node, school.vault("aiko")) is False
    school.write("aiko", score_record(school))
    assert stolen(school, friend, tmp_path) == before


def test_a_consent_for_one_kind_opened_that_kind_alone(school: School, friend: SecretHolder, tmp_path: Path) -> None:
    let_in(school, friend, categories=[Category.ATTENDANCE])
    school.write("aiko", attendance_record(school), score_record(school))
    assert len(stolen(school, friend, tmp_path)) == 1


def test_nobody_who_was_never_let_in_opens_anything(
    prefecture: Prefecture, school: School, friend: SecretHolder, tmp_path: Path
) -> None:
    assert stolen(school, friend, tmp_path) == set()
    city = prefecture.city.keyring.secret(prefecture.city.organisations()[0])
    assert stolen(school, city, tmp_path) == set()
    school.admit("bunta", agree=())
    assert stolen(school, school.guardian("bunta"), tmp_path) == set()


def test_school_and_family_read_old_and_new_after_a_withdrawal(school: School, friend: SecretHolder) -> None:
    consent = let_in(school, friend)
    acts.withdraw(school.node, school.vault("aiko"), school.guardian("aiko"), consent)
    school.write("aiko", score_record(school, 31))
    assert len(school.read("aiko")) == 3
    with school.node.vaults.read(school.guardian_permit("aiko")) as reader:
        assert len(list(reader.records())) == 3
        assert len(list(reader.access_log())) >= 3  # the lines of both epochs
    verify_copy(school.node.vaults.copy(school.vault("aiko")), school.node.card)


@pytest.mark.parametrize("gone", ["the entry", "the directory"])
def test_who_left_the_directory_gets_no_key_of_what_is_written_from_then_on(
    prefecture: Prefecture, school: School, friend: SecretHolder, tmp_path: Path, gone: str
) -> None:
    let_in(school, friend)
    before = written(school)
    leave_directory(prefecture, friend) if gone == "the entry" else prefecture.clock.advance(days=400)
    acts.refuse(school.node, school.vault("aiko"), school.guardian("aiko"), Purpose.STATISTICS)  # the epoch turns
    school.write("aiko", score_record(school))
    assert stolen(school, friend, tmp_path) == before < written(school)


def test_nobody_lets_in_who_is_not_in_the_directory(
    prefecture: Prefecture, school: School, friend: SecretHolder, tmp_path: Path
) -> None:
    leave_directory(prefecture, friend)
    with pytest.raises(UsageError, match="not in the directory"):
        let_in(school, friend)
    assert stolen(school, friend, tmp_path) == set()


def test_the_recovery_key_still_opens_everything(school: School, friend: SecretHolder, tmp_path: Path) -> None:
    consent = let_in(school, friend)
    acts.withdraw(school.node, school.vault("aiko"), school.guardian("aiko"), consent)
    school.write("aiko", score_record(school))
    card, secret = read_recovery_key((tmp_path / f"{school.org}.recovery").read_text())
    recovery = SecretHolder(card.id, secret[:-32], secret[-32:])
    assert stolen(school, recovery, tmp_path) == written(school)


def test_an_owner_who_is_not_signed_in_keeps_everything_and_no_node_opens_it_for_her(
    school: School, friend: SecretHolder, tmp_path: Path
) -> None:
    owner = new_holder(new_holder_id())
    custodial = acts.new_custodial_guardian(school.node)
    family = [Admitted(holder=owner.public, role=Role.GUARDIAN, control=Control.OWNER), custodial]
    enrolled = Enrolled(school=school.org, school_year=2026, on=date(2026, 4, 1))
    vault = acts.found(school.node, school.org, enrolled, family)
    school.link("chika", vault)
    other = school.node.keyring.secret(custodial.holder.id)
    consent = acts.give(school.node, vault, other, Purpose.TEACHING, recipient=OrgId(friend.id))
    acts.countersign(school.node, vault, owner, consent)
    school.write("chika", score_record(school))
    acts.withdraw(school.node, vault, other, consent)  # the owner is away
    school.write("chika", score_record(school))
    copy = tmp_path / "copy.db"
    school.node.store._db.conn.execute("VACUUM INTO ?", (str(copy),))  # type: ignore[attr-defined]
    assert len(loot(copy, vault, owner)) == 2
    assert len(loot(copy, vault, friend)) == 1
    assert not school.node.keyring.keeps(owner.id)


def test_a_new_school_year_turns_the_epoch(school: School) -> None:
    vault = school.vault("aiko")
    same = Enrolled(school=school.org, school_year=2026, on=date(2026, 4, 1))
    acts.enrol(school.node, vault, same)
    assert school.node.vaults.authorisations(vault).epoch == 1
    acts.enrol(school.node, vault, same.model_copy(update={"school_year": 2027, "on": date(2027, 4, 1)}))
    facts = school.node.vaults.authorisations(vault)
    assert (facts.epoch, facts.school_year) == (2, 2027)
    school.write("aiko", score_record(school))
    assert len(school.read("aiko")) == 3


@pytest.mark.parametrize("days", [1, 10])
def test_a_new_epoch_reaches_whom_the_family_let_in_and_not_whose_time_is_over(
    prefecture: Prefecture, school: School, friend: SecretHolder, tmp_path: Path, days: int
) -> None:
    let_in(school, friend, valid_until=school.node.today() + timedelta(days=5))
    before = written(school)
    prefecture.clock.advance(days=days)
    acts.enrol(school.node, school.vault("aiko"), Enrolled(school=school.org, school_year=2027, on=date(2027, 4, 1)))
    school.write("aiko", score_record(school))
    assert stolen(school, friend, tmp_path) == (written(school) if days == 1 else before)


def test_giving_again_is_a_new_consent_and_opens_the_time_between(
    school: School, friend: SecretHolder, tmp_path: Path
) -> None:
    first = let_in(school, friend)
    acts.withdraw(school.node, school.vault("aiko"), school.guardian("aiko"), first)
    with pytest.raises(UsageError):
        acts.withdraw(school.node, school.vault("aiko"), school.guardian("aiko"), first)
    school.write("aiko", score_record(school))
    second = let_in(school, friend)
    assert second != first
    assert set(school.node.vaults.authorisations(school.vault("aiko")).consents) == {second}
    assert stolen(school, friend, tmp_path) == written(school)


def test_the_first_record_after_a_consents_last_day_is_closed_to_its_holder(prefecture: Prefecture) -> None:
    """Even if no round of the node's clockwork ran in between."""
    school, guest = prefecture.minato, prefecture.hikari
    school.admit("aiko")
    vault = school.vault("aiko")
    acts.give(
        school.node,
        vault,
        school.guardian("aiko"),
        Purpose.TEACHING,
        recipient=guest.org,
        valid_until=school.node.today(),
    )
    before = school.node.vaults.authorisations(vault).epoch
    school.write("aiko", score_record(school))
    assert school.node.vaults.authorisations(vault).epoch == before
    prefecture.clock.advance(days=1)
    school.write("aiko", score_record(school))
    facts = school.node.vaults.authorisations(vault)
    assert facts.epoch == before + 1
    assert (facts.epoch, guest.org) not in {(epoch, holder) for epoch, holder, _ in facts.wraps}
