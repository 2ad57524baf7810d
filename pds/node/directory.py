"""The signed directory: which organisations exist, with which keys, below which parent (design section 5).

The root's fingerprint is pinned by each node; every entry is signed by its parent, whose kind stands above its own.
Never: a person; a secret key; which directory a node uses (`pds.node.node`).
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pds.crypto import DocumentType, canonical, claimed_document, hpke
from pds.errors import ExpiredError, PdsError, SignatureError, UnlistedError, UsageError
from pds.holders import PublicHolder, SecretHolder, verify
from pds.identifiers import OrgId, check_org_id

FORMAT = "manabi-directory/1"
_ENTRY_FORMAT = "manabi-directory-entry/1"
Kind = Literal["nation", "board", "school"]
_MOST_LEVELS = 8  # nation, prefecture, municipality, school, and room to spare
_MOST_SERIAL = 2**53 - 1  # JSON numbers are exact so far
_SIGNING_BYTES = 32
_ABOVE: Mapping[str, frozenset[str]] = MappingProxyType(
    {"nation": frozenset(), "board": frozenset({"nation", "board"}), "school": frozenset({"nation", "board"})}
)


def _card(card: PublicHolder) -> PublicHolder:
    """A card whose keys can be used: everybody else would find out when a child moves."""
    try:
        check_org_id(card.id)
        whole = len(card.signing_key) == _SIGNING_BYTES and len(card.hpke_key) == hpke.PUBLIC_BYTES
    except PdsError as error:
        raise ValueError("a card's identifier or keys are malformed") from error
    if not whole or card.suite != hpke.SUITE:
        raise ValueError("a card's keys are not of the suite that is used here")
    return card


def _name(name: str) -> str:
    if not name.strip() or not name.isprintable():  # families read it
        raise ValueError("a name has letters that can be read")
    return name


def _day(text: Any) -> date:  # noqa: ANN401  # what a document may say
    day = date.fromisoformat(text) if isinstance(text, str) else None
    if day is None or day.isoformat() != text:
        raise ValueError("a day is YYYY-MM-DD")
    return day


class DirectoryEntry(BaseModel):
    """One organisation, vouched for by its parent."""

    model_config = ConfigDict(frozen=True, extra="allow")

    format: Literal["manabi-directory-entry/1"]
    card: Annotated[PublicHolder, AfterValidator(_card)]
    name: Annotated[str, Field(max_length=200), AfterValidator(_name)]
    kind: Kind
    parent: OrgId | None

    @property
    def org(self) -> OrgId:
        """The organisation's identifier."""
        return OrgId(self.card.id)


class _Document(BaseModel):
    """A directory as the root signs it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["manabi-directory/1"]
    serial: Annotated[int, Field(strict=True, ge=1, le=_MOST_SERIAL)]
    valid_until: Annotated[date, BeforeValidator(_day)]
    entries: Annotated[tuple[Annotated[str, Field(strict=True)], ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Directory:
    """A verified directory.

    Attributes:
        digest: SHA-256 of the canonical document, hex: what its serial stands for.
    """

    serial: int
    digest: str
    valid_until: date
    root: OrgId
    entries: Mapping[OrgId, DirectoryEntry]
    _below: Mapping[OrgId, list[OrgId]] = field(init=False, repr=False, compare=False)
    _names: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        below: dict[OrgId, list[OrgId]] = {}
        for organisation in sorted(self.entries):
            parent = self.entries[organisation].parent
            if parent is not None:
                below.setdefault(parent, []).append(organisation)
        object.__setattr__(self, "_below", below)
        object.__setattr__(self, "_names", Counter(_as_read(entry.name) for entry in self.entries.values()))

    def entry(self, organisation: str) -> DirectoryEntry:
        """An organisation's entry. Raises UnlistedError."""
        try:
            return self.entries[OrgId(organisation)]
        except KeyError:
            raise UnlistedError(f"{organisation} is not in the directory") from None

    def called(self, organisation: str) -> str:
        """An organisation's name, and its code where another one reads the same. Raises UnlistedError."""
        entry = self.entry(organisation)
        return entry.name if self._names[_as_read(entry.name)] == 1 else f"{entry.name} ({entry.org})"

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


