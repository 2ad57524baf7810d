"""Documents of a node: held to their kind, found by index, deleted when their day is over."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from pds.errors import AlreadyExistsError, DocumentError, NotFoundError, PdsError, UsageError
from pds.store import DocumentKind, Documents, Ended, Lifetime, SqliteStore
from tests.world import MovableClock


class Parcel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    shelf: str
    weight: int = 1


NOTE = DocumentKind("note", str, "a note")
PARCEL = DocumentKind("parcel", Parcel, "a parcel", key=lambda parcel: parcel.shelf)
LETTER = DocumentKind("letter", bytes, "a letter", lifetime=timedelta(days=10), owned=True)
TICKET = DocumentKind("ticket", bytes, "a ticket", lifetime=Lifetime.DATED)
SEAL = DocumentKind("seal", Parcel, "broken once", key=lambda parcel: parcel.shelf, final=True)
TODAY = date(2026, 5, 11)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2026, 5, 10, 16, tzinfo=UTC))  # past midnight in Japan


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        yield store


@pytest.fixture
def ended(tmp_path: Path) -> Ended:
    return Ended(tmp_path / "ended")


@pytest.fixture
def documents(store: SqliteStore, clock: MovableClock, ended: Ended) -> Documents:
    return Documents(store, clock, ended)


def test_a_document_comes_back_as_what_it_is(documents: Documents) -> None:
    documents.put(NOTE, "a", "あ")
    documents.put(PARCEL, "a", Parcel(shelf="top"))
    documents.put(LETTER, "a", b"\xff", owner="school")
    assert (documents.get(NOTE, "a"), documents.get(PARCEL, "a")) == ("あ", Parcel(shelf="top"))
    assert (documents.get(LETTER, "a"), documents.get(LETTER, "b")) == (b"\xff", None)
    assert (documents.has(NOTE, "a"), documents.has(NOTE, "b")) == (True, False)


def test_a_new_document_never_takes_the_place_of_another(documents: Documents) -> None:
    documents.add(NOTE, "a", "first")
    with pytest.raises(AlreadyExistsError):
        documents.add(NOTE, "a", "second")
    assert documents.get(NOTE, "a") == "first"


@pytest.mark.parametrize("text", [b"{", b'{"shelf": 5, "secret": "Aiko"}', b'{"weight": 1}', b"\xff"])
def test_what_is_not_of_its_kind_is_an_error_of_ours_that_shows_nothing_of_it(
    store: SqliteStore, documents: Documents, text: bytes
) -> None:
    store.put("parcel", "a", text)
    with pytest.raises(DocumentError, match="parcel") as raised:
        documents.get(PARCEL, "a")
    assert isinstance(raised.value, PdsError)
    assert "Aiko" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_documents_are_found_by_owner_and_by_key_in_the_order_they_came(documents: Documents) -> None:
    for name, owner in [("c", "one"), ("a", "two"), ("b", "one"), ("d", "three")]:
        documents.put(LETTER, name, name.encode(), owner=owner)
        documents.put(PARCEL, name, Parcel(shelf=owner))
    assert documents.names(LETTER, owners={"one"}) == ["c", "b"]
    assert documents.find(LETTER, owners={"one", "three"}) == [("c", b"c"), ("b", b"b"), ("d", b"d")]
    assert documents.find(LETTER, owners=set()) == []
    assert documents.names(PARCEL, key="one") == ["c", "b"]
    assert documents.find(PARCEL, key="one", most=1) == [("c", Parcel(shelf="one"))]
    assert documents.names(LETTER) == ["c", "a", "b", "d"]
    assert (sorted(documents.owners(LETTER)), documents.owners(PARCEL)) == (["one", "three", "two"], [])


def test_a_changed_document_is_found_by_what_it_says_now(documents: Documents) -> None:
    documents.put(PARCEL, "a", Parcel(shelf="top"))
    before = documents.change(PARCEL, "a", lambda parcel: parcel.model_copy(update={"shelf": "floor"}))
    assert before.shelf == "top"
    assert (documents.names(PARCEL, key="top"), documents.names(PARCEL, key="floor")) == ([], ["a"])
    with pytest.raises(NotFoundError):
        documents.change(PARCEL, "b", lambda parcel: parcel)


def test_a_document_is_deleted_the_day_after_its_last(documents: Documents, clock: MovableClock) -> None:
    documents.put(NOTE, "a", "stays")
    documents.put(LETTER, "a", b"", owner="school")
    documents.put(TICKET, "a", b"", until=TODAY)
    documents.put(TICKET, "b", b"", until=TODAY + timedelta(days=1))
    assert documents.sweep() == 0
    clock.advance(days=1)
    assert documents.sweep() == 1
    assert (documents.names(TICKET), documents.names(LETTER)) == (["b"], ["a"])
    documents.put(LETTER, "a", b"put again", owner="school")
    clock.advance(days=10)
    assert documents.sweep() == 1
    assert documents.names(LETTER) == ["a"]
    clock.advance(days=1)
    assert documents.sweep() == 1
    assert (documents.names(LETTER), documents.names(NOTE)) == ([], ["a"])


def test_a_kind_says_whether_an_owner_and_a_day_are_given(documents: Documents) -> None:
    with pytest.raises(UsageError, match="letter has an owner"):
        documents.put(LETTER, "a", b"")
    with pytest.raises(UsageError, match="note has no owner"):
        documents.put(NOTE, "a", "", owner="school")
    with pytest.raises(UsageError, match="ticket is kept as its kind says"):
        documents.put(TICKET, "a", b"")
    with pytest.raises(UsageError, match="letter is kept as its kind says"):
        documents.put(LETTER, "a", b"", owner="school", until=TODAY)


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda documents: documents.names(LETTER, owners={"one", "two"}), "documents_of_owner"),
        (lambda documents: documents.find(PARCEL, key="one"), "documents_under_key"),
        (lambda documents: documents.sweep(), "documents_until"),
    ],
)
def test_nothing_walks_all_documents(
    store: SqliteStore, documents: Documents, ask: Callable[[Documents], object], index: str
) -> None:
    asked: list[str] = []
    store._db.conn.set_trace_callback(asked.append)
    ask(documents)
    store._db.conn.set_trace_callback(None)
    [statement] = [text for text in asked if "documents" in text]
    plan = " ".join(row[3] for row in planned(store._db.conn, statement))
    assert f"INDEX {index}" in plan


def planned(connection: sqlite3.Connection, statement: str) -> list[tuple[int, int, int, str]]:
    return connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()


def test_what_is_final_and_ends_is_written_down_and_forgotten_with_the_oldest_backups(
    documents: Documents, ended: Ended, clock: MovableClock
) -> None:
    with pytest.raises(NotFoundError):
        ended.all()
    documents.put(PARCEL, "a", Parcel(shelf="top"))
    documents.drop(PARCEL, "a")
    documents.drop(SEAL, "never")
    documents.add(SEAL, "a", Parcel(shelf="one"))
    documents.put(SEAL, "a", Parcel(shelf="one", weight=2))
    ended.begin()
    assert ended.all() == set()
    documents.put(SEAL, "a", Parcel(shelf="two"))
    assert ended.all() == {("seal", "one")}
    clock.advance(days=31)
    documents.drop(SEAL, "a")
    assert ended.all() == {("seal", "one"), ("seal", "two")}
    ended.forget(date(2026, 5, 31))
    assert len(ended.all()) == 2
    ended.forget(date(2026, 6, 1))
    assert ended.all() == {("seal", "two")}
