"""The discrete Laplace distribution, exactly as it is drawn: P(X = x) = (1-q)/(1+q) · q^|x| with q = exp(-1/scale).

Here:   its mass, its tail, its variance, its extreme quantile, and the sum of several independent copies.
Never:  drawing from it, data, ε.

Source: Ghosh, Roughgarden and Sundararajan, "Universally Utility-Maximizing Privacy Mechanisms" (STOC 2009), section 2;
Canonne, Kamath and Steinke, "The Discrete Gaussian for Differential Privacy" (2020), definition 19.
"""

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction

from anonymiser.errors import DistributionError

MIN_SCALE = Fraction(1, 100)  # sensitivity 1 at ε = 100
MAX_SCALE = Fraction(2**62)

_CONTEXT = Context(prec=100)
_MARGIN = Decimal("1E-60")  # more than every rounding at 100 digits together; only ever added


def check_scale(scale: Fraction) -> Fraction:
    """Return the scale if it is from 1/100 to 2**62.

    Raises:
        DistributionError: It is not.
    """
    if not MIN_SCALE <= scale <= MAX_SCALE:
        raise DistributionError(f"a scale is from 1/100 to 2**62, not {scale}")
    return scale


def mass(x: int, scale: Fraction) -> float:
    """P(X = x), to a relative error of about 1e-15 times |x|/scale. (1-q)/(1+q) is tanh(1/(2·scale))."""
    check_scale(scale)
    return math.tanh(1 / (2 * scale)) * math.exp(-Fraction(abs(x)) / scale)


def tail(c: int, scale: Fraction) -> float:
    """P(|X| > c) = 2·q^(c+1) / (1+q); 1 for a negative c."""
    check_scale(scale)
    if c < 0:
        return 1.0
    return 2 * math.exp(-Fraction(c + 1) / scale) / (1 + math.exp(-1 / scale))


def variance(scale: Fraction) -> float:
    """Variance 2q/(1-q)², which is 1/(2·sinh²(1/(2·scale)))."""
    check_scale(scale)
    return 1 / (2 * math.sinh(1 / (2 * scale)) ** 2)


def quantile_2_64(scale: Fraction) -> int:
    """Smallest c with P(|X| > c) ≤ 2**-64, computed with 100 digits and rounded up.

    The condition is (c+1)/scale ≥ 65·ln 2 - ln(1+q).
    """
    check_scale(scale)
    step = _CONTEXT.divide(Decimal(scale.denominator), Decimal(scale.numerator))
    log_two, one = _CONTEXT.ln(Decimal(2)), Decimal(1)
    log_norm = _CONTEXT.ln(_CONTEXT.add(one, _CONTEXT.exp(-step)))
    needed = _CONTEXT.divide(_CONTEXT.subtract(_CONTEXT.multiply(Decimal(65), log_two), log_norm), step)
    return int(_CONTEXT.add(needed, _MARGIN).to_integral_value(ROUND_CEILING)) - 1


@dataclass(frozen=True, slots=True)
class NoiseSum:
    """The sum of independent draws of one scale, as it stands in a released cell. Public.

    Args:
        scale: Scale of each draw, in steps, from 1/100 to 2**62.
        copies: Number of draws in the sum, at least 1 (two aggregators add two; forty schools add forty).

    Raises:
        DistributionError: A number is out of range.
    """

    scale: Fraction
    copies: int = 1

    def __post_init__(self) -> None:
        check_scale(self.scale)
        if self.copies < 1:
            raise DistributionError(f"a sum of noise has at least one copy, not {self.copies}")

    @property
    def variance(self) -> float:
        """Variance of the sum, in squared steps."""
        return self.copies * variance(self.scale)

    @property
    def reach(self) -> int:
        """No draw passes its share of this, except with probability 2**-64 each; in steps."""
        return self.copies * quantile_2_64(self.scale)
