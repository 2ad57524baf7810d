"""One deployment: making, opening, backing up a node, and its directory of others. Never: a decision, a route."""

from pds.node import backup
from pds.node.directory import Directory
from pds.node.node import Node, create_node, open_node
from pds.store import DocumentKind, Lifetime

__all__ = [
    "Directory",
    "DocumentKind",
    "Lifetime",
    "Node",
    "backup",
    "create_node",
    "open_node",
]
