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

from pds.crypto import DocumentType, claimed_document, claimed_signer, claimed_type, signing
from pds.errors import PdsError, SignatureError, UnlistedError, UsageError, store_failed
from pds.holders import PublicHolder, verify
from pds.identifiers import OrgId
from pds.node import DocumentKind, Node

START = 1024  # bytes, within which a message says who signed it
MOST_BYTES = 16 * 1024 * 1024  # a bundle of some nine thousand records, twice a school life (ADR 21)


class _Failed(BaseModel):
    """A message that was put aside, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str
    token: str
    unlisted: bool = False  # an organisation was not in the directory; a newer one may have it


OUTBOX = DocumentKind("outbox", str, "message that waits for a carrier, by its addressee; the message", owned=True)
INBOX = DocumentKind("inbox", str, "message that waits to be acted upon, by its addressee; the message", owned=True)
# A stick may be found again after weeks. After a year a message that comes again is acted upon again, and every act
# finds what it did: a transfer that has gone on, the same study, the same answer.
_SEEN = DocumentKind("seen", bytes, "nothing: a message that arrived; the message", timedelta(days=366))
_FAILED = DocumentKind(
    "failed",
    _Failed,
    "message put aside, and why; the message",
    timedelta(days=90),
    key=lambda failed: _UNLISTED if failed.unlisted else None,
)
_UNLISTED = "unlisted"
_TRIED = DocumentKind("failed-tried", str, "directory by which what was put aside was tried last; `directory`")


class Message(BaseModel):
    """One message; `body` is a signed document of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    format: Literal["manabi-message/1"] = "manabi-message/1"
    id: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
    sender: Annotated[str, Field(alias="from")]
    to: str
    kind: Annotated[str, Field(pattern=r"^[a-z]+\.[a-z]+$")]
    body: str

    @property
    def name(self) -> str:
        """Under which it is kept: of its sender and id, so that nobody uses up another's. SHA-256, hex."""
        return hashlib.sha256(f"{self.sender}\n{self.id}".encode()).hexdigest()


def post(node: Node, sender: OrgId, to: OrgId, kind: str, body: str) -> None:
    """Send a message from an organisation of this node; to one of this node it arrives at once.

    Raises:
        RestoredError: this node is not confirmed; what it would say may have been said otherwise already.
        UsageError: it is longer than any node takes; nothing is sent.
    """
    node.refuse_restored()
    message = Message(id=str(uuid.uuid4()), sender=sender, to=to, kind=kind, body=body)
    token = node.keyring.secret(sender).sign(DocumentType.MESSAGE, message.model_dump(by_alias=True))
    if len(token) > MOST_BYTES:
        raise UsageError(f"what is to be sent has {len(token)} bytes, and a message at most {MOST_BYTES}")
    with node.transaction():
        _keep(node, message, token)


def deliver(node: Node, token: str) -> Message:
    """Take a message from a carrier: into the inbox, or on its way if it is for another node. Twice is once.

    Raises:
        SignatureError: it was not signed by the organisation it is from.
        UnlistedError: that organisation, or the one it is for, is not in the directory.
        UsageError: it is malformed.
    """
    message = read(node, token)
    if node.card(message.to) is None:
        raise UnlistedError("the message is for an organisation that is not in the directory")
    with node.transaction():
        if not node.documents.has(_SEEN, message.name):
            _keep(node, message, token)
            node.documents.add(_SEEN, message.name, b"")
    return message


def _keep(node: Node, message: Message, token: str) -> None:
    box = INBOX if node.keyring.keeps(message.to) else OUTBOX
    node.documents.put(box, message.name, token, owner=message.to)


def signer(node: Node, start: bytes | bytearray) -> PublicHolder:
    """Whose message it says it is, by its first bytes: known before the rest is read.

    Raises:
        SignatureError: no message begins so.
        UnlistedError: the organisation is not in the directory.
    """
    header, dot, _ = start.partition(b".")
    if not dot:
        raise SignatureError("not a signed document")
    token = f"{header.decode('ascii', errors='replace')}.."
    if claimed_type(token) != DocumentType.MESSAGE:
        raise SignatureError("a message was expected, the signed header names another document")
    return _known(node, token)


def check_signature(body: bytes | bytearray, signer: PublicHolder) -> None:
    """See, in place, that somebody has signed a message, before any of it is unpacked. Raises SignatureError."""
    if not signing.signed_by(body, signer.signing_key):
        raise SignatureError(f"the signature of a message by {signer.id} does not hold")


