"""How much ε a school year may cost one student: a public setting of the node, in micro-ε.

Here:   reading and setting it. Never: what any student has spent.
"""

from anonymiser import ONE_EPSILON, MicroEpsilon
from pds.errors import UsageError
from pds.node import Node

DEFAULT = ONE_EPSILON
_NAME = "allowance"


def yearly_allowance(node: Node) -> MicroEpsilon:
    """The allowance of one student and school year; ε = 1 unless the node says otherwise."""
    stored = node.own_document(_NAME)
    return DEFAULT if stored is None else MicroEpsilon(int(stored))


def set_yearly_allowance(node: Node, allowance: int) -> None:
    """Set the allowance, for all students of the node alike.

    Args:
        node: The node.
        allowance: In micro-ε, not negative; 0 lets no student be counted.

    Raises:
        UsageError: it is negative.
    """
    if allowance < 0:
        raise UsageError("an allowance is not negative")
    with node.transaction():
        node.keep_own_document(_NAME, str(allowance))
