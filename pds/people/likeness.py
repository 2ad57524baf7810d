"""Who of a school might be meant by a name and a birth date: keyed fingerprints, by which a school finds and compares.

They propose and never decide. Whoever has no key of the node learns from them at most that two children of a school
have one name and one birth date. Never: a name, a date, an opened record.
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import date

from pydantic import BaseModel, ConfigDict

from pds.identifiers import OrgId, VaultId
from pds.node import DocumentKind, Node


class _Likeness(BaseModel):
    """Fingerprints of what a school knows a student by.

    Attributes:
        name: Of the name, bound to the vault.
        born: Of the birth date, bound to the vault.
        both: Of the two, for finding; bound to the school alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None
    born: str | None
    both: str | None


_LIKENESS = DocumentKind(
    "likeness",
    _Likeness,
    "keyed fingerprints of a student's name and birth date; school and vault",
    owned=True,
    key=lambda likeness: likeness.both,
)


@dataclass(frozen=True, slots=True)
class Traits:
    """What a row says of who somebody is, beside identifiers.

    Attributes:
        name: Family and given name, without blanks, in one form of writing; None when the row has none.
        born: The birth date, if the row has one.
    """

    name: str | None = field(repr=False)
    born: date | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fit:
    """How traits go with what a school knows of a student: the same, another, or None where one is not known."""

    name: bool | None
    born: bool | None


def traits(family: str | None, given: str | None, born: date | None) -> Traits:
    """Traits out of a name as it is written anywhere: width, blanks and capitals make no other name."""
    text = unicodedata.normalize("NFKC", f"{family or ''}{given or ''}").casefold()
    return Traits("".join(text.split()) or None, born)


def remember(node: Node, school: OrgId, vault: VaultId, seen: Traits) -> None:
    """Keep what a school knows a student by; what the latest row does not say stays as it was."""
    name, born = _fingerprints(node, vault, seen)
    before = node.documents.get(_LIKENESS, f"{school}/{vault}")
    found = _both(node, school, seen)
    if before is not None:
        unchanged = name in (None, before.name) and born in (None, before.born)
        kept = before.both if unchanged else found
        name, born, found = name or before.name, born or before.born, kept
    known = _Likeness(name=name, born=born, both=found)
    if known != before:
        node.documents.put(_LIKENESS, f"{school}/{vault}", known, owner=school)


def compare(node: Node, school: OrgId, vault: VaultId, seen: Traits) -> Fit:
    """Hold traits against what a school knows a student by."""
    known = node.documents.get(_LIKENESS, f"{school}/{vault}")
    if known is None:
        return Fit(None, None)
    name, born = _fingerprints(node, vault, seen)
    return Fit(_same(known.name, name), _same(known.born, born))


def alike(node: Node, school: OrgId, seen: Traits) -> list[VaultId]:
    """The students of a school who have this name and this birth date; none where the traits lack one of them."""
    both = _both(node, school, seen)
    if both is None:
        return []
    names = node.documents.names(_LIKENESS, owners=[school], key=both)
    return [VaultId(name.rpartition("/")[2]) for name in names]


def forget(node: Node, school: OrgId, vault: VaultId) -> None:
    """Know a student by nothing more."""
    node.documents.drop(_LIKENESS, f"{school}/{vault}")


def _fingerprints(node: Node, vault: VaultId, seen: Traits) -> tuple[str | None, str | None]:
    name = node.keyring.link(vault, "name", seen.name) if seen.name else None
    return name, node.keyring.link(vault, "born", seen.born.isoformat()) if seen.born else None


def _both(node: Node, school: OrgId, seen: Traits) -> str | None:
    if seen.name is None or seen.born is None:
        return None
    return node.keyring.link(school, "name and birth date", f"{seen.born.isoformat()} {seen.name}")


def _same(one: str | None, other: str | None) -> bool | None:
    return None if one is None or other is None else one == other
