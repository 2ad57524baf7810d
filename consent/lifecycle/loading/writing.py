"""The records of one student into the vault: what is new is written, what was corrected supersedes, the rest is left.

Never: whose record it is (`matching`).
"""

from collections.abc import Collection, Sequence

from consent.decisions import Request, permit
from pds.identifiers import OrgId, RecordId, VaultId
from pds.intake import IncomingRecord
from pds.node import Node
from pds.records import Record
from pds.vault import Action, StoredRecord, successors

Row = tuple[str, str, str]  # source system, its name for the row, schema


def write(
    node: Node, school: OrgId, vault: VaultId, rows: Sequence[IncomingRecord], joined: Sequence[VaultId] = ()
) -> tuple[int, int, int]:
    """Write what is new, supersede what was corrected, leave the rest; hand back how many of each.

    A row that came with a vault which was `joined` to this one has its name from there.
    """
    if not rows:
        return 0, 0, 0
    by_id: dict[RecordId, IncomingRecord] = {imported_id(node, vault, row): row for row in rows}
    elsewhere = {name: {imported_id(node, other, row) for other in joined} for name, row in by_id.items()}
    there = _standing(node, school, vault, set(by_id).union(*elsewhere.values()))
    new, corrected = 0, 0
    with node.vaults.transact(permit(node, Request.of_school(vault, school, Action.WRITE))) as writer:
        issuers = writer.issuers()
        for record_id, row in by_id.items():
            if (sent := (row.record.source_system, row.record.source_record_id, row.schema)) in there:
                before, stands = there[sent]
                known = stands if stands.is_known else before  # a newer program's correction cannot be compared with
                if not same_content(known.record, row.record):
                    writer.append(row.record.model_copy(update={"supersedes_id": before.id}))
                    corrected += 1
            elif all(
                issuers.get(name) != school for name in (record_id, *elsewhere[record_id])
            ):  # its own that is not there was erased, and is not brought back
                writer.append(row.record, None if record_id in issuers else record_id)
                new += 1
    return new, corrected, len(rows) - new - corrected


def _standing(
    node: Node, school: OrgId, vault: VaultId, wanted: Collection[RecordId]
) -> dict[Row, tuple[StoredRecord, StoredRecord]]:
    """Of the wanted rows that this school sent before: the record made of each the last time, and what stands for it.

    Another school's row of the same name is that school's own, and is no correction of it (`pds.vault.effect`). A vault
    is opened, and the family told, only if some of them are there: a first import reads nothing.
    """
    if not node.vaults.has_any(vault, wanted):
        return {}
    with node.vaults.read(permit(node, Request.of_school(vault, school, Action.READ)), joining=True) as reader:
        return standing(school, list(reader.records()))


def standing(school: OrgId, stored: Sequence[StoredRecord]) -> dict[Row, tuple[StoredRecord, StoredRecord]]:
    """For each source row of a school: the record made of it the last time, and what is in effect in its place."""
    stands = successors(stored)
    own = (item for item in stored if item.issuer == school)
    return {_row_of(item): (item, stands[item.id]) for item in own}


def _row_of(item: StoredRecord) -> Row:
    fields = item.contents.fields
    return str(fields.get("source_system")), str(fields.get("source_record_id")), item.contents.schema


def imported_id(node: Node, vault: VaultId, row: IncomingRecord) -> RecordId:
    """The identifier by which this node knows a source row again."""
    return node.keyring.record_id(vault, row.record.source_system, row.record.source_record_id, row.schema)


def same_content(one: Record, other: Record) -> bool:
    """True when two records say the same, whatever they supersede."""
    apart = {"supersedes_id"}
    return one.model_dump(exclude=apart) == other.model_dump(exclude=apart)
