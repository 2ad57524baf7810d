"""The private keys a node keeps for others: organisations and custodial persons, sealed under its master key.

Never: an owner's keys, which no node can open by itself; a permit; a vault.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pds.canonical_json import canonical, parse
from pds.errors import NotFoundError, SealBrokenError
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
        self._organisations: dict[str, SecretHolder] = {}

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
        if holder in self._organisations:
            return self._organisations[holder]
        document = self._document(holder)
        sealed = bytes.fromhex(document["sealed"])
        place = canonical({"card": document["card"], "control": document["control"], "label": "manabi/keyring/1"})
        try:
            opened = AESGCM(self._sealing_key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
        except InvalidTag as error:
            raise SealBrokenError("a kept key does not open under this node's master key") from error
        secret = secret_from_bytes(holder, opened)
        if document["control"] == Control.ORGANISATION:
            self._organisations[holder] = secret
        return secret

    def card(self, holder: str) -> PublicHolder:
        """The public card of a holder whose keys are kept here. Raises NotFoundError."""
        return PublicHolder.model_validate(self._document(holder)["card"])

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

    def _document(self, holder: str) -> dict[str, str]:
        text = self._store.get(_KIND, holder)
        if text is None:
            raise NotFoundError("this node does not keep that holder's keys")
        document: dict[str, str] = parse(text)
        return document


def _derive(master_key: bytes, label: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, label).derive(master_key)
