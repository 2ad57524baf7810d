"""Who may do what: every combination that nobody wrote down is refused."""

import copy
import itertools
import pickle
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.decisions import ALL, Position, Refused, Request, decide, in_force, readable
from consent.decisions.matrix import writable
from pds.holders import Control, PublicHolder, Role
from pds.identifiers import OrgId, VaultId
from pds.records import CATEGORIES, Category
from pds.vault import LIFETIME, Action, Admitted, Authorisations, ConsentGiven, Enrolled, Permit, Purpose
from pds.vault.authorisations import PendingMove
from pds.vault.one_child import OneChild

NOW = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)
VAULT = VaultId("3f0c6c3e-0000-4000-8000-000000000001")
HOME, NEXT, FRIEND, OTHER = OrgId("home"), OrgId("next"), OrgId("friend"), OrgId("other")
PURPOSES, ACTIONS = tuple(Purpose), tuple(Action)

# Everybody there is: identifier, organisation on whose behalf
ACTORS: dict[str, tuple[str, OrgId | None]] = {
    "student": ("student", None),
    "guardian": ("guardian", None),
    "home school": (HOME, HOME),
    "school with a teaching consent": (FRIEND, FRIEND),
    "school the vault may move to": (NEXT, NEXT),
    "another school": (OTHER, OTHER),
    "recovery holder": ("recovery", None),
    "another family's guardian": ("someone", None),
    "guardian who says to act for the school": ("guardian", HOME),
    "stranger who says to act for the school": ("someone", HOME),
    "home school without saying so": (HOME, None),
    "nobody": ("", None),
}
FAMILY = {(Purpose.OWN_USE, Action.READ), (Purpose.OWN_USE, Action.AUTHORISE)}
# Documented in design section 4; everything else is a refusal.
ALLOWED: dict[str, set[tuple[Purpose, Action]]] = {
    "student": FAMILY | {(Purpose.OWN_USE, Action.WRITE)},
    "guardian": FAMILY,
    "home school": {
        (Purpose.TEACHING, Action.READ),
        (Purpose.TEACHING, Action.WRITE),
        (Purpose.TEACHING, Action.AUTHORISE),
        (Purpose.STATISTICS, Action.READ),
        (Purpose.STATISTICS, Action.CHARGE),
        (Purpose.TRANSFER, Action.READ),
        (Purpose.TRANSFER, Action.AUTHORISE),
    },
    "school with a teaching consent": {(Purpose.TEACHING, Action.READ)},
}


def card(name: str) -> PublicHolder:
    return PublicHolder(id=name, hpke="", signing="")


def admitted(name: str, role: Role, control: Control) -> Admitted:
    return Admitted(holder=card(name), role=role, control=control)


def given_for(purpose: Purpose, recipient: str | None = None, **fields: Any) -> ConsentGiven:
    values: dict[str, Any] = {
        "consent": f"{purpose}-{recipient}",
        "purpose": purpose.value,
        "recipient": recipient,
        "categories": (),
        "valid_from": date(2026, 4, 1),
        "valid_until": None,
        "record": {},
    }
    return ConsentGiven(**{**values, **fields})


def facts(*consents: ConsentGiven, **fields: Any) -> Authorisations:
    holders = {
        "student": admitted("student", Role.STUDENT, Control.CUSTODIAL),
        "guardian": admitted("guardian", Role.GUARDIAN, Control.OWNER),
        "recovery": admitted("recovery", Role.RECOVERY, Control.RECOVERY),
        FRIEND: admitted(FRIEND, Role.ORGANISATION, Control.ORGANISATION),
    }
    enrolled = Enrolled(school=HOME, school_year=2026, on=date(2026, 4, 1))
    base = Authorisations(VAULT, 9, card(HOME), 1, 1, b"", holders, ((1, enrolled),))
    return replace(base, consents={given.consent: given for given in consents}, **fields)


FULL = facts(given_for(Purpose.STATISTICS), given_for(Purpose.TRANSFER, NEXT), given_for(Purpose.TEACHING, FRIEND))


def ask(who: str, purpose: Purpose, action: Action, state: Authorisations = FULL, **more: Any) -> Permit | Refused:
    actor, organisation = ACTORS[who]
    request = Request(
        vault=VAULT, actor=actor, organisation=organisation, purpose=purpose, action=action, towards=NEXT, **more
    )
    return decide(request, state, NOW)


