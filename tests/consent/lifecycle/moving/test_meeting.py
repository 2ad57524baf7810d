"""Roster and history meet: whichever comes first, one child has one vault, and no other child's history comes in."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from consent.decisions import Refused, Request, decide, permit
from consent.lifecycle import joining, moving
from consent.lifecycle.moving import sending
from pds.errors import RefusedError
from pds.identifiers import VaultId
from pds.intake import IntakeError, LocalId
from pds.people import roster
from pds.records import Record
from pds.transfer import State, Subject, state
from pds.vault import (
    Action,
    Authorisations,
    Charge,
    Entered,
    VaultContinued,
    authorisations,
    verify_copy,
    writer,
)
from pds.vault.one_child import OneChild
from tests.world.carrier import carry
from tests.world.prefecture import SCHEME, Prefecture, School, attendance_record, score_record

DAY = date(2026, 5, 11)
BY = joining.Actor("office")


def offered(prefecture: Prefecture, student: str, new: School | None = None) -> str:
    old, new = prefecture.minato, new or prefecture.hikari
    transfer = moving.offer(old.node, old.vault(student), new.org)
    carry(prefecture.nodes)
    return transfer


def arrived(
    prefecture: Prefecture, student: str, seat: VaultId | None, *numbers: str, new: School | None = None
) -> str:
    """Move a student from Minato until the bundle waits at the new school, which picked a seat."""
    transfer, to = offered(prefecture, student, new), new or prefecture.hikari
    moving.accept(to.node, transfer, DAY, [LocalId(SCHEME, number) for number in numbers], seat=seat)
    carry(prefecture.nodes)
    moving.send(prefecture.minato.node, transfer)
    carry(prefecture.nodes)
    return transfer


def answers_studies(school: School, vault: VaultId) -> bool:
    request = Request.for_study(vault, school.org, Action.CHARGE, ())
    return not isinstance(decide(request, school.node.vaults.authorisations(vault), school.node.clock.now()), Refused)


def kinds(records: list[Record]) -> list[str]:
    return [type(record).__name__ for record in records]


@pytest.mark.parametrize("to", ["hikari", "aoba"])
def test_the_roster_came_first_and_the_history_finds_its_seat(prefecture: Prefecture, to: str) -> None:
    old, new = prefecture.minato, getattr(prefecture, to)
    old.admit("aiko", records=[score_record(old, "63")], agree=["statistics", "transfer"])
    day = attendance_record(new)
    new.admit("aiko", "bunta", records=[day], agree=[], transfer_in_date="2026-05-11", class_code="2")
    history, young = old.vault("aiko"), new.vault("aiko")
    assert moving.commit(new.node, arrived(prefecture, "aiko", young, "aiko", new=new)) == history
    carry(prefecture.nodes)
    assert new.vault("aiko") == history
    assert kinds(new.read("aiko")) == ["EnrollmentInfo", "TestResult", "EnrollmentInfo", "Attendance"]
    assert roster.seats(new.node, new.org).keys() == {history, new.vault("bunta")}
    assert roster.seats(new.node, new.org)[history].class_name == "P6-2"
    assert answers_studies(new, history)
    for vault in (history, young):
        verify_copy(new.node.vaults.copy(vault), new.node.card)
    again = new.admit("aiko", records=[day], agree=[], transfer_in_date="2026-05-11", class_code="2")
    assert (again.students_new, again.records, again.records_corrected) == (0, 0, 0)


def test_a_row_that_came_with_the_seat_is_corrected_and_not_doubled(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    day = attendance_record(new)
    new.admit("aiko", records=[day], agree=[])
    moving.commit(new.node, arrived(prefecture, "aiko", new.vault("aiko")))
    other = day.model_copy(update={"status": "absent"})
    loaded = new.admit("aiko", records=[other], agree=[])
    assert (loaded.records, loaded.records_corrected, loaded.records_known) == (0, 1, 1)


def test_papers_that_were_entered_for_the_seat_are_nothing_new_and_another_one_asks_for_the_family(
    prefecture: Prefecture,
) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    new.admit("aiko", agree=["statistics"])
    history = moving.commit(new.node, arrived(prefecture, "aiko", new.vault("aiko")))
    assert new.admit("aiko", agree=["statistics"]).consents == 1
    with pytest.raises(IntakeError, match="did not come with this child's history"):
        new.admit("aiko", agree=["statistics", "transfer"])
    assert {given.purpose for given in new.node.vaults.authorisations(history).consents.values()} == {"statistics"}


def test_a_newcomer_whose_history_is_elsewhere_answers_no_study_until_it_is_here(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    new.admit("aiko", transfer_in_date="2026-05-11")
    young = new.vault("aiko")
    assert not answers_studies(new, young)
    new.admit("bunta", transfer_in_date="2024-05-11")
    assert answers_studies(new, new.vault("bunta"))
    transfer = arrived(prefecture, "aiko", young)
    moving.refuse(new.node, transfer, "another child")
    assert not answers_studies(new, young)
    joining.expect(new.node, new.org, young, waits=False)
    assert answers_studies(new, young)


def test_a_seat_that_was_picked_is_expected_whatever_its_row_said(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    new.admit("aiko")
    assert answers_studies(new, new.vault("aiko"))
    moving.accept(new.node, offered(prefecture, "aiko"), DAY, seat=new.vault("aiko"))
    assert not answers_studies(new, new.vault("aiko"))
    assert moving.expected(new.node, new.org) == [new.vault("aiko")]


def test_the_history_came_first_and_the_roster_finds_it(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    history = old.vault("aiko")
    moving.commit(new.node, arrived(prefecture, "aiko", None, "aiko"))
    loaded = new.admit("aiko", agree=[], transfer_in_date="2026-05-11", class_code="3")
    assert (loaded.students_new, new.vault("aiko")) == (0, history)
    assert new.node.vaults.all() == [history]
    assert roster.seats(new.node, new.org)[history].class_name == "P6-3"
    assert answers_studies(new, history)


def test_charges_of_the_seat_stand_in_the_history(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    new.admit("aiko")
    young = new.vault("aiko")
    charges = {}
    for school, study in ((old, "one"), (new, "two")):
        wanted = Charge(study=study, cost=5, school_year=2026, answered_by=school.org)
        leave = decide(
            Request.for_study(school.vault("aiko"), school.org, Action.CHARGE, ()),
            school.node.vaults.authorisations(school.vault("aiko")),
            school.node.clock.now(),
        )
        assert not isinstance(leave, Refused)
        with school.node.vaults.transact(leave) as writer:
            writer.charge(wanted, 100)
        charges[study] = wanted
    history = moving.commit(new.node, arrived(prefecture, "aiko", young))
    assert new.node.vaults.ledger(history) == [charges["one"], charges["two"]]
    assert not answers_studies(new, young)


def test_a_number_given_at_an_arrival_is_in_no_row_of_another_child_of_that_year(prefecture: Prefecture) -> None:
    """The roster speaks of April, the newcomer came in May: the number was nobody's in between."""
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    history = moving.commit(new.node, arrived(prefecture, "aiko", None, "aiko"))
    with pytest.raises(IntakeError) as refused:
        new.admit("aiko", agree=[], official_family_name="別", official_given_name="の子", birth_date="2014-09-09")
    assert [(one.code, one.file, one.row) for one in refused.value.problems] == [("conflict", "enrollment.csv", 2)]
    assert new.admit("aiko", agree=[]).students_new == 0
    assert new.vault("aiko") == history


