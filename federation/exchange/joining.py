"""Where rooms are joined: one table of all kinds of message this node takes, and all that it has to send by itself.

Never: what a message means; a socket.
"""

import logging
from collections.abc import Callable, Iterable

from consent.lifecycle import moving
from federation import messages
from pds import post
from pds.errors import store_failed
from pds.node import Node

KINDS = post.table(*moving.MESSAGES, *messages.MESSAGES)
_DUE: tuple[Callable[[Node], Iterable[post.Letter]], ...] = (messages.due,)
_log = logging.getLogger("manabi.exchange")


def act(node: Node) -> int:
    """Act on every message in the inbox; one that does not fit, or that nobody takes, is put aside with its reason.

    Returns:
        How many messages were acted upon.

    Raises:
        StoreError: this node's store failed at a message, which waits; the others were tried.
    """
    post.try_again(node)
    post.refuse_others(node, KINDS)
    return post.act(node, KINDS)


def post_due(node: Node) -> int:
    """Put into the outbox what the rooms of this node have to say and did not say before; hand back how many.

    A room that fails is told of in the log, and keeps no other room's letters and no messages from being carried.

    Raises:
        StoreError: this node's store failed.
    """
    posted = 0
    for due in _DUE:
        try:
            posted += post.post_once(node, due(node))
        except Exception as error:  # of whatever exception: the other rooms' letters go on
            if store_failed(error):
                raise
            _log.warning("what is due of %s could not be posted: %s", due.__module__, post.why(error))
    return posted
