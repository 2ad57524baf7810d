"""One deployment: making, opening, backing up a node, and its directory of others. Never: a decision, a route."""

from pds.node import backup
from pds.node.addresses import check_address, host_of, public_addresses, set_public_addresses
from pds.node.directory import Directory, Kind, read_card
from pds.node.entries import Succession
from pds.node.gaiji_lists import gaiji_of, set_gaiji
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
    "check_address",
    "create_node",
    "gaiji_of",
    "host_of",
    "open_node",
    "public_addresses",
    "read_card",
    "set_gaiji",
    "set_public_addresses",
]