def test_a_number_of_a_classmate_is_not_given_to_the_newcomer(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    new.admit("bunta")
    transfer = offered(prefecture, "aiko")
    with pytest.raises(RefusedError, match="a child of this school has this number"):
        moving.accept(new.node, transfer, DAY, [LocalId(SCHEME, "bunta")])
    assert state.load(new.node, transfer, "receiver").state is State.OFFERED


def test_one_seat_is_kept_for_one_history(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", "bunta")
    new.admit("aiko")
    moving.accept(new.node, offered(prefecture, "aiko"), DAY, seat=new.vault("aiko"))
    second = offered(prefecture, "bunta")
    with pytest.raises(RefusedError, match="kept for another"):
        moving.accept(new.node, second, DAY, seat=new.vault("aiko"))
    with pytest.raises(RefusedError, match="no child of this school"):
        moving.accept(new.node, second, DAY, seat=old.vault("bunta"))


@pytest.mark.parametrize("seat", ["bunta", None])
def test_a_swapped_child_is_not_taken_in_without_a_person_who_saw_it(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch, seat: str | None
) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", "bunta")
    said = Subject(family_name="CANARY姓bunta", given_name="CANARY名bunta", birth_date=date(2014, 6, 17), grade="P6")
    if seat is not None:
        new.admit(seat)
    monkeypatch.setattr(sending, "subject_of", lambda *_: said)  # what a school says that took the wrong child
    transfer = arrived(prefecture, "aiko", None if seat is None else new.vault(seat))
    (found,) = moving.differences(new.node, transfer)
    assert (found.where, found.said.family_name, found.found.family_name) == (
        "records",
        said.family_name,
        "CANARY姓aiko",
    )
    with pytest.raises(RefusedError, match="name another child"):
        moving.commit(new.node, transfer, BY)
    assert state.load(new.node, transfer, "receiver").state is State.QUARANTINED
    moving.commit(new.node, transfer, BY, despite=True)


@pytest.mark.parametrize(
    ("fields", "differing"),
    [
        ({}, ["seat"]),
        ({"official_family_name": "CANARY姓aiko", "official_given_name": "ＣＡＮＡＲＹ名 aiko"}, []),
        ({"official_family_name": "CANARY姓aiko", "official_given_name": "CANARY名aiko", "birth_date": None}, []),
        (
            {"official_family_name": "CANARY姓aiko", "official_given_name": "CANARY名aiko", "birth_date": "2014-07-16"},
            ["seat"],
        ),
        ({"official_family_name": None, "official_given_name": None}, ["seat"]),
    ],
)
def test_a_seat_of_another_child_is_not_joined_without_a_person_who_saw_it(
    prefecture: Prefecture, fields: dict[str, Any], differing: list[str]
) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    new.admit("bunta", **fields)
    transfer = arrived(prefecture, "aiko", new.vault("bunta"))
    assert [found.where for found in moving.differences(new.node, transfer)] == differing
    if differing:
        with pytest.raises(RefusedError):
            moving.commit(new.node, transfer, BY)
        assert new.node.vaults.authorisations(new.vault("bunta")).one_child.continued_in is None
    else:
        moving.commit(new.node, transfer, BY)


def test_a_bundle_about_another_than_was_offered_is_refused(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    transfer = offered(prefecture, "aiko")
    moving.accept(new.node, transfer, DAY)
    carry(prefecture.nodes)
    monkeypatch.setattr(sending, "subject_of", lambda *_: Subject(family_name="another", given_name="child"))
    moving.send(old.node, transfer)
    carry(prefecture.nodes)
    assert "another child" in str(state.load(new.node, transfer, "receiver").reason)
    assert state.load(old.node, transfer, "sender").state is State.REFUSED


def test_what_arrives_is_opened_once_and_the_family_sees_it(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    transfer = arrived(prefecture, "aiko", None, "aiko")
    for _ in range(2):
        moving.differences(new.node, transfer)
    moving.commit(new.node, transfer, BY, despite=True)
    with new.node.vaults.read(new.guardian_permit("aiko"), new.guardian("aiko")) as reader:
        lines = [line for line in reader.access_log() if line.organisation == new.org]
    assert [line.purpose for line in lines] == ["transfer"]
    assert "enrollment_info" in lines[0].categories


def test_a_history_that_says_it_goes_on_elsewhere_is_refused(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    new.admit("victim")
    transfer = offered(prefecture, "aiko")
    moving.accept(new.node, transfer, DAY, [LocalId(SCHEME, "aiko")])
    carry(prefecture.nodes)
    obedient = authorisations.apply

    def lie(state: Authorisations, item: Entered) -> Authorisations:  # what a harmful school's software does
        return replace(obedient(state, item), one_child=OneChild())

    monkeypatch.setattr(writer, "apply", lie)
    leave = permit(old.node, Request.in_transfer(old.vault("aiko"), old.org, Action.AUTHORISE))
    with old.node.vaults.transact(leave) as hand:
        hand.enter(VaultContinued(into=new.vault("victim"), by=()))
    moving.send(old.node, transfer)
    monkeypatch.undo()
    carry(prefecture.nodes)
    assert state.load(new.node, transfer, "receiver").state is State.REFUSED
    assert new.node.vaults.find(new.org, SCHEME, "aiko") is None
    assert new.node.vaults.all() == [new.vault("victim")]
