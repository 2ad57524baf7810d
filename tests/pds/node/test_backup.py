"""A backup brings a node back, does not bring back what was erased for good, and is of no use to a thief."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from pds.errors import AlreadyExistsError, NotFoundError, NotHomeError, SealBrokenError
from pds.node import backup, open_node
from pds.vault import verify_copy
from tests.world.prefecture import Prefecture, School, score_record


@pytest.fixture
def school(prefecture: Prefecture) -> School:
    """A school with one student's history."""
    school = prefecture.minato
    school.admit("aiko", records=[score_record(school)])
    return school


def lose(school: School) -> Path:
    """The database is lost; master key and backup keys are still there."""
    school.node.close()
    for file in school.node.folder.glob("store.db*"):
        file.unlink()
    return school.node.folder


def test_a_restored_node_has_everything_once_it_is_confirmed(
    school: School, prefecture: Prefecture, tmp_path: Path
) -> None:
    file = backup.back_up(school.node, tmp_path / "backups")
    folder = lose(school)
    backup.restore(file, folder)
    with open_node(folder, prefecture.clock) as node:
        restored = School(node, school.org)
        for act in (
            lambda: restored.read("aiko"),
            lambda: restored.write("aiko", score_record(restored)),
            lambda: restored.admit("ken"),
        ):
            with pytest.raises(NotHomeError):
                act()
    backup.confirm(folder)
    with open_node(folder, prefecture.clock) as node:
        restored = School(node, school.org)
        restored.write("aiko", score_record(restored))
        assert len(restored.read("aiko")) == 3
        assert verify_copy(node.vaults.copy(restored.vault("aiko")), node.card).records == 3


def test_a_backup_has_no_salt_in_the_clear_anywhere_in_its_bytes(school: School, tmp_path: Path) -> None:
    salts = school.node.store.salts(school.vault("aiko")).values()
    content = backup.back_up(school.node, tmp_path / "backups").read_bytes()
    assert len(salts) == 2
    assert not any(salt in content for salt in salts)
    assert school.node.store.salts(school.vault("aiko"))  # the node's own are as they were


def test_a_key_serves_thirty_days_and_is_destroyed_after_sixty_with_its_backups(
    school: School, prefecture: Prefecture, tmp_path: Path
) -> None:
    folder, clock = school.node.folder, prefecture.clock
    first = backup.back_up(school.node, tmp_path / "backups")
    clock.advance(days=backup.KEY_DAYS - 1)
    assert backup.back_up(school.node, tmp_path / "backups").name.endswith(first.name[-18:])
    clock.advance(days=1)
    later = backup.back_up(school.node, tmp_path / "backups")
    assert not later.name.endswith(first.name[-18:])
    today = school.node.today()
    assert backup.destroy_old_keys(folder, today) == []
    gone = backup.destroy_old_keys(folder, today + timedelta(days=backup.KEEP_DAYS - backup.KEY_DAYS))
    assert len(gone) == 1
    lose(school)
    with pytest.raises(NotFoundError, match="destroyed"):
        backup.restore(first, folder)
    backup.restore(later, folder)


def test_an_altered_backup_is_not_restored(school: School, tmp_path: Path) -> None:
    file = backup.back_up(school.node, tmp_path / "backups")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE salts SET salt = zeroblob(60)")
    folder = lose(school)
    with pytest.raises(SealBrokenError):
        backup.restore(file, folder)
    assert not list(folder.glob("*.db*"))


def test_a_backup_is_never_restored_over_a_database(school: School, tmp_path: Path) -> None:
    file = backup.back_up(school.node, tmp_path / "backups")
    with pytest.raises(AlreadyExistsError):
        backup.restore(file, school.node.folder)
    with pytest.raises(AlreadyExistsError):
        backup.back_up(school.node, tmp_path / "backups")


def test_a_file_that_is_no_backup_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="not a backup"):
        backup.restore(tmp_path / "holiday.db", tmp_path)
