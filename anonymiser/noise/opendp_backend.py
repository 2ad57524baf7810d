"""Discrete Laplace from OpenDP's exact sampler on 64-bit integers.

Here:   the rounding of the scale, the check of OpenDP's own cost map, the draw.
Never:  `T=int`, which means 32 bits there and saturates, nor a float domain.

Source: Canonne, Kamath and Steinke (2020), algorithm 2, which OpenDP implements in rational arithmetic.
"""

import math
from fractions import Fraction
from typing import Any

from anonymiser.cost import MicroEpsilon, exact
from anonymiser.errors import BackendError

_MOST_STEPS = 8  # floats to climb until the map agrees; three at most in 186,000 random pairs


def _measurement(sensitivity: int, epsilon: MicroEpsilon) -> tuple[Any, Fraction]:
    """The vector mechanism with the smallest scale whose cost, by OpenDP's map, is at most ε; and that cost."""
    import opendp.prelude as dp  # noqa: PLC0415 -- takes over a second; most processes never draw

    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    scale = float(sensitivity / exact(epsilon))
    for _ in range(_MOST_STEPS):
        try:
            measurement: Any = dp.m.make_laplace(*space, scale=scale)
            cost = Fraction(measurement.map(sensitivity))
        except dp.OpenDPException as error:
            raise BackendError(f"OpenDP made no mechanism of scale {scale}") from error
        if cost <= exact(epsilon):
            return measurement, cost
        scale = math.nextafter(scale, math.inf)
    raise BackendError(f"OpenDP's cost stays above the declared {epsilon} millionths")


def cost(sensitivity: int, epsilon: MicroEpsilon) -> Fraction:
    """The ε that OpenDP's own map reports for what `draw` uses; never above the declared one.

    Raises:
        BackendError: OpenDP failed, or its map stays above the declared ε.
    """
    return _measurement(sensitivity, epsilon)[1]


def draw(sensitivity: int, epsilon: MicroEpsilon, count: int) -> list[int]:
    """Draw `count` independent integers for zero.

    Raises:
        BackendError: OpenDP failed, or its map stays above the declared ε.
    """
    import opendp.prelude as dp  # noqa: PLC0415 -- see above

    measurement, _ = _measurement(sensitivity, epsilon)
    try:
        drawn = measurement([0] * count)
    except dp.OpenDPException as error:
        raise BackendError("OpenDP drew no noise") from error
    return [int(noise) for noise in drawn]
