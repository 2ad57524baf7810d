"""Hash chains: entries that cannot be altered, dropped or reordered unnoticed. Anyone can verify one without a key.

hash(n) = SHA-256(hash(n-1) ‖ JCS of the header ‖ SHA-256(body)); hash(0) names the vault and the chain.
Never: what a header or body says.
"""

import hashlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from pds.errors import ChainBrokenError
from pds.identifiers import VaultId


class Chain(StrEnum):
    """The four chains of a vault."""

    RECORDS = "records"
    AUTHORISATIONS = "authorisations"
    ACCESS = "access"
    LEDGER = "ledger"


class Entry(NamedTuple):
    """One link. A record's `body` is None once it was erased; `digest` (SHA-256 of the body) and `hash` stay."""

    seq: int
    header: bytes
    body: bytes | None
    digest: bytes
    hash: bytes


class Tip(NamedTuple):
    """Where a chain stands: how many entries, and the hash of the last."""

    length: int
    hash: bytes


def origin(vault: VaultId, chain: Chain) -> Tip:
    """The tip of a chain that has no entry yet."""
    return Tip(0, hashlib.sha256(f"manabi/chain/1/{vault}/{chain.value}".encode()).digest())


def extend(tip: Tip, header: bytes, body: bytes) -> Entry:
    """The entry that follows `tip`."""
    digest = hashlib.sha256(body).digest()
    return Entry(tip.length + 1, header, body, digest, hashlib.sha256(tip.hash + header + digest).digest())


def follow(start: Tip, entries: Iterable[Entry], chain: Chain) -> Iterator[Entry]:
    """Hand on entries one by one, each only after it was found to follow the one before it.

    Raises:
        ChainBrokenError: an entry is missing, altered, or out of order; the message names chain and entry.
    """
    tip = start
    for entry in entries:
        if entry.seq != tip.length + 1:
            raise ChainBrokenError(f"{chain.value} entry {tip.length + 1} is missing")
        if entry.body is None and chain is not Chain.RECORDS:
            raise ChainBrokenError(f"{chain.value} entry {entry.seq} has lost its body; only records can be erased")
        if entry.body is not None and hashlib.sha256(entry.body).digest() != entry.digest:
            raise ChainBrokenError(f"{chain.value} entry {entry.seq} was altered")
        if hashlib.sha256(tip.hash + entry.header + entry.digest).digest() != entry.hash:
            raise ChainBrokenError(f"{chain.value} entry {entry.seq} does not follow entry {tip.length}")
        tip = Tip(entry.seq, entry.hash)
        yield entry


def check(start: Tip, entries: Iterable[Entry], chain: Chain, end: Tip) -> list[Entry]:
    """All entries from `start` to `end`, verified.

    Raises:
        ChainBrokenError: they do not lead there.
    """
    checked = list(follow(start, entries, chain))
    reached = Tip(checked[-1].seq, checked[-1].hash) if checked else start
    if reached != end:
        raise ChainBrokenError(
            f"the {chain.value} chain ends at entry {reached.length}, the signed head says otherwise"
        )
    return checked
