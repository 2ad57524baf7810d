"""The end of an enrolment, and a new beginning: the event, and the place on the class list, in one transaction.

Who has left keeps the history: the family reads it, and it can be sent to the next school. Never: a row of a file.
"""

from datetime import date, timedelta

from consent.decisions import Request, permit
from consent.lifecycle import acts
from pds.clock import school_year
from pds.errors import RefusedError, UsageError
from pds.identifiers import OrgId, VaultId
from pds.node import Node
from pds.people import Seat, roster
from pds.records import WhyLeft
from pds.vault import Action, Authorisations, Enrolled, EnrolmentEnded, Member


def end(
    node: Node, school: OrgId, vault: VaultId, on: date, reason: WhyLeft, *, member: Member | None = None
) -> EnrolmentEnded:
    """End a student's enrolment, with what was entered for school years to come.

    Args:
        node: The node where the history lives.
        school: The school that the student leaves.
        vault: Whose history it is.
        on: The last day of enrolment.
        reason: Why.
        member: Who of the staff does it; None for the operator and for an import.

    Raises:
        UsageError: the day is yet to come or lies before the enrolment, or the enrolment has ended already.
        RefusedError: the history does not live at this school, or this member of staff may not.
    """
    facts = node.vaults.authorisations(vault)
    present = _present(facts, school)
    if on > node.today():
        raise UsageError("the last day is yet to come; end the enrolment on that day, or after it")
    if present is None or facts.left is not None:
        raise UsageError("this student has left already; there is no enrolment to end")
    to_come = present.school_year > school_year(on)  # on next year's list already
    if all(enrolled.on > on for _, enrolled in facts.enrolments) or (present.on > on and not to_come):
        raise UsageError("the last day lies before the first day of the enrolment; correct the day")
    ended = EnrolmentEnded(school=school, school_year=max(present.school_year, school_year(on)), on=on, reason=reason)
    enter_end(node, vault, ended, member=member)
    return ended


def enter_end(node: Node, vault: VaultId, ended: EnrolmentEnded, *, member: Member | None = None) -> None:
    """Enter an end; who is at the school no more by it is off the class list, and their numbers are free again."""
    wish = Request.of_school(vault, ended.school, Action.AUTHORISE, member=member)
    with node.transaction():
        with node.vaults.transact(permit(node, wish)) as writer:
            writer.enter(ended)
        left = node.vaults.authorisations(vault).left
        if left is not None:
            roster.leave(node, ended.school, vault, left.on)
            for known in (vault, *node.vaults.authorisations(vault).one_child.joined):
                node.vaults.links.end(ended.school, known, left.on)


def start(node: Node, school: OrgId, vault: VaultId, on: date, *, member: Member | None = None) -> Enrolled:
    """Enrol a student again who had left, from a day on; so is an end undone that was entered by mistake.

    Raises:
        UsageError: the student is enrolled, or the day is not after the last one.
        RefusedError: the history does not live at this school, or this member of staff may not.
    """
    facts = node.vaults.authorisations(vault)
    left = facts.left
    if _present(facts, school) is not None and left is None:
        raise UsageError("this student is enrolled already")
    if left is not None and on <= left.on:
        raise UsageError(f"enrol from {left.on + timedelta(days=1)} on: until the day before, the student was enrolled")
    enrolled = Enrolled(school=school, school_year=school_year(on), on=on)
    with node.transaction():
        acts.enrol(node, vault, enrolled, member=member)
        node.vaults.links.resume(school, vault, on)
        roster.come_back(node, school, vault, Seat(school_year=enrolled.school_year, since=on))
    return enrolled


def _present(facts: Authorisations, school: OrgId) -> Enrolled | None:
    if facts.home is None or facts.home.id != school:
        raise RefusedError("this student's history lives at another school; that school says when the child leaves")
    return facts.enrolment
