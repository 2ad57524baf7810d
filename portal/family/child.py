"""Which child a family's page is about: found among the person's own, and by nobody else's address.

Here: from an address to a child, their name for this session. Never: what a page shows of them.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pds.errors import FrozenError, NotHomeError
from pds.holders import Role
from pds.identifiers import OrgId, VaultId
from pds.records import Category
from pds.vault import Action, VaultReader
from portal.web import Asked, NoSuchPageError, open_to, ref, tell_the_family, vault_of

_NOTHING: dict[str, Any] = {"name": "", "school": None, "grade": None, "class_name": ""}


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
    vault = vault_of(asked.node, wanted, open_to(asked.node, asked.person))
    if vault is not None:
        return _known(asked, vault)
    if vault_of(asked.node, wanted, asked.person.vaults) is None:  # what is closed to its own family tells nobody
        tell_the_family(asked, wanted, lambda other: asked.wish(other, Action.READ))
    raise NoSuchPageError("no child of this person is called so")


def children(asked: Asked) -> list[Child]:
    """All children who are there for this person, in the order they were added."""
    return [_known(asked, vault) for vault in open_to(asked.node, asked.person)]


def _known(asked: Asked, vault: VaultId) -> Child:
    """Names are read once in a session and day, and kept sealed with it."""
    today = asked.node.today()
    of_day = asked.memory.get("children", {})
    known: dict[str, Any] = dict(of_day.get("of", {})) if of_day.get("on") == today.isoformat() else {}
    if vault not in known:
        try:
            with asked.reading(vault, Category.ENROLLMENT_INFO) as reader:
                known[vault] = facts_of(reader, today)
        except (FrozenError, NotHomeError):
            known[vault] = _NOTHING
        if known[vault]["grade"] is not None:
            asked.remember(children={"on": today.isoformat(), "of": known})
    facts = known[vault]
    return Child(ref=ref(asked.node, vault), vault=vault, role=asked.person.vaults[vault], **facts)


def facts_of(reader: VaultReader, today: date) -> dict[str, Any]:
    """What the present enrolment says of a child; the class is that of the school where the child is enrolled."""
    enrolment, enrolled = reader.enrolment(today), reader.authorisations.enrolment_on(today)
    if enrolment is None:
        return _NOTHING
    school = enrolled.school if enrolled is not None else enrolment.school_code
    class_name = enrolment.class_name or enrolment.class_code or ""
    return {
        "name": enrolment.preferred_given_name or enrolment.official_given_name or "",
        "school": school,
        "grade": enrolment.grade,
        "class_name": class_name if enrolment.school_code == school else "",
    }
