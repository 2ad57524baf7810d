"""Signing in for the first time: an owner is made, the node's copy is gone, and nothing that was open is lost."""

import pytest

from consent import acts, ownership
from consent.admission import permit
from consent.decision import Request
from pds import accounts
from pds.errors import AlreadyExistsError, NotFoundError, RefusedError
from pds.holders import Control, Role
from pds.identifiers import VaultId
from pds.node import Node
from pds.permit import Action, Purpose
from tests.world import Prefecture, School

PASSWORD = "tsuki to hoshi"


def _own(person: accounts.Person, vault: VaultId) -> Request:
    assert person.holder is not None
    return Request(vault=vault, actor=person.holder.id, organisation=None, purpose=Purpose.OWN_USE, action=Action.READ)


def _records(node: Node, person: accounts.Person, vault: VaultId) -> int:
    with node.vaults.read(permit(node, _own(person, vault)), person.holder) as reader:
        return len(list(reader.records()))


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
    with school.node.vaults.read(permit(school.node, _own(person, vault)), person.holder) as reader:
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
    assert facts.holders[person.holder.id].control is Control.OWNER


def test_the_newest_root_is_wrapped_to_the_owner_and_no_longer_to_recovery_alone(school: School) -> None:
    _, person, _ = _first(school)
    facts = school.node.vaults.authorisations(school.vault("aiko"))
    roots = {holder for epoch, holder, grant in facts.wraps if epoch == facts.epoch and grant == "root"}
    assert roots == {person.holder.id}


def test_what_is_written_after_the_first_sign_in_opens_to_the_owner_too(school: School) -> None:
    _, person, _ = _first(school)
    vault = school.vault("aiko")
    count = _records(school.node, person, vault)
    school.admit("aiko", records=[])
    assert _records(school.node, person, vault) >= count


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
    acts.withdraw(school.node, vault, person.holder, consent)
    assert school.node.vaults.authorisations(vault).epoch == epoch + 1
    assert _records(school.node, person, vault) > 0


def test_one_account_holds_several_children_under_the_same_keys(school: School) -> None:
    _, person, _ = _first(school)
    school.admit("sora")
    vault = school.vault("sora")
    code = ownership.invite_family(school.node, vault, school.guardian("sora").id)
    more = ownership.add_child(school.node, code, "haruka", PASSWORD)
    assert set(more.vaults) == {school.vault("aiko"), vault}
    assert more.holder.id == person.holder.id
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
