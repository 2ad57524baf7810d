"""What one guardian is to a child, changed at the office's desk from a paper: of a court, a board, the parents.

For those in charge, with the password. Never: an invitation, a consent, whose word counts (`Standing`).
"""

from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from consent.lifecycle import custody
from pds.vault import Admitted, Standing
from portal.language import phrase
from portal.school.desk import Student, at_the_desk, find_student, seat_title
from portal.school.invitations import Relative, called, family_of
from portal.web import Asked, NoSuchPageError, Staff, StaffActs, redirect, staff_frame, wrong_password

router = APIRouter()


@router.get("/school/guardian")
def guardian_page(asked: Staff, student: str = "", number: int = 0, done: str = "") -> Response:
    """One guardian's standing, and the form to change it."""
    at_the_desk(asked)
    about, relative, admitted = _find(asked, student, number)
    return _page(asked, student, about, relative, admitted.standing or custody.LAWFUL, done=done == "changed")


@router.post("/school/guardian")
def change(  # the fields of one form
    asked: StaffActs,
    student: Annotated[str, Form()] = "",
    number: Annotated[int, Form()] = 0,
    authority: Annotated[str, Form()] = "",
    cares: Annotated[str, Form()] = "",
    contact: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Enter a change of custody; keys follow from it at once."""
    school = at_the_desk(asked)
    about, relative, admitted = _find(asked, student, number)
    wanted = Standing.model_validate(
        (admitted.standing or custody.LAWFUL).model_dump()
        | {
            "has_parental_authority": authority == "yes",
            "cares_by": cares if cares in CARERS and cares else None,
            "contact_allowed": contact == "yes",
        }
    )
    if wrong := wrong_password(asked, password):
        return _page(asked, student, about, relative, wanted, error=wrong)
    custody.change(asked.node, school, about.vault, relative.holder, wanted, member=asked.person.member)
    return redirect(f"/school/guardian?student={student}&number={number}&done=changed")


def _find(asked: Asked, student: str, number: int) -> tuple[Student, Relative, Admitted]:
    about = find_student(asked, student)
    facts = asked.node.vaults.authorisations(about.vault)
    for relative in family_of(facts):
        if relative.role == "guardian" and relative.number == number:
            return about, relative, facts.holders[relative.holder]
    raise NoSuchPageError("this student has no guardian of that number")


def _page(
    asked: Asked,
    student: str,
    about: Student,
    relative: Relative,
    standing: Standing,
    *,
    error: str = "",
    done: bool = False,
) -> Response:
    words = asked.words
    return asked.render(
        "school/guardian.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        frame=staff_frame(asked, "invitations"),
        student=student,
        number=relative.number,
        called=called(asked, relative),
        seat=seat_title(words, about.seat),
        standing=standing,
        carers=[(code, words.say(text)) for code, text in CARERS.items()],
        error=error,
        done=done,
    )


CARERS = MappingProxyType(
    {
        "": phrase("だれも言っていない"),
        "parents": phrase("親権のある人"),
        "court": phrase("裁判所"),
        "board": phrase("教育委員会・児童相談所"),
    }
)
