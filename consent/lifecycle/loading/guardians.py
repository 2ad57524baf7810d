"""Guardians of a file set: who is new is admitted, who is something else to the child than before is so from now on.

Never: a record, whether somebody may look or sign (`pds.vault.events.Standing`).
"""

from typing import Literal

from consent.lifecycle import acts, custody
from consent.lifecycle.loading.gathered import Gathered
from consent.lifecycle.papers import GUARDIAN, guardian_index
from pds.holders import Role
from pds.identifiers import OrgId, VaultId
from pds.intake import IncomingGuardian
from pds.node import Node
from pds.vault import Admitted, Authorisations, Standing


def new_guardians(node: Node, school: OrgId, student: Gathered) -> list[Admitted]:
    """A custodial holder for each guardian of this student who is not known yet.

    A guardian of two children has a custodial holder in each vault, so that the keys of one can move to another node
    while the other stays; signing in makes them one owner.
    """
    admitted: dict[str, Admitted] = {}
    for guardian in student.guardians:
        index = guardian_index(node, school, guardian.ids[0], guardian.student)
        if index not in admitted and not node.documents.has(GUARDIAN, index):
            admitted[index] = acts.new_custodial_guardian(node, _standing(guardian, None))
            node.documents.add(GUARDIAN, index, admitted[index].holder.id, owner=school)
    return list(admitted.values())


def take_guardians(node: Node, school: OrgId, vault: VaultId, student: Gathered) -> int:
    """Admit who is new to a student who is known, and enter who is something else than before; hand back how many are.

    A file set of an earlier school year than the present one changes nobody.
    """
    facts = node.vaults.authorisations(vault)
    admitted = [] if _came_with_its_family(facts) else new_guardians(node, school, student)
    if admitted:
        acts.admit_guardians(node, vault, school, admitted)
    present, years = facts.school_year, [row.school_year for row in student.incoming]
    if present is not None and years and max(years) < present:
        return 0
    changed = 0
    for row in student.guardians:
        index = guardian_index(node, school, row.ids[0], row.student)
        holder = facts.present_name(node.documents.get(GUARDIAN, index) or "")
        if row.is_said and holder in facts.holders:
            changed += custody.change(node, school, vault, holder, _standing(row, facts.holders[holder].standing))
    return changed


def _came_with_its_family(facts: Authorisations) -> bool:
    """True for a history that was taken in from another school: its guardians came along, and are not made twice.

    No file can say which of them is which, and a guardian who stands there twice would have to sign twice.
    """
    return facts.home_number > 1 and any(admitted.role is Role.GUARDIAN for admitted in facts.holders.values())


def _standing(row: IncomingGuardian, before: Standing | None) -> Standing:
    """What a row says a guardian is; what it does not speak of stays as it was."""
    cares_by: Literal["parents", "court", "board"] | None = before.cares_by if before else None
    if row.cares_by is not None:
        cares_by = None if row.cares_by == "nobody" else row.cares_by
    return Standing(
        relationship=row.relationship,
        has_parental_authority=row.has_parental_authority,
        cares_by=cares_by,
        contact_allowed=_said(row.contact_allowed, before is None or before.contact_allowed),
        protected_from=_said(row.protected_from, before is not None and before.protected_from),
    )


def _said(now: bool | None, before: bool) -> bool:  # noqa: FBT001  # what a row says, what was known
    return before if now is None else now
