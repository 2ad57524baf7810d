"""The signed directory: which organisations exist, with which keys, below which parent (design section 5).

The root's fingerprint is pinned by each node; every entry is signed by its parent; the serial never falls.
Never: a person; a secret key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pds.crypto import DocumentType, claimed_document
from pds.errors import ExpiredError, SignatureError, UsageError
from pds.holders import PublicHolder, SecretHolder, verify
from pds.identifiers import OrgId, check_org_id

FORMAT = "manabi-directory/1"
_MOST_LEVELS = 8  # nation, prefecture, municipality, school, and room to spare


class DirectoryEntry(BaseModel):
    """One organisation, vouched for by its parent."""

    model_config = ConfigDict(frozen=True, extra="allow")

    format: Literal["manabi-directory-entry/1"] = "manabi-directory-entry/1"
    card: PublicHolder
    name: str
    kind: Literal["nation", "board", "school"]
    parent: OrgId | None

    @property
    def org(self) -> OrgId:
        """The organisation's identifier."""
        return OrgId(self.card.id)


@dataclass(frozen=True, slots=True)
class Directory:
    """A verified directory."""

    serial: int
    valid_until: date
    root: OrgId
    entries: Mapping[OrgId, DirectoryEntry]
    _below: Mapping[OrgId, list[OrgId]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        below: dict[OrgId, list[OrgId]] = {}
        for organisation in sorted(self.entries):
            parent = self.entries[organisation].parent
            if parent is not None:
                below.setdefault(parent, []).append(organisation)
        object.__setattr__(self, "_below", below)

    def entry(self, organisation: str) -> DirectoryEntry:
        """An organisation's entry. Raises UsageError when it is not listed."""
        try:
            return self.entries[OrgId(organisation)]
        except KeyError:
            raise UsageError(f"{organisation} is not in the directory") from None

    def card(self, organisation: str) -> PublicHolder | None:
        """An organisation's card, or None when it is not listed."""
        entry = self.entries.get(OrgId(organisation))
        return None if entry is None else entry.card

    def path(self, organisation: str) -> list[OrgId]:
        """An organisation and everything above it, up to the root."""
        path: list[OrgId] = []
        current: OrgId | None = OrgId(organisation)
        while current is not None:
            path.append(current)
            current = self.entry(current).parent
        return path

    def below(self, organisation: str) -> list[OrgId]:
        """The organisations directly below one, in a fixed order."""
        return list(self._below.get(OrgId(organisation), ()))

    def at_or_below(self, organisation: str) -> list[OrgId]:
        """An organisation and all below it, each after the one above it; looks at those and no other."""
        found = [OrgId(organisation)]
        for one in found:
            found += self._below.get(one, ())
        return found

    def schools(self, organisation: str) -> list[OrgId]:
        """All schools at or below an organisation, in a fixed order."""
        return sorted(
            org for org in self.at_or_below(organisation) if org in self.entries and self.entries[org].kind == "school"
        )


def card_document(secret: SecretHolder, name: str, kind: str, parent: str) -> str:
    """What a new organisation hands to its parent: its entry as it would like it, signed by itself."""
    entry = DirectoryEntry.model_validate(
        {"card": secret.public, "name": name, "kind": kind, "parent": check_org_id(parent)}
    )
    return secret.sign(DocumentType.CARD, entry.model_dump(mode="json"))


def read_card(token: str) -> DirectoryEntry:
    """What a card asks for, if it is signed with the keys it shows.

    Raises:
        SignatureError: it is not.
        UsageError: it is malformed.
    """
    return _read(token, DocumentType.CARD, None)


def sign_entry(parent: SecretHolder, entry: DirectoryEntry) -> str:
    """Vouch for an organisation.

    Raises:
        UsageError: the entry names another parent.
    """
    if entry.parent != parent.id:
        raise UsageError(f"{entry.org} asks for the parent {entry.parent}, not {parent.id}")
    return parent.sign(DocumentType.DIRECTORY_ENTRY, entry.model_dump(mode="json"))


def sign_root_entry(root: SecretHolder, name: str) -> str:
    """The root vouches for itself; nodes pin its fingerprint."""
    entry = DirectoryEntry(card=root.public, name=name, kind="nation", parent=None)
    return root.sign(DocumentType.DIRECTORY_ENTRY, entry.model_dump(mode="json"))


def publish(root: SecretHolder, serial: int, valid_until: date, entries: Iterable[str]) -> str:
    """Sign a directory of entries, each already signed by its parent."""
    document = {
        "format": FORMAT,
        "serial": serial,
        "valid_until": valid_until.isoformat(),
        "entries": sorted(entries),
    }
    return root.sign(DocumentType.DIRECTORY, document)


def verify_directory(token: str, pinned_root: str, today: date) -> Directory:
    """Read a directory that is to be relied on today.

    Raises:
        ExpiredError: its last day has passed.
        SignatureError: as `read_directory`.
        UsageError: it is malformed.
    """
    return still_valid(read_directory(token, pinned_root), today)


def still_valid(directory: Directory, today: date) -> Directory:
    """A directory, if its last day has not passed. Raises ExpiredError."""
    if directory.valid_until < today:
        raise ExpiredError(f"the directory was valid until {directory.valid_until}; fetch the present one")
    return directory


def read_directory(token: str, pinned_root: str) -> Directory:
    """Read a directory, whether or not it has expired since.

    Args:
        token: The signed directory.
        pinned_root: Fingerprint of the root's card, as configured.

    Raises:
        SignatureError: it was not signed by the pinned root, or an entry not by its parent.
        UsageError: it is malformed.
    """
    claimed = _claim(token)
    by_org = {OrgId(entry.card.id): (item, entry) for item, entry in claimed}
    roots = [entry for _, entry in by_org.values() if entry.parent is None]
    if len(roots) != 1 or roots[0].card.fingerprint != pinned_root:
        raise SignatureError("the directory's root is not the one whose fingerprint is pinned here")
    root = roots[0].card
    document = verify(token, DocumentType.DIRECTORY, root)
    for item, entry in by_org.values():
        parent = root if entry.parent is None else by_org[entry.parent][1].card if entry.parent in by_org else None
        if parent is None:
            raise SignatureError(f"the entry of {entry.org} names a parent that is not listed")
        _read(item, DocumentType.DIRECTORY_ENTRY, parent)
    directory = Directory(
        serial=int(document["serial"]),
        valid_until=date.fromisoformat(document["valid_until"]),
        root=OrgId(root.id),
        entries={org: entry for org, (_, entry) in by_org.items()},
    )
    for org in directory.entries:
        _check_path(directory, org)
    return directory


def _claim(token: str) -> list[tuple[str, DirectoryEntry]]:
    try:
        document = claimed_document(token)
        if document["format"] != FORMAT:
            raise UsageError(f"a directory of the format {FORMAT} was expected")
        return [(str(item), DirectoryEntry.model_validate(claimed_document(str(item)))) for item in document["entries"]]
    except (KeyError, TypeError, ValidationError) as error:
        raise UsageError("the directory is malformed") from error


def _read(token: str, typ: DocumentType, signer: PublicHolder | None) -> DirectoryEntry:
    try:
        claimed = DirectoryEntry.model_validate(claimed_document(token))
        entry = DirectoryEntry.model_validate(verify(token, typ, signer or claimed.card))
        check_org_id(entry.card.id)
    except ValidationError as error:
        raise UsageError("a directory entry is malformed") from error
    return entry


def _check_path(directory: Directory, organisation: OrgId) -> None:
    current: OrgId | None = organisation
    for _ in range(_MOST_LEVELS):
        current = directory.entries[current].parent if current is not None else None
        if current is None:
            return
    raise SignatureError(f"{organisation} has no way up to the root")
