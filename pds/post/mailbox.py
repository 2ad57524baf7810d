"""Messages between organisations: signed, addressed, carried by any medium, taken once.

A message for an organisation of another node waits in the outbox until a carrier (HTTP or a file) takes it. A node
above relays what is not its own. Never: what a message means; a socket.
"""

import hashlib
import uuid
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pds.crypto import DocumentType, canonical, claimed_document, claimed_signer
from pds.errors import SignatureError, UsageError
from pds.holders import verify
from pds.identifiers import OrgId
from pds.node import Node

MOST_BYTES = 64 * 1024 * 1024  # a bundle of some twenty thousand records; more than a school life
_OUTBOX, _INBOX, _SEEN = "outbox", "inbox", "seen"


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
        node.store.put(_INBOX if node.keyring.keeps(to) else _OUTBOX, message.id, token.encode())


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
        if node.store.get(_SEEN, message.id) is None:
            node.store.put(_SEEN, message.id, b"")
            node.store.put(_INBOX if node.keyring.keeps(message.to) else _OUTBOX, message.id, token.encode())
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
    for name, token in node.store.all(_INBOX):
        try:
            message = Message.model_validate(claimed_document(token.decode()))
        except (SignatureError, ValueError):
            fail(node, name, "what stands here is no message")
        else:
            yield name, message


def done(node: Node, name: str) -> bool:
    """Forget a message that is acted upon; call it in the transaction of the act. False when it waits no longer."""
    waits = node.store.get(_INBOX, name) is not None
    node.store.drop(_INBOX, name)
    return waits


def fail(node: Node, name: str, reason: str, *, sent: bool = False) -> None:
    """Put a message aside that could not be acted upon, or delivered, with the reason, so that it holds up no other."""
    box = _OUTBOX if sent else _INBOX
    with node.transaction():
        token = node.store.get(box, name)
        if token is not None:
            _keep_aside(node, name, token.decode(), reason)
            node.store.drop(box, name)


def set_aside(node: Node, token: str, reason: str) -> None:
    """Keep, with the reason, what a carrier brought and what is no message for here; named by its SHA-256."""
    with node.transaction():
        _keep_aside(node, hashlib.sha256(token.encode()).hexdigest(), token, reason)


def _keep_aside(node: Node, name: str, token: str, reason: str) -> None:
    node.store.put("failed", name, canonical({"reason": reason, "token": token}), replace=True)


def waiting(node: Node) -> list[tuple[str, OrgId, str]]:
    """Messages that wait for a carrier: name, addressee, token; oldest first."""
    found = [(name, token.decode()) for name, token in node.store.all(_OUTBOX)]
    return [(name, OrgId(str(claimed_document(token)["to"])), token) for name, token in found]


def carried(node: Node, name: str) -> None:
    """Forget a message that a carrier has delivered."""
    with node.transaction():
        node.store.drop(_OUTBOX, name)
