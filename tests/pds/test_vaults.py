from consent import acts
from pds.errors import PermitError
from pds.permit import Action, Purpose
from pds.records import Category
from pds.verification import verify_copy
from tests.world.prefecture import Prefecture, attendance_record, score_record
import pytest


def test_what_was_written_is_read_back_and_the_family_sees_who_read(prefecture: Prefecture) -> None:
    school = prefecture.minato
    school.admit("aiko", records=[score_record(school)])
    school.write("aiko", attendance_record(school, "absent", absence_reason="illness"))
    assert [r.status for r in school.read("aiko", Category.ATTENDANCE)] == ["absent"]
    with school.node.vaults.read(school.guardian_permit("aiko"), school.guardian("aiko")) as vault:
        log = list(vault.access_log())
        assert len(list(vault.records())) == 3
    assert [(line.actor, line.purpose, line.outcome) for line in log][0] == (school.org, "teaching", "read")
    verified = verify_copy(school.node.vaults.copy(school.vault("aiko")), school.node.card)
    assert verified.records == 3


def test_teaching_consent_and_withdrawal(prefecture: Prefecture) -> None:
    school = prefecture.minato
    school.admit("aiko", records=[score_record(school)])
    consent = acts.give(
        school.node, school.vault("aiko"), school.guardian("aiko"), Purpose.TEACHING, recipient=prefecture.hikari.org
    )
    acts.withdraw(school.node, school.vault("aiko"), school.guardian("aiko"), consent)
    school.write("aiko", score_record(school))
    verify_copy(school.node.vaults.copy(school.vault("aiko")), school.node.card)
    permit = school.permit("aiko", Purpose.TEACHING, Action.READ)
    prefecture.clock.advance(seconds=61)
    with pytest.raises(PermitError), school.node.vaults.read(permit):
        pass