@pytest.mark.parametrize("who", ACTORS)
def test_everything_that_is_not_written_down_is_refused(who: str) -> None:
    found = {
        (purpose, action)
        for purpose, action in itertools.product(PURPOSES, ACTIONS)
        if isinstance(ask(who, purpose, action), Permit)
    }
    assert found == ALLOWED.get(who, set())


@pytest.mark.parametrize("who", ACTORS)
def test_without_consents_only_family_and_duties_remain(who: str) -> None:
    found = {
        (purpose, action)
        for purpose, action in itertools.product(PURPOSES, ACTIONS)
        if isinstance(ask(who, purpose, action, facts()), Permit)
    }
    wanted = {pair for pair in ALLOWED.get(who, set()) if pair[0] is not Purpose.STATISTICS}
    assert found == (set() if who == "school with a teaching consent" else wanted)


@pytest.mark.parametrize("who", ACTORS)
def test_while_a_vault_is_on_its_way_no_study_is_answered_and_only_who_receives_it_looks_for_the_move(who: str) -> None:
    move = PendingMove("t", NEXT, frozenset({"enrollment_info"}), frozenset({"test_result"}))
    state = replace(FULL, move=move)
    assert isinstance(ask(who, Purpose.STATISTICS, Action.CHARGE, state), Refused)
    look = ask(who, Purpose.TRANSFER, Action.READ, state)
    if who != "school the vault may move to":
        assert isinstance(look, Refused)
    else:
        assert isinstance(look, Permit)
        assert look.categories == {Category.ENROLLMENT_INFO, Category.TEST_RESULT}


@pytest.mark.parametrize("who", ACTORS)
def test_a_vault_that_goes_on_in_another_is_parted_by_its_school_and_nothing_else(who: str) -> None:
    state = replace(FULL, one_child=OneChild(continued_in=VaultId("6b0c6c3e-0000-4000-8000-000000000002")))
    found = {
        (purpose, action)
        for purpose, action in itertools.product(PURPOSES, ACTIONS)
        if isinstance(ask(who, purpose, action, state), Permit)
    }
    assert found == ALLOWED.get(who, set()) & {(Purpose.TRANSFER, Action.AUTHORISE)}


@pytest.mark.parametrize("who", ACTORS)
def test_a_child_whose_history_is_expected_answers_no_study(who: str) -> None:
    for action in ACTIONS:
        assert isinstance(
            ask(who, Purpose.STATISTICS, action, replace(FULL, one_child=OneChild(expected=True))), Refused
        )


def test_nothing_is_allowed_in_a_vault_that_has_no_home_yet() -> None:
    empty = Authorisations(VAULT, 0, None, 0, 0, b"")
    for who, purpose, action in itertools.product(ACTORS, PURPOSES, ACTIONS):
        assert isinstance(ask(who, purpose, action, empty), Refused)


def test_facts_of_another_vault_allow_nothing() -> None:
    for who, purpose, action in itertools.product(ACTORS, PURPOSES, ACTIONS):
        assert isinstance(ask(who, purpose, action, replace(FULL, vault=VaultId("another"))), Refused)


def test_a_permit_says_exactly_what_was_asked_and_no_more() -> None:
    permit = ask("home school", Purpose.STATISTICS, Action.READ)
    assert isinstance(permit, Permit)
    assert (permit.vault, permit.actor, permit.organisation) == (VAULT, HOME, HOME)
    assert (permit.purpose, permit.action, permit.revision) == (Purpose.STATISTICS, Action.READ, 9)
    assert (permit.basis, permit.reference, permit.expires_at) == ("consent", "statistics-None", NOW + LIFETIME)


def test_the_bases_of_duty_and_right_are_named() -> None:
    for who, purpose, word in (
        ("home school", Purpose.TEACHING, "duty: "),
        ("home school", Purpose.TRANSFER, "duty: "),
        ("guardian", Purpose.OWN_USE, "right: "),
    ):
        permit = ask(who, purpose, Action.READ)
        assert isinstance(permit, Permit)
        assert permit.basis.startswith(word)


FAMILY_READS = readable(Position.STUDENT) | readable(Position.GUARDIAN)
categories = st.frozensets(st.sampled_from(CATEGORIES))


