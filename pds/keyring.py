"""The private keys a node keeps for others: organisations and custodial persons, sealed under its master key.

Never: an owner's keys, which no node can open by itself; a permit; a vault.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pds.crypto import canonical, parse
from pds.errors import NotFoundError, SealBrokenError, UsageError
from pds.holders import Control, PublicHolder, SecretHolder, secret_from_bytes
from pds.identifiers import blind_index
from pds.store import Store

_KIND = "holder"
_NONCE_BYTES = 12


class Keyring:
    """Seals and opens holders' private keys.

    Args:
        store: Where the sealed keys are kept.
        master_key: 32 bytes from the node's own key file; never in the database or its backups.
    """

    def __init__(self, store: Store, master_key: bytes) -> None:
        self._store = store
        self._sealing_key = _derive(master_key, b"manabi/keyring/1")
        self._link_key = _derive(master_key, b"manabi/links/1")
        self._mark_key = _derive(master_key, b"manabi/marks/1")
        self._document_key = _derive(master_key, b"manabi/documents/1")
        self.pepper = _derive(
            master_key, b"manabi/pepper/1"
        )  # mixed into every password: a stolen database is not enough
        self._organisations: dict[str, tuple[SecretHolder, PublicHolder]] = {}

    def __repr__(self) -> str:
        return "<Keyring>"

    def keep(self, secret: SecretHolder, control: Control) -> None:
        """Seal and keep a holder's keys. Raises AlreadyExistsError."""
        nonce = os.urandom(_NONCE_BYTES)
        card = secret.public.model_dump()
        place = canonical({"card": card, "control": control.value, "label": "manabi/keyring/1"})
        sealed = nonce + AESGCM(self._sealing_key).encrypt(nonce, secret.to_bytes(), place)
        document = {"card": card, "control": control.value, "sealed": sealed.hex()}
        self._store.put(_KIND, secret.id, canonical(document))

    def secret(self, holder: str) -> SecretHolder:
        """Open a holder's keys.

        Raises:
            NotFoundError: this node does not keep them.
            SealBrokenError: they were altered, or sealed under another master key.
        """
        return self._open(holder)[0]

    def card(self, holder: str) -> PublicHolder:
        """The public card of a holder whose keys are kept here. Raises as `secret`.

        The seal covers the card, so a card that somebody wrote into the database is found and not trusted.
        """
        return self._open(holder)[1]

    def keeps(self, holder: str) -> bool:
        """True when this node keeps that holder's keys."""
        return self._store.get(_KIND, holder) is not None

    def organisations(self) -> list[str]:
        """The organisations this node is for."""
        return [name for name, text in self._store.all(_KIND) if parse(text)["control"] == Control.ORGANISATION]

    def forget(self, holder: str) -> None:
        """Destroy a holder's keys."""
        self._store.drop(_KIND, holder)
        self._organisations.pop(holder, None)

    def link(self, organisation: str, scheme: str, value: str) -> str:
        """The blind index of an organisation's own identifier for a student."""
        return blind_index(self._link_key, organisation, scheme, value)

    def mark(self, *parts: str) -> str:
        """A keyed fingerprint by which this node knows again what it wrote itself into its database."""
        return blind_index(self._mark_key, *parts)

    def seal_document(self, place: bytes, text: bytes) -> bytes:
        """Seal something the node itself must read again, bound to its place: nonce ‖ AES-256-GCM."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self._document_key).encrypt(nonce, text, place)

    def open_document(self, place: bytes, sealed: bytes) -> bytes:
        """Open what `seal_document` made.

        Raises:
            SealBrokenError: it was altered, moved, or sealed under another master key.
        """
        try:
            return AESGCM(self._document_key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError("a document of this node does not open in its place") from error

    def _open(self, holder: str) -> tuple[SecretHolder, PublicHolder]:
        if holder in self._organisations:
            return self._organisations[holder]
        text = self._store.get(_KIND, holder)
        if text is None:
            raise NotFoundError("this node does not keep that holder's keys")
        try:
            document = parse(text)
            card, sealed = PublicHolder.model_validate(document["card"]), bytes.fromhex(document["sealed"])
            place = canonical({"card": document["card"], "control": document["control"], "label": "manabi/keyring/1"})
            opened = AESGCM(self._sealing_key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
        except (InvalidTag, UsageError, ValueError, KeyError, TypeError) as error:
            raise SealBrokenError("a kept key does not open under this node's master key") from error
        if card.id != holder:
            raise SealBrokenError("a kept key stands under another holder's name")
        found = secret_from_bytes(holder, opened), card
        if document["control"] == Control.ORGANISATION:
            self._organisations[holder] = found
        return found


def _derive(master_key: bytes, label: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, label).derive(master_key)
