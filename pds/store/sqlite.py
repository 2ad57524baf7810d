"""The embedded store: one SQLite file through sqlite-utils (ADR 0005). The only place that writes SQL.

Never: a key, a plaintext, a rule.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from pds.chain import Chain, Entry, Link
from pds.errors import AlreadyExistsError, NotFoundError, OtherVersionError, StoreError
from pds.identifiers import RecordId, VaultId
from pds.store.schema import migrations

_BUSY_SECONDS = 30  # how long a writer waits for another before it gives up
_LAST = 2**63 - 1  # the highest number SQLite has
_STRETCH = "FROM entries WHERE vault = ? AND chain = ? AND seq > ? AND seq <= ? ORDER BY seq"
# CROSS JOIN holds SQLite to one look-up for each place; left to itself, it walks through the table for each.
_BODIES = """
SELECT entries.seq, entries.body, salts.salt FROM json_each(?2) AS place
CROSS JOIN entries ON entries.vault = ?1 AND entries.chain = 'records' AND entries.seq = place.value ->> 0
LEFT JOIN salts ON salts.vault = ?1 AND salts.record = place.value ->> 1
"""
_PUT = """
INSERT INTO documents (kind, name, owner, "key", until, document) VALUES (?, ?, ?, ?, ?, ?)
"""
_REPLACE = f"""{_PUT} ON CONFLICT (kind, name) DO UPDATE
SET owner = excluded.owner, "key" = excluded."key", until = excluded.until, document = excluded.document
"""
# From one owner to the next along the index, past all the documents of one; DISTINCT would look at each.
_OWNERS = """
WITH RECURSIVE step (owner) AS (
    SELECT min(owner) FROM documents WHERE kind = ?1 AND owner IS NOT NULL
    UNION ALL SELECT (SELECT min(owner) FROM documents WHERE kind = ?1 AND owner > step.owner) FROM step
    WHERE step.owner IS NOT NULL
) SELECT owner FROM step WHERE owner IS NOT NULL
"""
# One text for each question, so that each is answered from an index.
_FOUND = {
    (False, False): "FROM documents WHERE kind = ?1 AND ?2 IS NULL AND ?3 IS NULL",
    (True, False): "FROM documents WHERE kind = ?1 AND owner IN (SELECT value FROM json_each(?2)) AND ?3 IS NULL",
    (False, True): 'FROM documents WHERE kind = ?1 AND ?2 IS NULL AND "key" = ?3',
    (True, True): 'FROM documents WHERE kind = ?1 AND owner IN (SELECT value FROM json_each(?2)) AND "key" = ?3',
}
PRAGMAS = (
    "PRAGMA page_size=8192",  # of a new file: nine sealed records to a page, and large ones do not overflow
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a commit that returned is on the disk
    "PRAGMA wal_autocheckpoint=4000",  # pages, 32 MB: importing a school waits for fewer checkpoints
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # erased bytes are overwritten, not only forgotten
)


class SqliteStore:
    """One database file; each thread has its own connection.

    Args:
        path: The file; it is created with its tables when it is not there.

    Raises:
        OtherVersionError: another version of this program made the file; it was not changed.
        StoreError: the file is not such a database, or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        refuse_other_version(path)
        with _seam():
            if migrations.pending(self._db):
                with self.transaction():  # several processes may open a new file at once; one makes the tables
                    migrations.apply(self._db)

    @property
    def _db(self) -> Database:
        db: Database | None = getattr(self._local, "db", None)
        if db is None:
            connection = sqlite3.connect(
                self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._open.append(connection)
            for pragma in PRAGMAS:
                connection.execute(pragma)
            _check_log(connection, self._path)
            db = self._local.db = Database(connection)
        return db

    @property
    def in_transaction(self) -> bool:
        """See `Store.in_transaction`."""
        return bool(self._db.conn.in_transaction)

    def close(self) -> None:
        """Let go of the database, in all threads."""
        for connection in self._open:
            connection.close()
        self._open.clear()
        self._local = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `Store.transaction`. Readers do not wait for it and do not see it before it ends."""
        with _seam():
            connection = self._db.conn
            if connection.in_transaction:
                with self._db.atomic():
                    yield
                return
            with _alone(connection):
                yield

    def add_vault(self, vault: VaultId, head: str) -> None:
        """See `Store.add_vault`."""
        with _seam("this vault is here already"):
            self._db.conn.execute("INSERT INTO vaults VALUES (?, ?)", (vault, head))

    def head(self, vault: VaultId) -> str:
        """See `Store.head`."""
        row = self._one("SELECT head FROM vaults WHERE vault = ?", (vault,))
        if row is None:
            raise NotFoundError("no such vault is here")
        return str(row[0])

    def set_head(self, vault: VaultId, head: str) -> None:
        """See `Store.set_head`."""
        with _seam():
            self._db.conn.execute("UPDATE vaults SET head = ? WHERE vault = ?", (head, vault))

    def vaults(self) -> list[VaultId]:
        """See `Store.vaults`."""
        return [VaultId(row[0]) for row in self._rows("SELECT vault FROM vaults")]

    def remove_vault(self, vault: VaultId) -> None:
        """See `Store.remove_vault`."""
        with _seam():
            for table in ("vaults", "entries", "salts", "wraps"):
                self._db.table(table).delete_where("vault = ?", [vault])

    def append(self, vault: VaultId, chain: Chain, entries: Iterable[Entry]) -> None:
        """See `Store.append`."""
        name = chain.value
        with _seam("an entry stands in that place of the chain"):
            self._db.conn.executemany(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", [(vault, name, *entry) for entry in entries]
            )

    def entries(self, vault: VaultId, chain: Chain, after: int = 0, until: int | None = None) -> Iterator[Entry]:
        """See `Store.entries`."""
        sql = f"SELECT seq, header, body, digest, hash {_STRETCH}"
        return map(Entry._make, self._rows(sql, (vault, chain.value, after, _LAST if until is None else until)))

    def chained(self, vault: VaultId, chain: Chain, after: int = 0, until: int | None = None) -> Iterator[Link]:
        """See `Store.chained`."""
        sql = f"SELECT seq, header, digest, hash {_STRETCH}"
        return map(Link._make, self._rows(sql, (vault, chain.value, after, _LAST if until is None else until)))

    def bodies(
        self, vault: VaultId, places: Iterable[tuple[int, RecordId]]
    ) -> Mapping[int, tuple[bytes | None, bytes | None]]:
        """See `Store.bodies`. One statement: an erasure beside it has taken both body and salt, or neither."""
        rows = self._rows(_BODIES, (vault, json.dumps(list(places))))
        return {seq: (body, salt) for seq, body, salt in rows}

    def erased(self, vault: VaultId) -> set[int]:
        """See `Store.erased`."""
        sql = "SELECT seq FROM entries INDEXED BY erased WHERE vault = ? AND chain = 'records' AND body IS NULL"
        rows = self._rows(sql, (vault,))
        return {int(row[0]) for row in rows}

    def add_salts(self, vault: VaultId, salts: Iterable[tuple[RecordId, bytes]]) -> None:
        """See `Store.add_salts`."""
        with _seam("this record is in the vault already"):
            self._db.conn.executemany(
                "INSERT INTO salts VALUES (?, ?, ?)", [(vault, record, salt) for record, salt in salts]
            )

    def salts(self, vault: VaultId) -> Mapping[RecordId, bytes]:
        """See `Store.salts`."""
        return {RecordId(r): s for r, s in self._rows("SELECT record, salt FROM salts WHERE vault = ?", (vault,))}

    def add_wraps(self, vault: VaultId, wraps: Iterable[tuple[int, str, str, str, bytes]]) -> None:
        """See `Store.add_wraps`."""
        with _seam("this sealed key is here already"):
            self._db.conn.executemany("INSERT INTO wraps VALUES (?, ?, ?, ?, ?, ?)", [(vault, *wrap) for wrap in wraps])

    def wraps(self, vault: VaultId, holder: str | None = None) -> list[tuple[int, str, str, str, bytes]]:
        """See `Store.wraps`."""
        sql = "SELECT epoch, holder, grant_id, suite, sealed FROM wraps WHERE vault = ? AND (?2 IS NULL OR holder = ?2)"
        return [(row[0], row[1], row[2], row[3], row[4]) for row in self._rows(sql, (vault, holder))]

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
        """See `Store.put`."""
        day = None if until is None else until.isoformat()
        with _seam(f"a {kind} of that name is here already"):
            self._db.conn.execute(_REPLACE if replace else _PUT, (kind, name, owner, key, day, document))

    def get(self, kind: str, name: str) -> bytes | None:
        """See `Store.get`."""
        row = self._one("SELECT document FROM documents WHERE kind = ? AND name = ?", (kind, name))
        return None if row is None else bytes(row[0])

    def all(
        self,
        kind: str,
        *,
        owners: Collection[str] | None = None,
        key: str | None = None,
        most: int | None = None,
    ) -> list[tuple[str, bytes]]:
        """See `Store.all`."""
        rows = self._found("name, document", kind, owners, key, most)
        return [(str(name), bytes(document)) for name, document in rows]

    def names(self, kind: str, *, owners: Collection[str] | None = None, key: str | None = None) -> list[str]:
        """See `Store.names`."""
        return [str(row[0]) for row in self._found("name", kind, owners, key, None)]

    def owners(self, kind: str) -> list[str]:
        """See `Store.owners`."""
        return [str(row[0]) for row in self._rows(_OWNERS, (kind,))]

    def _found(
        self, columns: str, kind: str, owners: Collection[str] | None, key: str | None, most: int | None
    ) -> list[tuple[Any, ...]]:
        found = _FOUND[owners is not None, key is not None]
        those = None if owners is None else json.dumps(sorted(owners))
        sql = f"SELECT {columns} {found} ORDER BY number LIMIT ?4"
        return self._rows(sql, (kind, those, key, -1 if most is None else most))

    def drop(self, kind: str, name: str) -> None:
        """See `Store.drop`."""
        with _seam():
            self._db.conn.execute("DELETE FROM documents WHERE kind = ? AND name = ?", (kind, name))

    def drop_over(self, today: date) -> int:
        """See `Store.drop_over`."""
        with _seam():
            return self._db.conn.execute("DELETE FROM documents WHERE until < ?", (today.isoformat(),)).rowcount

    def backup(self, target: Path, seal: Callable[[bytes], bytes]) -> None:
        """See `Store.backup`. The copy is compacted once more, so that no free page keeps a salt."""
        with _seam():
            self._db.conn.execute("VACUUM INTO ?", (str(target),))
            copy = sqlite3.connect(target, isolation_level=None)
            try:
                _rewrite_salts(copy, seal)
            finally:
                copy.close()

    def unseal_salts(self, unseal: Callable[[bytes], bytes]) -> None:
        """See `Store.unseal_salts`."""
        with _seam():
            _rewrite_salts(self._db.conn, unseal)

    def _rows(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with _seam():
            return self._db.conn.execute(sql, values).fetchall()

    def _one(self, sql: str, values: tuple[object, ...]) -> tuple[Any, ...] | None:
        rows = self._rows(sql, values)
        return rows[0] if rows else None


def refuse_other_version(path: Path) -> None:
    """See that this program knows all tables of a database, without writing to it; one that is not there yet is well.

    Raises:
        OtherVersionError: a migration ran on it that this program does not have: an older one, or one still to come.
        StoreError: the file is not such a database, or cannot be read.
    """
    if not path.exists():
        return
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    with _seam(), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", _BUSY_SECONDS, uri=True)) as reading:
        ran = {migration.name for migration in migrations.applied(Database(reading))}
    if not ran <= known:
        raise OtherVersionError(
            f"{path} was made by another version of this program and cannot be opened by this one: make the node anew "
            "in another folder with `node init` and import again, or use the version that made it; nothing was changed"
        )


def _rewrite_salts(connection: sqlite3.Connection, change: Callable[[bytes], bytes]) -> None:
    connection.execute("PRAGMA secure_delete=ON")
    rows = connection.execute("SELECT salt, vault, record FROM salts").fetchall()
    with _alone(connection):
        connection.executemany(
            "UPDATE salts SET salt = ? WHERE vault = ? AND record = ?",
            [(change(salt), vault, record) for salt, vault, record in rows],
        )
    connection.execute("VACUUM")


def _check_log(connection: sqlite3.Connection, path: Path) -> None:
    """See that the database has its write-ahead log: SQLite says in which mode it is, and goes on in any other."""
    ((mode,),) = connection.execute("PRAGMA journal_mode").fetchall()
    if mode != "wal":
        raise StoreError(
            f"{path} cannot have a write-ahead log there (its journal is {mode!r}): readers and writers would stand in "
            "each other's way; put the node's folder on a local disk"
        )


@contextmanager
def _alone(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction, alone among writers. A commit that fails leaves nothing, and the connection as it was before."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()  # nothing, where SQLite has done so by itself
        raise


@contextmanager
def _seam(taken: str = "the store refused a duplicate") -> Iterator[None]:
    """Turn the database's errors into ours; `taken` is the sentence for a place that is taken."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise AlreadyExistsError(taken) from error
    except sqlite3.Error as error:
        raise StoreError(f"the store could not be read or written ({error.sqlite_errorname})") from error
