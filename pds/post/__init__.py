"""Messages between organisations: boxes, and a child asking its parent. Never: what a message means; a socket."""

from pds.post import (
    mailbox,
    polling,
)
from pds.post.mailbox import (
    Message,
)

__all__ = [
    "Message",
    "mailbox",
    "polling",
]