def _as_read(name: str) -> str:
    """A name as people tell it from others: blanks, width and case are no difference (Unicode NFKC)."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def card_document(secret: SecretHolder, name: str, kind: Kind, parent: str) -> str:
    """What a new organisation hands to its parent: its entry as it would like it, signed by itself.

    Raises:
        UsageError: a name that cannot be read, or a parent that is no identifier.
    """
    entry = _wish(secret, name, kind, check_org_id(parent))
    return secret.sign(DocumentType.CARD, entry.model_dump(mode="json"))


def read_card(token: str) -> DirectoryEntry:
    """What a card asks for, if it is signed with the keys it shows.

    Raises:
        SignatureError: it is not.
        UsageError: it is malformed.
    """
    return _entry(verify(token, DocumentType.CARD, _entry(claimed_document(token)).card))


def sign_entry(parent: SecretHolder, parent_kind: Kind, entry: DirectoryEntry) -> str:
    """Vouch for an organisation.

    Raises:
        UsageError: the entry names another parent, or a kind that does not stand below the parent's.
    """
    if entry.parent != parent.id:
        raise UsageError(f"{entry.org} asks for the parent {entry.parent}, not {parent.id}")
    if parent_kind not in _ABOVE[entry.kind]:
        raise UsageError(f"a {entry.kind} ({entry.org}) does not stand below a {parent_kind} ({parent.id})")
    return parent.sign(DocumentType.DIRECTORY_ENTRY, entry.model_dump(mode="json"))


def sign_root_entry(root: SecretHolder, name: str) -> str:
    """The root vouches for itself; nodes pin its fingerprint. Raises UsageError for a name that cannot be read."""
    entry = _wish(root, name, "nation", None)
    return root.sign(DocumentType.DIRECTORY_ENTRY, entry.model_dump(mode="json"))


def claimed_entry(token: str) -> DirectoryEntry:
    """What an entry says, unverified. Raises SignatureError, UsageError when it is none."""
    return _entry(claimed_document(token))


def read_entry(token: str, parent: DirectoryEntry) -> DirectoryEntry:
    """An entry, if its parent vouches for it and may.

    Raises:
        SignatureError: it is not signed by that parent, or of a kind that does not stand below the parent's.
        UsageError: it is malformed.
    """
    entry = _entry(verify(token, DocumentType.DIRECTORY_ENTRY, parent.card))
    if entry.parent is None:
        if entry != parent or entry.kind != "nation":
            raise SignatureError("only a nation stands at the top of a directory")
    elif entry.parent != parent.org or parent.kind not in _ABOVE[entry.kind]:
        raise SignatureError(f"a {parent.kind} ({parent.org}) cannot vouch for a {entry.kind} ({entry.org})")
    return entry


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
        SignatureError: it was not signed by the pinned root, or an entry not by its parent, or a parent may not vouch
            for that kind, or an organisation stands twice or has no way up to the root.
        UsageError: it is malformed.
    """
    claimed = [(item, claimed_entry(item)) for item in _document(claimed_document(token)).entries]
    roots = [entry for _, entry in claimed if entry.parent is None]
    if len(roots) != 1 or roots[0].card.fingerprint != pinned_root:
        raise SignatureError("the directory's root is not the one whose fingerprint is pinned here")
    root = roots[0]
    signed = verify(token, DocumentType.DIRECTORY, root.card)
    document = _document(signed)
    entries = {entry.org: entry for _, entry in claimed}
    if len(entries) < len(claimed):
        raise SignatureError("an organisation stands twice in the directory")
    for item, entry in claimed:
        parent = root if entry.parent is None else entries.get(entry.parent)
        if parent is None:
            raise SignatureError(f"the entry of {entry.org} names a parent that is not listed")
        read_entry(item, parent)
    for org in entries:
        _check_path(entries, org)
    return Directory(
        serial=document.serial,
        digest=hashlib.sha256(canonical(signed)).hexdigest(),
        valid_until=document.valid_until,
        root=root.org,
        entries=entries,
    )


def _wish(secret: SecretHolder, name: str, kind: Kind, parent: OrgId | None) -> DirectoryEntry:
    return _entry({"format": _ENTRY_FORMAT, "card": secret.public, "name": name, "kind": kind, "parent": parent})


def _document(claimed: Any) -> _Document:  # noqa: ANN401  # as `_entry`
    try:
        return _Document.model_validate(claimed)
    except ValidationError as error:
        raise UsageError(f"the directory is malformed: {_fields(error)}") from None


def _entry(claimed: Any) -> DirectoryEntry:  # noqa: ANN401  # JSON is whatever it is
    try:
        return DirectoryEntry.model_validate(claimed)
    except ValidationError as error:
        raise UsageError(f"a directory entry is malformed: {_fields(error)}") from None


def _fields(error: ValidationError) -> str:
    """Which of our fields are wrong; not what stands in them, or in their place, which somebody else chose."""
    known = {str(p["loc"][0]) for p in error.errors() if p["loc"] and p["type"] != "extra_forbidden"}
    return ", ".join(sorted(known)) or "fields that are not known here"


def _check_path(entries: Mapping[OrgId, DirectoryEntry], organisation: OrgId) -> None:
    current: OrgId | None = organisation
    for _ in range(_MOST_LEVELS):
        current = entries[current].parent if current is not None else None
        if current is None:
            return
    raise SignatureError(f"{organisation} has no way up to the root within {_MOST_LEVELS} levels")
