"""Names that only whoever has the key can make and read: deterministic authenticated encryption (AES-SIV, RFC 5297).

The same text has the same name each time. Never: a text that somebody could guess, or a secret longer than a name.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from pds.errors import SealBrokenError

KEY_BYTES = 64  # two halves, one for each pass (RFC 5297 section 2.6)


def seal(key: bytes, text: bytes, label: bytes) -> bytes:
    """The name of a text: tag (16) ‖ ciphertext.

    Args:
        key: `KEY_BYTES` bytes.
        text: At least one byte.
        label: What it is a name of.
    """
    return AESSIV(key).encrypt(text, [label])


def unseal(key: bytes, name: bytes, label: bytes) -> bytes:
    """The text of a name.

    Raises:
        SealBrokenError: it was not made with this key and label.
    """
    try:
        return AESSIV(key).decrypt(name, [label])
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError("a name was not made here") from error
