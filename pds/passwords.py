"""Sealing a secret under a person's password: Argon2id, with the node's pepper mixed in, then AES-256-GCM.

The seal opening is the check of the password; there is no separate verifier. Never: whose secret it is, a rule about
passwords, a table.
"""

import os
from functools import lru_cache
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from pydantic import BaseModel, ConfigDict, Field

from pds.encoding import b64, unb64
from pds.errors import SealBrokenError

_ALONE = (
    Lock()
)  # derivations with several lanes, side by side, wait for each other's threads for ever; and fill the memory
_SALT_BYTES, _NONCE_BYTES, _KEY_BYTES = 16, 12, 32


class PasswordSeal(BaseModel):
    """A sealed secret with everything but password and pepper that opening it needs.

    The cost is RFC 9106's second recommendation (section 4): 3 passes over 64 MiB in 4 lanes, about 0.1 s.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kdf: str = Field(default="argon2id", pattern="^argon2id$")
    iterations: int = Field(default=3, ge=1, le=16)
    lanes: int = Field(default=4, ge=1, le=16)
    memory_kib: int = Field(default=64 * 1024, ge=8 * 1024, le=1024 * 1024)
    salt: str
    sealed: str = Field(repr=False)

    def open(self, password: str, pepper: bytes, place: bytes) -> bytes:
        """The secret, if this is the password.

        Raises:
            SealBrokenError: it is not, or the seal was altered or moved.
        """
        sealed = unb64(self.sealed)
        try:
            key = AESGCM(_key(self, password, pepper))
            return key.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError("this password does not open it") from error


def seal(secret: bytes, password: str, pepper: bytes, place: bytes) -> PasswordSeal:
    """Seal a secret under a password, bound to its place."""
    empty = PasswordSeal(salt=b64(os.urandom(_SALT_BYTES)), sealed="")
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + AESGCM(_key(empty, password, pepper)).encrypt(nonce, secret, place)
    return empty.model_copy(update={"sealed": b64(sealed)})


def open_nothing(password: str) -> None:
    """Take as long as a wrong password takes, for a name nobody has: the time must not tell which names exist."""
    try:
        _nothing().open(password, b"nobody", b"nobody")
    except SealBrokenError:
        return


@lru_cache(maxsize=1)
def _nothing() -> PasswordSeal:
    return PasswordSeal(salt=b64(os.urandom(_SALT_BYTES)), sealed=b64(os.urandom(_NONCE_BYTES + _KEY_BYTES)))


def _key(costs: PasswordSeal, password: str, pepper: bytes) -> bytes:
    derive = Argon2id(
        salt=unb64(costs.salt),
        length=_KEY_BYTES,
        iterations=costs.iterations,
        lanes=costs.lanes,
        memory_cost=costs.memory_kib,
        secret=pepper,
    )
    with _ALONE:
        return derive.derive(password.encode())
