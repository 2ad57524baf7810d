"""A record as a reading hands it over: opened, with who issued it and where it stands in the chain.

Never: a key, the store, which records are in effect (`effect`).
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from pds.identifiers import OrgId, RecordId
from pds.records import KINDS, Category, Record
from pds.vault.sealing import Contents


@dataclass(frozen=True)
class StoredRecord:
    """A record with its provenance: who issued it, in which place of the chain."""

    id: RecordId
    seq: int
    issuer: OrgId
    category: Category
    contents: Contents = field(repr=False)

    @cached_property
    def record(self) -> Record:
        """The record, made when it is first asked for: a page sorts hundreds by day and shows twenty.

        Raises:
            UnknownSchemaError: a newer program wrote it (see `is_known`).
            InvalidRecordError: it was written by rules that no longer hold.
        """
        return self.contents.record()

    @property
    def is_known(self) -> bool:
        """False for a record of a schema this program does not know: it is kept and travels, and nobody is shown it."""
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
