from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymiser import COUNT, Bound, BoundError, Value

values = st.one_of(
    st.integers(-(10**9), 10**9),
    st.fractions(-1000, 1000),
    st.decimals(allow_nan=True, allow_infinity=True),
)


@st.composite
def bounds(draw: st.DrawFn) -> Bound:
    low, step, steps = draw(st.integers(-500, 500)), draw(st.integers(1, 20)), draw(st.integers(1, 60))
    around = draw(st.none() | st.integers(0, steps).map(lambda n: low + n * step))
    return Bound(low=low, high=low + steps * step, step=step, around=around)


@settings(deadline=None)
@given(bounds(), values)
def test_no_value_whatever_moves_a_cell_further_than_the_sensitivity(bound: Bound, value: Value) -> None:
    assert bound.lowest <= bound.quantise(value) <= bound.highest
    assert abs(bound.quantise(value)) <= bound.sensitivity


@settings(deadline=None)
@given(bounds())
def test_the_sensitivity_is_reached_so_it_is_no_larger_than_needed(bound: Bound) -> None:
    assert max(abs(bound.quantise(bound.low)), abs(bound.quantise(bound.high))) == bound.sensitivity


@settings(deadline=None)
@given(bounds(), st.fractions(-1000, 1000), st.fractions(-1000, 1000))
def test_a_larger_value_never_becomes_a_smaller_integer(bound: Bound, one: Fraction, other: Fraction) -> None:
    assert bound.quantise(min(one, other)) <= bound.quantise(max(one, other))


@settings(deadline=None)
@given(bounds(), st.fractions(-1000, 1000))
def test_inside_the_bound_quantising_errs_by_at_most_half_a_step(bound: Bound, value: Fraction) -> None:
    inside = bound.clamp(value)
    assert inside == min(max(value, Fraction(bound.low)), Fraction(bound.high))
    assert abs(bound.centre + bound.step * bound.quantise(value) - inside) <= Fraction(bound.step, 2)


@settings(deadline=None)
@given(bounds(), st.integers(-1000, 1000))
def test_the_type_of_a_number_does_not_matter(bound: Bound, value: int) -> None:
    assert bound.quantise(value) == bound.quantise(Decimal(value)) == bound.quantise(Fraction(value))


@pytest.mark.parametrize(
    ("value", "steps"),
    [
        (Decimal("NaN"), 0),
        (Decimal("sNaN"), 0),
        (Decimal("Infinity"), 50),
        (Decimal("-Infinity"), -50),
        (Decimal("1E+999999999"), 50),
        (Decimal("1E-999999999"), -50),
        (Decimal("72.5"), 22),
        (Decimal("73.5"), 24),
        (Decimal("72.500000000000000001"), 23),
        (-1, -50),
    ],
)
def test_odd_values_are_clamped_and_never_refused(value: Value, steps: int) -> None:
    assert Bound(low=0, high=100).quantise(value) == steps


def test_a_tiny_decimal_inside_the_bound_is_read_without_building_its_fraction() -> None:
    assert Bound(low=-10, high=10).quantise(Decimal("1E-999999999")) == 0


def test_a_centre_in_the_middle_halves_the_sensitivity() -> None:
    assert Bound(low=0, high=100).sensitivity == 50
    assert Bound(low=0, high=100, around=0).sensitivity == 100
    assert COUNT.sensitivity == 1


@pytest.mark.parametrize(
    ("low", "high", "step", "around"),
    [
        (5, 5, 1, None),
        (6, 5, 1, None),
        (0, 10, 3, None),
        (0, 10, 0, None),
        (0, 10, -1, None),
        (0, 10, 1, 11),
        (0, 10, 2, 5),
        (0, 2**62, 1, None),
        (-(2**62), 0, 1, None),
    ],
)
def test_numbers_that_make_no_grid_are_refused(low: int, high: int, step: int, around: int | None) -> None:
    with pytest.raises(BoundError):
        Bound(low=low, high=high, step=step, around=around)
