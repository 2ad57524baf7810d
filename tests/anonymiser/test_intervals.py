import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymiser import (
    ONE_EPSILON,
    DiscreteLaplace,
    DistributionError,
    Interval,
    MicroEpsilon,
    NoisedMean,
    NoiseSum,
    NoiseTerm,
    TooFew,
    count_interval,
    difference_interval,
    half_width,
    ratio_interval,
    tail,
)
from tests.anonymiser import coverage
from tests.anonymiser.coverage import (
    DIFFERENCES,
    MEANS,
    Difference,
    Mean,
    difference_fault,
    mean_fault,
    noised,
    released,
)
from tests.anonymiser.statistics import convolved, covers_no_more_than, covers_often_enough

TRIES = 4000

coefficients = st.integers(-4, 4).filter(bool)
scales = st.sampled_from([Fraction(1, 3), Fraction(1), Fraction(3, 2), Fraction(2)])
combinations = st.lists(st.tuples(coefficients, scales, st.integers(1, 2)), min_size=1, max_size=2)
levels = st.sampled_from([0.5, 0.8, 0.95, 0.99])


def as_terms(parts: list[tuple[int, Fraction, int]], factor: float = 1) -> list[NoiseTerm]:
    return [NoiseTerm(factor * coefficient, NoiseSum(scale, copies)) for coefficient, scale, copies in parts]


def within(distribution: dict[int, float], width: float) -> float:
    return math.fsum(p for x, p in distribution.items() if abs(x) <= width)


@given(combinations, levels)
@settings(deadline=None, max_examples=30)
def test_whole_combinations_agree_with_adding_up_all_cases(
    parts: list[tuple[int, Fraction, int]], level: float
) -> None:
    width, distribution = half_width(as_terms(parts), level), convolved(parts, 40)
    assert width == int(width)
    assert within(distribution, width) >= level - 1e-9
    assert within(distribution, width - 1) < level + 1e-9


@given(combinations, levels, st.sampled_from([0.37, 1.0, 1e6 / 7]))
@settings(deadline=None, max_examples=30)
def test_real_coefficients_are_never_too_narrow_and_hardly_too_wide(
    parts: list[tuple[int, Fraction, int]], level: float, factor: float
) -> None:
    distribution = convolved(parts, 40)
    width = half_width(as_terms(parts, factor), level) / factor
    spread = math.sqrt(math.fsum(p * x * x for x, p in distribution.items()))
    assert within(distribution, width) >= level
    assert within(distribution, width - 0.012 * spread - 1e-9) < level + 1e-5


@given(st.fractions(Fraction(1, 10), 2**45, max_denominator=1000), levels)
@settings(deadline=None)
def test_a_single_noise_agrees_with_its_closed_form_at_every_scale(scale: Fraction, level: float) -> None:
    width = int(half_width([NoiseTerm(1, NoiseSum(scale))], level))
    assert 1 - tail(width, scale) >= level
    assert 1 - tail(width - 1 - math.floor(0.012 * scale), scale) < level + 1e-5


def test_many_copies_approach_the_normal_distribution() -> None:
    noise = NoiseSum(Fraction(20), 400)
    assert half_width([NoiseTerm(1, noise)]) / math.sqrt(noise.variance) == pytest.approx(1.95996, rel=0.002)


@given(combinations, st.integers(1, 50))
@settings(deadline=None, max_examples=30)
def test_whole_factors_scale_the_half_width_exactly(parts: list[tuple[int, Fraction, int]], factor: int) -> None:
    scaled = [(factor * coefficient, scale, copies) for coefficient, scale, copies in parts]
    assert half_width(as_terms(scaled)) == factor * half_width(as_terms(parts))


@given(st.fractions(1, 1000, max_denominator=10), st.integers(1, 30), levels)
@settings(deadline=None, max_examples=40)
def test_more_noise_or_more_confidence_never_narrows_the_interval(scale: Fraction, copies: int, level: float) -> None:
    width = half_width([NoiseTerm(1, NoiseSum(scale, copies))], level)
    assert half_width([NoiseTerm(1, NoiseSum(scale, copies + 1))], level) >= width
    assert half_width([NoiseTerm(1, NoiseSum(scale * 2, copies))], level) >= width
    assert half_width([NoiseTerm(1, NoiseSum(scale, copies))], level + 0.005) >= width
    assert half_width([NoiseTerm(1, NoiseSum(scale, copies)), NoiseTerm(1, NoiseSum(scale))], level) >= width


def test_nothing_is_exactly_nothing() -> None:
    assert half_width([]) == half_width([NoiseTerm(0, NoiseSum(Fraction(5)))]) == 0.0


@pytest.mark.parametrize("level", [0.0, 0.49, 0.99999, 1.0, math.nan])
def test_levels_that_cannot_be_kept_are_refused(level: float) -> None:
    mean = noised(5000, 0.0, 1.0)
    for ask in (
        lambda: half_width([NoiseTerm(1, NoiseSum(Fraction(1)))], level),
        lambda: count_interval(5, NoiseSum(Fraction(1)), level),
        lambda: ratio_interval(mean, level),
        lambda: difference_interval(mean, mean, level),
    ):
        with pytest.raises(DistributionError):
            ask()


@pytest.mark.parametrize("coefficient", [math.inf, math.nan])
def test_coefficients_that_are_no_numbers_are_refused(coefficient: float) -> None:
    with pytest.raises(DistributionError):
        NoiseTerm(coefficient, NoiseSum(Fraction(1)))


