"""A node that another version of the program made is refused at once, with what to do, and stays as it is."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.output import Exit
from pds.errors import OtherVersionError
from pds.node import backup
from tests.world.processes import pds_here

OLD = """
CREATE TABLE vaults (vault TEXT PRIMARY KEY, head TEXT NOT NULL) STRICT;
CREATE TABLE documents (number INTEGER PRIMARY KEY, kind TEXT, name TEXT, document BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX idx_documents_kind_name ON documents (kind, name);
CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT);
CREATE UNIQUE INDEX idx_migrations ON _sqlite_migrations (migration_set, name);
INSERT INTO _sqlite_migrations VALUES (1, 'manabi-pds', 'm0001_vaults', '2026-04-01 00:00:00.000000+00:00');
INSERT INTO _sqlite_migrations VALUES (2, 'manabi-pds', 'm0002_erased', '2026-04-01 00:00:00.000000+00:00');
"""
NEWER = """
INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('manabi-pds', 'm9999_to_come', '2030-04-01');
"""


def older(database: Path) -> None:
    """A database as version 0.1 made it, as far as tables tell."""
    database.unlink()
    altered(database, f"PRAGMA journal_mode=WAL; {OLD}")


def newer(database: Path) -> None:
    """A database on which a migration ran that this program does not have."""
    altered(database, NEWER)


def altered(database: Path, script: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(script)


@pytest.fixture(params=[older, newer])
def make_other(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    make: Callable[[Path], None] = request.param
    return make


@pytest.fixture
def node(tmp_path: Path) -> Path:
    pds_here("node", "init", "--recovery", tmp_path / "recovery.json", node=tmp_path / "node")
    return tmp_path / "node"


@pytest.mark.parametrize("command", [["doctor", "--json"], ["node", "tick", "--json"], ["serve"]], ids=" ".join)
def test_a_node_of_another_version_is_refused_with_what_to_do_and_left_as_it_is(
    node: Path, make_other: Callable[[Path], None], command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.serving.serve", lambda *_: None)
    make_other(node / "store.db")
    before = (node / "store.db").read_bytes()
    done = CliRunner().invoke(app, [*command, "--node", str(node)])
    assert done.exit_code == Exit.USAGE
    said = json.loads(done.stderr)["message"] if "--json" in command else done.stderr.strip()
    assert said.startswith(
        f"{node / 'store.db'} was made by another version of this program and cannot be opened by this one"
    )
    assert "node init" in said
    assert "import again" in said
    assert "\n" not in said
    assert done.stdout == ""
    assert (node / "store.db").read_bytes() == before


def test_a_backup_of_another_version_is_not_put_in_the_place_of_anything(
    node: Path, tmp_path: Path, make_other: Callable[[Path], None]
) -> None:
    file = Path(pds_here("node", "backup", tmp_path / "backups", node=node)["backup"])
    make_other(file)
    (node / "store.db").unlink()
    there = sorted(node.iterdir())
    with pytest.raises(OtherVersionError, match=file.name):
        backup.restore(file, node)
    assert sorted(node.iterdir()) == there
