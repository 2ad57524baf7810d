"""Hash chains: entries that cannot be altered, dropped or reordered unnoticed. Anyone can verify one without a key.

hash(n) = SHA-256(hash(n-1) ‖ JCS of the header ‖ SHA-256(body)); hash(0) names the vault and the chain.
Never: what a header or body says.
"""

import hashlib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple, TypeVar

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


class Link(NamedTuple):
    """An entry as the chain hashes it: without its body."""

    seq: int
    header: bytes
    digest: bytes
    hash: bytes


Linked = TypeVar("Linked", Link, Entry)


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


def follow(start: Tip, links: Iterable[Linked], chain: Chain, end: Tip) -> Iterator[Linked]:
    """Hand on entries or links one by one, each only after it was found to follow the one before it.

    Bodies are not looked at: what a body must be, its entry's digest says. `start` may be what the store says of any
    entry: a hash is of all that came before it, so only the right one leads to the signed end.

    Raises:
        ChainBrokenError: one is missing, altered, or out of order, or they do not lead to `end`; the message names
            chain and entry.
    """
    length, last = start
    for link in links:
        if link.seq != length + 1:
            raise ChainBrokenError(f"{chain.value} entry {length + 1} is missing")
        if hashlib.sha256(last + link.header + link.digest).digest() != link.hash:
            raise ChainBrokenError(f"{chain.value} entry {link.seq} does not follow entry {length}")
        length, last = link.seq, link.hash
        yield link
    if (length, last) != end:
        raise ChainBrokenError(f"the {chain.value} chain ends at entry {length}, the signed head says otherwise")


def check_body(body: bytes | None, digest: bytes, chain: Chain, seq: int) -> None:
    """Compare a body with the digest that was chained.

    Raises:
        ChainBrokenError: it was altered, or is gone in a chain from which nothing can be erased.
    """
    if body is None and chain is not Chain.RECORDS:
        raise ChainBrokenError(f"{chain.value} entry {seq} has lost its body; only records can be erased")
    if body is not None and hashlib.sha256(body).digest() != digest:
        raise ChainBrokenError(f"{chain.value} entry {seq} was altered")


def check_bodies(bodies: Iterable[tuple[int, bytes | None, bytes]], chain: Chain) -> None:
    """Compare bodies with the digests that were chained: number, body and digest of each. Raises as `check_body`."""
    for seq, body, digest in bodies:
        check_body(body, digest, chain, seq)


def check(start: Tip, entries: Iterable[Entry], chain: Chain, end: Tip) -> list[Entry]:
    """All entries from `start` to `end`, verified, bodies included.

    Raises:
        ChainBrokenError: as `follow` and `check_body`.
    """
    checked = []
    for entry in follow(start, entries, chain, end):
        check_body(entry.body, entry.digest, chain, entry.seq)
        checked.append(entry)
    return checked
