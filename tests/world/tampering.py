"""A thief or a failing disk with write access to a node's database: what tests use to alter it behind the door."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pds.identifiers import OrgId, VaultId
from pds.node import Node, open_node
from pds.vault import Action, Charge, Purpose, Verified, verify_copy
from tests.world.prefecture import MovableClock, School, attendance_record, open_prefecture, score_record

STUDY = "study-of-class-size"
COLUMNS = ("header", "body", "digest", "hash")


@dataclass(frozen=True)
class Original:
    """A closed node folder with two students whose four chains all have entries; to be copied, then altered."""

    folder: Path
    org: OrgId
    now: datetime
    aiko: VaultId
    bunta: VaultId


@dataclass
class Altered:
    """A copy of the original's folder, with a door to its tables."""

    original: Original
    folder: Path

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement on the database, past every rule."""
        return run(self.folder, statement, *values)

    def flip(self, table: str, column: str, where: str, *values: Any, place: int = 9) -> None:
        """See `flip`."""
        flip(self.folder, table, column, where, *values, place=place)

    @contextmanager
    def open(self) -> Iterator[School]:
        """The school on the altered folder, with nothing remembered from before."""
        with open_node(self.folder, MovableClock(self.original.now)) as node:
            yield School(node, self.original.org)

    def verify(self, vault: VaultId | None = None) -> Verified:
        """Verify a vault of the altered folder without a key to it."""
        with self.open() as school:
            return verify_copy(school.node.vaults.copy(vault or self.original.aiko), school.node.card)


def build_original(folder: Path) -> Original:
    """Two students with records, consents, reads and a charge, on one closed node."""
    with open_prefecture(folder) as prefecture:
        school = prefecture.minato
        school.admit("aiko", "bunta", records=[score_record(school), attendance_record(school)])
        for student in ("aiko", "bunta"):
            school.write(student, score_record(school, 55))
            school.read(student)
            with school.node.vaults.read(school.guardian_permit(student)):
                pass
            charge(school, student)
        return Original(
            school.node.folder,
            school.org,
            datetime(2026, 5, 11, 1, 0, tzinfo=UTC),
            school.vault("aiko"),
            school.vault("bunta"),
        )


def charge(school: School, student: str, study: str = STUDY, cost: int = 1_000_000) -> None:
    """Charge a study to a student."""
    permit = school.permit(student, Purpose.STATISTICS, Action.CHARGE)
    with school.node.vaults.transact(permit) as writer:
        wanted = Charge(study=study, cost=cost, school_year=school.year, answered_by=school.org)
        writer.charge(wanted, 10 * 1_000_000)


def alter(original: Original, folder: Path) -> Altered:
    """A copy of the original, to be altered."""
    shutil.copytree(original.folder, folder)
    return Altered(original, folder)


def run(folder: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run one statement on a node's database, past every rule."""
    with closing(sqlite3.connect(folder / "store.db", isolation_level=None)) as connection:
        return connection.execute(statement, values).fetchall()


def flip(folder: Path, table: str, column: str, where: str, *values: Any, place: int = 9) -> None:
    """Turn one bit of one byte in one column of the rows found."""
    rows = run(folder, f"SELECT {column} FROM {table} WHERE {where}", *values)  # noqa: S608  # a test's own words
    assert rows, "nothing to alter"
    for (old,) in rows:
        statement = f"UPDATE {table} SET {column} = ? WHERE {where} AND {column} = ?"  # noqa: S608  # same
        run(folder, statement, flipped(old, place), *values, old)


def flipped(value: Any, place: int) -> Any:
    """A value with one bit, digit or letter changed."""
    if isinstance(value, bytes):
        place %= len(value)
        return value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]
    if isinstance(value, int):
        return value + 1
    place %= len(value)
    return value[:place] + ("A" if value[place] != "A" else "B") + value[place + 1 :]


def guardian_of(node: Node, vault: VaultId) -> str:
    """The identifier of the custodial guardian of a vault."""
    return next(name for name, held in node.vaults.authorisations(vault).holders.items() if held.role == "guardian")
