"""Acting on what has arrived, each message for itself: whatever goes wrong with one puts that one aside.

What goes wrong with this node itself, its store or its directory, is nobody's message: there messages wait.
Never: what a kind of message means; a line of a log that says what was in one.
"""

import logging

from pds.errors import PdsError, StoreError, UnlistedError, UsageError, VerificationError, store_failed
from pds.node import Node
from pds.post import mailbox
from pds.post.kinds import Kinds, MessageKind
from pds.post.mailbox import Message

_log = logging.getLogger("manabi.post")


def act(node: Node, kinds: Kinds) -> int:
    """Act on every message of these kinds, oldest first; those of other kinds wait for whoever knows theirs.

    Returns:
        How many were acted upon; the others of these kinds are put aside with their reasons. None while this node's
        directory has expired: whom to trust is not known then, and all wait; nor while it was restored and is not
        confirmed.

    Raises:
        StoreError: this node's store failed at a message, which waits; the others were tried.
    """
    acted = 0
    failed: StoreError | None = None
    if not _may_act(node):
        return 0
    for name, message in mailbox.arrived(node):
        if (kind := kinds.get(message.kind)) is None:
            continue
        try:
            acted += _take(node, kind, name, message)
        except Exception as error:  # noqa: BLE001  # of whatever exception: the next message is somebody else's
            if store_failed(error):
                failed = error
                continue
            _log.warning("a message of the kind %s was put aside: %s", kind.name, why(error))
            mailbox.fail(node, name, why(error), unlisted=isinstance(error, UnlistedError))
    if failed is not None:
        raise failed
    return acted


def try_again(node: Node) -> int:
    """Take up what was put aside for want of an organisation, once there is another directory; hand back how many."""
    try:
        return mailbox.try_again(node)
    except (UsageError, VerificationError):
        return 0  # no directory, or one that has expired: they wait on


def refuse_others(node: Node, kinds: Kinds) -> None:
    """Put aside what is of none of these kinds; for whoever joins all rooms of the node."""
    if not _may_act(node):
        return
    for name, message in mailbox.arrived(node):
        if message.kind not in kinds:
            _log.warning("a message of a kind that is not taken here was put aside")
            mailbox.fail(node, name, "no messages of this kind are taken here")


def why(error: Exception) -> str:
    """What may be kept and told of an error: our own sentences; of any other only its class, it may quote anything."""
    return str(error) if isinstance(error, PdsError) else f"it could not be dealt with ({type(error).__name__})"


def _take(node: Node, kind: MessageKind, name: str, message: Message) -> bool:
    with node.transaction():
        if not mailbox.done(node, name):
            return False  # another process of this node was first
        kind.check(node, message)
        kind.take(node, message)
    return True


def _may_act(node: Node) -> bool:
    """Whether this node knows whom to trust, and that nothing newer of it exists elsewhere; otherwise messages wait."""
    if not node.documents.owners(mailbox.INBOX):
        return False
    if node.restored:
        _log.warning("messages wait: this node was restored from a backup and is not confirmed")
        return False
    try:
        _ = node.directory
    except UsageError:
        return True  # a node by itself, which knows its own organisations
    except VerificationError as error:
        _log.warning("messages wait: %s", error)
        return False
    return True
