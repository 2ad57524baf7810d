"""Sealing bytes under a key in hand: AES-256-GCM (NIST SP 800-38D) under a random nonce, bound to a place.

What is sealed is nonce (12 bytes) ‖ ciphertext ‖ tag (16). A random nonce is safe for 2^32 seals under one key (section
8.3). Never: where the key comes from (`kdf`, `passwords`, `hpke`), what is sealed.
"""

import os
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pds.crypto.drawing import draw
from pds.errors import SealBrokenError, UsageError

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


def new_key() -> bytes:
    """Draw a key, `KEY_BYTES` long."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, text: bytes, place: bytes) -> bytes:
    """Seal a text.

    Args:
        key: `KEY_BYTES` long.
        text: What to seal.
        place: What the seal is bound to; whoever opens it must name the same (associated data).

    Raises:
        UsageError: the key has another length.
    """
    [sealed] = seal_all([key], [text], [place])
    return sealed


def seal_all(keys: Sequence[bytes], texts: Iterable[bytes], places: Iterable[bytes]) -> list[bytes]:
    """Seal many texts as `seal` does, all nonces out of one request to the operating system."""
    if {*map(len, keys)} - {KEY_BYTES}:
        raise UsageError(f"a sealing key has {KEY_BYTES} bytes")
    nonces = draw(len(keys), NONCE_BYTES)
    return [
        nonce + AESGCM(key).encrypt(nonce, text, place)
        for key, nonce, text, place in zip(keys, nonces, texts, places, strict=True)
    ]


def open_sealed(key: bytes, sealed: bytes, place: bytes, what: str = "what was sealed") -> bytes:
    """Open what `seal` made.

    Args:
        key: The same key.
        sealed: What `seal` handed back.
        place: The same place.
        what: What is being opened, for the error's sentence; nothing of its content.

    Raises:
        SealBrokenError: another key, another place, or an altered or missing byte.
    """
    [text] = open_all([(key, sealed, place, what)])
    return text


def open_all(sealed: Iterable[tuple[bytes, bytes, bytes, str]]) -> list[bytes]:
    """Open many: key, sealed bytes, place and what it is of each. Raises as `open_sealed`."""
    return [_opened(*each) for each in sealed]


def _opened(key: bytes, sealed: bytes, place: bytes, what: str) -> bytes:
    if len(key) != KEY_BYTES:
        raise SealBrokenError(f"{what} was sealed under a key of {KEY_BYTES} bytes, not of {len(key)}")
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError(f"{what} does not open under its key and place") from error
