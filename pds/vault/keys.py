"""The key hierarchy of one vault (ADR 0001): root of an epoch, category key, record key, log pair.

Here: deriving, one HKDF label for each use (RFC 5869). Never: a record, a store, a decision who gets which key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pds.crypto import aead, canonical, hpke, kdf
from pds.identifiers import RecordId, VaultId
from pds.records import Category

KEY_BYTES = aead.KEY_BYTES
CHECK_BYTES = 16
SALT_BYTES = 32


@dataclass(frozen=True)
class CategoryKey:
    """What opens one category in one epoch."""

    category: Category
    epoch: int
    key: bytes = field(repr=False)

    @cached_property
    def stream(self) -> str:
        """The tag that stands in record headers in the category's place.

        It is derived from the key, so to everyone without the key it is random, and its meaning comes with the key.
        """
        return kdf.derive(self.key, b"manabi/stream/1", 16).hex()


def checks_of(secrets: Mapping[str, bytes]) -> dict[str, str]:
    """What the chain says of keys, so that who is handed another one finds out: it tells nothing of the key."""
    uses = [(secret, b"manabi/key-check/1", None) for secret in secrets.values()]
    return dict(zip(secrets, map(bytes.hex, kdf.derive_each(uses, CHECK_BYTES)), strict=True))


def category_key(root: bytes, vault: VaultId, category: Category, epoch: int) -> CategoryKey:
    """Derive the key of one category in one epoch from that epoch's root."""
    info = canonical({"category": category.value, "epoch": epoch, "label": "manabi/category/1", "vault": vault})
    return CategoryKey(category, epoch, kdf.derive(root, info))


def record_keys(records: Iterable[tuple[bytes, bytes, RecordId]]) -> list[bytes]:
    """Derive each record's own key out of its category's key and its salt.

    Without its salt nobody can, which is how one record is erased (ADR 0002).
    """
    return kdf.derive_each([(key, b"manabi/record/1/" + record.encode(), salt) for key, salt, record in records])


def record_key(key: bytes, salt: bytes, record: RecordId) -> bytes:
    """The same for one record."""
    [derived] = record_keys([(key, salt, record)])
    return derived


def log_private(root: bytes, vault: VaultId, epoch: int) -> bytes:
    """Derive the private half of the access log's HPKE pair from an epoch's root."""
    info = canonical({"epoch": epoch, "label": "manabi/log/1", "vault": vault})
    return kdf.derive(root, info, hpke.PRIVATE_BYTES)
