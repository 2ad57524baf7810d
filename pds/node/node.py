"""A node: one folder with one store and one master key, for one or more organisations.

Here: making, opening and closing one, and its directory of others. Never: a decision, a route, a command.
"""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import Literal

from pds.clock import JAPAN, Clock, SystemClock
from pds.crypto import b64, canonical, claimed_document, parse, unb64
from pds.errors import (
    AlreadyExistsError,
    DocumentError,
    NoDirectoryError,
    NotFoundError,
    SealBrokenError,
    SignatureError,
    UsageError,
    VerificationError,
)
from pds.holders import Control, PublicHolder, new_holder, secret_from_bytes
from pds.identifiers import OrgId, check_org_id, new_holder_id
from pds.keyring import Keyring
from pds.node import directory as directories
from pds.node.directory import Directory, DirectoryEntry
from pds.store import DocumentKind, Documents, SqliteStore, Store
from pds.vault import KEY_BYTES, RESTORED, Vaults

MASTER_KEY_VARIABLE = "MANABI_MASTER_KEY_FILE"  # where the master key is, when it is not in the node's folder
_MASTER_KEY = "master.key"
_STORE = "store.db"
_ENTRY = DocumentKind(
    "entry", str, "entry of the directory, as its parent signed it; the organisation's identifier", owned=True
)
_DIRECTORY = DocumentKind("directory", str, "the directory in use, as the root signed it; `in-use`")
_IN_USE = "in-use"
_OWN = DocumentKind(
    "node",
    str,
    "what the node says of itself, then its mark: `recovery`, `root-fingerprint`, `parent-url` …",
)
_RECOVERY_FORMAT = "manabi-recovery-key/1"


