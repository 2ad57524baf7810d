"""Tools for tests that may fail by chance, at a stated rate. Every use says one in a million."""

import itertools
import math
from collections import Counter
from fractions import Fraction

from scipy import stats

from anonymiser import mass, tail

FALSE_ALARM = 1e-6


def chi_square_p(drawn: list[int], scale: Fraction, *, width: int) -> float:
    """P-value of draws against the discrete Laplace mass function, binned by `width` around zero.

    Bins that expect fewer than 10 draws are joined into one, where the chi-square approximation is good far into its
    tail. The expected masses come from the closed form, never from a sampler.
    """
    count = len(drawn)
    last = math.ceil(float(scale) * 45 / width)  # P(|X| > 45 scales) is below 1e-19
    expected = {bin_: count * _bin_mass(bin_, width, scale) for bin_ in range(-last, last + 1)}
    observed = Counter(x // width for x in drawn)
    full = [bin_ for bin_, mean in expected.items() if mean >= 10]
    rest_expected = count - sum(expected[bin_] for bin_ in full)
    rest_observed = count - sum(observed[bin_] for bin_ in full)
    pairs = [(observed[bin_], expected[bin_]) for bin_ in full]
    if rest_expected >= 10:
        pairs.append((rest_observed, rest_expected))
    statistic = sum((seen - mean) ** 2 / mean for seen, mean in pairs)
    return float(stats.chi2.sf(statistic, len(pairs) - 1))


def _bin_mass(bin_: int, width: int, scale: Fraction) -> float:
    first, last = bin_ * width, (bin_ + 1) * width - 1
    if first == 0:
        return mass(0, scale) + (tail(0, scale) - tail(last, scale)) / 2
    near, far = sorted((abs(first), abs(last)))
    return (tail(near - 1, scale) - tail(far, scale)) / 2


def covers_often_enough(hits: int, tries: int, level: float) -> bool:
    """False only if so few hits are less likely than one in a million at the promised level."""
    return bool(stats.binom.cdf(hits, tries, level) >= FALSE_ALARM)


def covers_no_more_than(hits: int, tries: int, level: float) -> bool:
    """False only if so many hits are less likely than one in a million at that level."""
    return bool(stats.binom.sf(hits - 1, tries, level) >= FALSE_ALARM)


def convolved(parts: list[tuple[int, Fraction, int]], reach: int) -> dict[int, float]:
    """Distribution of Σ a·(m copies of scale s) by adding up all combinations, each draw cut at `reach`."""
    total = {0: 1.0}
    for coefficient, scale, copies in parts:
        single = {coefficient * x: mass(x, scale) for x in range(-reach, reach + 1)}
        for _ in range(copies):
            added: dict[int, float] = {}
            for (x, p), (y, q) in itertools.product(total.items(), single.items()):
                added[x + y] = added.get(x + y, 0.0) + p * q
            total = added
    return total
