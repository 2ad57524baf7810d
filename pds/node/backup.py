"""Backups of a node: the database, with every salt sealed under a key that lives 30 days and lies elsewhere.

Erasing a record destroys its salt; once the backup keys of that time are destroyed, no backup brings it back.
Never: the master key, the recovery key, a plaintext.
"""

import os
import shutil
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from pds.clock import SystemClock
from pds.crypto import aead
from pds.errors import AlreadyExistsError, NotFoundError
from pds.node.node import Node, ended_of, open_node
from pds.store import Documents, SqliteStore, Store, refuse_other_version
from pds.vault import RESTORED

KEY_DAYS = 30  # a backup key is used this long
KEEP_DAYS = 60  # and destroyed after this, with the backups made under it
_KEYS = "backup-keys"
_PLACE = b"manabi/backup/1"
_STORE = "store.db"


def back_up(node: Node, target: Path) -> Path:
    """Write a backup of a node's database into a folder.

    Returns:
        The backup file; its name carries its date and the date of its key.

    Raises:
        AlreadyExistsError: a backup of that name is there.
    """
    today = node.today()
    key_date = _current_key(node.folder, today)
    file = target / f"manabi-{node.clock.now():%Y%m%dT%H%M%SZ}-key-{key_date.isoformat()}.db"
    if file.exists():
        raise AlreadyExistsError(f"{file} is there already")
    target.mkdir(parents=True, exist_ok=True)
    key = _read_key(node.folder, key_date)
    partial = file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    node.store.backup(partial, lambda salt: aead.seal(key, salt, _PLACE))
    partial.chmod(0o600)
    partial.rename(file)
    return file


def destroy_old_keys(folder: Path, today: date) -> list[date]:
    """Destroy backup keys whose time is over; backups made under them can no longer be restored.

    Returns:
        The dates of the keys destroyed.
    """
    old = [key for key in _key_dates(folder) if key + timedelta(days=KEEP_DAYS) <= today]
    for key in old:
        path = _key_path(folder, key)
        path.write_bytes(os.urandom(aead.KEY_BYTES * 2))
        path.unlink()
    ended_of(folder).forget(today - timedelta(days=KEEP_DAYS))
    return old


def restore(backup: Path, folder: Path) -> None:
    """Put a backup in the place of a node's lost database. The node then opens nothing until it is confirmed.

    Sessions, codes and sign-ins that ended since the backup was made do not come back.

    Args:
        backup: A file that `back_up` wrote.
        folder: The node's folder, with its master key, backup keys and list of what has ended, without a database.

    Raises:
        AlreadyExistsError: the folder has a database; move it away first.
        NotFoundError: the backup's key has been destroyed, or is not in the folder; or the list is not.
        OtherVersionError: the backup is of a node of another version of this program.
        SealBrokenError: the backup was altered.
    """
    if (folder / _STORE).exists():
        raise AlreadyExistsError(f"{folder} has a database; move it away before restoring")
    key = _read_key(folder, _key_date_of(backup))
    refuse_other_version(backup)
    ended = ended_of(folder)
    over = ended.all()
    partial = folder / "restoring.db"
    partial.unlink(missing_ok=True)
    shutil.copyfile(backup, partial)
    partial.chmod(0o600)
    store = SqliteStore(partial)
    try:
        store.unseal_salts(lambda sealed: aead.open_sealed(key, sealed, _PLACE, "a salt in the backup"))
        with store.transaction():
            Documents(store, SystemClock(), ended).put(RESTORED, RESTORED.name, b"")
            _drop(store, over)
    except Exception:
        store.close()
        _remove(partial)
        raise
    store.close()
    partial.rename(folder / _STORE)


def confirm(folder: Path) -> None:
    """Let a restored node work again: whoever runs it says that nothing newer than the backup exists elsewhere."""
    with open_node(folder) as node, node.transaction():
        node.documents.drop(RESTORED, RESTORED.name)


def _drop(store: Store, over: Iterable[tuple[str, str]]) -> None:
    """Drop what has ended, by its name or its key; what goes by another key now is something else and stays."""
    for kind, name in over:
        for found in (name, *store.names(kind, key=name)):
            store.drop(kind, found)


def _remove(database: Path) -> None:
    for file in database.parent.glob(f"{database.name}*"):  # with its WAL
        file.unlink()


def _current_key(folder: Path, today: date) -> date:
    usable = [key for key in _key_dates(folder) if key <= today < key + timedelta(days=KEY_DAYS)]
    if usable:
        return max(usable)
    (folder / _KEYS).mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(_key_path(folder, today), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(aead.new_key())
        file.flush()
        os.fsync(file.fileno())
    return today


def _key_dates(folder: Path) -> list[date]:
    return [date.fromisoformat(path.stem) for path in (folder / _KEYS).glob("*.key")]


def _key_path(folder: Path, key: date) -> Path:
    return folder / _KEYS / f"{key.isoformat()}.key"


def _read_key(folder: Path, key: date) -> bytes:
    try:
        return _key_path(folder, key).read_bytes()
    except OSError as error:
        raise NotFoundError(f"the backup key of {key} is not here, or has been destroyed as planned") from error


def _key_date_of(backup: Path) -> date:
    try:
        return date.fromisoformat(backup.stem.rsplit("-key-", 1)[1])
    except (IndexError, ValueError) as error:
        raise NotFoundError("this is not a backup: its name does not carry the date of its key") from error
