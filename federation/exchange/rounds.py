"""One round of a node's post: act, say what is due, bring to the parent, fetch from it, act again.

Never: what a message means; how it is carried.
"""

import logging
from dataclasses import dataclass

import httpx2
from pydantic import ValidationError

from federation.errors import ParentUnreachableError
from federation.exchange.carrying import bring, fetch
from federation.exchange.joining import act, post_due
from pds.node import Node, check_address

_log = logging.getLogger("manabi.exchange")
_PARENT = "parent-url"
_TIMEOUT = 60.0  # seconds, for a large bundle on a slow school line


@dataclass(frozen=True, slots=True)
class Tick:
    """What one round did, in numbers."""

    sent: int
    fetched: int
    acted: int


def set_parent(node: Node, url: str) -> None:
    """Where this node's parent listens, such as "https://pds.example.lg.jp". Raises UsageError for no address."""
    address = check_address(url)
    with node.transaction():
        node.keep_own_document(_PARENT, address)


def parent(node: Node) -> str | None:
    """The parent's address, if this node has one."""
    return node.own_document(_PARENT)


def tick(node: Node) -> Tick:
    """One round of post; nothing while this node was restored and is not confirmed: everything waits.

    Raises:
        ParentUnreachableError: the parent did not answer; everything waits for the next round.
        StoreError: this node's store failed; what it failed at waits for the next round.
    """
    if node.restored:
        _log.warning("nothing is sent or fetched: this node was restored from a backup and is not confirmed")
        return Tick(0, 0, 0)
    acted = act(node)
    post_due(node)
    url = parent(node)
    if url is None:
        return Tick(0, 0, acted + act(node))
    with httpx2.Client(base_url=url, timeout=_TIMEOUT) as client:
        try:
            sent = bring(node, client)
            fetched = fetch(node, client)
        except (httpx2.HTTPError, ValidationError) as error:
            raise ParentUnreachableError(f"the parent at {url} did not answer as expected; try again later") from error
    return Tick(sent, fetched, acted + act(node))
