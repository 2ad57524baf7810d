"""Honest error bars for released counts, means and differences of means.

Here:   post-processing of released values with the exact distribution of their noise.
Never:  a value before noise, a prior about people, sampling error (the interval is about these students, not others).
An end may lie outside the bound's range; a page may cut it there.

Source: Fieller, "Some problems in interval estimation" (J. R. Stat. Soc. B 16, 1954) for ratios; NIST SP 800-226
section 3.5 on stating the error of private results.
"""

from dataclasses import dataclass
from typing import Literal

from anonymiser.bounds import Bound
from anonymiser.discrete_laplace import NoiseSum
from anonymiser.quantiles import NoiseTerm, check_level, half_width

_NEARLY = 1.02  # a count within 2 % of its own half width of zero is not told apart from zero
_STEADY = 10.0  # a difference is linearised when both counts are this many half widths from zero
_TOLERANCE = 1e-3  # ends of a ratio are found to a thousandth of the half width, and rounded outwards


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Where the true value lies with at least the stated probability over the noise.

    Args:
        estimate: Best single number.
        low: Lower end.
        high: Upper end.
        level: Probability, such as 0.95.
        method: How the ends were found.
    """

    estimate: float
    low: float
    high: float
    level: float
    method: Literal["exact", "fieller", "linearised", "bonferroni"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TooFew:
    """No interval: a noised count cannot be told apart from zero, so a mean over it could be anything. It is false.

    Args:
        count: The noised count.
        half_width: The count's own half width at `level`.
        level: Probability, such as 0.95.
    """

    count: int
    half_width: float
    level: float

    def __bool__(self) -> Literal[False]:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisedMean:
    """A mean as it was released: centre + step · total/count. Total and count carry independent noise.

    Args:
        total: Noised sum of quantised values, in steps from the centre.
        count: Noised number of students.
        total_noise: All noise in `total`.
        count_noise: All noise in `count`.
        bound: The bound of the values.
    """

    total: int
    count: int
    total_noise: NoiseSum
    count_noise: NoiseSum
    bound: Bound


def count_interval(noised: int, noise: NoiseSum, level: float = 0.95) -> Interval:
    """Interval of a count or a total in steps; its ends are whole numbers and may be negative.

    Raises:
        DistributionError: The level is out of range.
    """
    width = int(half_width([NoiseTerm(1, noise)], level))
    return Interval(estimate=noised, low=noised - width, high=noised + width, level=level, method="exact")


def ratio_interval(mean: NoisedMean, level: float = 0.95) -> Interval | TooFew:
    """Interval of a mean, by Fieller's argument with the exact noise.

    At the true r = (mean - centre)/step, total - r·count is Z_total - r·Z_count, whose distribution is known. The
    interval is the smallest one that holds every r with |total - r·count| ≤ c(r), c(r) being that noise's half width.

    Args:
        mean: The released mean.
        level: From 0.5 to 0.9999.

    Returns:
        The interval in the unit of the data, or `TooFew` when the set of such r has no end.

    Raises:
        DistributionError: The level is out of range.
    """
    low_count = _too_few(mean, level)
    if low_count is not None:
        return low_count
    high, low = _highest(mean.total, mean, level), -_highest(-mean.total, mean, level)
    centre, step = mean.bound.centre, mean.bound.step
    return Interval(
        estimate=_estimate(mean), low=centre + step * low, high=centre + step * high, level=level, method="fieller"
    )


def difference_interval(first: NoisedMean, second: NoisedMean, level: float = 0.95) -> Interval | TooFew:
    """Interval of the first mean minus the second, whose noises are independent.

    total/count - r = (Z_total - r·Z_count)/count holds exactly for the noised count and the true r. With both counts at
    least ten of their half widths from zero, r is replaced by its estimate and the exact noise of that linear
    combination is used ("linearised"): the error of the level is then of second order in the noise of the counts. With
    smaller counts the ends are those of two intervals at level (1 + level)/2, which never miss together more often than
    promised but are wider ("bonferroni").

    Args:
        first: The mean that is subtracted from.
        second: The mean that is subtracted.
        level: From 0.5 to 0.9998.

    Raises:
        DistributionError: The level is out of range.
    """
    check_level((1 + level) / 2)
    means = first, second
    for mean in means:
        low_count = _too_few(mean, level)
        if low_count is not None:
            return low_count
    estimate = _estimate(first) - _estimate(second)
    if all(mean.count >= _STEADY * _count_width(mean, level) for mean in means):
        terms = [term for mean in means for term in _linear(mean)]
        width = half_width(terms, level)
        return Interval(
            estimate=estimate, low=estimate - width, high=estimate + width, level=level, method="linearised"
        )
    one, other = (ratio_interval(mean, (1 + level) / 2) for mean in means)
    if isinstance(one, TooFew) or isinstance(other, TooFew):
        return one if isinstance(one, TooFew) else other
    return Interval(
        estimate=estimate, low=one.low - other.high, high=one.high - other.low, level=level, method="bonferroni"
    )


def _estimate(mean: NoisedMean) -> float:
    return mean.bound.centre + mean.bound.step * (mean.total / mean.count)


def _count_width(mean: NoisedMean, level: float) -> float:
    return half_width([NoiseTerm(1, mean.count_noise)], level)


def _too_few(mean: NoisedMean, level: float) -> TooFew | None:
    width = _count_width(mean, level)
    return None if mean.count > _NEARLY * width else TooFew(count=mean.count, half_width=width, level=level)


def _linear(mean: NoisedMean) -> list[NoiseTerm]:
    part = mean.bound.step / mean.count
    return [NoiseTerm(part, mean.total_noise), NoiseTerm(part * (mean.total / mean.count), mean.count_noise)]


def _highest(total: int, mean: NoisedMean, level: float) -> float:
    """The largest r with mean.count·r - total ≤ c(r), rounded up. Needs a count above the count noise's half width."""

    def excess(ratio: float) -> float:
        terms = [NoiseTerm(1.0, mean.total_noise), NoiseTerm(ratio, mean.count_noise)]
        return mean.count * ratio - total - half_width(terms, level)

    inside = total / mean.count
    below = excess(inside)
    stride = -1.05 * below / mean.count
    outside = inside + stride
    while (above := excess(outside)) <= 0:
        inside, below = outside, above
        stride *= 2
        outside += stride
    while True:
        root = inside + (outside - inside) * below / (below - above)
        if outside - root <= _TOLERANCE * stride:
            return outside
        trial = min(root + _TOLERANCE * stride / 2, outside)  # aimed outwards, so that most trials are new outsides
        value = excess(trial)
        if value > 0:
            outside, above = trial, value
        else:
            inside, below = trial, value
