"""What a forked process finds done: everything imported, and the library of the noise started by its first draw.

Imported by the server of `tests.world.forked` alone. Never: an open store, which no process may inherit.
"""

from anonymiser import ONE_EPSILON, DiscreteLaplace
from tests.federation import worker
from tests.world import charges, crashes, transfer_kills

__all__ = ["charges", "crashes", "transfer_kills", "worker"]

DiscreteLaplace(sensitivity=1, epsilon=ONE_EPSILON).draw(1)
