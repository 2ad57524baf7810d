"""Signing in for the first time: an owner is made, the node's copy is gone, and nothing that was open is lost."""

from datetime import date

import pytest

from consent.decisions import Request, permit
from consent.lifecycle import acts, moving, ownership, succession
from pds.errors import AlreadyExistsError, CodeError, NotFoundError, RefusedError, UsageError
from pds.holders import Control, Role, SecretHolder, new_holder
from pds.identifiers import VaultId
from pds.intake import LocalId
from pds.node import Node
from pds.people import accounts
from pds.vault import Access, Action, Purpose
from tests.world import Prefecture, School
from tests.world.carrier import carry
from tests.world.prefecture import attendance_record, score_record

PASSWORD = "tsuki to hoshi"


def keys_of(person: accounts.Person) -> SecretHolder:
    """The keys of somebody of a family, who has some."""
    assert person.holder is not None
    return person.holder


def _own(person: accounts.Person, vault: VaultId) -> Request:
    return Request(
        vault=vault, actor=keys_of(person).id, organisation=None, purpose=Purpose.OWN_USE, action=Action.READ
    )


def _records(node: Node, person: accounts.Person, vault: VaultId) -> int:
    with node.vaults.read(permit(node, _own(person, vault)), keys_of(person)) as reader:
        return len(list(reader.records()))


def _log(node: Node, person: accounts.Person, vault: VaultId) -> list[Access]:
    with node.vaults.read(permit(node, _own(person, vault)), keys_of(person)) as reader:
        return list(reader.access_log())


@pytest.fixture
def school(prefecture: Prefecture) -> School:
    school = prefecture.hikari
    school.admit("aiko")
    return school


def _first(school: School) -> tuple[str, accounts.Person, str]:
    vault = school.vault("aiko")
    guardian = school.guardian("aiko").id
    code = ownership.invite_family(school.node, vault, guardian)
    return guardian, ownership.first_sign_in(school.node, code, "haruka", PASSWORD, "青山はるか"), code


def test_an_owner_reads_what_the_custodial_keys_opened_and_the_log_from_its_beginning(school: School) -> None:
    vault = school.vault("aiko")
    with school.node.vaults.read(school.permit("aiko", Purpose.TEACHING, Action.READ)) as reader:
        before = len(list(reader.records()))
    _, person, _ = _first(school)
    with school.node.vaults.read(permit(school.node, _own(person, vault)), keys_of(person)) as reader:
        assert len(list(reader.records())) == before > 0
        assert any(line.organisation == school.org for line in reader.access_log())


def test_the_node_keeps_no_key_of_an_owner_and_cannot_open_in_their_name(school: School) -> None:
    guardian, person, _ = _first(school)
    vault = school.vault("aiko")
    with pytest.raises(NotFoundError):
        school.node.keyring.secret(guardian)
    with pytest.raises(NotFoundError), school.node.vaults.read(permit(school.node, _own(person, vault))):
        pass
    facts = school.node.vaults.authorisations(vault)
    assert guardian not in facts.holders
    assert facts.holders[keys_of(person).id].control is Control.OWNER


def test_the_newest_root_is_wrapped_to_the_owner_and_no_longer_to_recovery_alone(school: School) -> None:
    _, person, _ = _first(school)
    facts = school.node.vaults.authorisations(school.vault("aiko"))
    roots = {holder for epoch, holder, grant in facts.wraps if epoch == facts.epoch and grant == "root"}
    assert roots == {keys_of(person).id}


def test_what_is_written_after_the_first_sign_in_opens_to_the_owner_too(school: School) -> None:
    _, person, _ = _first(school)
    vault = school.vault("aiko")
    before = _records(school.node, person, vault)
    school.write("aiko", score_record(school), attendance_record(school))
    assert _records(school.node, person, vault) == before + 2
    lines = len(_log(school.node, person, vault))
    school.read("aiko")
    assert [line.organisation for line in _log(school.node, person, vault)[lines - 1 :]] == [None, school.org, None]


def test_an_invitation_is_good_once(school: School) -> None:
    _, _, code = _first(school)
    with pytest.raises(RefusedError):
        ownership.first_sign_in(school.node, code, "other", PASSWORD, "別の人")


def test_an_invitation_is_good_for_two_weeks(school: School, prefecture: Prefecture) -> None:
    code = ownership.invite_family(school.node, school.vault("aiko"), school.guardian("aiko").id)
    prefecture.clock.advance(days=15)
    with pytest.raises(RefusedError, match="too old"):
        ownership.first_sign_in(school.node, code, "haruka", PASSWORD, "青山はるか")


def test_a_code_is_read_as_people_write_it(school: School) -> None:
    code = ownership.invite_family(school.node, school.vault("aiko"), school.guardian("aiko").id)
    person = ownership.first_sign_in(
        school.node, f" {code.lower().replace('0', 'o').replace('-', ' ')} ", "haruka", PASSWORD, "青山はるか"
    )
    assert person.vaults == {school.vault("aiko"): Role.GUARDIAN}


def test_an_owner_withdraws_and_the_epoch_turns(school: School) -> None:
    _, person, _ = _first(school)
    vault = school.vault("aiko")
    consent = next(iter(school.node.vaults.authorisations(vault).consents))
    epoch = school.node.vaults.authorisations(vault).epoch
    acts.withdraw(school.node, vault, keys_of(person), consent)
    assert school.node.vaults.authorisations(vault).epoch == epoch + 1
    assert _records(school.node, person, vault) > 0


