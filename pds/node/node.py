"""A node: one folder with one store and one master key, for one or more organisations.

Here: making, opening and closing one, and its directory of others. Never: a decision, a route, a command.
"""

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

from pds.clock import JAPAN, Clock, SystemClock
from pds.crypto import b64, canonical, parse, unb64
from pds.errors import (
    AlreadyExistsError,
    DocumentError,
    NoDirectoryError,
    NotFoundError,
    RestoredError,
    SealBrokenError,
    SignatureError,
    UnlistedError,
    UsageError,
    VerificationError,
)
from pds.holders import Control, PublicHolder, new_holder, secret_from_bytes
from pds.identifiers import OrgId, check_org_id, new_holder_id
from pds.keyring import Keyring
from pds.node import directory as directories
from pds.node.directory import Directory, DirectoryEntry, Kind
from pds.node.entries import Entries, Succession
from pds.store import DocumentKind, Documents, Ended, SqliteStore, Store
from pds.vault import KEY_BYTES, RESTORED, Vaults

MASTER_KEY_VARIABLE = "MANABI_MASTER_KEY_FILE"  # where the master key is, when it is not in the node's folder
_MASTER_KEY = "master.key"
_STORE = "store.db"
_ENDED = "ended"
_CARD = DocumentKind(
    "card",
    str,
    "card that an organisation here handed to its parent; the organisation's identifier",
    owned=True,
)
_DIRECTORY = DocumentKind("directory", str, "the directory in use, as the root signed it; `in-use`")
_IN_USE = "in-use"
_SEEN = DocumentKind("directory-seen", str, "serial and digest of the newest directory that was ever used; `newest`")
_NEWEST = "newest"
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
        self.documents = Documents(store, clock, ended_of(folder))
        self.keyring = Keyring(self.documents, master_key)
        self.vaults = Vaults(store, self.documents, self.keyring, clock)
        self._entries = Entries(self.documents)
        self._directory: tuple[str | None, Directory] | None = None

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

    def refuse_restored(self) -> None:
        """Whoever lets somebody in, or says something new in the node's name, asks first. Raises RestoredError."""
        if self.restored:
            raise RestoredError(
                "this node was restored from a backup and waits until its operator says that nothing newer exists: "
                "`node confirm`"
            )

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

    def add_organisation(self, identifier: str, name: str, kind: Kind, parent: str | None) -> str:
        """Draw an organisation's keys; hand back its directory entry, or the card its parent must sign first.

        Raises:
            UsageError: the identifier or name is malformed, a nation has a parent or anything else none, or the parent
                is of this node and of a kind that does not stand above.
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
                self.documents.add(_CARD, identifier, token, owner=identifier)
                if not self.keyring.keeps(parent):
                    return token
                token = self._vouch(directories.read_card(token))
            self._entries.keep(token, self._listed(identifier), self.today())
        return token

    def admit(self, card: str, replace: str | None = None) -> str:
        """Vouch, as its parent, for an organisation of another node; hand back its directory entry.

        Args:
            card: What the organisation signed, which proves that it has the keys.
            replace: The card's fingerprint, as a person compared it, when it takes the place of other keys.

        Raises:
            SignatureError: the card does not hold.
            NotFoundError: the parent it names is not on this node.
            RefusedError: the organisation stands here with other keys, parent or kind, and `replace` does not say so.
            UsageError: the card is malformed, or of a kind that does not stand below this parent.
        """
        entry = directories.read_card(card)
        with self.transaction():
            token = self._vouch(entry)
            self._entries.keep(token, self._listed(entry.org), self.today(), replace)
        return token

    def collect(self, token: str, replace: str | None = None) -> DirectoryEntry:
        """Take in an entry that another parent signed, to publish it in the directory. Arguments as in `admit`.

        Raises:
            SignatureError: its parent did not sign it, or may not vouch for that kind.
            UnlistedError: its parent is not known here.
            RefusedError: as `admit`.
            UsageError: it is malformed.
        """
        entry = directories.claimed_entry(token)
        with self.transaction():
            parent = None if entry.parent is None else self._listed(entry.parent)
            if parent is None:
                raise UnlistedError(
                    f"nobody here knows the parent of {entry.org}: collect the parent's entry first, from the top down"
                )
            entry = directories.read_entry(token, parent)
            self._entries.keep(token, self._listed(entry.org), self.today(), replace)
        return entry

    def successions(self) -> list[Succession]:
        """Whose keys, parent or kind took the place of others here, oldest first."""
        return self._entries.successions()

    def publish_directory(self, root: str, valid_until: date) -> str:
        """Sign a new directory of all entries this node has, one serial up, and use it here.

        Raises:
            RestoredError: this node is not confirmed; a serial that was used already would come again.
            SignatureError, UsageError: the entries are no whole directory, or the last day has passed.
        """
        self.refuse_restored()
        secret = self.keyring.secret(root)
        with self.transaction():
            seen = self._newest_seen()
            serial = 1 if seen is None else seen[0] + 1
            token = directories.publish(secret, serial, valid_until, self._entries.tokens())
            self.use_directory(token, secret.public.fingerprint)
        return token

    def use_directory(self, token: str, pinned_root: str | None = None) -> Directory:
        """Take in a directory; the first time with the root's fingerprint, which is pinned from then on.

        Raises:
            ExpiredError: its last day has passed.
            SignatureError: it is not signed by the pinned root, is older than the one in use, or has its serial and
                says something else.
            UsageError: it is malformed.
        """
        pinned = self.own_document("root-fingerprint")
        fingerprint = pinned if pinned is not None else pinned_root
        if fingerprint is None:
            raise UsageError("the first directory needs the root's fingerprint, given by another way than the file")
        if pinned is not None and pinned_root not in (None, fingerprint):
            raise SignatureError("another root is pinned on this node")
        directory = directories.verify_directory(token, fingerprint, self.today())
        with self.transaction():
            seen = self._newest_seen()
            if seen is not None and directory.serial < seen[0]:
                raise SignatureError(f"directory {directory.serial} is older than the one in use")
            if seen is not None and directory.serial == seen[0] and directory.digest != seen[1]:
                raise SignatureError(
                    f"directory {directory.serial} was taken in before and said something else: whoever signed both "
                    "publishes the next one, and finds out why"
                )
            known = self._entries_in_use()
            for organisation, entry in directory.entries.items():
                self._entries.note_succession(known.get(organisation), entry, self.today())
            self.keep_own_document("root-fingerprint", fingerprint)
            self.documents.put(_SEEN, _NEWEST, f"{directory.serial} {directory.digest}")
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
        return self._entries_in_use().get(OrgId(organisation))

    def name_of(self, organisation: str) -> str:
        """What an organisation is called, everywhere: its name in the directory, or else its code. Raises nothing.

        Where two have one name, each with its code: a history or a consent is not to go to the other one.
        """
        listed = OrgId(organisation) in self._entries_in_use()
        return self._last_directory().called(organisation) if listed else organisation

    def _last_directory(self) -> Directory:
        """The directory in use, whether or not it has expired; read and verified once until there is another."""
        seen = self.documents.get(_SEEN, _NEWEST)
        if self._directory is None or self._directory[0] != seen:
            token, pinned = self.documents.get(_DIRECTORY, _IN_USE), self.own_document("root-fingerprint")
            if token is None or pinned is None:
                raise NoDirectoryError("this node has no directory yet; take one in with `org directory`")
            self._directory = (seen, directories.read_directory(token, pinned))
        return self._directory[1]

    def _entries_in_use(self) -> Mapping[OrgId, DirectoryEntry]:
        try:
            return self._last_directory().entries
        except (DocumentError, UsageError, VerificationError):
            return {}

    def _newest_seen(self) -> tuple[int, str] | None:
        """Serial and digest of the newest directory that was ever used here."""
        seen = self.documents.get(_SEEN, _NEWEST)
        if seen is not None:
            serial, _, digest = seen.partition(" ")
            return int(serial), digest
        try:
            last = self._last_directory()
        except NoDirectoryError:
            return None
        return last.serial, last.digest

    def _listed(self, organisation: str) -> DirectoryEntry | None:
        """What is known of an organisation by its parent's word: in an entry kept here, or in the directory."""
        return self._entries.of(organisation) or self.entry_of(organisation)

    def _vouch(self, entry: DirectoryEntry) -> str:
        """Sign an entry as its parent, an organisation of this node."""
        parent = self.keyring.secret(str(entry.parent))
        known = self._listed(parent.id)
        if known is None:
            card = self.documents.get(_CARD, parent.id)
            if card is None:
                raise NotFoundError(f"{parent.id} has no card here; make the organisation anew with `org add`")
            known = directories.read_card(card)
        return directories.sign_entry(parent, known.kind, entry)

    def card(self, organisation: str) -> PublicHolder | None:
        """The card of an organisation: of this node, or in its directory."""
        if self.keyring.keeps(organisation):
            return self.keyring.card(organisation)
        try:
            return self.directory.card(organisation)
        except NoDirectoryError:
            return None

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
    ended_of(folder).begin()
    _write_secret(folder / _MASTER_KEY, secrets.token_hex(KEY_BYTES))
    document = {"format": _RECOVERY_FORMAT, "card": recovery.public.model_dump(), "secret": b64(recovery.to_bytes())}
    _write_secret(recovery_file, json.dumps(document, indent=1))
    with open_node(folder, clock) as node, node.transaction():
        node.keep_own_document("recovery", canonical(recovery.public.model_dump()).decode())  # its own


def ended_of(folder: Path) -> Ended:
    """The list, beside a node's database, of what no restore brings back."""
    return Ended(folder / _ENDED)


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
