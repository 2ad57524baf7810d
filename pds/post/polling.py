"""A child asks its parent for messages: a short-lived signed request, which also says what arrived safely.

Schools open no port; whoever is above relays. Never: a socket; what a message means.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pds.clock import parse_timestamp, timestamp
from pds.crypto import DocumentType, claimed_signer
from pds.errors import SignatureError, UnlistedError, UsageError
from pds.holders import verify
from pds.identifiers import OrgId
from pds.node import Node
from pds.post import mailbox

TOLERANCE = timedelta(minutes=5)  # how far two nodes' clocks may differ
MOST_MESSAGES = 50  # handed out at a time, and never many that are long: what is beyond the first waits
MOST_BYTES = 64 * 1024  # of a request, which names no more than was handed out


class Poll(BaseModel):
    """What a child signs."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    format: Literal["manabi-poll/1"] = "manabi-poll/1"
    sender: str = Field(alias="from")
    time: str
    arrived: Annotated[tuple[Annotated[str, Field(max_length=128)], ...], Field(max_length=MOST_MESSAGES)] = ()


def ask(node: Node, organisation: OrgId, arrived: Sequence[str] = ()) -> str:
    """Sign a request for everything that waits for an organisation of this node or one below it."""
    poll = Poll(sender=organisation, time=timestamp(node.clock.now()), arrived=tuple(arrived))
    return node.keyring.secret(organisation).sign(DocumentType.POLL, poll.model_dump(mode="json", by_alias=True))


def read(node: Node, token: str) -> Poll:
    """Verify a request; nothing is done for whoever did not sign it.

    Raises:
        SignatureError: the request is not by the organisation that it says, or is too old.
        UnlistedError: that organisation is not in the directory.
        UsageError: it is malformed.
    """
    if len(token) > MOST_BYTES:
        raise UsageError(f"a request for messages has at most {MOST_BYTES} bytes")
    card = node.card(claimed_signer(token))
    if card is None:
        raise UnlistedError("the request is signed by an organisation that is not in the directory")
    try:
        poll = Poll.model_validate(verify(token, DocumentType.POLL, card))
        age = abs(node.clock.now() - parse_timestamp(poll.time))
    except (ValidationError, ValueError, OverflowError) as error:
        raise UsageError("a request for messages is malformed") from error
    if poll.sender != card.id or age > TOLERANCE:
        raise SignatureError("a request for messages is too old; compare the two computers' clocks")
    return poll


def answer(node: Node, poll: Poll) -> list[tuple[str, str]]:
    """Forget what has arrived, and hand out what waits for whoever asked, or below: names and tokens, oldest first.

    At most `MOST_MESSAGES`, and no more of them than together are as long as one may be.

    Args:
        node: The parent.
        poll: A request that was verified just now.
    """
    theirs = node.directory.at_or_below(poll.sender)
    mailbox.carried_to(node, theirs, poll.arrived)
    found: list[tuple[str, str]] = []
    length = 0
    for name, _, token in mailbox.each_waiting(node, theirs):
        length += len(token)
        if found and (len(found) == MOST_MESSAGES or length > mailbox.MOST_BYTES):
            break
        found.append((name, token))
    return found
