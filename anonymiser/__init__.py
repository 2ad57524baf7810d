"""The mathematics of privacy: bounds, noise, cost, and honest error bars.

Here:   what follows from public parameters and released values.
Never:  a student, a file, a socket, another package of this house.
"""

from anonymiser.blocks import Block
from anonymiser.bounds import COUNT, LIMIT, Bound, Value
from anonymiser.capacity import require_capacity
from anonymiser.cost import MAX_COST, ONE_EPSILON, MicroEpsilon, compose, divide, exact, micro_epsilon, read_epsilon
from anonymiser.discrete_laplace import NoiseSum, mass, quantile_2_64, tail, variance
from anonymiser.errors import (
    AnonymiserError,
    BackendError,
    BackendLimitError,
    BoundError,
    CapacityError,
    CostError,
    DistributionError,
)
from anonymiser.intervals import Interval, NoisedMean, TooFew, count_interval, difference_interval, ratio_interval
from anonymiser.noise import Backend, DiscreteLaplace
from anonymiser.quantiles import NoiseTerm, half_width

__all__ = [
    "COUNT",
    "LIMIT",
    "MAX_COST",
    "ONE_EPSILON",
    "AnonymiserError",
    "Backend",
    "BackendError",
    "BackendLimitError",
    "Block",
    "Bound",
    "BoundError",
    "CapacityError",
    "CostError",
    "DiscreteLaplace",
    "DistributionError",
    "Interval",
    "MicroEpsilon",
    "NoiseSum",
    "NoiseTerm",
    "NoisedMean",
    "TooFew",
    "Value",
    "compose",
    "count_interval",
    "difference_interval",
    "divide",
    "exact",
    "half_width",
    "mass",
    "micro_epsilon",
    "quantile_2_64",
    "ratio_interval",
    "read_epsilon",
    "require_capacity",
    "tail",
    "variance",
]
