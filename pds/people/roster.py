"""A school's class list: which vault sits in which class, sealed under the node's key. Never: a name, a record.

It says where to look, not who somebody is: names are in the vaults, and reading one is logged.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict

from pds.clock import FIRST_MONTH
from pds.crypto import canonical, parse
from pds.identifiers import OrgId, RecordId, VaultId
from pds.node import DocumentKind, Node

_ROSTER = DocumentKind("roster", bytes, "seats of a school's students, sealed; the school", owned=True)


class Seat(BaseModel):
    """One student's place in a school.

    Attributes:
        class_code: The class within the grade; None while the student is in none.
        since: The day from which the source says so: of two rows, the earlier one never replaces the later one.
        row: The record that was made of the source's row, if one was.
        missing_since: The day of the whole file set that did not have the student; None for who was in the last one.
        left_on: The last day at the school; None for who is there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    school_year: int
    grade: str | None = None
    class_code: str | None = None
    attendance_number: int | None = None
    since: date | None = None
    row: RecordId | None = None
    missing_since: date | None = None
    left_on: date | None = None

    @property
    def class_name(self) -> str | None:
        """Grade and class in one, such as "P5-2"; what a teacher's account names."""
        return f"{self.grade}-{self.class_code}" if self.grade and self.class_code else None


def seats(node: Node, school: OrgId) -> dict[VaultId, Seat]:
    """Every student who is at a school, with their place.

    Raises:
        SealBrokenError: it is not what this node wrote.
    """
    return {vault: seat for vault, seat in _all(node, school).items() if seat.left_on is None}


def leavers(node: Node, school: OrgId) -> dict[VaultId, Seat]:
    """Every student who has left and whose history is still here, with the last place. Raises as `seats`."""
    return {vault: seat for vault, seat in _all(node, school).items() if seat.left_on is not None}


def put(node: Node, school: OrgId, changed: Mapping[VaultId, Seat]) -> None:
    """Enter or move students; a place of an earlier school year or day never replaces a later one."""
    with node.transaction():
        known = _all(node, school)
        for vault, seat in changed.items():
            if vault not in known or _follows(seat, known[vault]):
                known[vault] = seat
        _save(node, school, known)


def leave(node: Node, school: OrgId, vault: VaultId, on: date) -> None:
    """Take a student who has left off the list; the last place is kept for who brings the student back."""
    _change(node, school, [vault], {"left_on": on, "missing_since": None})


def come_back(node: Node, school: OrgId, vault: VaultId, seat: Seat) -> None:
    """Put a student who had left on the list again: in the last place of the same school year, else in this one."""
    with node.transaction():
        before = _all(node, school).get(vault)
        if before is not None and before.school_year == seat.school_year:
            _change(node, school, [vault], {"left_on": None})
        else:
            put(node, school, {vault: seat})


def miss(node: Node, school: OrgId, vaults: Iterable[VaultId], on: date) -> None:
    """Note that a whole file set of a day does not have these students."""
    _change(node, school, vaults, {"missing_since": on})


def remove(node: Node, school: OrgId, vault: VaultId) -> None:
    """Take a student off the list for good: the history lives elsewhere."""
    with node.transaction():
        known = _all(node, school)
        if known.pop(vault, None) is not None:
            _save(node, school, known)


def _follows(seat: Seat, before: Seat) -> bool:
    """What a row says anew always counts."""
    return (seat.row is not None and seat.row == before.row) or _begins(seat) >= _begins(before)


def _begins(seat: Seat) -> tuple[int, date]:
    return seat.school_year, seat.since or date(seat.school_year, FIRST_MONTH, 1)


def _change(node: Node, school: OrgId, vaults: Iterable[VaultId], update: Mapping[str, date | None]) -> None:
    with node.transaction():
        known = _all(node, school)
        for vault in known.keys() & set(vaults):
            known[vault] = known[vault].model_copy(update=update)
        _save(node, school, known)


def _all(node: Node, school: OrgId) -> dict[VaultId, Seat]:
    sealed = node.documents.get(_ROSTER, school)
    if sealed is None:
        return {}
    document = parse(node.keyring.open_document(_place(school), sealed))
    return {VaultId(vault): Seat.model_validate(seat) for vault, seat in document.items()}


def _save(node: Node, school: OrgId, known: Mapping[VaultId, Seat]) -> None:
    document = {vault: seat.model_dump(mode="json") for vault, seat in known.items()}
    sealed = node.keyring.seal_document(_place(school), canonical(document))
    node.documents.put(_ROSTER, school, sealed, owner=school)


def _place(school: OrgId) -> bytes:
    return canonical({"label": "manabi/roster/1", "school": school})
