"""What a release costs: ε in whole millionths, so that sums are exact and every copy of a ledger agrees.

Here:   reading, checking, adding and dividing costs.
Never:  whose cost it is, what is left of anyone's budget on disk, floats.

Source: Dwork and Roth (2014), theorem 3.16: the ε of several releases about the same students add up.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NewType

from anonymiser.errors import CostError

MicroEpsilon = NewType("MicroEpsilon", int)  # 1_000_000 is ε = 1

ONE_EPSILON = MicroEpsilon(1_000_000)
MAX_COST = MicroEpsilon(100 * ONE_EPSILON)  # at ε = 100 nothing is protected; beyond it only overflow waits


def micro_epsilon(millionths: int) -> MicroEpsilon:
    """Check a cost of one release.

    Args:
        millionths: ε times 1,000,000, from 1 to `MAX_COST`.

    Raises:
        CostError: It is out of range.
    """
    if not 1 <= millionths <= MAX_COST:
        raise CostError(f"a cost is from 1 to {MAX_COST} millionths, not {millionths}")
    return MicroEpsilon(millionths)


def read_epsilon(epsilon: str | Decimal | int) -> MicroEpsilon:
    """Read ε as people write it, such as "0.5", without rounding.

    Args:
        epsilon: From 0.000001 to 100.

    Raises:
        CostError: It is out of range, no number, or has more than six decimals.
    """
    try:
        number = Decimal(epsilon)
        inside = 0 < number <= MAX_COST // ONE_EPSILON
    except ArithmeticError:  # decimal's own errors: not a number, signalling not-a-number
        inside = False
    if not inside:
        raise CostError(f"ε must be a number above 0 and at most {MAX_COST // ONE_EPSILON}, not {epsilon}")
    if number != number.quantize(Decimal("0.000001")):
        raise CostError(f"ε may have six decimals, not {epsilon}")
    return micro_epsilon(int(number * ONE_EPSILON))


def exact(cost: MicroEpsilon) -> Fraction:
    """The cost as ε."""
    return Fraction(cost, ONE_EPSILON)


def compose(costs: Iterable[MicroEpsilon]) -> MicroEpsilon:
    """What several releases about the same students cost together; nothing costs 0.

    Raises:
        CostError: One of them is not a valid cost.
    """
    return MicroEpsilon(sum(micro_epsilon(cost) for cost in costs))


def divide(cost: MicroEpsilon, weights: Sequence[int]) -> list[MicroEpsilon]:
    """Divide a cost among the parts of a study. The parts, rounded down, never sum to more than the whole.

    Args:
        cost: The whole.
        weights: One positive integer per part.

    Raises:
        CostError: A weight is not positive, there is none, or a part would get nothing.
    """
    if not weights or min(weights) < 1:
        raise CostError(f"weights must be positive, not {list(weights)}")
    return [micro_epsilon(cost * weight // sum(weights)) for weight in weights]