def test_one_account_holds_several_children_under_the_same_keys(school: School) -> None:
    _, person, _ = _first(school)
    school.admit("sora")
    vault = school.vault("sora")
    code = ownership.invite_family(school.node, vault, school.guardian("sora").id)
    more = ownership.add_child(school.node, code, accounts.index_of(school.node, "haruka"), PASSWORD)
    assert set(more.vaults) == {school.vault("aiko"), vault}
    assert keys_of(more).id == keys_of(person).id
    assert _records(school.node, more, vault) > 0
    again, _ = accounts.sign_in(school.node, "Haruka ", PASSWORD)
    assert again.vaults == more.vaults


def test_a_failed_first_sign_in_changes_nothing(school: School) -> None:
    _first(school)
    school.admit("sora")
    vault = school.vault("sora")
    guardian = school.guardian("sora").id
    code = ownership.invite_family(school.node, vault, guardian)
    with pytest.raises(AlreadyExistsError, match="taken"):
        ownership.first_sign_in(school.node, code, "haruka", PASSWORD, "だれか")
    assert school.node.vaults.authorisations(vault).holders[guardian].control is Control.CUSTODIAL
    assert school.node.keyring.keeps(guardian)
    ownership.first_sign_in(school.node, code, "another", PASSWORD, "だれか")


def _move(prefecture: Prefecture) -> None:
    """Move aiko from the junior high school's node to the elementary school's, as two offices do."""
    old, new = prefecture.hikari, prefecture.minato
    transfer = moving.offer(old.node, old.vault("aiko"), new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 5, 12), [LocalId("roster", "aiko")])
    carry(prefecture.nodes)
    moving.send(old.node, transfer)
    carry(prefecture.nodes)
    moving.commit(new.node, transfer)
    carry(prefecture.nodes)


def test_an_owners_keys_go_along_under_a_code_and_open_everything_at_the_next_school(
    school: School, prefecture: Prefecture
) -> None:
    _, person, _ = _first(school)
    code = succession.make_moving_code(school.node, school.vault("aiko"), keys_of(person))
    vault = school.vault("aiko")
    before = _records(school.node, person, vault)
    _move(prefecture)
    there = prefecture.minato.node
    moved = ownership.first_sign_in(there, code, "haruka", PASSWORD, "青山はるか")
    assert keys_of(moved) == keys_of(person)
    with there.vaults.read(permit(there, _own(moved, vault)), keys_of(moved)) as reader:
        assert len(list(reader.records())) >= before
        assert any(line.organisation == school.org for line in reader.access_log())
    with pytest.raises(CodeError):
        ownership.first_sign_in(there, code, "again", PASSWORD, "だれか")


def test_a_moving_code_is_in_neither_database(school: School, prefecture: Prefecture) -> None:
    _, person, _ = _first(school)
    code = succession.make_moving_code(school.node, school.vault("aiko"), keys_of(person))
    _move(prefecture)
    for node in (school.node, prefecture.minato.node):
        stored = b"".join(text for kind in ("moving-key", "arrived-key") for _, text in node.store.all(kind))
        assert code.replace("-", "").encode() not in stored
        assert keys_of(person).to_bytes().hex().encode() not in stored
    assert school.node.store.all("moving-key") == []


def test_who_makes_no_code_is_invited_anew_at_the_next_school_and_the_old_keys_stand_aside(
    school: School, prefecture: Prefecture
) -> None:
    _, person, _ = _first(school)
    _move(prefecture)
    vault, there = school.vault("aiko"), prefecture.minato.node
    with pytest.raises(UsageError):
        ownership.invite_family(there, vault, keys_of(person).id)
    code = ownership.invite_family(there, vault, keys_of(person).id, anew=True)
    prefecture.clock.advance(hours=72)
    again = ownership.first_sign_in(there, code, "haruka", PASSWORD, "青山はるか")
    assert keys_of(again).id != keys_of(person).id
    assert _records(there, again, vault) > 0
    with pytest.raises(RefusedError):
        _records(there, person, vault)


def test_only_an_owner_of_the_vault_makes_a_moving_code(school: School) -> None:
    _, person, _ = _first(school)
    school.admit("sora")
    with pytest.raises(RefusedError):
        succession.make_moving_code(school.node, school.vault("sora"), keys_of(person))
    with pytest.raises(RefusedError):
        succession.make_moving_code(school.node, school.vault("aiko"), new_holder(keys_of(person).id))


def test_one_parent_cannot_become_both(school: School) -> None:
    guardians = [acts.new_custodial(school.node, Role.GUARDIAN)]
    _first(school)
    vault = school.vault("aiko")
    acts.admit_guardians(school.node, vault, school.org, guardians)
    code = ownership.invite_family(school.node, vault, guardians[0].holder.id)
    with pytest.raises(RefusedError, match="another person"):
        ownership.add_child(school.node, code, accounts.index_of(school.node, "haruka"), PASSWORD)
    assert school.node.vaults.authorisations(vault).holders[guardians[0].holder.id].control is Control.CUSTODIAL


def test_the_vault_knows_who_went_by_an_earlier_name(school: School) -> None:
    guardian, person, _ = _first(school)
    facts = school.node.vaults.authorisations(school.vault("aiko"))
    assert facts.present_name(guardian) == keys_of(person).id
    assert facts.present_name(keys_of(person).id) == keys_of(person).id
    assert facts.present_name("somebody else") == "somebody else"
