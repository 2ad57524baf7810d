"""What the report lets the page say: clear effects, missed values, and numbers as they are written."""

import math

import pytest

from examples.star import report
from tests.examples.star_reports import effect, made_up


def test_only_the_largest_effect_is_clear() -> None:
    said = report.finding(made_up())
    assert said["en"] == "Only the largest effect (grade 1, small) shows clearly. Every other interval includes zero."
    assert "最も大きな効果(小1・少人数)だけ" in said["ja"]


def test_no_effect_is_clear() -> None:
    found = made_up()
    found["years"]["1"]["small"] = effect(28.64, 14.9)
    assert report.finding(found)["en"] == "Every interval includes zero, so no effect shows clearly."
    assert "はっきり見える効果はありません" in report.finding(found)["ja"]


@pytest.mark.parametrize("estimate", [15.1, -15.1])
def test_another_effect_is_clear(estimate: float) -> None:
    found = made_up()
    found["years"]["2"]["regular+aide"] = effect(4.79, estimate)
    assert report.finding(found)["en"] == "The intervals that leave zero out: grade 1, small; grade 2, regular + aide."
    assert report.finding(found)["ja"] == "区間が0をふくまないのは、小1・少人数、小2・補助員つきです。"


def test_a_clear_effect_that_is_not_the_largest_is_not_called_so() -> None:
    found = made_up()
    found["years"]["1"]["small"] = effect(28.64, 14.9)
    found["years"]["3"]["small"] = effect(16.41, 20.0)
    assert report.finding(found)["en"] == "The intervals that leave zero out: grade 3, small."


def test_an_interval_that_touches_zero_is_not_clear() -> None:
    found = made_up()
    found["years"]["1"]["small"] = effect(28.64, 15.0)
    assert not any(row.is_clear for row in report.rows(found))


def test_a_missed_value_is_told() -> None:
    found = made_up()
    assert report.missed(found)["en"] == "Every interval holds the value from the public file."
    found["years"]["3"]["small"] = effect(16.41, 1.0)
    found["years"]["k"]["regular+aide"] = effect(1.13, -15.0)
    assert "grade K, regular + aide; grade 3, small" in report.missed(found)["en"]
    assert "年長・補助員つき、小3・少人数" in report.missed(found)["ja"]


@pytest.mark.parametrize(
    ("value", "text"), [(13.899, "+13.9"), (-0.29, "−0.3"), (-0.04, "0.0"), (0.0, "0.0"), (123.45, "+123.5")]
)
def test_effects_carry_their_sign(value: float, text: str) -> None:
    assert report.points(value) == text


@pytest.mark.parametrize(("value", "text"), [(11598, "11,598"), (0, "0"), (412.34, "412.3"), (100, "100")])
def test_counts_and_measures(value: float, text: str) -> None:
    assert report.plain(value) == text


@pytest.mark.parametrize(("value", "text"), [(1.0, "1"), (4, "4"), (0.999999, "0.999999"), (0, "0"), (10.0, "10")])
def test_an_epsilon_is_never_rounded_to_the_promise(value: float, text: str) -> None:
    assert report.epsilon(value) == text


@pytest.mark.parametrize("spent", [0.0, 0.35, 1, 2, 4, 8])
def test_the_limit_of_a_guess_is_never_understated(spent: float) -> None:
    limit = 100 * math.exp(spent) / (1 + math.exp(spent))
    assert limit <= float(report.guess(spent)) < limit + 0.1 + 1e-9
