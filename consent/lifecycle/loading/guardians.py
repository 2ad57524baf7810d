"""Guardians of a file set: who is new is admitted, who is something else to the child than before is so from now on.

Never: a record, whether somebody may look or sign (`pds.vault.events.Standing`).
"""

from collections.abc import Mapping
from typing import Literal

from consent.lifecycle import acts, custody
from consent.lifecycle.loading.gathered import Gathered
from consent.lifecycle.relatives import guardian_of, learn
from pds.holders import Role
from pds.identifiers import OrgId, VaultId
from pds.intake import IncomingGuardian
from pds.node import Node
from pds.vault import Admitted, Authorisations, Standing


def draw_guardians(node: Node, student: Gathered) -> dict[int, Admitted]:
    """A custodial holder for each guardian of a new student, by the place of the first row that names them.

    A guardian of two children has a custodial holder in each vault, so that the keys of one can move to another node
    while the other stays; signing in makes them one owner.
    """
    drawn: dict[int, Admitted] = {}
    for place, guardian in enumerate(student.guardians):
        if not any(_is_one(guardian, before) for before in student.guardians[:place]):
            drawn[place] = acts.new_custodial_guardian(node, _standing(guardian, None))
    return drawn


def know_guardians(node: Node, school: OrgId, vault: VaultId, student: Gathered, drawn: Mapping[int, Admitted]) -> None:
    """Keep what the rows call the guardians who were drawn."""
    for place, admitted in drawn.items():
        learn(node, school, vault, student.guardians[place].ids, admitted.holder.id)


def new_guardians(node: Node, school: OrgId, vault: VaultId, student: Gathered) -> list[Admitted]:
    """A custodial holder for each guardian of a known student who is not known yet; what is new of the others."""
    admitted: list[Admitted] = []
    for guardian in student.guardians:
        holder = guardian_of(node, school, vault, guardian.ids)
        if holder is None:
            admitted.append(acts.new_custodial_guardian(node, _standing(guardian, None)))
            holder = admitted[-1].holder.id
        elif node.vaults.authorisations(vault).one_child.joined:
            continue  # who is known by a vault that may be parted again
        learn(node, school, vault, guardian.ids, holder)
    return admitted


def take_guardians(node: Node, school: OrgId, vault: VaultId, student: Gathered) -> int:
    """Admit who is new to a student who is known, and enter who is something else than before; hand back how many are.

    A file set of an earlier school year than the present one changes nobody.
    """
    facts = node.vaults.authorisations(vault)
    admitted = [] if _came_with_its_family(facts) else new_guardians(node, school, vault, student)
    if admitted:
        acts.admit_guardians(node, vault, school, admitted)
    present, years = facts.school_year, [row.school_year for row in student.incoming]
    if present is not None and years and max(years) < present:
        return 0
    changed = 0
    for row in student.guardians:
        holder = facts.present_name(guardian_of(node, school, vault, row.ids) or "")
        if row.is_said and holder in facts.holders:
            changed += custody.change(node, school, vault, holder, _standing(row, facts.holders[holder].standing))
    return changed


def _is_one(guardian: IncomingGuardian, other: IncomingGuardian) -> bool:
    """True for two rows of one guardian: by what decides where both have it, else by any identifier of both."""
    one, two = ({local for local in row.ids if local.decides(())} for row in (guardian, other))
    return bool(one & two) if one and two else bool({*guardian.ids} & {*other.ids})


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
