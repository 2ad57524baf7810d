"""Holders: the people and organisations that keys are sealed to and that sign (design section 3).

Here: key pairs, their public cards and their secret bytes. Never: what a holder may open.
"""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from pds.crypto import DocumentType, b64, canonical, hpke, signing, unb64
from pds.errors import UsageError

_SIGNING_BYTES = 32


class Control(StrEnum):
    """Who can use a holder's private keys."""

    OWNER = "owner"  # the person alone: sealed under their password or passkey
    CUSTODIAL = "custodial"  # the node, on behalf of a person who has not signed in yet
    ORGANISATION = "organisation"  # the node, under its master key
    RECOVERY = "recovery"  # nobody here: the private half was written out once


class Role(StrEnum):
    """What a holder is to the vault's student."""

    STUDENT = "student"
    GUARDIAN = "guardian"
    ORGANISATION = "organisation"
    RECOVERY = "recovery"


class PublicHolder(BaseModel):
    """A holder as others know it: an identifier and two public keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    suite: str = hpke.SUITE
    hpke: str  # base64url
    signing: str  # base64url

    @property
    def hpke_key(self) -> bytes:
        """The HPKE public key, raw."""
        return unb64(self.hpke)

    @property
    def signing_key(self) -> bytes:
        """The Ed25519 public key, raw."""
        return unb64(self.signing)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the card's canonical form, hex: what a person compares or a configuration pins."""
        return hashlib.sha256(canonical(self.model_dump())).hexdigest()


@dataclass(frozen=True, slots=True)
class SecretHolder:
    """A holder whose private keys are in hand, for the moment. Its repr shows none of them."""

    id: str
    hpke_private: bytes = field(repr=False)
    signing_private: bytes = field(repr=False)

    @property
    def public(self) -> PublicHolder:
        """The public card of this holder."""
        return PublicHolder(
            id=self.id,
            hpke=b64(hpke.public_of(self.hpke_private)),
            signing=b64(signing.public_of(self.signing_private)),
        )

    def sign(self, typ: DocumentType, document: object) -> str:
        """Sign a document as this holder."""
        return signing.sign(self.signing_private, self.id, typ, document)

    def to_bytes(self) -> bytes:
        """The private keys, to be sealed at once: HPKE private key, then signing seed."""
        return self.hpke_private + self.signing_private


def new_holder(identifier: str) -> SecretHolder:
    """Draw both key pairs of a new holder."""
    return SecretHolder(identifier, hpke.generate_private(), signing.generate_private())


def secret_from_bytes(identifier: str, secret: bytes) -> SecretHolder:
    """Read what `SecretHolder.to_bytes` wrote.

    Raises:
        UsageError: it has another length.
    """
    if len(secret) != hpke.PRIVATE_BYTES + _SIGNING_BYTES:
        raise UsageError("a holder's secret has another length")
    return SecretHolder(identifier, secret[: hpke.PRIVATE_BYTES], secret[hpke.PRIVATE_BYTES :])


def verify(token: str, typ: DocumentType, holder: PublicHolder) -> Any:  # noqa: ANN401  # see `signing.verify`
    """The document inside a token, if this holder signed it as this type.

    Raises:
        SignatureError: anything about the signature is not as claimed.
    """
    return signing.verify(token, typ, holder.id, holder.signing_key)
