"""A backup brings a node back, does not bring back what was erased for good, and is of no use to a thief."""

import shutil
import sqlite3
from contextlib import closing
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


def test_a_backup_is_not_mixed_with_what_is_left_of_the_lost_database(school: School, tmp_path: Path) -> None:
    """SQLite plays a write-ahead log into whatever database of its name it finds."""
    folder = tmp_path / "node"
    file = backup.back_up(school.node, tmp_path / "backups")
    school.write("aiko", score_record(school))
    shutil.copytree(school.node.folder, folder)  # as a machine that died leaves it
    (folder / "store.db").unlink()
    assert (folder / "store.db-wal").stat().st_size
    with pytest.raises(AlreadyExistsError, match=r"store\.db-wal"):
        backup.restore(file, folder)
    (folder / "store.db-wal").rename(folder / "restoring.db-wal")  # as a restore that was cut off leaves it
    for left in folder.glob("store.db*"):
        left.unlink()
    backup.restore(file, folder)
    with open_node(folder) as node:
        assert node.restored


def test_a_backup_has_no_salt_in_the_clear_anywhere_in_its_bytes(school: School, tmp_path: Path) -> None:
    salts = school.node.store.salts(school.vault("aiko")).values()
    content = backup.back_up(school.node, tmp_path / "backups").read_bytes()
    assert len(salts) == 2
    assert not any(salt in content for salt in salts)
    assert school.node.store.salts(school.vault("aiko"))  # the node's own are as they were


def test_each_backup_has_a_key_of_its_own_and_opens_with_no_other(school: School, tmp_path: Path) -> None:
    files = [backup.back_up(school.node, tmp_path / f"backups-{n}") for n in range(2)]  # within one second
    keys = sorted((school.node.folder / "backup-keys").iterdir())
    assert [key.stem for key in keys] == sorted(file.stem for file in files)
    assert len({key.read_bytes() for key in keys}) == 2
    folder = lose(school)
    one, other = (folder / "backup-keys" / f"{file.stem}.key" for file in files)
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    with pytest.raises(SealBrokenError):
        backup.restore(files[0], folder)
    one.write_bytes(content)
    backup.restore(files[0], folder)


def test_a_key_is_destroyed_after_sixty_days_with_its_backup_and_no_other(
    school: School, prefecture: Prefecture, tmp_path: Path
) -> None:
    folder, clock = school.node.folder, prefecture.clock
    first = backup.back_up(school.node, tmp_path / "backups")
    (folder / "backup-keys" / "somebody's.key").write_text("note")
    clock.advance(days=1)
    later = backup.back_up(school.node, tmp_path / "backups")
    clock.advance(days=backup.KEEP_DAYS - 2)
    assert backup.destroy_old_keys(folder, school.node.today()) == []
    clock.advance(days=1)
    assert len(backup.destroy_old_keys(folder, school.node.today())) == 1
    lose(school)
    with pytest.raises(NotFoundError, match="destroyed"):
        backup.restore(first, folder)
    with pytest.raises(NotFoundError, match="another name"):
        backup.restore(later.rename(later.with_name("copy.db")), folder)
    backup.restore(later.with_name("copy.db").rename(later), folder)


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


def test_a_file_that_is_no_backup_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="not a backup"):
        backup.restore(tmp_path / "holiday.db", tmp_path)
