"""Limit how far one value can move a sum, and turn it into an integer.

Here:   clamping, quantising, centring, and the sensitivity that follows from them.
Never:  randomness, ε, names, files; never an error about a value, since an error that depends on data is a release.

Source: Dwork and Roth, "The Algorithmic Foundations of Differential Privacy" (2014), definition 3.1; NIST SP 800-226
section 3.4 on bounding contributions. Neighbouring data sets differ by one whole student, added or removed.
"""

from dataclasses import InitVar, dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from fractions import Fraction
from typing import TypeAlias

from anonymiser.errors import BoundError

Value: TypeAlias = int | Decimal | Fraction

LIMIT = 2**62  # no bound, sum or noise may reach this; half of what a signed 64-bit integer holds
_FINEST = Decimal("1E-18")  # decimals are read to 18 places, so that 1E-999999999 costs no memory
_CONTEXT = Context(prec=64, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])  # 19 digits before the point, 18 after


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The values one student may add to one cell, chosen in public before any data is seen.

    Values are clamped to [`low`, `high`], moved so that `centre` becomes 0, and divided by `step`. A centre in the
    middle halves the sensitivity and so the noise; a mean then needs the count as well. A total needs `around=0`.

    Args:
        low: Smallest value kept, inclusive, in the unit of the data; above -2**62.
        high: Largest value kept, inclusive; above `low` and below 2**62.
        step: Size of one quantisation unit, at least 1; `high - low` is a whole number of steps.
        around: The public centre, a whole number of steps from `low` and inside the bound; the middle if not given.

    Raises:
        BoundError: The four numbers do not describe a grid.
    """

    low: int
    high: int
    step: int = 1
    around: InitVar[int | None] = None
    centre: int = field(init=False)

    def __post_init__(self, around: int | None) -> None:
        if not -LIMIT < self.low < self.high < LIMIT:
            raise BoundError(f"low {self.low} must be below high {self.high}, both within 2**62")
        if self.step < 1 or (self.high - self.low) % self.step:
            raise BoundError(f"step {self.step} does not divide the range {self.low} to {self.high}")
        middle = self.low + (self.high - self.low) // self.step // 2 * self.step
        centre = middle if around is None else around
        if not self.low <= centre <= self.high or (centre - self.low) % self.step:
            raise BoundError(f"centre {centre} is not on the grid from {self.low} to {self.high} by {self.step}")
        object.__setattr__(self, "centre", centre)

    @property
    def lowest(self) -> int:
        """Smallest integer `quantise` returns, in steps from the centre; never above 0."""
        return (self.low - self.centre) // self.step

    @property
    def highest(self) -> int:
        """Largest integer `quantise` returns, in steps from the centre; never below 0."""
        return (self.high - self.centre) // self.step

    @property
    def sensitivity(self) -> int:
        """Most that one student can move one cell, in steps; at least 1 (Dwork and Roth, definition 3.1)."""
        return max(self.highest, -self.lowest)

    def clamp(self, value: Value) -> Fraction:
        """Bring a value into the bound. Never refuses: not a number becomes the centre, infinity an end.

        Args:
            value: In the unit of the data. Decimals are read to 18 places.
        """
        if isinstance(value, Decimal) and value.is_nan():
            return Fraction(self.centre)
        if value <= self.low:
            return Fraction(self.low)
        if value >= self.high:
            return Fraction(self.high)
        return Fraction(_CONTEXT.quantize(value, _FINEST) if isinstance(value, Decimal) else value)

    def quantise(self, value: Value) -> int:
        """Clamp a value and return it as whole steps from the centre, halves to even.

        Args:
            value: In the unit of the data.

        Returns:
            An integer from `lowest` to `highest`; never further from 0 than `sensitivity`.
        """
        return round((self.clamp(value) - self.centre) / self.step)


COUNT = Bound(low=0, high=1, around=0)  # a student is there or not