class Node:
    """An open node.

    Args:
        folder: The node's folder.
        store: Its store, open. For `pds` alone: whoever stands above says `documents`, `vaults`, `transaction`.
        master_key: 32 bytes.
        clock: What time it is.
    """

    def __init__(self, folder: Path, store: Store, master_key: bytes, clock: Clock) -> None:
        self.folder = folder
        self.store = store
        self.clock = clock
        self.documents = Documents(store, clock)
        self.keyring = Keyring(self.documents, master_key)
        self.vaults = Vaults(store, self.documents, self.keyring, clock)
        self._directory: tuple[str, Directory] | None = None

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, durable when the block ends; an inner block joins the outer (`Store.transaction`)."""
        return self.store.transaction()

    @property
    def restored(self) -> bool:
        """True after a restore, until the node is confirmed: what is here may be older than what exists elsewhere."""
        return self.documents.has(RESTORED, RESTORED.name)

    def today(self) -> date:
        """The date in Japan."""
        return self.clock.now().astimezone(JAPAN).date()

    @property
    def recovery(self) -> PublicHolder:
        """The card of the recovery holder, whose private half is not here."""
        text = self.own_document("recovery")
        if text is None:
            raise NotFoundError("this node has no recovery key; make it anew with `node init`")
        return PublicHolder.model_validate(parse(text))

    def add_organisation(
        self, identifier: str, name: str, kind: Literal["nation", "board", "school"], parent: str | None
    ) -> str:
        """Draw an organisation's keys; hand back its directory entry, or the card its parent must sign first.

        Raises:
            UsageError: the identifier is malformed, or a nation with a parent or anything else without one.
            AlreadyExistsError: the organisation is here already.
        """
        if (kind == "nation") != (parent is None):
            raise UsageError("a nation has no parent, and everything else has one")
        secret = new_holder(check_org_id(identifier))
        with self.transaction():
            self.keyring.keep(secret, Control.ORGANISATION)
            if parent is None:
                token = directories.sign_root_entry(secret, name)
            else:
                token = directories.card_document(secret, name, kind, parent)
                if not self.keyring.keeps(parent):
                    return token
                token = directories.sign_entry(self.keyring.secret(parent), directories.read_card(token))
            self.documents.put(_ENTRY, identifier, token, owner=identifier)
        return token

    def admit(self, card: str) -> str:
        """Vouch, as its parent, for an organisation of another node; hand back its directory entry.

        Raises:
            SignatureError: the card does not hold.
            NotFoundError: the parent it names is not on this node.
        """
        entry = directories.read_card(card)
        token = directories.sign_entry(self.keyring.secret(str(entry.parent)), entry)
        with self.transaction():
            self.documents.put(_ENTRY, entry.org, token, owner=entry.org)
        return token

    def collect(self, entry: str) -> None:
        """Take in an entry that another parent signed, to publish it in the directory."""
        organisation = DirectoryEntry.model_validate(claimed_document(entry)).org
        with self.transaction():
            self.documents.put(_ENTRY, organisation, entry, owner=organisation)

    def publish_directory(self, root: str, valid_until: date) -> str:
        """Sign a new directory of all entries this node has, one serial up, and use it here."""
        serial = 1 if self._stored_directory() is None else self._last_directory().serial + 1
        entries = [entry for _, entry in self.documents.find(_ENTRY)]
        secret = self.keyring.secret(root)
        token = directories.publish(secret, serial, valid_until, entries)
        self.use_directory(token, secret.public.fingerprint)
        return token

    def use_directory(self, token: str, pinned_root: str | None = None) -> Directory:
        """Take in a directory; the first time with the root's fingerprint, which is pinned from then on.

        Raises:
            SignatureError: it is not signed by the pinned root, has expired, or is older than the one in use.
        """
        pinned = self.own_document("root-fingerprint")
        fingerprint = pinned if pinned is not None else pinned_root
        if fingerprint is None:
            raise UsageError("the first directory needs the root's fingerprint, given by another way than the file")
        if pinned is not None and pinned_root not in (None, fingerprint):
            raise SignatureError("another root is pinned on this node")
        directory = directories.verify_directory(token, fingerprint, self.today())
        if self._stored_directory() is not None and directory.serial < self._last_directory().serial:
            raise SignatureError(f"directory {directory.serial} is older than the one in use")
        with self.transaction():
            self.keep_own_document("root-fingerprint", fingerprint)
            self.documents.put(_DIRECTORY, _IN_USE, token)
        return directory

    @property
    def directory(self) -> Directory:
        """The directory in use, verified.

        Raises:
            NoDirectoryError: none was taken in yet.
            ExpiredError: its last day has passed.
        """
        return directories.still_valid(self._last_directory(), self.today())

    def entry_of(self, organisation: str) -> DirectoryEntry | None:
        """What the directory says of an organisation, to be shown and not to be relied on: it may have expired.

        None where there is nothing to say: not listed, no directory, a damaged one. A page is shown all the same.
        """
        try:
            return self._last_directory().entries.get(OrgId(organisation))
        except (DocumentError, UsageError, VerificationError):
            return None

    def name_of(self, organisation: str) -> str:
        """What an organisation is called, everywhere: its name in the directory, or else its code. Raises nothing."""
        entry = self.entry_of(organisation)
        return organisation if entry is None else entry.name

    def _last_directory(self) -> Directory:
        token = self._stored_directory()
        if token is None:
            raise NoDirectoryError("this node has no directory yet; take one in with `org directory`")
        if self._directory is None or self._directory[0] != token:
            pinned = self.own_document("root-fingerprint")
            if pinned is None:
                raise NoDirectoryError("this node has no directory yet; take one in with `org directory`")
            self._directory = (token, directories.read_directory(token, pinned))
        return self._directory[1]

    def card(self, organisation: str) -> PublicHolder | None:
        """The card of an organisation: of this node, or in its directory."""
        if self.keyring.keeps(organisation):
            return self.keyring.card(organisation)
        return self.directory.card(organisation) if self._stored_directory() is not None else None

    def organisations(self) -> list[OrgId]:
        """The organisations of this node."""
        return [OrgId(name) for name in self.keyring.organisations()]

    def own_document(self, name: str) -> str | None:
        """What this node wrote about itself; keys would go to whoever could write another card in its place."""
        stored = self.documents.get(_OWN, name)
        if stored is None:
            return None
        text, _, mark = stored.rpartition("\n")
        if not secrets.compare_digest(mark.encode(), self.keyring.mark("node", name, text).encode()):
            raise SealBrokenError(f"the {name} of this node is not what this node wrote")
        return text

    def keep_own_document(self, name: str, text: str) -> None:
        """Write down something about this node under its mark, so that nobody else can."""
        self.documents.put(_OWN, name, f"{text}\n{self.keyring.mark('node', name, text)}")

    def _stored_directory(self) -> str | None:
        return self.documents.get(_DIRECTORY, _IN_USE)


def create_node(folder: Path, recovery_file: Path, clock: Clock | None = None) -> None:
    """Make a node: folder, master key, store, and the recovery key, whose private half is written out once.

    Args:
        folder: A new folder; it gets mode 0700.
        recovery_file: A new file outside the folder, for the operator to keep somewhere else.
        clock: What time it is; the computer's clock if none is given.

    Raises:
        AlreadyExistsError: the folder holds a node, or the recovery file is there.
        UsageError: the recovery file would lie inside the node's folder.
    """
    if (folder / _STORE).exists():
        raise AlreadyExistsError(f"{folder} holds a node already")
    if recovery_file.resolve().is_relative_to(folder.resolve()):
        raise UsageError("the recovery key must be kept outside the node's folder, best on another medium")
    if recovery_file.exists():
        raise AlreadyExistsError(f"{recovery_file} is there already; a recovery key is never written over another")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    recovery_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    recovery = new_holder(new_holder_id())
    _write_secret(folder / _MASTER_KEY, secrets.token_hex(KEY_BYTES))
    document = {"format": _RECOVERY_FORMAT, "card": recovery.public.model_dump(), "secret": b64(recovery.to_bytes())}
    _write_secret(recovery_file, json.dumps(document, indent=1))
    with open_node(folder, clock) as node, node.transaction():
        node.keep_own_document("recovery", canonical(recovery.public.model_dump()).decode())  # its own


@contextmanager
def open_node(folder: Path, clock: Clock | None = None) -> Iterator[Node]:
    """Open a node for a block.

    Raises:
        NotFoundError: the folder holds no node, or its master key is missing.
        OtherVersionError: the node was made by another version of this program.
    """
    path = Path(os.environ.get(MASTER_KEY_VARIABLE) or folder / _MASTER_KEY)
    try:
        master_key = bytes.fromhex(path.read_text().strip())
    except OSError as error:
        raise NotFoundError(f"{folder} holds no node, or its master key is not at its place") from error
    except ValueError as error:
        raise UsageError("the master key file holds something else than a key") from error
    if len(master_key) != KEY_BYTES:
        raise UsageError("the master key file holds something else than a key")
    node = Node(folder, SqliteStore(folder / _STORE), master_key, clock or SystemClock())
    try:
        yield node
    finally:
        node.close()


def read_recovery_key(text: str) -> tuple[PublicHolder, bytes]:
    """The recovery key out of the file that `create_node` wrote: its card, and its private bytes."""
    try:
        document = parse(text)
        card = PublicHolder.model_validate(document["card"])
        secret = unb64(document["secret"])
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError("this is not a recovery key file") from error
    if document.get("format") != _RECOVERY_FORMAT or secret_from_bytes(card.id, secret).public != card:
        raise UsageError("this is not a recovery key file of this version, or it was altered")
    return card, secret


def _write_secret(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
