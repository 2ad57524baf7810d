"""Two vaults of one child become one by two people, and part again: nothing lost, nothing counted twice."""

from dataclasses import replace
from datetime import date

import pytest

from consent.decisions import Refused, Request, ask, permit
from consent.lifecycle import acts, joining, load, moving, ownership, pairing
from consent.lifecycle.joining import Actor
from pds.errors import NotFoundError, RefusedError, UsageError
from pds.holders import Control, Role
from pds.identifiers import VaultId
from pds.people import accounts, roster
from pds.records import Attendance, Record
from pds.vault import Action, Charge, Enrolled, Member, Purpose, verify_copy
from tests.world.carrier import carry
from tests.world.prefecture import Prefecture, School, attendance_record, score_record

OFFICE = Actor("nagaoka", Member("nagaoka", "事務 長岡", "school_office"))
HEAD = Actor("mori", Member("mori", "校長 森", "principal"))


def join(school: School, young: VaultId, old: VaultId) -> None:
    pairing.propose(school.node, school.org, young, old, OFFICE)
    pairing.confirm(school.node, school.org, young, HEAD)


def part(school: School, young: VaultId) -> int:
    pairing.propose_parting(school.node, school.org, young, OFFICE)
    return pairing.confirm(school.node, school.org, young, HEAD)


def twice(prefecture: Prefecture) -> tuple[VaultId, VaultId]:
    """A child with two vaults, as a change of numbers makes one: 古 is the older, 新 the younger."""
    school = prefecture.minato
    school.admit("古", records=[score_record(school, "63")], class_code="1")
    prefecture.clock.advance(seconds=1)
    school.admit("新", records=[attendance_record(school)], class_code="2", official_given_name="CANARY名古")
    return school.vault("古"), school.vault("新")


def joined(prefecture: Prefecture) -> tuple[VaultId, VaultId]:
    old, young = twice(prefecture)
    join(prefecture.minato, young, old)
    return old, young


def charge(school: School, vault: VaultId, study: str) -> Charge:
    wanted = Charge(study=study, cost=5, school_year=2026, answered_by=school.org)
    leave = permit(school.node, Request.for_study(vault, school.org, Action.CHARGE, ()))
    with school.node.vaults.transact(leave) as writer:
        writer.charge(wanted, 100)
    return wanted


def read(school: School, vault: VaultId) -> list[Record]:
    with school.node.vaults.read(permit(school.node, Request.of_school(vault, school.org, Action.READ))) as reader:
        return [stored.record for stored in reader.in_effect()]


def kinds(records: list[Record]) -> list[str]:
    return [type(record).__name__ for record in records]


def test_two_vaults_of_one_child_become_one_by_two_people(prefecture: Prefecture) -> None:
    school = prefecture.minato
    old, young = twice(prefecture)
    charges = [
        charge(school, vault, study) for vault, study in ((old, "one"), (old, "both"), (young, "both"), (young, "two"))
    ]
    assert pairing.propose(school.node, school.org, old, young, OFFICE).young == young
    assert school.vault("新") == young
    pairing.confirm(school.node, school.org, young, HEAD)
    assert school.vault("新") == school.vault("古") == old
    assert kinds(read(school, old)) == ["EnrollmentInfo", "TestResult", "EnrollmentInfo", "Attendance"]
    assert school.node.vaults.ledger(old) == [charges[0], charges[1], charges[3]]
    assert roster.seats(school.node, school.org)[old].class_code == "2"
    assert young not in roster.seats(school.node, school.org)
    for vault in (old, young):
        verify_copy(school.node.vaults.copy(vault), school.node.card)
    closed = Request.of_school(young, school.org, Action.READ)
    assert isinstance(ask(school.node, closed), Refused)
    assert isinstance(ask(school.node, Request.for_study(young, school.org, Action.CHARGE, ())), Refused)
    assert not isinstance(ask(school.node, Request.for_study(old, school.org, Action.CHARGE, ())), Refused)


