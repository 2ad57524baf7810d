import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymiser import (
    COUNT,
    Bound,
    CapacityError,
    DistributionError,
    NoiseSum,
    mass,
    quantile_2_64,
    require_capacity,
    tail,
    variance,
)

small_scales = st.fractions(Fraction(1, 100), 40, max_denominator=1000)
scales = st.one_of(small_scales, st.fractions(Fraction(1, 100), 2**50, max_denominator=10**6))


@settings(deadline=None)
@given(small_scales)
def test_mass_tail_and_variance_describe_one_distribution(scale: Fraction) -> None:
    reach = math.ceil(float(scale) * 60) + 1
    masses = {x: mass(x, scale) for x in range(-reach, reach + 1)}
    assert math.fsum(masses.values()) == pytest.approx(1.0, abs=1e-12)
    assert math.fsum(p * x * x for x, p in masses.items()) == pytest.approx(variance(scale), rel=1e-9, abs=1e-40)
    for c in (-1, 0, 1, reach // 4):
        outside = math.fsum(p for x, p in masses.items() if abs(x) > c)
        assert outside == pytest.approx(tail(c, scale), rel=1e-9, abs=1e-25)


@settings(deadline=None)
@given(st.fractions(Fraction(1, 4), 40, max_denominator=1000), st.integers(-50, 50))
def test_one_step_costs_exactly_one_over_the_scale(scale: Fraction, x: int) -> None:
    assert abs(math.log(mass(x, scale) / mass(x + 1, scale))) == pytest.approx(1 / float(scale), rel=1e-6)


@settings(deadline=None)
@given(scales)
def test_the_extreme_quantile_is_the_smallest_that_keeps_its_promise(scale: Fraction) -> None:
    c = quantile_2_64(scale)
    assert tail(c, scale) <= 2.0**-64 * (1 + 1e-9)
    assert tail(c - 1, scale) > 2.0**-64 * (1 - 1e-9)


def test_the_extreme_quantile_of_a_huge_scale_is_known_to_the_last_digit() -> None:
    # c + 1 = ceil(2^50·(65·ln 2 - ln(1+exp(-2^-50)))) = ceil(2^50·64·ln 2 + 1/2 + tiny); ln 2 to 30 digits
    log_two = Fraction(693147180559945309417232121458, 10**30)
    assert quantile_2_64(Fraction(2**50)) + 1 == math.ceil(2**50 * 64 * log_two + Fraction(1, 2))


@pytest.mark.parametrize("scale", [Fraction(0), Fraction(-1), Fraction(1, 101), Fraction(2**62 + 1)])
def test_scales_that_mean_nothing_are_refused(scale: Fraction) -> None:
    for ask in (variance, quantile_2_64, NoiseSum, lambda s: mass(0, s), lambda s: tail(0, s)):
        with pytest.raises(DistributionError):
            ask(scale)


def test_a_sum_of_no_noise_is_refused() -> None:
    with pytest.raises(DistributionError):
        NoiseSum(Fraction(1), 0)


def test_the_reach_and_the_variance_of_a_sum_grow_with_its_copies() -> None:
    one, forty = NoiseSum(Fraction(7)), NoiseSum(Fraction(7), 40)
    assert (forty.reach, forty.variance) == (40 * one.reach, 40 * one.variance)


@settings(deadline=None)
@given(st.integers(1, 2**58), st.integers(1, 16), small_scales, st.integers(1, 1000))
def test_a_plan_is_allowed_exactly_while_its_worst_cell_stays_under_the_limit(
    students: int, steps: int, scale: Fraction, copies: int
) -> None:
    bound, noise = Bound(low=0, high=steps, around=0), NoiseSum(scale, copies)
    if students * steps + copies * quantile_2_64(scale) < 2**62:
        require_capacity(students, bound, noise)
    else:
        with pytest.raises(CapacityError):
            require_capacity(students, bound, noise)


def test_the_limit_itself_is_refused_and_one_less_is_not() -> None:
    noise = NoiseSum(Fraction(2), 2)
    require_capacity(2**62 - 1 - noise.reach, COUNT, noise)
    with pytest.raises(CapacityError):
        require_capacity(2**62 - noise.reach, COUNT, noise)


def test_noise_alone_can_exceed_the_limit() -> None:
    with pytest.raises(CapacityError):
        require_capacity(1, COUNT, NoiseSum(Fraction(2**55), 4))


def test_a_capacity_of_nobody_is_refused() -> None:
    with pytest.raises(CapacityError):
        require_capacity(0, COUNT, NoiseSum(Fraction(2)))
