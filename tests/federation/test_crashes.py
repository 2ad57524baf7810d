"""Whatever dies when: never released uncharged, never drawn twice, never overspent. Real processes, real SQLite."""

import signal
from typing import Any

import pytest

from anonymiser import BackendError, DiscreteLaplace
from federation import answer, answering, set_yearly_allowance, stored_answer
from federation.counting import count_students
from federation.vectors import decode
from pds.crypto import claimed_document
from pds.identifiers import OrgId
from tests.federation.studies import LARGE, admit, allow, charges, count_question, mean_question, publish, scores, study
from tests.federation.worker import INSTANTS, answer_and_die, answer_here, answer_or_give_up
from tests.world.forked import exit_code_of, race
from tests.world.prefecture import HIKARI, Prefecture, School

STUDENTS = [f"p{number}" for number in range(5)]


def fill(prefecture: Prefecture) -> School:
    allow(prefecture)
    school = prefecture.hikari
    admit(school, STUDENTS, scores(school, 600, 500), attributes={"class_type": "small"})
    return school


def entries(school: School) -> list[list[tuple[str, int]]]:
    return [charges(school.node, school, name) for name in STUDENTS]


@pytest.mark.parametrize("instant", INSTANTS)
def test_kill_9_at_any_instant_costs_budget_at_most(prefecture: Prefecture, instant: str) -> None:
    school = fill(prefecture)
    identifier = publish(prefecture, study(mean_question()))
    assert exit_code_of(answer_and_die, school.node.folder, identifier, instant) == -signal.SIGKILL
    stored = stored_answer(school.node, identifier, HIKARI)
    assert (stored is not None) == (instant == "committed")
    once = [(identifier, LARGE)]
    if instant == "charged":  # the transaction that charges did not end
        assert entries(school) == [[]] * len(STUDENTS)
    else:
        assert entries(school) == [once] * len(STUDENTS)
    token = answer(school.node, identifier)[school.org]
    assert stored in (None, token)
    assert entries(school) == [once] * len(STUDENTS)
    cells = decode(claimed_document(token)["vector"], 4)
    assert (cells[0], cells[1]) == (0, len(STUDENTS))
    assert abs(cells[3] - 100 * len(STUDENTS)) < 130
    assert answer(school.node, identifier)[school.org] == token


def test_a_noise_library_that_fails_releases_nothing_and_charges_once(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = fill(prefecture)
    identifier = publish(prefecture, study(mean_question()))
    drawn: list[int] = []

    def fail(_self: DiscreteLaplace, _count: int) -> list[int]:
        drawn.append(len(school.node.vaults.ledger(school.vault(STUDENTS[-1]))))
        raise BackendError("no randomness today")

    monkeypatch.setattr(DiscreteLaplace, "draw", fail)
    with pytest.raises(BackendError):
        answer(school.node, identifier)
    assert drawn == [1]  # charged before the first draw
    assert stored_answer(school.node, identifier, HIKARI) is None
    monkeypatch.undo()
    token = answer(school.node, identifier)[school.org]
    assert decode(claimed_document(token)["vector"], 4)[1] == len(STUDENTS)
    assert entries(school) == [[(identifier, LARGE)]] * len(STUDENTS)


def test_a_stored_answer_is_never_drawn_again(prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch) -> None:
    school = fill(prefecture)
    identifier = publish(prefecture, study(mean_question(), 1_000_000))
    token = answer(school.node, identifier)[school.org]

    def never(_self: DiscreteLaplace, _count: int) -> list[int]:
        raise AssertionError("noise was drawn a second time")

    monkeypatch.setattr(DiscreteLaplace, "draw", never)
    admit(school, ["newcomer"], scores(school, 600, 500), attributes={"class_type": "small"})
    assert answer(school.node, identifier)[school.org] == token
    assert charges(school.node, school, "newcomer") == []


def test_who_counted_but_came_second_hands_out_what_the_first_stored(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = fill(prefecture)
    identifier = publish(prefecture, study(mean_question(), 1_000_000))
    first: list[str] = []

    def overtaken(*args: Any) -> dict[OrgId, list[int]]:
        sums = count_students(*args)
        monkeypatch.undo()
        first.append(answer(school.node, identifier)[school.org])
        return sums

    monkeypatch.setattr(answering, "count_students", overtaken)
    assert answer(school.node, identifier)[school.org] == first[0] == stored_answer(school.node, identifier, HIKARI)


@pytest.mark.slow
def test_eight_processes_racing_for_one_allowance_never_overspend(prefecture: Prefecture) -> None:
    school = fill(prefecture)
    allow(prefecture, LARGE)
    set_yearly_allowance(prefecture.nation, 8 * LARGE)  # who asks would allow all of them; the students do not
    cost = 30_000_000  # three fit into the allowance, and at ε = 30 a count has no noise but for 2e-13
    days = range(1, 9)
    identifiers = [publish(prefecture, study(count_question(census_date=f"2026-05-0{day}"), cost)) for day in days]
    answers = dict.fromkeys(identifiers, "")
    while late := [identifier for identifier, token in answers.items() if not token]:  # at least one ends in each round
        ended = race(answer_or_give_up, [(school.node.folder, identifier) for identifier in late])
        answers |= {identifier: tokens[HIKARI] for identifier, tokens in zip(late, ended, strict=True) if tokens}
    ledgers = entries(school)
    assert all(len(set(ledger)) == len(ledger) == 3 for ledger in ledgers)
    counted = [decode(claimed_document(token)["vector"], 1)[0] for token in answers.values()]
    assert counted == [sum((identifier, cost) in ledger for ledger in ledgers) for identifier in identifiers]


@pytest.mark.slow
def test_eight_processes_answering_one_study_agree_on_one_answer(prefecture: Prefecture) -> None:
    school = fill(prefecture)
    identifier = publish(prefecture, study(mean_question(), 1_000_000))
    answers = race(answer_here, [(school.node.folder, identifier)] * 8)
    assert {tokens[HIKARI] for tokens in answers} == {stored_answer(school.node, identifier, HIKARI)}
    assert entries(school) == [[(identifier, 1_000_000)]] * len(STUDENTS)
