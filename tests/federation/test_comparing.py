"""What a release says about differences, and what is left of a year's budget: neither says more than it knows."""

import pytest

from federation import (
    OverBudgetError,
    PairVerdict,
    Release,
    Study,
    Title,
    approve,
    budget_of,
    comparisons,
    compile_study,
    draft,
    estimate,
    missing,
    overall,
    registered,
    titles,
)
from federation.answers import Sum, sign_answer
from federation.releasing import _receipt
from federation.vectors import decode
from pds.identifiers import OrgId
from tests.federation.studies import absence_question, count_question, mean_question, publish, study
from tests.world.prefecture import AOBA, CITY, HIKARI, MINATO, NATION, Prefecture

EVERYBODY = (AOBA, MINATO, HIKARI)


def released(prefecture: Prefecture, asked: Study, cells: list[int], roster: tuple[OrgId, ...]) -> Release:
    """A receipt of a vector that a test chose."""
    plan = compile_study(asked)
    token = sign_answer(prefecture.nation, plan, NATION, Sum(cells, roster))
    return _receipt(prefecture.nation, plan, token)


def test_two_groups_differ_only_beyond_the_noise(prefecture: Prefecture) -> None:
    asked = study(mean_question(), 1_000_000)
    far = released(prefecture, asked, [2000, 2000, 200_000, -200_000], EVERYBODY)
    (apart,) = comparisons(far, prefecture.nation.directory)
    assert (apart.verdict, apart.one, apart.other) == (PairVerdict.DIFFERS, ("regular",), ("small",))
    assert apart.difference is not None
    assert apart.difference.low <= 200 <= apart.difference.high
    near = released(prefecture, asked, [2000, 2000, 100, -100], EVERYBODY)
    assert [pair.verdict for pair in comparisons(near, prefecture.nation.directory)] == [PairVerdict.OPEN]
    few = released(prefecture, asked, [2000, 3, 100, -100], EVERYBODY)
    assert [pair.verdict for pair in comparisons(few, prefecture.nation.directory)] == [PairVerdict.TOO_FEW]


def test_many_pairs_widen_every_interval(prefecture: Prefecture) -> None:
    def width(*values: str) -> float:
        group = mean_question().groups[0].model_copy(update={"values": values})
        asked = study(mean_question(groups=(group,)), 1_000_000)
        cells = [2000] * len(values) + [0] * len(values)
        difference = comparisons(released(prefecture, asked, cells, EVERYBODY), prefecture.nation.directory)[
            0
        ].difference
        assert difference is not None
        return float(difference.high - difference.low)

    assert width("a", "b", "c", "d", "e", "f", "g", "h") > 1.3 * width("a", "b")


def test_nothing_is_said_of_differences_while_a_school_is_missing(prefecture: Prefecture) -> None:
    asked = study(mean_question(), 1_000_000)
    short = released(prefecture, asked, [2000, 2000, 200_000, -200_000], (AOBA, MINATO))
    assert missing(short, prefecture.nation.directory) == [HIKARI]
    assert [(pair.verdict, pair.difference) for pair in comparisons(short, prefecture.nation.directory)] == [
        (PairVerdict.WITHHELD, None)
    ]


def test_everybody_in_the_table_is_the_sum_of_its_rows_with_all_their_noise(prefecture: Prefecture) -> None:
    asked = study(mean_question(), 1_000_000)
    release = released(prefecture, asked, [2000, 1000, 30_000, 0], EVERYBODY)
    row = overall(release)
    assert row.count.estimate == sum(decode(release.vector, 4)[:2]) == 3000
    assert row.value is not None
    assert row.value.estimate == 1010  # the centre of 400 to 1600, and 30,000 points over 3,000 students
    assert row.count.high - row.count.low > release.rows[0].count.high - release.rows[0].count.low


def test_a_count_is_not_compared(prefecture: Prefecture) -> None:
    asked = study(count_question(groups=mean_question().groups), 1_000_000)
    assert comparisons(released(prefecture, asked, [10, 900], EVERYBODY), prefecture.nation.directory) == []


def test_a_study_beyond_the_years_allowance_is_not_approved(prefecture: Prefecture) -> None:
    node = prefecture.nation
    publish(prefecture, study(count_question(), 700_000))
    asked = study(absence_question(), 400_000)
    draft(node, asked, drafter="tanaka", group_size=100)
    with pytest.raises(OverBudgetError):
        approve(node, asked.id, approver="suzuki")
    assert node.store.get("study", asked.id) is None
    fits = study(absence_question(), 300_000)
    draft(node, fits, drafter="tanaka", group_size=100)
    approve(node, fits.id, approver="suzuki")
    budget = budget_of(node, NATION, 2026)
    assert (budget.used, budget.reserved, budget.cap) == (0, 1_000_000, 1_000_000)
    assert not budget.suffices_for(1)
    assert budget_of(node, NATION, 2025).spoken_for == 0


def test_an_estimate_enters_nothing(prefecture: Prefecture) -> None:
    asked = study(mean_question(), 1_000_000)
    found = estimate(prefecture.nation, asked, group_size=500)
    assert registered(prefecture.nation) == []
    assert draft(prefecture.nation, asked, drafter="tanaka", group_size=500).preview == found


def test_a_school_knows_the_titles_of_what_it_was_asked(prefecture: Prefecture) -> None:
    title = Title(ja="欠席", en="Absence")
    identifier = publish(prefecture, study(count_question(), 250_000, title=title))
    assert titles(prefecture.minato.node) == {identifier: title}
    assert CITY in prefecture.city.organisations()
