"""One deployment: making, opening, backing up a node, and its directory of others. Never: a decision, a route."""

from pds.node import backup
from pds.node.directory import Directory, Kind, read_card
from pds.node.entries import Succession
from pds.node.node import Node, create_node, open_node
from pds.store import DocumentKind, Lifetime

__all__ = [
    "Directory",
    "DocumentKind",
    "Kind",
    "Lifetime",
    "Node",
    "Succession",
    "backup",
    "create_node",
    "open_node",
    "read_card",
]
