"""Carries messages between nodes by hand, as a network or a memory stick would, and lets each node act on them."""

from collections.abc import Callable, Sequence

from consent.lifecycle import moving
from pds.identifiers import OrgId
from pds.node import Node
from pds.post import mailbox


def carry(nodes: Sequence[Node], act: Callable[[Node], int] = moving.act) -> list[str]:
    """Deliver until nothing waits; hand back every token that was on the wire."""
    wire: list[str] = []
    home = {org: node for node in nodes for org in node.organisations()}
    busy = True
    while busy:
        busy = False
        for node in nodes:
            for name, to, token in mailbox.waiting(node):
                mailbox.deliver(home[OrgId(to)], token)
                mailbox.carried(node, name)
                wire.append(token)
                busy = True
            busy = act(node) > 0 or busy
    return wire
