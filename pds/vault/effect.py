"""Records as a reading hands them over, and which of them are in effect: the one rule of corrections.

Pure functions of opened records. Never: a permit, a key, a store, what a record means.

A record is a correction where `supersedes_id` names an earlier record (by place in the chain) of the same category and
of the same author. A record and all its corrections, and theirs, are one tree; of a tree the record that was written
last is in effect, and no other, whichever of them it names. What names a record of another category, a later one or
itself corrects nothing, and stands.

The author is who may put a statement away (default deny; each record is signed by its issuer):

- a record that the student or a guardian wrote is theirs, at whichever school they are by then: no school puts it away,
  and they put away nothing of a school's;
- any other record is its issuer's: a new school adds its own record to that of the school before, and both stand;
- where the same issuer sends the same row of the same source again, it corrects that row, whoever the row names as its
  author: a source may have named the wrong one.

Corrections whose target cannot be read (it was erased, or no key opens it) are one tree with those of the same school
year and author that name the same target: what was put away does not come back because what it replaced is gone.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from pds.errors import SealBrokenError
from pds.identifiers import OrgId, RecordId
from pds.records import KINDS, Category, Record
from pds.vault.sealing import Contents

_FAMILY = frozenset({"student", "guardian"})
_SOURCE = ("source_system", "source_record_id")
_Root = tuple[str, ...]


@dataclass(frozen=True)
class StoredRecord:
    """A record with its provenance: who issued it, in which place of the chain."""

    id: RecordId
    seq: int
    issuer: OrgId
    category: Category
    contents: Contents = field(repr=False)
    is_damaged: bool = False  # it does not open: kept, told of, and no more is known of it than its school year

    @cached_property
    def record(self) -> Record:
        """The record, made when it is first asked for: a page sorts hundreds by day and shows twenty.

        Raises:
            SealBrokenError: it does not open (see `is_damaged`).
            UnknownSchemaError: a newer program wrote it (see `is_known`).
            InvalidRecordError: it was written by rules that no longer hold.
        """
        if self.is_damaged:
            raise SealBrokenError(f"record {self.id} does not open")
        return self.contents.record()

    @property
    def is_known(self) -> bool:
        """False for what is kept, travels and is shown to nobody: damaged, or of a schema of a newer program."""
        return self.contents.schema in KINDS

    @property
    def day(self) -> date:
        """The day it is about, `occurred_on`."""
        try:
            return date.fromisoformat(str(self.contents.fields.get("occurred_on")))
        except ValueError:  # written by another hand than ours, in another form
            return self.record.occurred_on

    @property
    def school_year(self) -> int:
        """The school year it is about, by the year in which that begins; 0 where only a newer program could tell."""
        year = self.contents.fields.get("school_year")
        if isinstance(year, int):
            return year
        return self.record.school_year if self.is_known else 0

    @property
    def supersedes(self) -> str | None:
        """The record it takes the place of, if any."""
        target = self.contents.fields.get("supersedes_id")
        return None if target is None else str(target)


def in_effect(
    records: Iterable[StoredRecord], years: Collection[int] | None = None, *, unknown: bool = False
) -> list[StoredRecord]:
    """The records in effect, in the order in which they were written.

    What a newer program corrected is not in effect, and its correction, which this one cannot read, is left out.

    Args:
        records: All opened records of the categories in question; of some school years only if no correction leads out
            of them (`VaultReader.in_effect` sees to that).
        years: Only what is about these school years, once it is known what is in effect; all when None.
        unknown: With those that cannot be shown, of schemas that this program does not know or damaged, to count them.
    """
    found = {item.id: item for item in successors(records).values() if unknown or item.is_known}
    return sorted(
        (item for item in found.values() if years is None or item.school_year in years), key=lambda item: item.seq
    )


def successors(records: Iterable[StoredRecord]) -> dict[RecordId, StoredRecord]:
    """For each record, by its identifier, the one that is in effect in its place: most often itself."""
    roots: dict[RecordId, _Root] = {}
    last: dict[_Root, StoredRecord] = {}
    known: dict[str, StoredRecord] = {}
    for item in sorted(records, key=lambda one: one.seq):
        roots[item.id] = root = _root(item, known, roots)
        last[root] = known[item.id] = item
    return {name: last[root] for name, root in roots.items()}


def _root(item: StoredRecord, earlier: Mapping[str, StoredRecord], roots: Mapping[RecordId, _Root]) -> _Root:
    """What a record and all its corrections have in common."""
    named = item.supersedes
    if named is None:
        return (item.id,)
    target = earlier.get(named)
    if target is not None and target.category == item.category and _may_correct(item, target):
        return roots[target.id]
    return named, item.category, str(item.school_year), _author(item)


def _may_correct(item: StoredRecord, target: StoredRecord) -> bool:
    if _author(item) == _author(target):
        return True
    mine, theirs = item.contents.fields, target.contents.fields
    return item.issuer == target.issuer and all(mine.get(name) == theirs.get(name) for name in _SOURCE)


def _author(item: StoredRecord) -> str:
    role = item.contents.fields.get("author_role")
    return str(role) if role in _FAMILY else item.issuer
