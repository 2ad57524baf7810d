"""Addresses of nodes: what one is, and under which this node is asked for by browsers. Never: a request, a socket."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from pds.errors import UsageError
from pds.node.node import Node

_PUBLIC = "public-addresses"
_USUAL = {"http": 80, "https": 443}


def check_address(text: str) -> str:
    """Take a node's address from outside, such as "https://pds.example.lg.jp".

    Returns:
        The address without a slash at its end.

    Raises:
        UsageError: it is no address of the web, or holds a name, a password, a query.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    whole = text.isascii() and text.isprintable() and " " not in text and "\\" not in text
    if not whole or not host or parts.scheme not in _USUAL or port == 0:
        raise UsageError("an address is https:// (or http://), a name of a machine, and nothing odd")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise UsageError("an address holds no sign-in name, no question and no mark")
    return text.rstrip("/")


def host_of(address: str) -> str:
    """The host of an address as browsers write it into a request: in lower case, the usual port left out."""
    parts = urlsplit(address)
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else str(parts.hostname)
    return name if parts.port in (None, _USUAL[parts.scheme]) else f"{name}:{parts.port}"


def set_public_addresses(node: Node, addresses: Sequence[str]) -> None:
    """Under which addresses browsers ask for this node; none lets it answer under any.

    Raises:
        UsageError: one is no address, or has a path.
    """
    checked = [check_address(address) for address in addresses]
    if any(urlsplit(address).path for address in checked):
        raise UsageError("a public address is a machine's, without a path")
    with node.transaction():
        node.keep_own_document(_PUBLIC, "\n".join(checked))


def public_addresses(node: Node) -> list[str]:
    """Under which addresses browsers ask for this node, the first one first; none if nobody said."""
    return (node.own_document(_PUBLIC) or "").split()
