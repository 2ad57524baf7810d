"""Which child a family's page is about: found among the person's own, and by nobody else's address.

Here: from an address to a child, their name for this session. Never: what a page shows of them.
"""

from dataclasses import dataclass, field
from typing import Any

from pds.errors import FrozenError, NotHomeError
from pds.holders import Role
from pds.identifiers import OrgId, VaultId
from pds.records import Category, EnrollmentInfo
from pds.vault import Action, VaultReader
from portal.web import Asked, NoSuchPageError, ref, tell_the_family, vault_of


@dataclass(frozen=True, slots=True)
class Child:
    """The child a page is about.

    Attributes:
        ref: How the child is called in addresses.
        role: What the person who is signed in is to the child.
        name: The given name, or family and given name for the student alone; empty while it cannot be read.
        school: Where the child is enrolled; None when nothing was read yet.
        grade: As a code, such as "P5".
        class_name: As the school writes it; empty if none.
    """

    ref: str
    vault: VaultId
    role: Role
    name: str = field(repr=False)
    school: OrgId | None
    grade: str | None
    class_name: str

    @property
    def path(self) -> str:
        """The first page about this child."""
        return f"/child/{self.ref}"


def find_child(asked: Asked, wanted: str) -> Child:
    """The child of this person that is called so.

    Raises:
        NoSuchPageError: it is not this person's; if it is another family's, that family sees the attempt.
    """
    vault = vault_of(asked.node, wanted, asked.person.vaults)
    if vault is None:
        tell_the_family(asked, wanted, lambda other: asked.wish(other, Action.READ))
        raise NoSuchPageError("no child of this person is called so")
    return _known(asked, vault)


def children(asked: Asked) -> list[Child]:
    """All children of this person, in the order they were added."""
    return [_known(asked, vault) for vault in asked.person.vaults]


def latest_enrolment(reader: VaultReader) -> EnrollmentInfo | None:
    """The enrolment record that was written last."""
    latest: EnrollmentInfo | None = None
    for stored in reader.records(Category.ENROLLMENT_INFO):
        if isinstance(stored.record, EnrollmentInfo):
            latest = stored.record
    return latest


def _known(asked: Asked, vault: VaultId) -> Child:
    """Names are read once in a session, and kept sealed with it."""
    known: dict[str, Any] = dict(asked.memory.get("children", {}))
    if vault not in known:
        try:
            with asked.reading(vault, Category.ENROLLMENT_INFO) as reader:
                enrolment = latest_enrolment(reader)
        except (FrozenError, NotHomeError):
            enrolment = None
        known[vault] = _facts(enrolment)
        if enrolment is not None:
            asked.remember(children=known)
    facts = known[vault]
    return Child(ref=ref(asked.node, vault), vault=vault, role=asked.person.vaults[vault], **facts)


def _facts(enrolment: EnrollmentInfo | None) -> dict[str, Any]:
    if enrolment is None:
        return {"name": "", "school": None, "grade": None, "class_name": ""}
    return {
        "name": enrolment.preferred_given_name or enrolment.official_given_name or "",
        "school": enrolment.school_code,
        "grade": enrolment.grade,
        "class_name": enrolment.class_name or enrolment.class_code or "",
    }
