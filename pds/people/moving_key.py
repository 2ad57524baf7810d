"""An owner's keys on their way to another node: sealed under a code that only the person has (design section 5).

The code is 80 random bits, so one HKDF is enough; the next node finds the sealed keys by a name that only the code
gives. Never: a vault, an account, who may move.
"""

from pydantic import BaseModel, ConfigDict, Field

from pds.crypto import aead, b64, canonical, kdf, unb64
from pds.errors import CodeError, SealBrokenError, UsageError
from pds.holders import SecretHolder, secret_from_bytes
from pds.people import codes


class MovingKey(BaseModel):
    """An owner's keys, sealed under a code.

    Attributes:
        name: What the code finds it by, 64 hex digits.
        holder: Whose keys they are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern="^[0-9a-f]{64}$")
    holder: str
    sealed: str = Field(repr=False)

    def open(self, code: str) -> SecretHolder:
        """The keys, for whoever has the code.

        Raises:
            CodeError: it is another code, or the sealed keys were altered or put under another holder's name.
        """
        name, key = _derive(code)
        try:
            opened = aead.open_sealed(key, unb64(self.sealed), _place(name, self.holder), "a moving key")
            return secret_from_bytes(self.holder, opened)
        except (SealBrokenError, UsageError, ValueError) as error:
            raise CodeError("this code opens no keys here; compare each character") from error


def seal(secret: SecretHolder) -> tuple[str, MovingKey]:
    """Draw a code and seal an owner's keys under it; the code is shown once and kept nowhere."""
    code = codes.draw()
    name, key = _derive(code)
    sealed = aead.seal(key, secret.to_bytes(), _place(name, secret.id))
    return code, MovingKey(name=name, holder=secret.id, sealed=b64(sealed))


def name_of(code: str) -> str:
    """By which name the keys of a code are found."""
    return _derive(code)[0]


def _derive(code: str) -> tuple[str, bytes]:
    derived = kdf.derive(codes.plain(code).encode(), b"manabi/moving-key/1", 64)
    return derived[:32].hex(), derived[32:]


def _place(name: str, holder: str) -> bytes:
    return canonical({"holder": holder, "label": "manabi/moving-key/1", "name": name})
