"""What a store must do, whatever database stands behind it. Tables are keyed by vault; nothing above assumes one file.

Never: a key, a rule, a meaning of the bytes it keeps.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Protocol

from pds.chain import Chain, Entry, Link
from pds.identifiers import RecordId, VaultId


class Store(Protocol):
    """Durable storage of one node. Every write happens inside `transaction`; errors are `pds.errors.StoreError`."""

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, durable when the block ends, alone among writers. Nests: an inner block joins the outer."""
        ...

    @property
    def in_transaction(self) -> bool:
        """True while this thread's connection is inside a transaction."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...

    def add_vault(self, vault: VaultId, head: str) -> None:
        """Begin a vault. Raises AlreadyExistsError."""
        ...

    def head(self, vault: VaultId) -> str:
        """The signed head of a vault. Raises NotFoundError."""
        ...

    def set_head(self, vault: VaultId, head: str) -> None:
        """Replace the signed head."""
        ...

    def vaults(self) -> list[VaultId]:
        """All vaults, in no meaningful order."""
        ...

    def remove_vault(self, vault: VaultId) -> None:
        """Remove a vault with its chains, salts and wraps; documents stay."""
        ...

    def append(self, vault: VaultId, chain: Chain, entries: Iterable[Entry]) -> None:
        """Add entries. Raises AlreadyExistsError when a place is taken."""
        ...

    def entries(self, vault: VaultId, chain: Chain, after: int = 0, until: int | None = None) -> Iterator[Entry]:
        """Entries in order, beginning after a sequence number, up to and including another."""
        ...

    def chained(self, vault: VaultId, chain: Chain, after: int = 0, until: int | None = None) -> Iterator[Link]:
        """The same without their bodies."""
        ...

    def bodies(
        self, vault: VaultId, places: Iterable[tuple[int, RecordId]]
    ) -> Mapping[int, tuple[bytes | None, bytes | None]]:
        """The body and the salt of records by their place, as of one moment; places without an entry are left out."""
        ...

    def erased(self, vault: VaultId) -> set[int]:
        """The places of records whose bodies were erased."""
        ...

    def add_salts(self, vault: VaultId, salts: Iterable[tuple[RecordId, bytes]]) -> None:
        """Keep the salts of new records, apart from the records. Raises AlreadyExistsError for a known record."""
        ...

    def salts(self, vault: VaultId) -> Mapping[RecordId, bytes]:
        """The salts of a vault's records, but for those erased."""
        ...

    def add_wraps(self, vault: VaultId, wraps: Iterable[tuple[int, str, str, str, bytes]]) -> None:
        """Keep sealed keys: epoch, holder, grant, suite, bytes."""
        ...

    def wraps(self, vault: VaultId, holder: str | None = None) -> list[tuple[int, str, str, str, bytes]]:
        """Sealed keys of a vault, or of one holder in it."""
        ...

    def put(
        self,
        kind: str,
        name: str,
        document: bytes,
        *,
        owner: str | None = None,
        key: str | None = None,
        until: date | None = None,
        replace: bool = False,
    ) -> None:
        """Keep a node's own document (`pds.store.documents`). Raises AlreadyExistsError unless `replace`.

        Args:
            kind: What it is; a name is taken once for each kind.
            name: Which of them; in plain, as are owner and key.
            document: Its bytes.
            owner: The organisation it belongs to.
            key: By what else it is found.
            until: The last day on which it is kept; None while nobody drops it.
            replace: Put it in the place of what is there, which keeps its place in the order.
        """
        ...

    def get(self, kind: str, name: str) -> bytes | None:
        """A node's own document."""
        ...

    def all(
        self,
        kind: str,
        *,
        owners: Collection[str] | None = None,
        key: str | None = None,
        most: int | None = None,
    ) -> list[tuple[str, bytes]]:
        """The documents of a kind, of some owners, under a key, with their names, in the order they came.

        Reads those it hands back and no other; at most so many.
        """
        ...

    def names(self, kind: str, *, owners: Collection[str] | None = None, key: str | None = None) -> list[str]:
        """Their names alone, in the same order."""
        ...

    def owners(self, kind: str) -> list[str]:
        """The organisations that have documents of a kind."""
        ...

    def drop(self, kind: str, name: str) -> None:
        """Forget a document."""
        ...

    def drop_over(self, today: date) -> int:
        """Forget the documents whose last day is over; hand back how many there were."""
        ...

    def backup(self, target: Path, seal: Callable[[bytes], bytes]) -> None:
        """Write a consistent copy of the database to a new file, with every salt sealed."""
        ...

    def unseal_salts(self, unseal: Callable[[bytes], bytes]) -> None:
        """Open the salts of a database that `backup` wrote."""
        ...
