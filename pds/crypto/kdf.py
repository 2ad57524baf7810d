"""Keys out of a key: HKDF-SHA-256 (RFC 5869), one label for each use. Never: a password (`passwords`)."""

from collections.abc import Iterable

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_SHA256 = SHA256()


def derive(key: bytes, label: bytes, length: int = 32, salt: bytes | None = None) -> bytes:
    """Derive bytes for one use.

    Args:
        key: Uniformly random, or long enough that nobody guesses it.
        label: The use, and whatever else the result is to depend on (HKDF's info); no two uses share one.
        length: How many bytes; 1 to 8,160.
        salt: Random bytes, where the use has some.
    """
    return HKDF(_SHA256, length, salt, label).derive(key)


def derive_each(uses: Iterable[tuple[bytes, bytes, bytes | None]], length: int = 32) -> list[bytes]:
    """Derive bytes for many uses at once: key, label and salt of each, as for `derive`."""
    return [HKDF(_SHA256, length, salt, label).derive(key) for key, label, salt in uses]
