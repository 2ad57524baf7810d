"""What every store must do, whatever database stands behind it. A new store subclasses `StoreContract`."""

import resource
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import pytest

from pds.chain import Chain, Entry, Link
from pds.errors import AlreadyExistsError, NotFoundError, PdsError, StoreError
from pds.identifiers import RecordId, new_record_id, new_vault_id
from pds.store import SqliteStore, Store

VAULT = new_vault_id()
Open = Callable[[], Store]


class Boom(Exception):  # noqa: N818  # what a caller's own mistake looks like
    """Something that is none of the store's business."""


def entry(seq: int, body: bytes | None = b"body") -> Entry:
    return Entry(seq, b"header", body, b"digest", b"hash %d" % seq)


class StoreContract:
    """Subclasses say how to open the same store again and again."""

    @pytest.fixture
    def again(self, tmp_path: Path) -> Open:
        raise NotImplementedError

    @pytest.fixture
    def store(self, again: Open) -> Iterator[Store]:
        with closing(again()) as store:
            yield store

    def test_what_was_committed_is_there_after_reopening(self, store: Store, again: Open) -> None:
        record = new_record_id()
        with store.transaction():
            store.add_vault(VAULT, "head 1")
            store.append(VAULT, Chain.RECORDS, [entry(1), entry(2, None)])
            store.add_salts(VAULT, [(record, b"salt")])
            store.add_wraps(VAULT, [(1, "holder", "root", "suite", b"sealed")])
            store.put("kind", "name", b"document")
            store.set_head(VAULT, "head 2")
        with closing(again()) as other:
            assert (other.head(VAULT), other.vaults()) == ("head 2", [VAULT])
            assert list(other.entries(VAULT, Chain.RECORDS)) == [entry(1), entry(2, None)]
            assert (dict(other.salts(VAULT)), other.get("kind", "name")) == ({record: b"salt"}, b"document")
            assert other.wraps(VAULT) == [(1, "holder", "root", "suite", b"sealed")]

    @pytest.mark.parametrize("error", [Boom, KeyboardInterrupt, NotFoundError])
    def test_a_block_that_fails_leaves_nothing(self, store: Store, error: type[BaseException]) -> None:
        def write_and_fail() -> None:
            with store.transaction():
                store.add_vault(VAULT, "head")
                store.put("kind", "name", b"document")
                raise error

        with pytest.raises(error):
            write_and_fail()
        assert store.vaults() == []
        assert store.get("kind", "name") is None

    def test_an_inner_block_joins_the_outer(self, store: Store) -> None:
        def write_and_fail() -> None:
            with store.transaction():
                with store.transaction():
                    store.put("kind", "inner", b"")
                raise Boom

        with pytest.raises(Boom):
            write_and_fail()
        assert store.get("kind", "inner") is None

    def test_an_inner_block_that_fails_takes_only_its_own_back(self, store: Store) -> None:
        def write_and_fail() -> None:
            with store.transaction():
                store.put("kind", "inner", b"")
                raise Boom

        with store.transaction():
            store.put("kind", "before", b"")
            with pytest.raises(Boom):
                write_and_fail()
            store.put("kind", "after", b"")
        assert [name for name, _ in store.all("kind")] == ["before", "after"]

    def test_a_store_can_be_used_after_a_failure(self, store: Store) -> None:
        for _ in range(3):
            with pytest.raises(Boom), store.transaction():
                raise Boom
            with store.transaction():
                store.put("kind", str(new_record_id()), b"")
        assert len(store.all("kind")) == 3

    def test_no_place_is_taken_twice(self, store: Store) -> None:
        record = new_record_id()
        takes: list[Callable[[], None]] = [
            lambda: store.add_vault(VAULT, "head"),
            lambda: store.append(VAULT, Chain.ACCESS, [entry(1)]),
            lambda: store.add_salts(VAULT, [(record, b"salt")]),
            lambda: store.add_wraps(VAULT, [(1, "holder", "root", "suite", b"x")]),
            lambda: store.put("kind", "name", b"document"),
        ]
        for take in takes:
            with store.transaction():
                take()
            with pytest.raises(AlreadyExistsError), store.transaction():
                take()
        assert store.get("kind", "name") == b"document"

    def test_a_document_is_replaced_only_where_that_was_asked_for(self, store: Store) -> None:
        with store.transaction():
            store.put("kind", "a", b"1")
            store.put("kind", "b", b"2")
            store.put("kind", "a", b"3", replace=True)
        assert store.all("kind") == [("a", b"3"), ("b", b"2")]
        with store.transaction():
            store.drop("kind", "a")
        assert store.all("kind") == [("b", b"2")]

    def test_entries_come_in_order_and_from_a_place_on(self, store: Store) -> None:
        with store.transaction():
            store.append(VAULT, Chain.LEDGER, [entry(3), entry(1), entry(11), entry(2)])
        assert [e.seq for e in store.entries(VAULT, Chain.LEDGER)] == [1, 2, 3, 11]
        assert [e.seq for e in store.entries(VAULT, Chain.LEDGER, after=2)] == [3, 11]
        assert [e.seq for e in store.entries(VAULT, Chain.LEDGER, after=1, until=3)] == [2, 3]
        third = entry(3)
        assert list(store.chained(VAULT, Chain.LEDGER, 2, 3)) == [Link(3, third.header, third.digest, third.hash)]

    def test_bodies_come_with_their_salts_by_their_place(self, store: Store) -> None:
        records = [new_record_id() for _ in range(3)]
        with store.transaction():
            store.append(VAULT, Chain.RECORDS, [entry(1), entry(2, None), entry(3)])
            store.append(VAULT, Chain.ACCESS, [entry(4)])
            store.add_salts(VAULT, [(records[0], b"one"), (records[2], b"three")])
            store.add_salts(new_vault_id(), [(records[1], b"another vault's")])
        wanted = [(3, records[2]), (2, records[1]), (1, records[0]), (4, records[0])]
        assert store.bodies(VAULT, wanted) == {3: (b"body", b"three"), 2: (None, None), 1: (b"body", b"one")}
        assert store.erased(VAULT) == {2}

    def test_what_is_not_there_is_not_found(self, store: Store) -> None:
        with pytest.raises(NotFoundError):
            store.head(VAULT)
        assert list(store.entries(VAULT, Chain.RECORDS)) == []
        assert list(store.chained(VAULT, Chain.RECORDS)) == []
        assert store.bodies(VAULT, [(1, new_record_id())]) == {}
        assert (store.get("kind", "x"), store.wraps(VAULT)) == (None, [])

    def test_one_vault_is_removed_and_no_other(self, store: Store) -> None:
        other = new_vault_id()
        with store.transaction():
            for vault in (VAULT, other):
                store.add_vault(vault, "head")
                store.append(vault, Chain.RECORDS, [entry(1)])
                store.add_salts(vault, [(RecordId("r"), b"salt")])
                store.add_wraps(vault, [(1, "h", "g", "s", b"x"), (1, "i", "g", "s", b"y")])
        with store.transaction():
            store.remove_vault(VAULT)
        assert (store.vaults(), dict(store.salts(VAULT)), store.wraps(VAULT)) == ([other], {}, [])
        assert list(store.entries(VAULT, Chain.RECORDS)) == []
        assert (len(store.wraps(other)), len(store.wraps(other, "h"))) == (2, 1)

    def test_nobody_sees_half_a_transaction(self, store: Store, again: Open) -> None:
        with closing(again()) as other:
            with store.transaction():
                store.add_vault(VAULT, "head")
                assert other.vaults() == []
            assert other.vaults() == [VAULT]

    def test_threads_that_count_up_lose_no_step(self, store: Store) -> None:
        with store.transaction():
            store.put("kind", "count", b"0")
        barrier = threading.Barrier(4)

        def count(_: int) -> None:
            barrier.wait()
            for _step in range(10):
                with store.transaction():
                    number = int(store.get("kind", "count") or b"0")
                    store.put("kind", "count", str(number + 1).encode(), replace=True)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(count, range(4)))
        assert store.get("kind", "count") == b"40"

    def test_opening_again_changes_nothing(self, store: Store, again: Open) -> None:
        with store.transaction():
            store.add_vault(VAULT, "head")
        for _ in range(3):
            with closing(again()) as other:
                assert other.vaults() == [VAULT]

    def test_many_open_a_new_store_at_once(self, again: Open) -> None:
        with ThreadPoolExecutor(6) as pool:
            stores = [future.result() for future in [pool.submit(again) for _ in range(6)]]
        for store in stores:
            assert store.vaults() == []
            store.close()

    def test_strange_names_are_only_names(self, store: Store) -> None:
        names = ["'; DROP TABLE vaults; --", "%", "学", "", "a\x00b", '"']
        with store.transaction():
            for name in names:
                store.put("kind", name, name.encode())
        for name in names:
            assert store.get("kind", name) == name.encode()


