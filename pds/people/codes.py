"""Codes that a person carries from one place to another once: an invitation on paper, a moving code.

A code is 80 random bits; the node keeps what it stands for sealed under the code and the node's pepper, under a name
that only the code gives. Never: what a code is for.
"""

import secrets
from datetime import timedelta
from typing import Any

from pds.clock import JAPAN, parse_timestamp, timestamp
from pds.crypto import aead, canonical, kdf, parse
from pds.errors import CodeError, SealBrokenError
from pds.node import DocumentKind, Node

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_READ_AS = str.maketrans("OIL", "011")
_LENGTH, _GROUP = 16, 4


def issue(node: Node, kind: DocumentKind[bytes], content: dict[str, Any], lifetime: timedelta) -> str:
    """Keep `content` under a fresh code and hand the code back, in groups of four characters.

    Args:
        node: The node that will know the code again.
        content: What the code stands for.
        kind: What the code is for: the kind of the stored document, which is dated.
        lifetime: How long it may be used.
    """
    node.refuse_restored()
    code = draw()
    name, key = _derive(node, kind, plain(code))
    expires = node.clock.now() + lifetime
    text = canonical({"content": content, "expires": timestamp(expires)})
    with node.transaction():
        sealed, until = aead.seal(key, text, name.encode()), expires.astimezone(JAPAN).date()
        node.documents.add(kind, name, sealed, until=until)
    return code


def draw() -> str:
    """A fresh code, in groups of four characters."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(code[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def look(node: Node, kind: DocumentKind[bytes], code: str) -> dict[str, Any]:
    """What a code stands for; it may be used again until `spend`.

    Raises:
        CodeError: mistyped, used, or too old.
    """
    name, key = _derive(node, kind, plain(code))
    sealed = node.documents.get(kind, name)
    if sealed is None:
        raise unknown()
    try:
        document = parse(aead.open_sealed(key, sealed, name.encode(), "a code"))
    except SealBrokenError as error:
        raise unknown() from error
    if parse_timestamp(document["expires"]) < node.clock.now():
        raise CodeError("this code is too old; ask for a new one")
    content: dict[str, Any] = document["content"]
    return content


def unknown() -> CodeError:
    """What is said of a code that nobody issued, and of one that must look so."""
    return CodeError("this code is not known here; compare each character, or ask for a new one")


def spend(node: Node, kind: DocumentKind[bytes], code: str) -> None:
    """Forget a code; call it in the transaction of what it was used for."""
    node.documents.drop(kind, _derive(node, kind, plain(code))[0])


def name_of(node: Node, kind: DocumentKind[bytes], code: str) -> str:
    """By which name a code's content is kept; whoever has it can forget the code and not use it."""
    return _derive(node, kind, plain(code))[0]


def plain(code: str) -> str:
    """A code as it was drawn, without what people add or mistake when they write one down."""
    return "".join(code.upper().translate(_READ_AS).replace("-", "").split())


def _derive(node: Node, kind: DocumentKind[bytes], code: str) -> tuple[str, bytes]:
    """The name a code's content is kept under, and its key: both need the code and the node's pepper."""
    info = canonical({"kind": kind.name, "label": "manabi/code/1"})
    derived = kdf.derive(code.encode(), info, 64, node.keyring.pepper)
    return derived[:32].hex(), derived[32:]
