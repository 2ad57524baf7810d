"""Sealing a short secret to somebody's public key (RFC 9180, base mode). Never: what the secret is for.

The suite's name stands beside everything sealed here, so that another suite can take over without touching old data.
The key encapsulation is hybrid, X25519 with ML-KEM-768 (FIPS 203): a recording made today stays closed to a later
quantum computer, and a flaw found in the newer half leaves the older one standing.
"""

from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from pds.errors import SealBrokenError, UsageError

SUITE = "MLKEM768-X25519/HKDF-SHA256/AES-256-GCM"
PRIVATE_BYTES = 64 + 32  # ML-KEM seed (FIPS 203: d and z), then the X25519 scalar
OVERHEAD_BYTES = 1088 + 32 + 16  # encapsulation (ML-KEM ciphertext, X25519 point), then the tag
PUBLIC_BYTES = 1184 + 32  # ML-KEM-768 encapsulation key, then the X25519 point

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def generate_private() -> bytes:
    """Draw a private key, `PRIVATE_BYTES` long."""
    return MLKEM768PrivateKey.generate().private_bytes_raw() + X25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The public key of a private key, `PUBLIC_BYTES` long."""
    mlkem, x25519 = _halves(private)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def seal(public: bytes, secret: bytes, info: bytes, suite: str = SUITE) -> bytes:
    """Seal `secret` so that only the holder of the private key opens it, and only with the same `info`.

    Raises:
        UsageError: the suite is unknown, or the bytes are no key of it.
    """
    _check(suite)
    return _SUITE.encrypt(secret, _public_key(public), info=info)


def check_public(public: bytes, suite: str = SUITE) -> None:
    """See that something can be sealed to a public key.

    Raises:
        UsageError: the suite is unknown, or the bytes are no key of it.
    """
    _check(suite)
    _public_key(public)


def open_sealed(private: bytes, sealed: bytes, info: bytes, suite: str = SUITE) -> bytes:
    """Open what `seal` made.

    Raises:
        SealBrokenError: another key, another `info`, or an altered byte.
        UsageError: the suite is unknown.
    """
    _check(suite)
    try:
        return _SUITE.decrypt(sealed, MLKEM768X25519PrivateKey(*_halves(private)), info=info)
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError("a sealed key does not open for this holder and place") from error


def _public_key(public: bytes) -> MLKEM768X25519PublicKey:
    if len(public) != PUBLIC_BYTES:
        raise UsageError(f"an HPKE public key of this suite has {PUBLIC_BYTES} bytes")
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:1184]), X25519PublicKey.from_public_bytes(public[1184:])
        )
    except ValueError as error:
        raise UsageError("these bytes are no HPKE public key of this suite") from error


@lru_cache(maxsize=64)  # a school opens one wrap per student with the same key; expanding the seed costs as much again
def _halves(private: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(private) != PRIVATE_BYTES:
        raise UsageError(f"an HPKE private key of this suite has {PRIVATE_BYTES} bytes")
    return MLKEM768PrivateKey.from_seed_bytes(private[:64]), X25519PrivateKey.from_private_bytes(private[64:])


def _check(suite: str) -> None:
    if suite != SUITE:
        raise UsageError(f"unknown HPKE suite {suite!r}")