class TestSqliteStore(StoreContract):
    """The embedded store."""

    @pytest.fixture
    def again(self, tmp_path: Path) -> Open:
        return lambda: SqliteStore(tmp_path / "store.db")

    def test_every_table_is_strict(self, store: SqliteStore) -> None:
        rows = store._db.conn.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").fetchall()
        ours = {name: strict for name, strict in rows if not name.startswith(("sqlite_", "_sqlite"))}
        assert set(ours) >= {"vaults", "entries", "salts", "wraps", "documents"}
        assert [name for name, strict in ours.items() if not strict and not name.startswith("_")] == []

    def test_commits_are_durable_and_erased_bytes_are_overwritten(self, store: SqliteStore) -> None:
        def pragma(name: str) -> object:
            return store._db.conn.execute(f"PRAGMA {name}").fetchone()[0]

        assert (pragma("journal_mode"), pragma("synchronous"), pragma("secure_delete")) == ("wal", 2, 1)

    def test_a_file_that_is_no_database_is_refused_and_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "other.db"
        path.write_bytes(b"these are somebody's notes" * 100)
        with pytest.raises(StoreError):
            SqliteStore(path)
        assert path.read_bytes().startswith(b"these are somebody's notes")

    def test_a_folder_that_is_not_there_is_an_error_of_ours(self, tmp_path: Path) -> None:
        with pytest.raises(PdsError):
            SqliteStore(tmp_path / "nowhere" / "store.db")

    @pytest.mark.parametrize("why", ["a full disk", "a reference to nothing"])  # SQLite ends the first by itself
    def test_a_commit_that_fails_leaves_nothing_and_the_store_as_usable_as_before(
        self, store: SqliteStore, why: str
    ) -> None:
        connection = store._db.conn
        connection.execute("CREATE TABLE named (name PRIMARY KEY)")
        connection.execute("CREATE TABLE naming (name REFERENCES named DEFERRABLE INITIALLY DEFERRED)")
        with store.transaction():
            store.put("kind", "before", b"1")

        def lose() -> None:
            with full_disk() if why == "a full disk" else nullcontext(), store.transaction():
                store.put("kind", "lost", bytes(64 * 1024))
                connection.execute("INSERT INTO naming VALUES (?)", (None if why == "a full disk" else "nobody",))

        with pytest.raises(StoreError):
            lose()
        assert not store.in_transaction  # else what follows would be said to be durable, and never be
        with store.transaction():
            store.put("kind", "after", b"2")
        with closing(SqliteStore(store._path)) as other:
            assert other.all("kind") == [("before", b"1"), ("after", b"2")]

    def test_a_place_where_no_log_can_be_kept_is_refused(self) -> None:
        with pytest.raises(StoreError, match="write-ahead log"):
            SqliteStore(Path(":memory:"))


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process grows while the block runs, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
