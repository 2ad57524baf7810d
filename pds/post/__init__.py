"""Messages between organisations: boxes, a table of kinds, each acted upon for itself, a child asking its parent.

Never: what a message of some kind means, which its room says; a socket.
"""

from pds.post import mailbox, polling
from pds.post.acting import act, refuse_others, try_again, why
from pds.post.due import Letter, post_once
from pds.post.kinds import Kinds, MessageKind, Way, table
from pds.post.mailbox import Message

__all__ = [
    "Kinds",
    "Letter",
    "Message",
    "MessageKind",
    "Way",
    "act",
    "mailbox",
    "polling",
    "post_once",
    "refuse_others",
    "table",
    "try_again",
    "why",
]