@pytest.mark.parametrize("second", [OFFICE, Actor("nagaoka"), Actor("mori", Member("m", "事務 森", "school_office"))])
def test_nobody_joins_two_vaults_alone_and_an_office_does_not_confirm(prefecture: Prefecture, second: Actor) -> None:
    school = prefecture.minato
    _, young = twice(prefecture)
    with pytest.raises(NotFoundError):
        pairing.confirm(school.node, school.org, young, HEAD)
    pairing.propose(school.node, school.org, young, school.vault("古"), OFFICE)
    with pytest.raises(RefusedError):
        pairing.confirm(school.node, school.org, young, second)
    assert school.vault("新") == young
    teacher = Actor("t", Member("t", "先生", "homeroom_teacher"))
    with pytest.raises(RefusedError):
        pairing.propose(school.node, school.org, young, school.vault("古"), teacher)


def test_what_was_joined_by_mistake_is_parted_by_two_people_and_both_children_have_their_own(
    prefecture: Prefecture,
) -> None:
    school = prefecture.minato
    old, young = joined(prefecture)
    school.write("古", attendance_record(school, "absent"))
    pairing.propose_parting(school.node, school.org, young, OFFICE)
    with pytest.raises(RefusedError, match="second person"):
        pairing.confirm(school.node, school.org, young, OFFICE)
    assert pairing.confirm(school.node, school.org, young, HEAD) == 1
    assert (school.vault("古"), school.vault("新")) == (old, young)
    assert kinds(read(school, old)) == ["EnrollmentInfo", "TestResult", "Attendance"]
    assert kinds(read(school, young)) == ["EnrollmentInfo", "Attendance"]
    seats = roster.seats(school.node, school.org)
    assert (seats[old].class_code, seats[young].class_code) == ("1", "2")
    school.write("新", score_record(school))
    for vault in (old, young):
        verify_copy(school.node.vaults.copy(vault), school.node.card)
    assert not isinstance(ask(school.node, Request.for_study(young, school.org, Action.CHARGE, ())), Refused)


def test_what_was_parted_does_not_open_at_the_next_school_either(prefecture: Prefecture) -> None:
    school, new = prefecture.minato, prefecture.hikari
    old, young = joined(prefecture)
    part(school, young)
    transfer = moving.offer(school.node, old, new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 5, 11))
    carry(prefecture.nodes)
    moving.send(school.node, transfer)
    carry(prefecture.nodes)
    arrival = moving.arrival(new.node, transfer)
    moving.commit(new.node, transfer)
    assert len(read(new, old)) == sum(arrival.kinds.values()) == 1


def test_what_was_parted_is_joined_again_and_nothing_is_doubled(prefecture: Prefecture) -> None:
    school = prefecture.minato
    old, young = joined(prefecture)
    part(school, young)
    school.write("新", score_record(school))
    join(school, young, old)
    assert kinds(read(school, old)) == ["EnrollmentInfo", "TestResult", "EnrollmentInfo", "Attendance", "TestResult"]


def test_a_row_of_either_vault_is_known_again_after_they_were_joined(prefecture: Prefecture) -> None:
    school = prefecture.minato
    day = attendance_record(school)
    school.admit("古")
    school.admit("新", records=[day])
    join(school, school.vault("新"), school.vault("古"))
    again = school.admit("新", records=[day])
    assert (again.students_new, again.records, again.records_corrected, again.consents) == (0, 0, 0, 1)
    assert isinstance(day, Attendance)
    corrected = school.admit("新", records=[day.model_copy(update={"status": "absent"})], agree=[])
    assert (corrected.records, corrected.records_corrected) == (0, 1)
    assert school.vault("新") == school.vault("古")
    found = read(school, school.vault("古"))
    assert [record.status for record in found if isinstance(record, Attendance)] == ["absent"]


def test_a_no_that_was_said_in_the_younger_vault_ends_the_yes_of_the_older(prefecture: Prefecture) -> None:
    school = prefecture.minato
    old, young = twice(prefecture)
    acts.refuse(school.node, young, school.guardian("新"), Purpose.STATISTICS)
    join(school, young, old)
    assert isinstance(ask(school.node, Request.for_study(old, school.org, Action.CHARGE, ())), Refused)


