"""Discrete Laplace from diffprivlib, for comparison: `Geometric(...).randomise(0)` and nothing else of that library.

Here:   the limit, the draw, and what floating point costs, as δ.
Never:  data (only 0 is ever randomised), its float mechanisms, its tools, its accountant, its argument for fixing the
randomness. docs/adr/0003 says why.
"""

import math
from fractions import Fraction

from anonymiser.cost import MicroEpsilon, exact
from anonymiser.errors import BackendError, BackendLimitError

MAX_SCALE = Fraction(2**16)  # beyond it the 2**-53 grid of the uniform draw is too coarse for the tail
_GRID = 2.0**-53


def require_trusted(scale: Fraction) -> None:
    """Refuse scales above 2**16.

    Raises:
        BackendLimitError: The scale is above it.
    """
    if scale > MAX_SCALE:
        raise BackendLimitError(f"diffprivlib is limited to sensitivity/ε of 2**16, not {float(scale):.6g}")


def _rounded_down(epsilon: MicroEpsilon) -> float:
    nearest = float(exact(epsilon))
    return math.nextafter(nearest, 0.0) if Fraction(nearest) > exact(epsilon) else nearest


def draw(sensitivity: int, epsilon: MicroEpsilon, count: int) -> list[int]:
    """Draw `count` independent integers for zero.

    Once in 2**53 the uniform draw is 0, its logarithm infinite, and diffprivlib fails; that draw is repeated, which
    depends on no data and is inside `delta`.

    Raises:
        BackendError: diffprivlib refused its parameters.
    """
    import numpy as np  # noqa: PLC0415 -- comes with diffprivlib
    from diffprivlib.mechanisms import Geometric  # noqa: PLC0415 -- takes over a second; most processes never draw

    try:
        mechanism = Geometric(epsilon=_rounded_down(epsilon), sensitivity=sensitivity)
    except (TypeError, ValueError) as error:
        raise BackendError("diffprivlib refused its parameters") from error
    drawn: list[int] = []
    with np.errstate(divide="ignore"):
        while len(drawn) < count:
            try:
                drawn.append(int(mechanism.randomise(0)))
            except OverflowError:
                continue
    return drawn


def delta(scale: Fraction, epsilon: MicroEpsilon, cells: int) -> float:
    """Upper bound of δ for a student who touches `cells` cells, from 0 to 1.

    The sampler takes a uniform number on a grid of 2**-53, scales it to (0, (1+q)/2], and rounds scale·(-ln u) down.
    Coupled with the exact sampler it differs only where rounding crosses a boundary between two integers:
    2·K boundaries of one grid cell each, K = 37·scale + 1 being where the tail is cut; rounding inside the
    logarithm, quotient, product and scale, together at most 2**-50·(|ln u| + 1) of u, which summed over the boundaries
    is 32·scale grid cells; and 4 grid cells for the cut and the repeated draw. Two such distributions at distance
    d per cell are (ε, (1+e^ε)·cells·d) apart (Dwork and Roth, definition 2.4).
    """
    distance = (2 * (37 * float(scale) + 1) + 32 * float(scale) + 4) * _GRID
    return min(1.0, (1 + math.exp(float(exact(epsilon)))) * cells * distance)
