"""Sessions: who is signed in on a browser, sealed under a token that only the browser has.

The database holds no token, so neither a thief of it nor the node by itself opens a session, nor the keys in it.
Never: a cookie, a password, a page.
"""

import hashlib
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pds.clock import JAPAN, parse_timestamp, timestamp
from pds.crypto import aead, b64, canonical, kdf, parse, unb64
from pds.errors import SealBrokenError, UsageError
from pds.node import DocumentKind, Lifetime, Node

LONGEST = timedelta(hours=12)  # whatever is done in between
_SESSION = DocumentKind(
    "session", bytes, "who is signed in on a browser, sealed; hash of its token", Lifetime.DATED, final=True
)
_TOKEN_BYTES = 32
_TOUCH = timedelta(minutes=1)  # how exactly the time of the last request is kept


@dataclass(frozen=True, slots=True)
class Session:
    """An open session. Its repr shows nothing of the person.

    Attributes:
        content: What was kept in it.
        idle: After how long without a request it ends.
        started: When the person signed in.
        seen: When the last request came, to the minute.
    """

    token: str = field(repr=False)
    content: dict[str, Any] = field(repr=False)
    idle: timedelta
    started: datetime
    seen: datetime


def begin(node: Node, content: dict[str, Any], idle: timedelta) -> Session:
    """Begin a session; what is over by its day, sessions of earlier days among it, is deleted on the occasion."""
    node.refuse_restored()
    now = node.clock.now()
    session = Session(b64(os.urandom(_TOKEN_BYTES)), content, idle, now, now)
    node.documents.sweep()
    _save(node, session)
    return session


def resume(node: Node, token: str) -> Session | None:
    """The session of a token; None when there is none, or it has ended."""
    name = _name(token)
    sealed = node.documents.get(_SESSION, name)
    key = _key(token)
    if sealed is None or key is None:
        return None
    try:
        document = parse(aead.open_sealed(key, sealed, name.encode(), "a session"))
    except SealBrokenError:
        return None
    session = Session(
        token,
        document["content"],
        timedelta(seconds=document["idle"]),
        parse_timestamp(document["started"]),
        parse_timestamp(document["seen"]),
    )
    now = node.clock.now()
    if now >= _ends(session):
        end(node, token)
        return None
    if now - session.seen >= _TOUCH:
        session = Session(token, session.content, session.idle, session.started, now)
        _save(node, session)
    return session


def keep(node: Node, session: Session, content: dict[str, Any]) -> Session:
    """Keep something else in a session."""
    changed = Session(session.token, content, session.idle, session.started, session.seen)
    _save(node, changed)
    return changed


def end(node: Node, token: str) -> None:
    """End a session; nothing of it remains."""
    with node.transaction():
        node.documents.drop(_SESSION, _name(token))


def _ends(session: Session) -> datetime:
    return min(session.seen + session.idle, session.started + LONGEST)


def _save(node: Node, session: Session) -> None:
    name, key = _name(session.token), _key(session.token)
    if key is None:
        raise UsageError("not a session's token")
    document = {
        "content": session.content,
        "idle": int(session.idle.total_seconds()),
        "seen": timestamp(session.seen),
        "started": timestamp(session.started),
    }
    text = canonical(document)
    padded = text + b" " * (-len(text) % 1024)
    until = (_ends(session) + _TOUCH).astimezone(JAPAN).date()
    with node.transaction():
        node.documents.put(_SESSION, name, aead.seal(key, padded, name.encode()), until=until)


def _name(token: str) -> str:
    return hashlib.sha256(b"manabi/session-name/1" + token.encode()).hexdigest()


def _key(token: str) -> bytes | None:
    try:
        secret = unb64(token)
    except UsageError:
        return None
    return kdf.derive(secret, b"manabi/session/1") if len(secret) == _TOKEN_BYTES else None
