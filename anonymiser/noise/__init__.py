"""Draw noise. The one place in the house where randomness meets a privacy cost.

Here:   the description of a mechanism and its two backends.
Never:  data: noise is drawn for zero and the caller adds it to integer sums. Never a seed.
"""

from anonymiser.noise.mechanism import Backend, DiscreteLaplace

__all__ = ["Backend", "DiscreteLaplace"]
