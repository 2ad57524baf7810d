"""Bytes as text: base64url without padding (RFC 4648 section 5, as RFC 7515 uses it). Never: encryption."""

import binascii
from collections.abc import Iterable

from pds.errors import UsageError

_URL, _STANDARD = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")


def b64(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return binascii.b2a_base64(data, newline=False).translate(_URL).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Read what `b64` wrote, and only that: two texts never stand for the same bytes.

    Raises:
        UsageError: the text is not base64url without padding.
    """
    try:
        data = binascii.a2b_base64(text.encode("ascii").translate(_STANDARD) + b"==")
    except ValueError as error:  # binascii.Error is one
        raise UsageError("not base64url") from error
    if b64(data) != text:  # the library passes over what is not of the alphabet
        raise UsageError("not base64url in its one canonical form")
    return data


def unb64_each(texts: Iterable[str]) -> list[bytes]:
    """The same for several texts. Raises as `unb64`."""
    return [unb64(text) for text in texts]
