"""A child asks its parent for messages: a short-lived signed request, which also says what arrived safely.

Schools open no port; whoever is above relays. Never: a socket; what a message means.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pds.clock import parse_timestamp, timestamp
from pds.crypto import DocumentType, claimed_signer
from pds.errors import SignatureError, UsageError
from pds.holders import verify
from pds.identifiers import OrgId
from pds.node import Node
from pds.post import mailbox

TOLERANCE = timedelta(minutes=5)  # how far two nodes' clocks may differ
MOST_MESSAGES = 50  # handed out at a time


class Poll(BaseModel):
    """What a child signs."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    format: Literal["manabi-poll/1"] = "manabi-poll/1"
    sender: str = Field(alias="from")
    time: str
    arrived: tuple[str, ...] = ()


def ask(node: Node, organisation: OrgId, arrived: Sequence[str] = ()) -> str:
    """Sign a request for everything that waits for an organisation of this node or one below it."""
    poll = Poll(sender=organisation, time=timestamp(node.clock.now()), arrived=tuple(arrived))
    return node.keyring.secret(organisation).sign(DocumentType.POLL, poll.model_dump(mode="json", by_alias=True))


def answer(node: Node, token: str) -> list[tuple[str, str]]:
    """Forget what has arrived, and hand out what waits: names and tokens, oldest first.

    Raises:
        SignatureError: the request is not signed by an organisation of the directory, or is too old.
        UsageError: it is malformed.
    """
    card = node.card(claimed_signer(token))
    if card is None:
        raise SignatureError("the request is signed by an organisation that is not in the directory")
    try:
        poll = Poll.model_validate(verify(token, DocumentType.POLL, card))
        age = abs(node.clock.now() - parse_timestamp(poll.time))
    except (ValidationError, ValueError) as error:
        raise UsageError("a request for messages is malformed") from error
    if poll.sender != card.id or age > TOLERANCE:
        raise SignatureError("a request for messages is too old; compare the two computers' clocks")
    theirs = node.directory.at_or_below(card.id)
    mailbox.carried_to(node, theirs, poll.arrived)
    return [(name, token) for name, _, token in mailbox.waiting(node, theirs, MOST_MESSAGES)]
