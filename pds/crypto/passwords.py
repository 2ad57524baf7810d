"""Sealing a secret under a person's password: Argon2id, with the node's pepper mixed in, then AES-256-GCM.

The seal opening is the check of the password; there is no separate verifier. Never: whose secret it is, a rule about
passwords, a table.
"""

import os
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from pydantic import BaseModel, ConfigDict, Field

from pds.crypto import aead
from pds.crypto.encoding import b64, unb64
from pds.errors import SealBrokenError

# One derivation at a time in a process: several with lanes, side by side, wait for each other's threads for ever, and a
# flood of sign-ins would fill the memory.
_ALONE = Lock()
_SALT_BYTES = 16


class Cost(NamedTuple):
    """What a guess costs whoever tries one.

    Attributes:
        iterations: Passes over the memory.
        lanes: Threads.
        memory_kib: Memory, in KiB.
    """

    iterations: int
    lanes: int
    memory_kib: int


RECOMMENDED = Cost(3, 4, 64 * 1024)  # RFC 9106 section 4, second recommendation: about 0.1 s
cost = RECOMMENDED  # of new seals; tests lower it, and each seal says what it was made with


class PasswordSeal(BaseModel):
    """A sealed secret with everything but password and pepper that opening it needs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kdf: str = Field(default="argon2id", pattern="^argon2id$")
    iterations: int = Field(ge=1, le=16)
    lanes: int = Field(ge=1, le=16)
    memory_kib: int = Field(ge=8 * 1024, le=1024 * 1024)
    salt: str
    sealed: str = Field(repr=False)

    def open(self, password: str, pepper: bytes, place: bytes) -> bytes:
        """The secret, if this is the password.

        Raises:
            SealBrokenError: it is not, or the seal was altered or moved.
        """
        return self.unlock(password, pepper, place)[0]

    def unlock(self, password: str, pepper: bytes, place: bytes) -> tuple[bytes, "PasswordKey"]:
        """The secret, and the key that seals another in its place. Raises as `open`."""
        key = _key(self, password, pepper)
        opened = aead.open_sealed(key, unb64(self.sealed), place, "what a password sealed")
        return opened, PasswordKey(self.model_copy(update={"sealed": ""}), key)


@dataclass(frozen=True, slots=True)
class PasswordKey:
    """What a password was derived to, once: sealing under it then costs nothing. Its repr shows no key."""

    empty: PasswordSeal
    key: bytes = field(repr=False)

    def seal(self, secret: bytes, place: bytes) -> PasswordSeal:
        """Seal a secret, bound to its place."""
        return self.empty.model_copy(update={"sealed": b64(aead.seal(self.key, secret, place))})


def derive(password: str, pepper: bytes) -> PasswordKey:
    """The key of a password, under a fresh salt; this takes long, so never while others wait for a lock."""
    empty = PasswordSeal(**cost._asdict(), salt=b64(os.urandom(_SALT_BYTES)), sealed="")
    return PasswordKey(empty, _key(empty, password, pepper))


def open_nothing(password: str) -> None:
    """Take as long as a wrong password takes, for a name nobody has: the time must not tell which names exist."""
    try:
        _nothing().open(password, b"nobody", b"nobody")
    except SealBrokenError:
        return


@lru_cache(maxsize=1)
def _nothing() -> PasswordSeal:
    salt, sealed = b64(os.urandom(_SALT_BYTES)), b64(os.urandom(aead.NONCE_BYTES + aead.KEY_BYTES))
    return PasswordSeal(**cost._asdict(), salt=salt, sealed=sealed)


def _key(costs: PasswordSeal, password: str, pepper: bytes) -> bytes:
    derive = Argon2id(
        salt=unb64(costs.salt),
        length=aead.KEY_BYTES,
        iterations=costs.iterations,
        lanes=costs.lanes,
        memory_cost=costs.memory_kib,
        secret=pepper,
    )
    with _ALONE:
        return derive.derive(password.encode())
