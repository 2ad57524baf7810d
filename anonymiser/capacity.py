"""Allow a plan only if no cell can leave 64 bits, whatever the data and (but for 2**-64) the noise.

Here:   one inequality over public numbers.
Never:  a sum of real data, and never a check after noise was drawn: refusing then would be a release.
"""

from anonymiser.bounds import LIMIT, Bound
from anonymiser.discrete_laplace import NoiseSum
from anonymiser.errors import CapacityError


def require_capacity(students: int, bound: Bound, noise: NoiseSum) -> None:
    """Refuse a plan whose cells could reach 2**62.

    Args:
        students: Public upper limit of the number of students in scope, at least 1.
        bound: What one student may add to one cell.
        noise: All noise that one released cell will hold.

    Raises:
        CapacityError: students · sensitivity + copies · (the noise's 2**-64 quantile) is 2**62 or more.
    """
    if students < 1:
        raise CapacityError(f"a capacity is at least one student, not {students}")
    most = students * bound.sensitivity + noise.reach
    if most >= LIMIT:
        raise CapacityError(f"a cell could reach {most}, the limit is 2**62; use a larger step or a larger ε")
