"""Inviting a student's family: the office issues a code and prints it as a letter.

For those in charge. Never: a code in an address, a log or the store (`pds.people.codes` keeps its digest).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response

from consent.decisions import WAIT, open_many
from consent.lifecycle import ownership
from pds.clock import JAPAN
from pds.holders import Control, Role
from pds.records import Category
from pds.vault import Authorisations
from portal.school.desk import (
    Student,
    at_the_desk,
    class_of,
    class_title,
    classes,
    find_student,
    full_name,
    seat_title,
    wish,
)
from portal.web import Asked, NoSuchPageError, Staff, StaffActs, own_address, redirect, ref, staff_frame

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Relative:
    """One of a student's family as the office sees them; guardians' names are not stored.

    Attributes:
        number: Of a guardian among the guardians, in the order they were admitted; 0 for the student.
        may_look: Whether the history opens to them: who decides for the child, or looks after it.
        may_be_asked: Whether they are invited: to whom it opens, and the school may turn to.
        protected_from: The student is protected from this guardian (支援措置).
    """

    holder: str
    role: Literal["student", "guardian"]
    number: int
    signed_in: bool
    may_look: bool = True
    may_be_asked: bool = True
    protected_from: bool = False


def family_of(facts: Authorisations) -> list[Relative]:
    """The student and the guardians, in the order they were admitted."""
    found: list[Relative] = []
    guardians = 0
    for name, admitted in facts.holders.items():
        signed_in = admitted.control is Control.OWNER
        if admitted.role is Role.STUDENT:
            found.insert(0, Relative(name, "student", 0, signed_in))
        elif admitted.role is Role.GUARDIAN:
            guardians += 1
            open_to, asked = admitted.may_look, admitted.may_be_asked
            protected = admitted.standing is not None and admitted.standing.protected_from
            found.append(Relative(name, "guardian", guardians, signed_in, open_to, asked, protected))
    return found


@router.get("/school/invitations")
def invitation_list(asked: Staff, group: Annotated[str, Query(alias="class")] = "", student: str = "") -> Response:
    """Choose a class, then whom of which family to invite."""
    at_the_desk(asked)
    known, words = classes(asked), asked.words
    shown: Sequence[Student] = [find_student(asked, student)] if student else known.get(group, [])
    group = class_of(shown[0]) if shown else ""
    names = names_of(asked, shown)
    return asked.render(
        "school/invitations.html",
        frame=staff_frame(asked, "invitations"),
        groups=[(name, class_title(words, name)) for name in known],
        group=group,
        title=class_title(words, group) if group else "",
        families=[
            (
                ref(asked.node, about.vault),
                name,
                seat_title(words, about.seat),
                family_of(asked.node.vaults.authorisations(about.vault)),
            )
            for about, name in names
        ],
        called=lambda relative: called(asked, relative),
    )


@router.post("/school/invitations")
def invite(
    asked: StaffActs,
    student: Annotated[str, Form()] = "",
    holder: Annotated[str, Form()] = "",
    anew: Annotated[str, Form()] = "",
) -> Response:
    """Issue a code, and show the letter that carries it; it is not shown again.

    With `anew`, for one who has signed in before and lost the way: the family is told, and the code waits.
    """
    school = at_the_desk(asked)
    about = find_student(asked, student)
    relatives = {relative.holder: relative for relative in family_of(asked.node.vaults.authorisations(about.vault))}
    names = names_of(asked, [about])
    if holder not in relatives or not names:
        raise NoSuchPageError("nobody of this family can be invited now")
    starts_anew = relatives[holder].signed_in
    if (starts_anew and not anew) or not relatives[holder].may_be_asked:
        return redirect(f"/school/invitations?student={student}")  # in between; there is nobody to invite any more
    code = ownership.invite_family(asked.node, about.vault, holder, anew=starts_anew)
    return asked.render(
        "school/letter.html",
        frame=staff_frame(asked, "invitations"),
        code=code,
        name=names[0][1],
        guardian=relatives[holder].number,
        school=asked.node.name_of(school),
        address=f"{own_address(asked.request)}/welcome",
        until=asked.node.today() + ownership.LIFETIME - timedelta(days=1),
        today=asked.node.today(),
        back=f"/school/invitations?student={student}",
        waits=asked.words.full_day((asked.node.clock.now() + WAIT).astimezone(JAPAN).date()) if starts_anew else "",
    )


def called(asked: Asked, relative: Relative) -> str:
    """How the office and the letter call somebody of a family: 本人, 保護者1, 保護者2."""
    if relative.role == "student":
        return asked.words.say("本人")
    return asked.words.say("保護者%(number)s", number=relative.number)


def names_of(asked: Asked, group: Sequence[Student]) -> list[tuple[Student, str]]:
    """Names of those whose histories can be opened now."""
    wishes = (wish(asked, student, Category.ENROLLMENT_INFO) for student in group)
    with open_many(asked.node, wishes) as readers:
        names = {vault: full_name(reader.enrolment(asked.node.today())) for vault, reader in readers.items()}
    return [(student, names[student.vault]) for student in group if student.vault in names]
