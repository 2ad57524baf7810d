"""What the child keeps to itself stays with the child: at the door, in the keys, and in what a consent hands on."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from consent.decisions import Request, permit
from consent.lifecycle import acts
from pds.errors import PermitError, RefusedError
from pds.holders import Control, Role, SecretHolder, new_holder
from pds.identifiers import OrgId, VaultId, new_holder_id
from pds.records import Category, Record, validate
from pds.vault import Action, Admitted, Enrolled, Permit, Purpose
from tests.world.prefecture import Prefecture, School, attendance_record, score_record
from tests.world.thieves import stolen


@pytest.fixture
def school(prefecture: Prefecture) -> School:
    return prefecture.minato


@pytest.fixture
def child(school: School) -> SecretHolder:
    """A student whose keys the node keeps, as it keeps those of one guardian."""
    secret = new_holder(new_holder_id())
    school.node.keyring.keep(secret, Control.CUSTODIAL)
    student = Admitted(holder=secret.public, role=Role.STUDENT, control=Control.CUSTODIAL)
    family = [student, acts.new_custodial_guardian(school.node)]
    vault = acts.found(
        school.node, school.org, Enrolled(school=school.org, school_year=2026, on=date(2026, 4, 1)), family
    )
    school.link("aiko", vault)
    return secret


def kind(schema: str, school: School, **fields: Any) -> Record:
    common = attendance_record(school).model_dump(exclude={"status"}, exclude_unset=True)
    return validate(schema, {**common, **fields})


def own(school: School, who: SecretHolder, action: Action, *wanted: Category) -> Permit:
    vault: VaultId = school.vault("aiko")
    request = Request(
        vault=vault,
        actor=who.id,
        organisation=None,
        purpose=Purpose.OWN_USE,
        action=action,
        categories=frozenset(wanted),
    )
    return permit(school.node, request)


def seen(school: School, who: SecretHolder) -> set[Category]:
    with school.node.vaults.read(own(school, who, Action.READ), who) as reader:
        return {stored.category for stored in reader.records()}


def write_day(school: School, child: SecretHolder) -> None:
    """What one day leaves: the child's own, a teacher's note, and what everybody of the family reads."""
    with school.node.vaults.transact(own(school, child, Action.WRITE), child) as writer:
        writer.append(kind("mood_weather/1", school, weather="thunder", comment="けんかをした"))
        writer.append(kind("reflection/1", school, text="分数がわかった"))
    note = kind("daily_note/1", school, author_ref="staff-7", category="life", share_scope="grade", text="席を変えた")
    school.write("aiko", note, score_record(school))


def test_a_child_writes_its_mood_and_reads_it_again_and_its_guardian_does_not(
    school: School, child: SecretHolder
) -> None:
    write_day(school, child)
    assert seen(school, child) == {Category.MOOD_WEATHER, Category.REFLECTION, Category.TEST_RESULT}
    assert seen(school, school.guardian("aiko")) == {Category.TEST_RESULT}
    with pytest.raises(RefusedError):
        own(school, school.guardian("aiko"), Action.READ, Category.MOOD_WEATHER)


def test_a_child_cannot_write_a_mark_nor_a_guardian_a_mood(school: School, child: SecretHolder) -> None:
    with (
        pytest.raises(PermitError),
        school.node.vaults.transact(own(school, child, Action.WRITE), child) as writer,
    ):
        writer.append(score_record(school, "100"))
    with pytest.raises(RefusedError):
        own(school, school.guardian("aiko"), Action.WRITE)


def test_the_keys_a_node_keeps_for_a_guardian_do_not_open_what_guardians_may_not_read(
    school: School, child: SecretHolder, tmp_path: Path
) -> None:
    write_day(school, child)
    later = acts.new_custodial_guardian(school.node)
    acts.admit_guardians(school.node, school.vault("aiko"), school.org, [later])
    write_day(school, child)
    assert len(stolen(school, school.guardian("aiko"), tmp_path)) == 2  # the two scores
    assert len(stolen(school, school.node.keyring.secret(later.holder.id), tmp_path)) == 2
    assert len(stolen(school, child, tmp_path)) == 6


def test_a_consent_that_names_no_kinds_hands_on_neither_moods_nor_notes_in_this_epoch_or_the_next(
    prefecture: Prefecture, school: School, child: SecretHolder, tmp_path: Path
) -> None:
    friend = prefecture.hikari.node.keyring.secret(prefecture.hikari.org)
    write_day(school, child)
    guardian, vault = school.guardian("aiko"), school.vault("aiko")
    acts.give(school.node, vault, guardian, Purpose.TEACHING, recipient=OrgId(friend.id))
    acts.enrol(school.node, vault, Enrolled(school=school.org, school_year=2027, on=date(2027, 4, 1)))
    write_day(school, child)
    assert len(stolen(school, friend, tmp_path)) == 2


def test_a_guardian_cannot_consent_to_what_only_the_child_reads(
    prefecture: Prefecture, school: School, child: SecretHolder
) -> None:
    write_day(school, child)
    guardian, vault = school.guardian("aiko"), school.vault("aiko")
    with pytest.raises(RefusedError):
        acts.give(
            school.node,
            vault,
            guardian,
            Purpose.TEACHING,
            recipient=prefecture.hikari.org,
            categories=[Category.MOOD_WEATHER],
        )
    assert school.node.vaults.authorisations(vault).consents == {}
