"""What noise a release gets: sensitivity, ε and backend, checked before anything is drawn.

Here:   the description, its exact scale, one way to draw.
Never:  data, a sampler of our own, an argument that could fix the randomness.

Source: Ghosh, Roughgarden and Sundararajan (2009), theorem 2.1 for sensitivity 1; NIST SP 800-226 section 3.3.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from anonymiser.bounds import LIMIT
from anonymiser.cost import MicroEpsilon, exact, micro_epsilon
from anonymiser.discrete_laplace import NoiseSum, quantile_2_64
from anonymiser.errors import BoundError, CapacityError, DistributionError
from anonymiser.noise import diffprivlib_backend, opendp_backend


class Backend(StrEnum):
    """Which library draws. The values stand on receipts and never change."""

    OPENDP = "opendp"
    DIFFPRIVLIB = "diffprivlib"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscreteLaplace:
    """Integer noise that makes a vector of integer sums ε-differentially private. All of it public.

    Args:
        sensitivity: Most that one student moves the vector, L1, in steps; from 1 to 2**62.
        epsilon: Privacy cost of the release.
        backend: Which library draws.

    Raises:
        BoundError: The sensitivity is out of range.
        CostError: ε is out of range.
        CapacityError: A single draw could reach 2**62, where a 64-bit sampler saturates and privacy ends.
        BackendLimitError: The backend is not trusted at this scale.
    """

    sensitivity: int
    epsilon: MicroEpsilon
    backend: Backend = Backend.OPENDP

    def __post_init__(self) -> None:
        if not 1 <= self.sensitivity <= LIMIT:
            raise BoundError(f"a sensitivity is from 1 to 2**62, not {self.sensitivity}")
        micro_epsilon(self.epsilon)
        if self.scale >= LIMIT or quantile_2_64(self.scale) >= LIMIT:
            raise CapacityError(f"noise of scale {self.scale} could reach 2**62; use a larger step or a larger ε")
        if self.backend is Backend.DIFFPRIVLIB:
            diffprivlib_backend.require_trusted(self.scale)

    @property
    def scale(self) -> Fraction:
        """Exact scale sensitivity/ε, in steps. OpenDP draws at the first float its cost map confirms."""
        return self.sensitivity / exact(self.epsilon)

    def noise(self, copies: int = 1) -> NoiseSum:
        """The distribution of the sum of so many draws, for intervals and capacity."""
        return NoiseSum(self.scale, copies)

    def draw(self, count: int) -> list[int]:
        """Draw independent noise for zero, one integer per cell, to be added to the sums.

        Args:
            count: Number of cells, not negative.

        Raises:
            DistributionError: `count` is negative.
            BackendError: The library failed or reported a cost above ε.
        """
        if count < 0:
            raise DistributionError(f"a number of cells is not negative, not {count}")
        if count == 0:
            return []
        if self.backend is Backend.DIFFPRIVLIB:
            return diffprivlib_backend.draw(self.sensitivity, self.epsilon, count)
        return opendp_backend.draw(self.sensitivity, self.epsilon, count)

    def delta(self, cells: int) -> float:
        """Probability by which the backend's arithmetic may break ε, for the receipt; 0 for OpenDP.

        Args:
            cells: Most cells that one student touches, at least 1.

        Raises:
            DistributionError: `cells` is below 1.
        """
        if cells < 1:
            raise DistributionError(f"a student who is asked about touches at least one cell, not {cells}")
        return (
            diffprivlib_backend.delta(self.scale, self.epsilon, cells) if self.backend is Backend.DIFFPRIVLIB else 0.0
        )
