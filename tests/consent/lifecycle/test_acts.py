"""Acts of a family: who may perform one, what it ends, and what it must never hand out."""

from datetime import timedelta
from pathlib import Path

import pytest

from consent.lifecycle import acts
from pds.errors import PermitError, RefusedError, UsageError
from pds.holders import SecretHolder, new_holder
from pds.identifiers import OrgId, new_holder_id
from pds.vault import Action, Purpose
from tests.world.prefecture import Prefecture, School, score_record
from tests.world.thieves import stolen


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


@pytest.mark.parametrize("purpose", [Purpose.STATISTICS, Purpose.TRANSFER])
def test_every_withdrawal_takes_effect_on_the_next_request_and_turns_the_epoch(
    school: School, purpose: Purpose
) -> None:
    vault, guardian = school.vault("aiko"), school.guardian("aiko")
    consent = acts.give(school.node, vault, guardian, purpose)
    held = school.permit("aiko", Purpose.TEACHING, Action.READ)
    epoch = school.node.vaults.authorisations(vault).epoch
    acts.withdraw(school.node, vault, guardian, consent)
    assert school.node.vaults.authorisations(vault).epoch == epoch + 1
    with pytest.raises(PermitError), school.node.vaults.read(held):
        pytest.fail("a permit from before the withdrawal opened the vault")
    if purpose is Purpose.STATISTICS:
        with pytest.raises(RefusedError):
            school.permit("aiko", purpose, Action.CHARGE)


def test_saying_no_ends_what_stood_and_counts_until_asked_anew(school: School) -> None:
    vault, guardian = school.vault("aiko"), school.guardian("aiko")
    acts.give(school.node, vault, guardian, Purpose.STATISTICS)
    acts.refuse(school.node, vault, guardian, Purpose.STATISTICS)
    with pytest.raises(RefusedError):
        school.permit("aiko", Purpose.STATISTICS, Action.READ)
    assert school.node.vaults.authorisations(vault).objectors(Purpose.STATISTICS) == {guardian.id}
    acts.give(school.node, vault, guardian, Purpose.STATISTICS)
    assert school.node.vaults.authorisations(vault).objectors(Purpose.STATISTICS) == set()


def other_families(school: School) -> list[SecretHolder]:
    school.admit("bunta", agree=())
    own = school.guardian("aiko").id
    impostor = SecretHolder(own, new_holder("x").hpke_private, new_holder("x").signing_private)
    return [school.guardian("bunta"), school.node.keyring.secret(school.org), new_holder(new_holder_id()), impostor]


def test_nobody_but_ones_own_family_gives_withdraws_or_refuses(school: School) -> None:
    vault = school.vault("aiko")
    consent = acts.give(school.node, vault, school.guardian("aiko"), Purpose.STATISTICS)
    for other in other_families(school):
        revision = school.node.vaults.authorisations(vault).revision
        with pytest.raises(RefusedError):
            acts.give(school.node, vault, other, Purpose.TRANSFER)
        with pytest.raises(RefusedError):
            acts.withdraw(school.node, vault, other, consent)
        with pytest.raises(RefusedError):
            acts.refuse(school.node, vault, other, Purpose.STATISTICS)
        assert school.node.vaults.authorisations(vault).revision == revision


def test_a_consent_that_is_over_before_it_begins_hands_out_no_key(
    school: School, friend: SecretHolder, tmp_path: Path
) -> None:
    with pytest.raises(UsageError):
        let_in(school, friend, valid_until=school.node.today() - timedelta(days=1))
    assert stolen(school, friend, tmp_path) == set()


@pytest.mark.parametrize("purpose", [Purpose.HEALTH, Purpose.OWN_USE, Purpose.THIRD_PARTY])
def test_a_purpose_without_a_notice_cannot_be_consented_to(school: School, purpose: Purpose) -> None:
    with pytest.raises(UsageError):
        acts.give(school.node, school.vault("aiko"), school.guardian("aiko"), purpose)
