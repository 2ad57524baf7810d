"""The private keys a node keeps for others: organisations and custodial persons, sealed under its master key.

Never: an owner's keys, which no node can open by itself; a permit; a vault.
"""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from pds.crypto import aead, b64, canonical, kdf, siv, unb64
from pds.errors import DocumentError, NotFoundError, SealBrokenError, UsageError
from pds.holders import Control, PublicHolder, SecretHolder, secret_from_bytes
from pds.identifiers import RecordId, VaultId, blind_index, imported_record_id
from pds.store import DocumentKind, Documents


class _Kept(BaseModel):
    """A holder's keys as they are stored; the seal covers card and control."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    card: PublicHolder
    control: Control
    sealed: str


_HOLDER = DocumentKind(
    "holder",
    _Kept,
    "keys that the node keeps for a person or an organisation; the holder",
    key=lambda kept: kept.control,
)
_ADDRESS = b"manabi/addresses/1"
_LABELS = (
    b"manabi/keyring/1",
    b"manabi/links/1",
    b"manabi/marks/1",
    b"manabi/documents/1",
    b"manabi/record-ids/1",
    b"manabi/pepper/1",  # mixed into every password: a stolen database is not enough
)


class Keyring:
    """Seals and opens holders' private keys.

    Args:
        documents: Where the sealed keys are kept.
        master_key: 32 bytes from the node's own key file; never in the database or its backups.
    """

    def __init__(self, documents: Documents, master_key: bytes) -> None:
        self._documents = documents
        keys = kdf.derive_each([(master_key, label, None) for label in _LABELS])
        self._sealing_key, self._link_key, self._mark_key, self._document_key, self._record_key, self.pepper = keys
        self._address_key = kdf.derive(master_key, _ADDRESS, siv.KEY_BYTES)
        self._organisations: dict[str, tuple[SecretHolder, PublicHolder]] = {}

    def __repr__(self) -> str:
        return "<Keyring>"

    def keep(self, secret: SecretHolder, control: Control) -> None:
        """Seal and keep a holder's keys. Raises AlreadyExistsError."""
        card = secret.public
        sealed = aead.seal(self._sealing_key, secret.to_bytes(), _place(card, control))
        self._documents.add(_HOLDER, secret.id, _Kept(card=card, control=control, sealed=sealed.hex()))

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
        return self._documents.has(_HOLDER, holder)

    def organisations(self) -> list[str]:
        """The organisations this node is for."""
        return self._documents.names(_HOLDER, key=Control.ORGANISATION)

    def forget(self, holder: str) -> None:
        """Destroy a holder's keys."""
        self._documents.drop(_HOLDER, holder)
        self._organisations.pop(holder, None)

    def link(self, organisation: str, scheme: str, value: str) -> str:
        """The blind index of an organisation's own identifier for a student."""
        return blind_index(self._link_key, organisation, scheme, value)

    def record_id(self, vault: VaultId, source_system: str, source_record_id: str, schema: str) -> RecordId:
        """The identifier by which this node knows a source row again; without its key nobody can try rows."""
        return imported_record_id(self._record_key, vault, source_system, source_record_id, schema)

    def mark(self, *parts: str) -> str:
        """A keyed fingerprint by which this node knows again what it wrote itself into its database."""
        return blind_index(self._mark_key, *parts)

    def address(self, vault: VaultId) -> str:
        """How a vault is called where others see it, as in addresses of pages: only this node makes or reads one."""
        return b64(siv.seal(self._address_key, UUID(vault).bytes, _ADDRESS))

    def vault_at(self, address: str) -> VaultId | None:
        """The vault of an address of this node; None for everything else, which takes as long."""
        try:
            return VaultId(str(UUID(bytes=siv.unseal(self._address_key, unb64(address), _ADDRESS))))
        except (SealBrokenError, UsageError):
            return None

    def seal_document(self, place: bytes, text: bytes) -> bytes:
        """Seal something the node itself must read again, bound to its place."""
        return aead.seal(self._document_key, text, place)

    def open_document(self, place: bytes, sealed: bytes) -> bytes:
        """Open what `seal_document` made.

        Raises:
            SealBrokenError: it was altered, moved, or sealed under another master key.
        """
        return aead.open_sealed(self._document_key, sealed, place, "a document of this node")

    def _open(self, holder: str) -> tuple[SecretHolder, PublicHolder]:
        if holder in self._organisations:
            return self._organisations[holder]
        try:
            kept = self._documents.get(_HOLDER, holder)
            if kept is None:
                raise NotFoundError("this node does not keep that holder's keys")
            card, sealed = kept.card, bytes.fromhex(kept.sealed)
        except (DocumentError, ValueError) as error:
            raise SealBrokenError("a kept key is malformed") from error
        opened = aead.open_sealed(self._sealing_key, sealed, _place(card, kept.control), "a kept key")
        if card.id != holder:
            raise SealBrokenError("a kept key stands under another holder's name")
        found = secret_from_bytes(holder, opened), card
        if kept.control is Control.ORGANISATION:
            self._organisations[holder] = found
        return found


def _place(card: PublicHolder, control: Control) -> bytes:
    return canonical({"card": card.model_dump(), "control": control.value, "label": "manabi/keyring/1"})