def test_the_closed_vault_is_nobodys_until_the_two_are_parted(prefecture: Prefecture) -> None:
    school = prefecture.minato
    _, young = twice(prefecture)
    guardian = school.guardian("新")
    join(school, young, school.vault("古"))
    with pytest.raises(RefusedError, match="goes on in another vault"):
        permit(school.node, Request.own(young, guardian.id, Action.READ))
    with pytest.raises(RefusedError, match="goes on in another vault"):
        acts.refuse(school.node, young, guardian, Purpose.STATISTICS)
    part(school, young)
    own = permit(school.node, Request.own(young, guardian.id, Action.READ))
    with school.node.vaults.read(own, guardian) as reader:
        assert len(list(reader.records())) == 2
        assert {line.purpose for line in reader.access_log()} == {"teaching", "own_use"}


def test_guardians_come_along_where_there_is_none_and_leave_when_the_two_are_parted(prefecture: Prefecture) -> None:
    school = prefecture.minato
    student = acts.new_custodial(school.node, Role.STUDENT)
    old = acts.found(
        school.node, school.org, Enrolled(school=school.org, school_year=2026, on=date(2026, 4, 1)), [student]
    )
    school.link("古", old)
    school.write("古", score_record(school))
    prefecture.clock.advance(seconds=1)
    school.admit("新")
    young, guardian = school.vault("新"), school.guardian("新")
    join(school, young, old)
    own = permit(school.node, Request.own(old, guardian.id, Action.READ))
    with school.node.vaults.read(own, guardian) as reader:
        assert len(list(reader.records())) == 2
    school.write("古", score_record(school))
    part(school, young)
    with pytest.raises(RefusedError, match="another family"):
        permit(school.node, Request.own(old, guardian.id, Action.READ))
    facts = school.node.vaults.authorisations(old)
    assert (facts.epoch, guardian.id, "custody") not in facts.wraps
    assert all(admitted.control is not Control.OWNER for admitted in facts.holders.values())


def test_what_cannot_be_joined_is_said_before_anything_is_written(prefecture: Prefecture) -> None:
    school, neighbour = prefecture.minato, prefecture.aoba
    old, young = joined(prefecture)
    school.admit("other")
    neighbour.admit("elsewhere")
    heads = {vault: school.node.store.head(vault) for vault in school.node.vaults.all()}
    for other in (old, young, neighbour.vault("elsewhere")):
        with pytest.raises(RefusedError):
            pairing.propose(school.node, school.org, school.vault("other") if other == young else old, other, OFFICE)
    with pytest.raises(UsageError, match="not joined"):
        pairing.propose_parting(school.node, school.org, old, OFFICE)
    moving.offer(school.node, school.vault("other"), neighbour.org)
    with pytest.raises(RefusedError, match="settle the move first"):
        joining.join(school.node, school.org, school.vault("other"), old, ())
    del heads[school.vault("other")]
    assert heads == {vault: school.node.store.head(vault) for vault in heads}


def test_a_guardian_who_signed_in_to_the_wrong_childs_history_gets_back_to_their_own(prefecture: Prefecture) -> None:
    """The node forgot the keys it had kept when they signed in; the vault that is open again knew no others."""
    school, password = prefecture.minato, "two otters under a bridge"
    load(school.node, school.org, replace(school.batch("古", agree=()), guardians=()))
    prefecture.clock.advance(seconds=1)
    school.admit("新", records=[attendance_record(school)], official_given_name="CANARY名古")
    old, young, guardian = school.vault("古"), school.vault("新"), school.guardian("新")
    join(school, young, old)
    code = ownership.invite_family(school.node, old, guardian.id)
    person = ownership.first_sign_in(school.node, code, "aoyama", password, "青山")
    part(school, young)
    assert len(acts.guardians_of(school.node, young)) == 1
    kept = school.guardian("新")
    own = permit(school.node, Request.own(young, kept.id, Action.READ))
    with school.node.vaults.read(own, kept) as reader:
        assert kinds([stored.record for stored in reader.in_effect()]) == ["EnrollmentInfo", "Attendance"]
    invited = ownership.invite_family(school.node, young, kept.id)
    index = accounts.index_of(school.node, "aoyama")
    assert ownership.add_child(school.node, invited, index, password).vaults[young] is Role.GUARDIAN
    assert person.holder is not None
    assert person.holder.id not in school.node.vaults.authorisations(old).holders
    verify_copy(school.node.vaults.copy(young), school.node.card)
