"""A school's class list: which vault sits in which class, sealed under the node's key. Never: a name, a record.

It says where to look, not who somebody is: names are in the vaults, and reading one is logged.
"""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from pds.crypto import canonical, parse
from pds.identifiers import OrgId, VaultId
from pds.node import DocumentKind, Node

_ROSTER = DocumentKind("roster", bytes, "seats of a school's students, sealed; the school", owned=True)


class Seat(BaseModel):
    """One student's place in a school.

    Attributes:
        class_code: The class within the grade; None while the student is in none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    school_year: int
    grade: str | None = None
    class_code: str | None = None
    attendance_number: int | None = None

    @property
    def class_name(self) -> str | None:
        """Grade and class in one, such as "P5-2"; what a teacher's account names."""
        return f"{self.grade}-{self.class_code}" if self.grade and self.class_code else None


def seats(node: Node, school: OrgId) -> dict[VaultId, Seat]:
    """Every student of a school with their place.

    Raises:
        SealBrokenError: it is not what this node wrote.
    """
    sealed = node.documents.get(_ROSTER, school)
    if sealed is None:
        return {}
    document = parse(node.keyring.open_document(_place(school), sealed))
    return {VaultId(vault): Seat.model_validate(seat) for vault, seat in document.items()}


def put(node: Node, school: OrgId, changed: Mapping[VaultId, Seat]) -> None:
    """Enter or move students; a place of an earlier school year never replaces a later one."""
    with node.transaction():
        known = seats(node, school)
        for vault, seat in changed.items():
            if vault not in known or known[vault].school_year <= seat.school_year:
                known[vault] = seat
        _save(node, school, known)


def remove(node: Node, school: OrgId, vault: VaultId) -> None:
    """Take a student off the list."""
    with node.transaction():
        known = seats(node, school)
        if known.pop(vault, None) is not None:
            _save(node, school, known)


def _save(node: Node, school: OrgId, known: Mapping[VaultId, Seat]) -> None:
    document = {vault: seat.model_dump() for vault, seat in known.items()}
    sealed = node.keyring.seal_document(_place(school), canonical(document))
    node.documents.put(_ROSTER, school, sealed, owner=school)


def _place(school: OrgId) -> bytes:
    return canonical({"label": "manabi/roster/1", "school": school})
