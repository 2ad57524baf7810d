"""The two doors of a vault, as a school and a family use them."""

import pytest

from consent.lifecycle import acts
from pds.chain import Chain
from pds.errors import PermitError
from pds.records import Attendance, Category
from pds.vault import Action, Purpose, verify_copy
from tests.world.appending import append_each
from tests.world.forked import race
from tests.world.prefecture import Prefecture, attendance_record, score_record


def test_what_was_written_is_read_back_and_the_family_sees_who_read(prefecture: Prefecture) -> None:
    school = prefecture.minato
    school.admit("aiko", records=[score_record(school)])
    school.write("aiko", attendance_record(school, "absent", absence_reason="illness"))
    [absence] = school.read("aiko", Category.ATTENDANCE)
    assert isinstance(absence, Attendance)
    assert absence.status == "absent"
    with school.node.vaults.read(school.guardian_permit("aiko"), school.guardian("aiko")) as vault:
        first = next(vault.access_log())
        assert len(list(vault.records())) == 3
    assert (first.actor, first.purpose, first.outcome) == (school.org, "teaching", "read")
    assert verify_copy(school.node.vaults.copy(school.vault("aiko")), school.node.card).records == 3


def test_a_consent_comes_and_goes_and_the_vault_stays_whole(prefecture: Prefecture) -> None:
    school, tutor = prefecture.minato, prefecture.hikari
    school.admit("aiko", records=[score_record(school)])
    vault, guardian = school.vault("aiko"), school.guardian("aiko")
    consent = acts.give(school.node, vault, guardian, Purpose.TEACHING, recipient=tutor.org)
    acts.withdraw(school.node, vault, guardian, consent)
    school.write("aiko", score_record(school))
    assert verify_copy(school.node.vaults.copy(vault), school.node.card).records == 3


def test_a_permit_is_for_one_minute(prefecture: Prefecture) -> None:
    school = prefecture.minato
    school.admit("aiko")
    permit = school.permit("aiko", Purpose.TEACHING, Action.READ)
    prefecture.clock.advance(seconds=61)
    with pytest.raises(PermitError), school.node.vaults.read(permit):
        pass


def test_processes_that_write_to_one_vault_at_once_lose_nothing_and_fork_nothing(prefecture: Prefecture) -> None:
    school = prefecture.minato
    school.admit("aiko")
    own = [[f"{process}-{number}" for number in range(5)] for process in range(2)]
    race(append_each, [(school.node.folder, school.org, "aiko", names) for names in own])
    found = [str(record.source_record_id) for record in school.read("aiko", Category.TEST_RESULT)]
    assert sorted(found) == sorted([*own[0], *own[1]])
    assert school.node.vaults.head(school.vault("aiko")).tips[Chain.ACCESS].length == len(found) + 1
    verify_copy(school.node.vaults.copy(school.vault("aiko")), school.node.card)