def _known(node: Node, token: str) -> PublicHolder:
    card = node.card(claimed_signer(token))
    if card is None:
        raise UnlistedError("a message is signed by an organisation that is not in the directory")
    return card


def read(node: Node, token: str) -> Message:
    """Verify a message.

    Raises:
        SignatureError, UnlistedError, UsageError: as `deliver`.
    """
    if len(token) > MOST_BYTES:
        raise UsageError(f"a message has at most {MOST_BYTES} bytes")
    card = _known(node, token)
    try:
        message = Message.model_validate(verify(token, DocumentType.MESSAGE, card))
    except ValidationError as error:
        raise UsageError("a message is malformed") from error
    if message.sender != card.id:
        raise SignatureError("a message is signed by another organisation than it is from")
    return message


def arrived(node: Node) -> Iterator[tuple[str, Message]]:
    """Messages waiting for an organisation of this node, oldest first, with their names for `done`; one at a time.

    What stands in the box and is no message, which `deliver` lets nobody bring, is put aside.
    """
    for name in node.documents.names(INBOX):
        token = node.documents.get(INBOX, name)
        if token is None:
            continue  # another process was first
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


def fail(node: Node, name: str, reason: str, *, sent: bool = False, unlisted: bool = False) -> None:
    """Put a message aside that could not be acted upon, or delivered, with the reason, so that it holds up no other.

    Args:
        node: Where it waits.
        name: Which one.
        reason: Fit to be told.
        sent: It waited to be carried, not to be acted upon.
        unlisted: An organisation was not in the directory: `try_again` takes it up with a newer one.
    """
    box = OUTBOX if sent else INBOX
    with node.transaction():
        token = node.documents.get(box, name)
        if token is not None:
            node.documents.put(_FAILED, name, _Failed(reason=reason, token=token, unlisted=unlisted))
            node.documents.drop(box, name)


def set_aside(node: Node, token: str, reason: str, *, unlisted: bool = False) -> None:
    """Keep, with the reason, what a carrier brought and what is no message for here; named by its SHA-256."""
    name = hashlib.sha256(token.encode()).hexdigest()
    with node.transaction():
        node.documents.put(_FAILED, name, _Failed(reason=reason, token=token, unlisted=unlisted))


def try_again(node: Node) -> int:
    """After a new directory, take up what was put aside because an organisation was not in the one before.

    Returns:
        How many wait in their boxes again.

    Raises:
        ExpiredError, NoDirectoryError: there is no directory to try them with.
    """
    names = node.documents.names(_FAILED, key=_UNLISTED)
    if not names or node.documents.get(_TRIED, _TRIED.name) == node.directory.digest:
        return 0
    taken = sum(_taken_up(node, name) for name in names)
    with node.transaction():
        node.documents.put(_TRIED, _TRIED.name, node.directory.digest)
    return taken


def _taken_up(node: Node, name: str) -> bool:
    with node.transaction():
        aside = node.documents.get(_FAILED, name)
        if aside is None:
            return False  # another process was first
        try:
            message = read(node, aside.token)
            if node.card(message.to) is None:
                return False
        except PdsError as error:
            if store_failed(error):
                raise
            if not isinstance(error, UnlistedError):
                node.documents.put(_FAILED, name, _Failed(reason=str(error), token=aside.token))
            return False
        _keep(node, message, aside.token)
        if not node.documents.has(_SEEN, message.name):
            node.documents.add(_SEEN, message.name, b"")
        node.documents.drop(_FAILED, name)
    return True


def failed(node: Node) -> int:
    """How many messages were put aside, but for those that wait for another directory."""
    return len(node.documents.names(_FAILED)) - waiting_for_directory(node)


def waiting_for_directory(node: Node) -> int:
    """How many messages were put aside until a directory has the organisations that they are of."""
    return len(node.documents.names(_FAILED, key=_UNLISTED))


def waiting(node: Node, addressees: Collection[str] | None = None) -> list[tuple[str, OrgId, str]]:
    """All that `each_waiting` hands out, at once."""
    return list(each_waiting(node, addressees))


def each_waiting(node: Node, addressees: Collection[str] | None = None) -> Iterator[tuple[str, OrgId, str]]:
    """Messages that wait for a carrier, those for some addressees or all: name, addressee, token; oldest first.

    One at a time: each may be as long as a message may be, and nobody holds all of them.
    """
    for name in node.documents.names(OUTBOX, owners=addressees):
        token = node.documents.get(OUTBOX, name)
        if token is not None:
            yield name, OrgId(str(claimed_document(token)["to"])), token


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
