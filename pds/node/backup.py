"""Backups of a node: the database, with every salt sealed under a key of that backup alone, which lies elsewhere.

Erasing a record destroys its salt; once the keys of the backups before are destroyed, no backup brings it back. A key
seals the salts of one backup: their random nonces then stay far from the number at which two would be the same
(NIST SP 800-38D section 8.3: at most 2^32 under one key).
Never: the master key, the recovery key, a plaintext.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from pds.clock import SystemClock
from pds.crypto import aead
from pds.errors import AlreadyExistsError, NotFoundError
from pds.node.node import Node, ended_of, open_node
from pds.store import Documents, SqliteStore, Store, refuse_other_version
from pds.vault import RESTORED

KEEP_DAYS = 60  # a backup's key is destroyed after this, and the backup with it
_KEYS = "backup-keys"
_NAME = re.compile(r"manabi-(\d{8})T\d{6}Z-[0-9a-f]{8}")
_NAME_BYTES = 4  # two backups of one second, to two places, have a key each
_PLACE = b"manabi/backup/1"
_STORE = "store.db"


def back_up(node: Node, target: Path) -> Path:
    """Write a backup of a node's database into a folder.

    Returns:
        The backup file; its name, which must stay, carries its time and the name of its key.
    """
    name = f"manabi-{node.clock.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(_NAME_BYTES)}"
    file = target / f"{name}.db"
    target.mkdir(parents=True, exist_ok=True)
    key = _new_key(node.folder, name)
    partial = file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    node.store.backup(partial, lambda salt: aead.seal(key, salt, _PLACE))
    partial.chmod(0o600)
    partial.rename(file)
    return file


def destroy_old_keys(folder: Path, today: date) -> list[date]:
    """Destroy the keys of backups whose time is over; these can no longer be restored.

    Returns:
        The days of the backups whose keys were destroyed.
    """
    old = [(day, path) for day, path in _keys(folder) if day + timedelta(days=KEEP_DAYS) <= today]
    for _, path in old:
        path.write_bytes(os.urandom(aead.KEY_BYTES * 2))
        path.unlink()
    ended_of(folder).forget(today - timedelta(days=KEEP_DAYS))
    return [day for day, _ in old]


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
    left = sorted(file.name for file in folder.glob(f"{_STORE}*"))  # its log alone would be played into the backup
    if left:
        raise AlreadyExistsError(f"{folder} has a database; move it away before restoring: {', '.join(left)}")
    key = _read_key(folder, backup)
    refuse_other_version(backup)
    ended = ended_of(folder)
    over = ended.all()
    partial = folder / "restoring.db"
    _remove(partial)
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


def _new_key(folder: Path, name: str) -> bytes:
    (folder / _KEYS).mkdir(mode=0o700, exist_ok=True)
    key = aead.new_key()
    descriptor = os.open(folder / _KEYS / f"{name}.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def _keys(folder: Path) -> list[tuple[date, Path]]:
    """Each backup key with the day of its backup, the oldest first; what else lies there is none of ours."""
    named = [(_NAME.fullmatch(path.stem), path) for path in sorted((folder / _KEYS).glob("*.key"))]
    return [(datetime.strptime(name[1], "%Y%m%d").date(), path) for name, path in named if name is not None]  # noqa: DTZ007  # a day has no time zone


def _read_key(folder: Path, backup: Path) -> bytes:
    if _NAME.fullmatch(backup.stem) is None:
        raise NotFoundError("this is not a backup, or was given another name: its name says which key opens it")
    try:
        return (folder / _KEYS / f"{backup.stem}.key").read_bytes()
    except OSError as error:
        raise NotFoundError(f"the key of {backup.name} is not here, or has been destroyed as planned") from error
