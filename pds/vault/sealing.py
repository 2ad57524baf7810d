"""Sealing one record: padded, under its own key, bound to its place (AES-256-GCM, NIST SP 800-38D).

Here: padding, encryption. Never: what stands beside it (`headers`), which key, which chain, who may read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from pds.crypto import aead, parse
from pds.errors import SealBrokenError, UsageError
from pds.identifiers import RecordId
from pds.records import Record, kind_of, slack, validate
from pds.vault.keys import CategoryKey, record_keys

PADDING = 256  # bytes; stored sizes are multiples of it
_LENGTH_BYTES = 4


def is_sealed_size(length: int) -> bool:
    """True for the lengths that a sealed record can have."""
    padded = length - aead.NONCE_BYTES - aead.TAG_BYTES
    return padded > 0 and padded % PADDING == 0


def plaintexts_of(records: Sequence[Record]) -> list[bytes]:
    """Records as padded bytes: 4-byte length, schema and fields as JSON, zeros.

    Only fields that were given are written, unknown ones included, so reading returns what was received. The padded
    size is that of the widest values the record's closed fields could have had.
    """
    kinds = [kind_of(record) for record in records]
    texts = [
        b"%b%b}" % (_opening(kind.schema), kind.to_json(record)) for kind, record in zip(kinds, records, strict=True)
    ]
    spare = [slack(record) for record in records]
    return [_padded(*pair) for pair in zip(texts, spare, strict=True)]


def _padded(text: bytes, spare: int) -> bytes:
    size = -(-(_LENGTH_BYTES + len(text) + spare) // PADDING) * PADDING
    return (len(text).to_bytes(_LENGTH_BYTES, "big") + text).ljust(size, b"\0")


@lru_cache
def _opening(schema: str) -> bytes:
    return f'{{"schema":"{schema}","record":'.encode()


class Unsealed(NamedTuple):
    """A record on its way into the vault, with everything its seal needs."""

    record: Record
    header: bytes
    key: CategoryKey
    salt: bytes
    record_id: RecordId


def seal_all(records: Sequence[Unsealed]) -> list[bytes]:
    """Seal records; each result is what `aead.seal` makes.

    Step by step for all of them, not record by record: an import seals hundreds at once, and each step's code and
    tables then stay in the processor's cache, which halves the time.
    """
    plaintexts = plaintexts_of([item.record for item in records])
    keys = record_keys([(item.key.key, item.salt, item.record_id) for item in records])
    return aead.seal_all(keys, plaintexts, [item.header for item in records])


class Sealed(NamedTuple):
    """A record as it is stored, with everything that opens it."""

    body: bytes
    header: bytes
    key: CategoryKey
    salt: bytes
    record_id: RecordId


@dataclass(frozen=True, slots=True)
class Contents:
    """What was sealed: a schema, and fields as they were written."""

    schema: str
    fields: Mapping[str, Any] = field(repr=False)

    def record(self) -> Record:
        """The record these fields make.

        Raises:
            UnknownSchemaError: no kind has that schema's name.
            InvalidRecordError: a field is missing or out of range; the message names fields, never their values.
        """
        return validate(self.schema, self.fields)


def unseal(sealed: Sealed) -> Contents:
    """Open a record. Raises as `unseal_all`."""
    return unseal_all([sealed])[0]


def unseal_each(sealed: Sequence[Sealed]) -> list[Contents | None]:
    """Open records; None for each that does not open, so that one damaged record takes no other with it."""
    try:
        return list(unseal_all(sealed))
    except SealBrokenError:
        return [_unseal_or_none(item) for item in sealed]


def _unseal_or_none(sealed: Sealed) -> Contents | None:
    try:
        return unseal(sealed)
    except SealBrokenError:
        return None


def unseal_all(sealed: Sequence[Sealed]) -> list[Contents]:
    """Open records; step by step for all of them, as `seal_all`, for the same reason.

    Raises:
        SealBrokenError: another key, another place, or an altered byte; the message names the record.
    """
    keys = record_keys([(item.key.key, item.salt, item.record_id) for item in sealed])
    opened = aead.open_all(
        [(key, item.body, item.header, f"record {item.record_id}") for key, item in zip(keys, sealed, strict=True)]
    )
    try:
        return [_contents(parse(_unpadded(padded))) for padded in opened]
    except (KeyError, TypeError, UsageError) as error:
        raise SealBrokenError("what was sealed is no record") from error


def _contents(document: Any) -> Contents:  # noqa: ANN401  # JSON; whatever its writer sealed
    schema, fields = document["schema"], document["record"]
    if not isinstance(schema, str) or not isinstance(fields, dict):
        raise TypeError("a schema and its fields were expected")
    return Contents(schema, fields)


def _unpadded(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]