@pytest.mark.parametrize(("who", "position"), [("student", Position.STUDENT), ("guardian", Position.GUARDIAN)])
def test_of_their_own_history_students_and_guardians_open_what_is_theirs_to_read(who: str, position: Position) -> None:
    whole = ask(who, Purpose.OWN_USE, Action.READ)
    assert isinstance(whole, Permit)
    assert whole.categories == readable(position) != ALL
    for category in CATEGORIES:
        one = ask(who, Purpose.OWN_USE, Action.READ, categories=frozenset({category}))
        assert isinstance(one, Permit) == (category in readable(position))


def test_a_student_writes_moods_and_reflections_and_nobody_else_of_the_family_writes_anything() -> None:
    permit = ask("student", Purpose.OWN_USE, Action.WRITE)
    assert isinstance(permit, Permit)
    assert permit.categories == writable(Position.STUDENT) == {Category.MOOD_WEATHER, Category.REFLECTION}
    for category in CATEGORIES:
        wanted = frozenset({category})
        allowed = ask("student", Purpose.OWN_USE, Action.WRITE, categories=wanted)
        assert isinstance(allowed, Permit) == (category in writable(Position.STUDENT))
        assert isinstance(ask("guardian", Purpose.OWN_USE, Action.WRITE, categories=wanted), Refused)


def test_a_consent_that_names_no_kinds_hands_on_nothing_that_a_guardian_may_not_read() -> None:
    verdict = ask("school with a teaching consent", Purpose.TEACHING, Action.READ)
    assert isinstance(verdict, Permit)
    assert verdict.categories == readable(Position.GUARDIAN)


@given(asked=categories, agreed=categories)
def test_a_consent_opens_the_kinds_it_names_and_never_more(
    asked: frozenset[Category], agreed: frozenset[Category]
) -> None:
    state = facts(given_for(Purpose.TEACHING, FRIEND, categories=tuple(sorted(agreed))))
    verdict = ask("school with a teaching consent", Purpose.TEACHING, Action.READ, state, categories=asked)
    limit = agreed & FAMILY_READS if agreed else readable(Position.GUARDIAN)
    if isinstance(verdict, Permit):
        assert verdict.categories == (asked or limit)
        assert verdict.categories <= limit
    else:
        assert asked - limit


@given(start=st.integers(-3, 3), length=st.one_of(st.none(), st.integers(0, 5)), hour=st.integers(0, 23))
def test_a_consent_holds_from_its_first_to_its_last_day_in_japan(start: int, length: int | None, hour: int) -> None:
    today = date(2026, 5, 11)
    first = today + timedelta(days=start)
    last = None if length is None else first + timedelta(days=length)
    state = facts(given_for(Purpose.STATISTICS, valid_from=first, valid_until=last))
    actor, organisation = ACTORS["home school"]
    request = Request(
        vault=VAULT, actor=actor, organisation=organisation, purpose=Purpose.STATISTICS, action=Action.CHARGE
    )
    midnight_in_japan = datetime(2026, 5, 10, 15, 0, tzinfo=UTC)
    verdict = decide(request, state, midnight_in_japan + timedelta(hours=hour, minutes=59))
    assert isinstance(verdict, Permit) == (first <= today and (last is None or today <= last))


def test_a_teaching_consent_for_one_school_is_of_no_use_to_another_nor_for_writing() -> None:
    state = facts(given_for(Purpose.TEACHING, FRIEND))
    assert isinstance(ask("another school", Purpose.TEACHING, Action.READ, state), Refused)
    assert isinstance(ask("school with a teaching consent", Purpose.TEACHING, Action.WRITE, state), Refused)
    assert in_force(state, NOW.date(), Purpose.STATISTICS, None) is None


@given(st.sampled_from(sorted(ACTORS)), st.sampled_from(PURPOSES), st.sampled_from(ACTIONS))
def test_deciding_is_pure(who: str, purpose: Purpose, action: Action) -> None:
    before = pickle.dumps(copy.deepcopy(FULL))
    assert ask(who, purpose, action) == ask(who, purpose, action, copy.deepcopy(FULL))
    assert pickle.dumps(copy.deepcopy(FULL)) == before


def test_a_refusal_is_false_and_speaks_of_no_content() -> None:
    for who, purpose, action in itertools.product(ACTORS, PURPOSES, ACTIONS):
        verdict = ask(who, purpose, action)
        if isinstance(verdict, Refused):
            assert not verdict
            assert len(verdict.reason) > 10
            assert not any(name in verdict.reason for name in (VAULT, "guardian", FRIEND, NEXT))
