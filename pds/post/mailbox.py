"""Messages between organisations: signed, addressed, carried by any medium, taken once.

A message for an organisation of another node waits in the outbox until a carrier (HTTP or a file) takes it. A node
above relays what is not its own. Never: what a message means; a socket.
"""

import hashlib
import uuid
from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pds.crypto import DocumentType, claimed_document, claimed_signer
from pds.errors import SignatureError, UsageError
from pds.holders import verify
from pds.identifiers import OrgId
from pds.node import DocumentKind, Node

MOST_BYTES = 64 * 1024 * 1024  # a bundle of some twenty thousand records; more than a school life


class _Failed(BaseModel):
    """A message that was put aside, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str
    token: str


OUTBOX = DocumentKind("outbox", str, "message that waits for a carrier, by its addressee; the message", owned=True)
INBOX = DocumentKind("inbox", str, "message that waits to be acted upon, by its addressee; the message", owned=True)
# A stick may be found again after weeks. After a year a message that comes again is acted upon again, and every act
# finds what it did: a transfer that has gone on, the same study, the same answer.
_SEEN = DocumentKind("seen", bytes, "nothing: a message that arrived; the message", timedelta(days=366))
_FAILED = DocumentKind("failed", _Failed, "message put aside, and why; the message", timedelta(days=90))


class Message(BaseModel):
    """One message; `body` is a signed document of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    format: Literal["manabi-message/1"] = "manabi-message/1"
    id: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
    sender: Annotated[str, Field(alias="from")]
    to: str
    kind: Annotated[str, Field(pattern=r"^[a-z]+\.[a-z]+$")]
    body: str


def post(node: Node, sender: OrgId, to: OrgId, kind: str, body: str) -> None:
    """Send a message from an organisation of this node; to one of this node it arrives at once."""
    message = Message(id=str(uuid.uuid4()), sender=sender, to=to, kind=kind, body=body)
    token = node.keyring.secret(sender).sign(DocumentType.MESSAGE, message.model_dump(by_alias=True))
    with node.transaction():
        node.documents.add(INBOX if node.keyring.keeps(to) else OUTBOX, message.id, token, owner=to)


def deliver(node: Node, token: str) -> Message:
    """Take a message from a carrier: into the inbox, or on its way if it is for another node. Twice is once.

    Raises:
        SignatureError: it was not signed by the organisation it is from, or that is not in the directory.
        UsageError: it is malformed, or for an organisation nobody knows.
    """
    message = read(node, token)
    if node.card(message.to) is None:
        raise UsageError("the message is for an organisation that is not in the directory")
    with node.transaction():
        if not node.documents.has(_SEEN, message.id):
            node.documents.add(_SEEN, message.id, b"")
            box = INBOX if node.keyring.keeps(message.to) else OUTBOX
            node.documents.add(box, message.id, token, owner=message.to)
    return message


def read(node: Node, token: str) -> Message:
    """Verify a message.

    Raises:
        SignatureError, UsageError: as `deliver`.
    """
    if len(token) > MOST_BYTES:
        raise UsageError(f"a message has at most {MOST_BYTES} bytes")
    card = node.card(claimed_signer(token))
    if card is None:
        raise SignatureError("a message is signed by an organisation that is not in the directory")
    try:
        message = Message.model_validate(verify(token, DocumentType.MESSAGE, card))
    except ValidationError as error:
        raise UsageError("a message is malformed") from error
    if message.sender != card.id:
        raise SignatureError("a message is signed by another organisation than it is from")
    return message


def arrived(node: Node) -> Iterator[tuple[str, Message]]:
    """Messages waiting for an organisation of this node, oldest first, with their names for `done`.

    What stands in the box and is no message, which `deliver` lets nobody bring, is put aside.
    """
    for name, token in node.documents.find(INBOX):
        try:
            message = Message.model_validate(claimed_document(token))
        except (SignatureError, ValueError):
            fail(node, name, "what stands here is no message")
        else:
            yield name, message


def done(node: Node, name: str) -> bool:
    """Forget a message that is acted upon; call it in the transaction of the act. False when it waits no longer."""
    waits = node.documents.has(INBOX, name)
    node.documents.drop(INBOX, name)
    return waits


def fail(node: Node, name: str, reason: str, *, sent: bool = False) -> None:
    """Put a message aside that could not be acted upon, or delivered, with the reason, so that it holds up no other."""
    box = OUTBOX if sent else INBOX
    with node.transaction():
        token = node.documents.get(box, name)
        if token is not None:
            _keep_aside(node, name, token, reason)
            node.documents.drop(box, name)


def set_aside(node: Node, token: str, reason: str) -> None:
    """Keep, with the reason, what a carrier brought and what is no message for here; named by its SHA-256."""
    with node.transaction():
        _keep_aside(node, hashlib.sha256(token.encode()).hexdigest(), token, reason)


def _keep_aside(node: Node, name: str, token: str, reason: str) -> None:
    node.documents.put(_FAILED, name, _Failed(reason=reason, token=token))


def failed(node: Node) -> int:
    """How many messages were put aside."""
    return len(node.documents.names(_FAILED))


def waiting(
    node: Node, addressees: Collection[str] | None = None, most: int | None = None
) -> list[tuple[str, OrgId, str]]:
    """Messages that wait for a carrier, those for some addressees or all: name, addressee, token; oldest first."""
    found = node.documents.find(OUTBOX, owners=addressees, most=most)
    return [(name, OrgId(str(claimed_document(token)["to"])), token) for name, token in found]


def addressees(node: Node) -> list[OrgId]:
    """For whom messages wait for a carrier."""
    return [OrgId(name) for name in node.documents.owners(OUTBOX)]


def carried(node: Node, name: str) -> None:
    """Forget a message that a carrier has delivered."""
    with node.transaction():
        node.documents.drop(OUTBOX, name)


def carried_to(node: Node, addressees: Collection[str], names: Collection[str]) -> None:
    """Forget those of some messages that were for these addressees: they say that they have them."""
    with node.transaction():
        for name in set(names).intersection(node.documents.names(OUTBOX, owners=addressees) if names else ()):
            node.documents.drop(OUTBOX, name)
