from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymiser import MAX_COST, CostError, MicroEpsilon, compose, divide, exact, micro_epsilon, read_epsilon

costs = st.integers(1, MAX_COST).map(MicroEpsilon)


@pytest.mark.parametrize(("text", "millionths"), [("1", 1_000_000), ("0.1", 100_000), ("0.000001", 1), ("100", 10**8)])
def test_epsilon_is_read_exactly(text: str, millionths: int) -> None:
    assert read_epsilon(text) == read_epsilon(Decimal(text)) == millionths


@pytest.mark.parametrize(
    "text", ["0", "-1", "100.000001", "0.0000001", "1E-999999999", "NaN", "sNaN", "Infinity", "one", ""]
)
def test_what_is_no_cost_is_refused(text: str) -> None:
    with pytest.raises(CostError):
        read_epsilon(text)


@pytest.mark.parametrize("millionths", [0, -1, MAX_COST + 1])
def test_costs_out_of_range_are_refused(millionths: int) -> None:
    with pytest.raises(CostError):
        micro_epsilon(millionths)
    with pytest.raises(CostError):
        compose([MicroEpsilon(1), MicroEpsilon(millionths)])


@settings(deadline=None)
@given(st.lists(costs, max_size=20))
def test_costs_add_up_exactly(several: list[MicroEpsilon]) -> None:
    assert exact(compose(several)) == sum((exact(cost) for cost in several), Fraction(0))


@settings(deadline=None)
@given(st.integers(1000, MAX_COST).map(MicroEpsilon), st.lists(st.integers(1, 20), min_size=1, max_size=20))
def test_the_parts_of_a_cost_never_exceed_the_whole(cost: MicroEpsilon, weights: list[int]) -> None:
    parts = divide(cost, weights)
    assert cost - len(weights) < compose(parts) <= cost


@pytest.mark.parametrize("weights", [[], [1, 0], [3, -1], [1, 10**9]])
def test_a_cost_cannot_be_divided_into_nothing(weights: list[int]) -> None:
    with pytest.raises(CostError):
        divide(MicroEpsilon(1_000_000), weights)
