"""統計への協力: the numbers are the ledger's, the odds the formula's, and stopping takes one click of one person."""

import re
from math import exp

import pytest

from consent.decisions import in_force
from federation import set_yearly_allowance
from pds.identifiers import OrgId
from pds.vault import Action, Charge, Purpose
from portal.family.statistics_view import bounds, privacy
from portal.language import words
from tests.portal.town import PASSWORD, Town

JA = words("ja")


def charge(town: Town, study: str, cost: int, year: int = 2026) -> None:
    """Charge a study to みなと, as the school's answer does."""
    leave = town.school.permit("minato", Purpose.STATISTICS, Action.CHARGE)
    with town.school.node.vaults.transact(leave) as writer:
        writer.charge(Charge(study=study, cost=cost, school_year=year, answered_by=town.school.org), 10**9)


def takes_part(town: Town) -> bool:
    node = town.school.node
    facts = node.vaults.authorisations(town.vault("minato"))
    return in_force(facts, node.today(), Purpose.STATISTICS, None) is not None


def test_the_page_shows_what_the_ledger_says_of_this_year_and_of_life(town: Town) -> None:
    charge(town, "a", 250_000)
    charge(town, "b", 100_000)
    charge(town, "c", 500_000, year=2025)
    text = town.guardian.get(f"{town.path('minato')}/statistics").text
    assert "今年度、2つの統計に使われました" in text
    assert "使った 35" in text
    assert "残り 65" in text
    assert "「35」は ε=0.35" in text
    assert "「入っているか」は最大59%、「記録は何か」は最大67%" in text
    assert "ε=0.85" in text
    assert "一人ひとりの記録は、市に届いていません" in text
    assert "のぞみ" not in text


def test_before_any_study_the_page_says_so(town: Town) -> None:
    text = town.guardian.get(f"{town.path('minato')}/statistics").text
    assert "まだどの統計にも使われていません" in text
    assert "まだ、ありません" in text


def test_at_the_limit_the_page_says_so_and_never_shows_more_than_the_limit_left(town: Town) -> None:
    charge(town, "a", 1_000_000)
    text = town.guardian.get(f"{town.path('minato')}/statistics").text
    assert "今年度の上限に達しました" in text
    assert "残り 0" in text
    set_yearly_allowance(town.school.node, 0)
    assert town.guardian.get(f"{town.path('minato')}/statistics").status_code == 200


def test_the_student_alone_stops_it_and_it_begins_anew_when_a_guardian_and_the_student_agree(town: Town) -> None:
    path = f"{town.path('minato')}/statistics"
    assert takes_part(town)
    assert town.student.post(f"{path}/stop").headers["location"] == f"{path}?done=stopped"
    assert not takes_part(town)
    assert "「協力しない」" in town.guardian.get(path).text
    assert f"{path}/join" not in town.student.get(path).text
    assert town.student.post(f"{path}/join", {"password": PASSWORD}).status_code == 404
    wrong = town.guardian.post(f"{path}/join", {"password": "another password"})
    assert wrong.status_code == 422
    assert "パスワードがちがいます" in wrong.text
    assert not takes_part(town)
    assert "その人も同意すると" in town.guardian.get(path).text
    assert town.guardian.post(f"{path}/join", {"password": PASSWORD}).headers["location"] == f"{path}?done=proposed"
    assert not takes_part(town)
    (answer,) = set(re.findall(r'href="([^"]+/answer)"', town.student.get(path).text))
    assert town.student.post(answer, {"password": PASSWORD}).status_code == 303
    assert takes_part(town)


def test_a_guardian_who_stops_it_begins_it_anew_alone(town: Town) -> None:
    path = f"{town.path('minato')}/statistics"
    town.guardian.post(f"{path}/stop")
    assert not takes_part(town)
    assert town.guardian.post(f"{path}/join", {"password": PASSWORD}).headers["location"] == f"{path}?done=joined"
    assert takes_part(town)


def test_nobody_else_reads_or_changes_it(town: Town) -> None:
    path = f"{town.path('minato')}/statistics"
    assert town.stranger.get(path).status_code == 404
    assert town.stranger.post(f"{path}/stop").status_code == 404
    assert takes_part(town)


def test_entries_of_one_study_count_once_and_other_years_only_for_life() -> None:
    charges = [
        Charge(study=name, cost=cost, school_year=year, answered_by=OrgId("B1"))
        for name, cost, year in (("a", 100_000, 2026), ("a", 100_000, 2026), ("b", 250_000, 2026), ("c", 10, 2025))
    ]
    found = privacy(charges, 2026, 500_000, 50_000)
    assert found.year == pytest.approx(0.35)
    assert found.life == pytest.approx(0.35001)
    assert found.of_limit == pytest.approx(70)
    assert found.scaled(found.planned) == pytest.approx(10)
    assert not found.reached


def test_the_odds_are_those_of_pure_privacy() -> None:
    for epsilon in (0.0, 0.35, 1.0, 3.0):
        expected = tuple(f"{100 * exp(k * epsilon) / (1 + exp(k * epsilon)):.0f}%" for k in (1, 2))
        assert bounds(JA, epsilon) == expected
