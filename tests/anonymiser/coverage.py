"""How often intervals hold the truth: the same counts for a few tries in a test and for thousands in `make prove`.

Never: a bound of its own; what is too seldom says `statistics`, at one false alarm in a million.
"""

from functools import cache
from typing import NamedTuple

from anonymiser import (
    Bound,
    DiscreteLaplace,
    Interval,
    MicroEpsilon,
    NoisedMean,
    TooFew,
    difference_interval,
    ratio_interval,
)
from tests.anonymiser.statistics import covers_no_more_than, covers_often_enough

SCORES = Bound(low=0, high=100)
PROMISED = 0.95
WASTEFUL = 0.97  # a linearised interval that holds more often is wider than it says


class Mean(NamedTuple):
    """A mean to release, in steps from the centre of the bound."""

    students: int
    steps: float
    epsilon: float


class Difference(NamedTuple):
    """A difference of two means near the ends of the bound, where the noise of the counts matters as much."""

    students: int
    method: str


MEANS = (Mean(40, 12.0, 1.0), Mean(400, -20.0, 0.5), Mean(12, 0.0, 1.0))
DIFFERENCES = (Difference(1000, "linearised"), Difference(250, "linearised"), Difference(30, "bonferroni"))


@cache
def _draws(sensitivity: int, micro: int, tries: int) -> tuple[list[int], list[int]]:
    """For each of two means, a sum of two draws a try."""
    drawn = DiscreteLaplace(sensitivity=sensitivity, epsilon=MicroEpsilon(micro)).draw(4 * tries)
    sums = [one + other for one, other in zip(drawn[::2], drawn[1::2], strict=True)]
    return sums[:tries], sums[tries:]


def noised(students: int, mean_steps: float, epsilon: float, noise: tuple[int, int] = (0, 0)) -> NoisedMean:
    """A mean of `students` around the centre of SCORES, with the given noise on total and count."""
    micro = round(epsilon * 1_000_000)
    return NoisedMean(
        total=round(mean_steps * students) + noise[0],
        count=students + noise[1],
        total_noise=DiscreteLaplace(sensitivity=50, epsilon=MicroEpsilon(micro)).noise(2),
        count_noise=DiscreteLaplace(sensitivity=1, epsilon=MicroEpsilon(micro)).noise(2),
        bound=SCORES,
    )


def released(mean: Mean, tries: int, which: int = 0) -> list[NoisedMean]:
    """So many releases of one mean, each with noise of its own; `which` of two means that share no noise."""
    micro = round(mean.epsilon * 1_000_000)
    pairs = zip(_draws(50, micro, tries)[which], _draws(1, micro, tries)[which], strict=True)
    return [noised(*mean, pair) for pair in pairs]


def fresh() -> None:
    """Forget what was drawn, so that the next tries are others."""
    _draws.cache_clear()


def mean_fault(mean: Mean, tries: int) -> str | None:
    """What is wrong with the intervals of a mean: too seldom right, or too seldom there."""
    truth = 50 + round(mean.steps * mean.students) / mean.students
    intervals = [ratio_interval(one) for one in released(mean, tries)]
    hits = sum(isinstance(found, TooFew) or found.low <= truth <= found.high for found in intervals)
    steady = sum(isinstance(found, Interval) for found in intervals)
    if not covers_often_enough(hits, tries, PROMISED):
        return f"{mean}: {hits} of {tries} intervals hold the truth"
    return None if steady > tries / 2 else f"{mean}: {steady} of {tries} have an interval"


def difference_fault(case: Difference, tries: int) -> str | None:
    """What is wrong with the intervals of a difference: too seldom right, too wide, or made in another way."""
    truth = 90.0
    means = (released(Mean(case.students, steps, 1.0), tries, which) for which, steps in enumerate((45.0, -45.0)))
    intervals = [difference_interval(first, second) for first, second in zip(*means, strict=True)]
    hits = sum(isinstance(found, TooFew) or found.low <= truth <= found.high for found in intervals)
    if any(isinstance(found, Interval) and found.method != case.method for found in intervals):
        return f"{case}: an interval was made in another way"
    if not covers_often_enough(hits, tries, PROMISED):
        return f"{case}: {hits} of {tries} intervals hold the truth"
    wasteful = case.method == "linearised" and not covers_no_more_than(hits, tries, WASTEFUL)
    return f"{case}: {hits} of {tries} intervals hold the truth, which is too many" if wasteful else None
