"""The privacy ledger: never overspent, whoever races; never charged twice for one question."""

from collections import Counter
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.lifecycle import acts
from pds.errors import RefusedError
from pds.identifiers import OrgId
from pds.vault import Action, Charge, ChargeOutcome, Purpose, spent, verify_copy
from pds.vault.ledger import judge, read_charge
from tests.world.charges import COST, charge_each
from tests.world.forked import race
from tests.world.prefecture import Prefecture, School

charges = st.builds(
    Charge,
    study=st.sampled_from("abcdef"),
    cost=st.integers(1, 10),
    school_year=st.sampled_from([2025, 2026]),
    answered_by=st.sampled_from([OrgId("one"), OrgId("two")]),
)


@pytest.fixture
def school(prefecture: Prefecture) -> School:
    school = prefecture.minato
    school.admit("aiko")
    return school


def ledger_of(school: School) -> list[Charge]:
    with school.node.vaults.read(school.guardian_permit("aiko")) as reader:
        return reader.ledger()


@pytest.mark.slow
def test_eight_processes_that_race_never_overspend_nor_charge_one_question_twice(school: School) -> None:
    studies = [["the-same", *(f"study-{process}-{number}" for number in range(3))] for process in range(8)]
    allowance = 5 * COST + COST // 2
    verdicts = race(charge_each, [(school.node.folder, school.org, "aiko", allowance, own) for own in studies])
    assert Counter(chain(*verdicts)) == {"CHARGED": 5, "ALREADY_OURS": 7, "EXHAUSTED": 20}
    entered = ledger_of(school)
    assert spent(entered, 2026) == 5 * COST
    assert [charge.study for charge in entered].count("the-same") == 1
    verify_copy(school.node.vaults.copy(school.vault("aiko")), school.node.card)


@given(st.lists(charges, max_size=12), st.integers(0, 25))
def test_no_order_of_charges_spends_more_than_the_allowance_of_a_year(wanted: list[Charge], allowance: int) -> None:
    entered: list[Charge] = []
    for charge in wanted:
        if judge(entered, charge, allowance) is ChargeOutcome.CHARGED:
            entered.append(charge)
    for year in (2025, 2026):
        assert spent(entered, year) <= allowance
    assert len({charge.study for charge in entered}) == len(entered)
    assert spent(entered) == sum(charge.cost for charge in entered)


@given(st.lists(charges, max_size=6), st.lists(charges, max_size=6))
def test_copies_merge_by_union_and_nothing_counts_twice(one: list[Charge], two: list[Charge]) -> None:
    assert spent([*one, *two, *two]) == spent([*one, *two])
    assert spent(one) <= spent([*two, *one]) + sum(charge.cost for charge in one)


@given(charges)
def test_a_charge_is_read_back_as_it_was_entered(charge: Charge) -> None:
    assert read_charge(charge.body()) == charge


def test_a_study_answered_elsewhere_is_not_answered_again() -> None:
    theirs = Charge(study="s", cost=1, school_year=2026, answered_by=OrgId("one"))
    ours = theirs.model_copy(update={"answered_by": OrgId("two")})
    assert judge([theirs], theirs, 0) is ChargeOutcome.ALREADY_OURS
    assert judge([theirs], ours, 10) is ChargeOutcome.ANSWERED_ELSEWHERE


def test_without_the_familys_consent_nothing_is_charged(school: School) -> None:
    vault = school.vault("aiko")
    consent = next(iter(school.node.vaults.authorisations(vault).consents))
    acts.withdraw(school.node, vault, school.guardian("aiko"), consent)
    with pytest.raises(RefusedError):
        school.permit("aiko", Purpose.STATISTICS, Action.CHARGE)
    assert ledger_of(school) == []


def test_two_charges_in_one_transaction_know_of_each_other(school: School) -> None:
    permit = school.permit("aiko", Purpose.STATISTICS, Action.CHARGE)
    first = Charge(study="one", cost=COST, school_year=2026, answered_by=school.org)
    with school.node.vaults.transact(permit) as writer:
        assert writer.charge(first, COST) is ChargeOutcome.CHARGED
        assert writer.charge(first.model_copy(update={"study": "two"}), COST) is ChargeOutcome.EXHAUSTED
        assert writer.charge(first, COST) is ChargeOutcome.ALREADY_OURS
    assert spent(ledger_of(school)) == COST