@pytest.mark.parametrize("epsilon", [0.1, 1.0])
def test_count_intervals_cover_the_truth_as_often_as_promised_and_little_more(epsilon: float) -> None:
    mechanism = DiscreteLaplace(sensitivity=1, epsilon=MicroEpsilon(round(epsilon * 1_000_000)))
    noise = mechanism.noise(2)
    drawn = np.asarray(mechanism.draw(40_000)).reshape(-1, 2).sum(axis=1)
    hits = 0
    for error in drawn.tolist():
        interval = count_interval(500 + error, noise)
        assert isinstance(interval, Interval)
        hits += interval.low <= 500 <= interval.high
    assert covers_often_enough(hits, drawn.size, 0.95)
    assert covers_no_more_than(hits, drawn.size, 0.99)


@pytest.mark.parametrize("mean", MEANS, ids=str)
def test_the_true_mean_is_inside_fiellers_set_as_often_as_promised_and_no_more(mean: Mean) -> None:
    truth = round(mean.steps * mean.students) / mean.students
    means = released(mean, TRIES)
    width = half_width([NoiseTerm(1.0, means[0].total_noise), NoiseTerm(truth, means[0].count_noise)])
    hits = sum(abs(one.total - truth * one.count) <= width for one in means)
    assert covers_often_enough(hits, TRIES, 0.95)
    assert covers_no_more_than(hits, TRIES, 0.953)


# `make prove` takes thousands. These alarm by chance as seldom, one in a million; 60 tries find (99 of 100 times) a
# coverage below 62 %, 200 one below 80 %: ends mixed up, a noise left out. What is finer is found by the set above, of
# 4,000 tries, whose ends the intervals are (below).
@pytest.mark.slow
@pytest.mark.parametrize("mean", MEANS, ids=str)
def test_mean_intervals_cover_the_truth_as_often_as_promised(mean: Mean) -> None:
    assert mean_fault(mean, 60) is None


@pytest.mark.slow
@pytest.mark.parametrize(("case", "tries"), list(zip(DIFFERENCES, (200, 200, 60), strict=True)), ids=str)
def test_difference_intervals_cover_the_truth_as_often_as_promised(case: Difference, tries: int) -> None:
    assert difference_fault(case, tries) is None


def test_coverage_that_is_not_kept_is_found_by_as_few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    def narrowed(first: NoisedMean, second: NoisedMean) -> Interval | TooFew:
        found = difference_interval(first, second)
        assert isinstance(found, Interval)
        cut = (found.high - found.low) * 3 / 8
        return replace(found, low=found.low + cut, high=found.high - cut)

    monkeypatch.setattr(coverage, "difference_interval", narrowed)
    assert difference_fault(DIFFERENCES[0], 200) is not None


def test_a_mean_over_a_count_that_could_be_zero_has_no_interval() -> None:
    for count in (-40, -1, 0, 1, 4):
        mean = noised(0, 0.0, 1.0, (30, count))
        answer = ratio_interval(mean)
        assert isinstance(answer, TooFew)
        assert not answer
        assert answer.count == count < answer.half_width * 1.02
        assert not difference_interval(mean, noised(1000, 1.0, 1.0))
        assert not difference_interval(noised(1000, 1.0, 1.0), mean)


def test_a_difference_may_lack_an_interval_although_each_mean_has_one_at_the_lower_level() -> None:
    barely = next(mean for n in range(2, 60) if isinstance(ratio_interval(mean := noised(n, 0.0, 1.0)), Interval))
    assert isinstance(difference_interval(barely, noised(1000, 0.0, 1.0)), TooFew)


@pytest.mark.parametrize("mean_steps", [-30.0, -1.0, 0.0, 1.0, 30.0])
@pytest.mark.parametrize("students", [12, 40, 5000])
def test_the_ends_of_a_mean_are_where_fieller_puts_them(students: int, mean_steps: float) -> None:
    mean = noised(students, mean_steps, 1.0)
    interval = ratio_interval(mean)
    assert isinstance(interval, Interval)
    length = interval.high - interval.low

    def outside(value: float) -> bool:
        ratio = value - 50
        terms = [NoiseTerm(1.0, mean.total_noise), NoiseTerm(ratio, mean.count_noise)]
        return abs(mean.total - ratio * mean.count) > half_width(terms)

    values = np.linspace(interval.low + 0.002 * length, interval.high - 0.002 * length, 25).tolist()
    assert not any(outside(value) for value in values)
    assert outside(interval.low)
    assert outside(interval.high)
    assert all(outside(interval.low - d * length) and outside(interval.high + d * length) for d in (0.01, 0.1, 1, 10))


def test_the_interval_of_a_mean_is_symmetric_about_the_centre() -> None:
    up, down = ratio_interval(noised(40, 12.0, 1.0)), ratio_interval(noised(40, -12.0, 1.0))
    assert isinstance(up, Interval)
    assert isinstance(down, Interval)
    assert (up.low + down.high, up.high + down.low) == pytest.approx((100, 100))


def test_more_epsilon_gives_a_shorter_interval() -> None:
    lengths = []
    for epsilon in (0.25, 0.5, 1.0, 4.0):
        interval = ratio_interval(noised(500, 3.0, epsilon))
        assert isinstance(interval, Interval)
        assert interval.low < interval.estimate < interval.high
        lengths.append(interval.high - interval.low)
    assert lengths == sorted(lengths, reverse=True)


def test_the_interval_of_a_count_has_whole_ends_even_beyond_floating_point() -> None:
    noise = DiscreteLaplace(sensitivity=1, epsilon=ONE_EPSILON).noise()
    interval = count_interval(2**60 + 1, noise)
    assert (interval.low, interval.high) == (2**60 - 2, 2**60 + 4)
    assert 1 - tail(3, noise.scale) >= 0.95 > 1 - tail(2, noise.scale)
