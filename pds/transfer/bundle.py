"""The bundle: one vault, whole and sealed as it is, sealed once more to the receiving school (ADR 0004).

bundle = JWS of {transfer, from, to, suite, key, nonce, ciphertext}; the ciphertext is AES-256-GCM over compressed
JSON: the vault's copy, the subject, what the keys opened that the old node kept for the family, and owners' keys, each
sealed under its owner's code. Never: a key that a node keeps for somebody, a store, a state, an opened record.
"""

import zlib
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pds.crypto import DocumentType, aead, b64, canonical, hpke, parse, unb64
from pds.errors import UsageError
from pds.holders import PublicHolder, SecretHolder, verify
from pds.people import MovingKey
from pds.transfer.documents import Subject
from pds.vault import VaultCopy, copy_from_document

MOST_BYTES = 256 * 1024 * 1024  # opened; a bundle that swells beyond is refused, not read
_CONTENT = "manabi-bundle-content/2"
_LEVEL = 1  # most of it is ciphertext in base64: the quickest level removes what can be removed


class _Outside(BaseModel):
    """What a relay sees."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    format: Literal["manabi-bundle/1"] = "manabi-bundle/1"
    transfer: str
    sender: str = Field(alias="from")
    to: str
    suite: str = hpke.SUITE
    key: str
    nonce: str
    ciphertext: str

    def place(self) -> bytes:
        """What key and ciphertext are bound to."""
        return _place(self.transfer, self.sender, self.to)


@dataclass(frozen=True, slots=True)
class Bundle:
    """An opened bundle; its contents are sealed still, and not verified yet."""

    transfer: str
    sender: str
    to: str
    copy: VaultCopy
    subject: Subject = field(repr=False)
    custody: bytes = field(repr=False)
    owners: tuple[MovingKey, ...] = field(default=(), repr=False)


def seal_bundle(sender: SecretHolder, receiver: PublicHolder, bundle: Bundle) -> str:
    """Seal a bundle to the receiving school and sign it."""
    content = {
        "format": _CONTENT,
        "vault": bundle.copy.to_document(),
        "subject": bundle.subject.model_dump(mode="json"),
        "custody": b64(bundle.custody),
        "owners": [key.model_dump() for key in bundle.owners],
    }
    key = aead.new_key()
    place = _place(bundle.transfer, bundle.sender, bundle.to)
    sealed = aead.seal(key, zlib.compress(canonical(content), _LEVEL), place)
    outside = _Outside(
        transfer=bundle.transfer,
        sender=bundle.sender,
        to=bundle.to,
        key=b64(hpke.seal(receiver.hpke_key, key, place)),
        nonce=b64(sealed[: aead.NONCE_BYTES]),
        ciphertext=b64(sealed[aead.NONCE_BYTES :]),
    )
    return sender.sign(DocumentType.BUNDLE, outside.model_dump(by_alias=True))


def open_bundle(token: str, sender: PublicHolder, receiver: SecretHolder) -> Bundle:
    """Verify a bundle's signature and open it.

    Raises:
        SignatureError: it is not signed by `sender`.
        SealBrokenError: it was altered, or sealed to another school.
        UsageError: it is malformed or swells beyond `MOST_BYTES`.
    """
    try:
        outside = _Outside.model_validate(verify(token, DocumentType.BUNDLE, sender))
        if outside.sender != sender.id or outside.to != receiver.id:
            raise UsageError("a bundle is from or for another school")
        key = hpke.open_sealed(receiver.hpke_private, unb64(outside.key), outside.place(), outside.suite)
        sealed = unb64(outside.nonce) + unb64(outside.ciphertext)
        content = parse(_decompress(aead.open_sealed(key, sealed, outside.place(), "a bundle")))
        if content["format"] != _CONTENT:
            raise UsageError(f"a bundle's content of the format {_CONTENT} was expected")
        return Bundle(
            transfer=outside.transfer,
            sender=outside.sender,
            to=outside.to,
            copy=copy_from_document(content["vault"]),
            subject=Subject.model_validate(content["subject"]),
            custody=unb64(content["custody"]),
            owners=tuple(MovingKey.model_validate(key) for key in content.get("owners", ())),
        )
    except (ValidationError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise UsageError("a bundle is malformed") from error


def _place(transfer: str, sender: str, to: str) -> bytes:
    return canonical({"from": sender, "label": "manabi/bundle/1", "to": to, "transfer": transfer})


def _decompress(compressed: bytes) -> bytes:
    engine = zlib.decompressobj()
    try:
        content = engine.decompress(compressed, MOST_BYTES)
    except zlib.error as error:
        raise UsageError("a bundle is malformed") from error
    if not engine.eof:
        raise UsageError("a bundle is larger than any school life")
    return content
