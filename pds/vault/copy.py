"""A vault as bytes: what is verified without opening it, and what moves to another school.

Never: a key in the clear, a plaintext.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pds.chain import Chain, Entry, Link
from pds.crypto import b64, unb64
from pds.errors import UsageError
from pds.identifiers import RecordId, VaultId, check_record_id, check_vault_id

FORMAT = "manabi-vault/1"


@dataclass(frozen=True, slots=True)
class VaultCopy:
    """Head, chains, salts and wraps of one vault, all as they are stored."""

    vault: VaultId
    head: str
    entries: Mapping[Chain, tuple[Entry, ...]] = field(repr=False)
    salts: Mapping[RecordId, bytes] = field(repr=False)
    wraps: tuple[tuple[int, str, str, str, bytes], ...] = field(repr=False)

    def to_document(self) -> dict[str, Any]:
        """The copy as JSON, of the format "manabi-vault/1"."""
        return {
            "format": FORMAT,
            "vault": self.vault,
            "head": self.head,
            "chains": {chain.value: [_entry(entry) for entry in entries] for chain, entries in self.entries.items()},
            "salts": {record: b64(salt) for record, salt in self.salts.items()},
            "wraps": [[epoch, holder, grant, suite, b64(sealed)] for epoch, holder, grant, suite, sealed in self.wraps],
        }


@dataclass(frozen=True, slots=True)
class CopiedStore:
    """A copy as a reader finds a stored vault (`pds.vault.reader.Kept`)."""

    copy: VaultCopy

    def chained(self, vault: VaultId, chain: Chain, after: int = 0, until: int | None = None) -> Iterator[Link]:
        """Links in order, as `Store.chained`."""
        for entry in self.entries(vault, chain, after, until):
            yield Link(entry.seq, entry.header, entry.digest, entry.hash)

    def entries(self, _vault: VaultId, chain: Chain, after: int = 0, until: int | None = None) -> Iterator[Entry]:
        """Entries in order, as `Store.entries`."""
        return iter(self.copy.entries[chain][after:until])

    def bodies(
        self, _vault: VaultId, places: Iterable[tuple[int, RecordId]]
    ) -> Mapping[int, tuple[bytes | None, bytes | None]]:
        """The body and the salt of records by their place, as `Store.bodies`."""
        records = self.copy.entries[Chain.RECORDS]
        return {seq: (records[seq - 1].body, self.copy.salts.get(record)) for seq, record in places}

    def erased(self, _vault: VaultId) -> set[int]:
        """The places of records whose bodies were erased."""
        return {entry.seq for entry in self.copy.entries[Chain.RECORDS] if entry.body is None}


def copy_from_document(document: Mapping[str, Any]) -> VaultCopy:
    """Read what `VaultCopy.to_document` wrote, each field of its type. What it says is for `pds.vault.verification`.

    Raises:
        UsageError: it is of another form.
    """
    try:
        if document["format"] != FORMAT:
            raise UsageError(f"a vault of the format {FORMAT} was expected")
        return VaultCopy(
            vault=check_vault_id(_text(document["vault"])),
            head=_text(document["head"]),
            entries={
                chain: tuple(_read_entry(seq, item) for seq, item in enumerate(document["chains"][chain.value], 1))
                for chain in Chain
            },
            salts={check_record_id(record): _bytes(salt) for record, salt in document["salts"].items()},
            wraps=tuple(
                (_number(epoch), _text(holder), _text(grant), _text(suite), _bytes(sealed))
                for epoch, holder, grant, suite, sealed in document["wraps"]
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError("the copy of a vault is malformed") from error


def _entry(entry: Entry) -> list[str | None]:
    body = None if entry.body is None else b64(entry.body)
    return [b64(entry.header), body, b64(entry.digest), b64(entry.hash)]


def _read_entry(seq: int, item: list[object]) -> Entry:
    header, body, digest, link = item
    return Entry(seq, _bytes(header), None if body is None else _bytes(body), _bytes(digest), _bytes(link))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise UsageError("a text was expected in the copy of a vault")
    return value


def _bytes(value: object) -> bytes:
    return unb64(_text(value))


def _number(value: object) -> int:
    if type(value) is not int:  # True is no number here
        raise UsageError("a number was expected in the copy of a vault")
    return value
