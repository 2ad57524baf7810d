"""Bytes as text: base64url without padding (RFC 4648 section 5, as RFC 7515 uses it). Never: encryption."""

import base64
import binascii
from collections.abc import Iterable

from pds.errors import UsageError


def b64(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Read what `b64` wrote, and only that: two texts never stand for the same bytes.

    Raises:
        UsageError: the text is not base64url without padding.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise UsageError("not base64url") from error
    if b64(data) != text:
        raise UsageError("not base64url in its one canonical form")
    return data


def unb64_each(texts: Iterable[str]) -> list[bytes]:
    """The same for several texts. Raises as `unb64`."""
    return [unb64(text) for text in texts]
