"""What a school knows a student by from now on: identifiers with their days, name and birth date, what was answered.

Never: whose a row is (`whose`), an identifier that stands for somebody else.
"""

from datetime import date, timedelta

from consent.decisions import Request, permit
from consent.lifecycle.loading.asking import Asking
from consent.lifecycle.loading.gathered import Gathered
from consent.lifecycle.loading.same_child import question
from pds.identifiers import OrgId, VaultId
from pds.intake import YES, Batch
from pds.node import Node
from pds.people import likeness
from pds.vault import Action, IdentifierLinked


def know(node: Node, school: OrgId, batch: Batch, asking: Asking, student: Gathered, *, new: bool) -> None:
    """Link what the rows carry to the student's vault, from the first day that they speak of.

    An identifier that comes later than the vault is an event of the vault, which names its numbering alone.
    """
    vault = student.vault
    if vault is None:
        return
    first, last = student.days(node.today) if student.linking else (date.max, date.max)
    events = _end(node, school, vault, student, first)
    for local in student.linking:
        index = node.vaults.links.index(school, local.scheme, local.value)
        if local not in student.deciding:
            node.vaults.links.give(school, local.scheme, index, vault, first)
            continue
        for day in sorted({first, last}):  # between the two, the student may have left and come back
            if node.vaults.links.add(school, local.scheme, index, vault, day):
                events.append(IdentifierLinked(scheme=local.scheme, first=day))
    if events and not new:
        with node.vaults.transact(permit(node, Request.of_school(vault, school, Action.AUTHORISE))) as writer:
            for event in events:
                writer.enter(event)
    present = node.vaults.authorisations(vault).school_year if student.enrolments else None
    if student.enrolments and student.enrolments[-1].record.school_year >= (present or 0):
        likeness.remember(node, school, vault, student.traits)
    if not student.deciding:
        asking.remember(question(batch, student, vault), YES)


def _end(node: Node, school: OrgId, vault: VaultId, student: Gathered, first: date) -> list[IdentifierLinked]:
    """End the numbers in whose place the student has others now."""
    last, events = first - timedelta(days=1), []
    for scheme, index, stay in node.vaults.links.of(school, vault) if student.ending else ():
        if index in student.ending:
            node.vaults.links.end_one(school, index, vault, last)
            events.append(IdentifierLinked(scheme=scheme, first=stay.first, last=max(last, stay.first)))
    return events
