"""The bundle: one vault, whole and sealed as it is, sealed once more to the receiving school (ADR 0004).

bundle = JWS of {transfer, from, to, suite, key, nonce, ciphertext}; the ciphertext is AES-256-GCM over compressed
JSON: the vault's copy, the subject, what the keys opened that the old node kept for the family, and owners' keys, each
sealed under its owner's code. Never: a key that a node keeps for somebody, a store, a state, an opened record.
"""

import zlib
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import ValidationError

from pds.crypto import DocumentType, aead, b64, canonical, hpke, parse, unb64
from pds.errors import UsageError
from pds.holders import PublicHolder, SecretHolder, verify
from pds.people import MovingKey
from pds.transfer.documents import Addressed, Subject, between
from pds.vault import VaultCopy, copy_from_document

MOST_BYTES = 16 * 1024 * 1024  # opened: what the largest message holds, unpacked
# A history is ciphertext: it hardly shrinks, and has few parts for its size. What swells further, or is made of many
# small parts, is none, and would only fill this node's memory.
_SWELLS = 8  # times
_SMALL = 256 * 1024  # bytes that anything may be
_PER_LIST, _PER_VALUE = 64, 16  # bytes of a history, at the least, for each list or object, and for each value
_CONTENT = "manabi-bundle-content/2"
_FIELDS = frozenset({"format", "vault", "subject", "custody", "owners"})
_LEVEL = 1  # most of it is ciphertext in base64: the quickest level removes what can be removed


class _Outside(Addressed):
    """What a relay sees."""

    format: Literal["manabi-bundle/1"] = "manabi-bundle/1"
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
    content = canonical(_content(bundle))
    return seal_content(sender, receiver, bundle.transfer, zlib.compress(content, _LEVEL))


def _content(bundle: Bundle) -> dict[str, Any]:
    return {
        "format": _CONTENT,
        "vault": bundle.copy.to_document(),
        "subject": bundle.subject.model_dump(mode="json"),
        "custody": b64(bundle.custody),
        "owners": [key.model_dump() for key in bundle.owners],
    }


def seal_content(sender: SecretHolder, receiver: PublicHolder, transfer: str, compressed: bytes) -> str:
    """Seal what a bundle is to hold, whatever it is, and sign it."""
    key = aead.new_key()
    place = _place(transfer, sender.id, receiver.id)
    sealed = aead.seal(key, compressed, place)
    outside = _Outside(
        transfer=transfer,
        sender=sender.id,
        to=receiver.id,
        key=b64(hpke.seal(receiver.hpke_key, key, place)),
        nonce=b64(sealed[: aead.NONCE_BYTES]),
        ciphertext=b64(sealed[aead.NONCE_BYTES :]),
    )
    return sender.sign(DocumentType.BUNDLE, outside.model_dump(by_alias=True))


def open_bundle(token: str, sender: PublicHolder, receiver: SecretHolder) -> Bundle:
    """Verify a bundle's signature and open it.

    Raises:
        SignatureError: it is not signed by `sender`, or is from or for another school.
        SealBrokenError: it was altered, or sealed to another school.
        UsageError: it is malformed, or swells beyond what a history does.
    """
    try:
        outside = between(verify(token, DocumentType.BUNDLE, sender), _Outside, "a bundle", sender.id, receiver.id)
        key = hpke.open_sealed(receiver.hpke_private, unb64(outside.key), outside.place(), outside.suite)
        sealed = unb64(outside.nonce) + unb64(outside.ciphertext)
        content = parse(_decompress(aead.open_sealed(key, sealed, outside.place(), "a bundle")))
        if content["format"] != _CONTENT or set(content) != _FIELDS:
            raise UsageError(f"a bundle's content of the format {_CONTENT} was expected")
        return Bundle(
            transfer=outside.transfer,
            sender=outside.sender,
            to=outside.to,
            copy=copy_from_document(content["vault"]),
            subject=Subject.model_validate(content["subject"]),
            custody=unb64(content["custody"]),
            owners=tuple(MovingKey.model_validate(key) for key in content["owners"]),
        )
    except (ValidationError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise UsageError("a bundle is malformed") from error


def _place(transfer: str, sender: str, to: str) -> bytes:
    return canonical({"from": sender, "label": "manabi/bundle/1", "to": to, "transfer": transfer})


def _decompress(compressed: bytes) -> bytes:
    """What was compressed, as far as a history may swell.

    Raises:
        UsageError: it swells further, or is made of more parts than a history of that size.
    """
    engine, most = zlib.decompressobj(), min(MOST_BYTES, _SMALL + _SWELLS * len(compressed))
    try:
        content = engine.decompress(compressed, most)
    except zlib.error as error:
        raise UsageError("a bundle is malformed") from error
    if not engine.eof or engine.unused_data:
        raise UsageError("a bundle is larger than any school life")
    lists, values = content.count(b"[") + content.count(b"{"), content.count(b",")
    if lists * _PER_LIST > _SMALL + len(content) or values * _PER_VALUE > _SMALL + len(content):
        raise UsageError("a bundle has more parts than any school life")
    return content
