"""支援措置: the office enters that a child is protected from one of its guardians, or that it no longer is.

Never: what follows from it (`pds.vault`, `consent.decisions`), why; a guardian's name.
"""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from consent.lifecycle import custody
from portal.school.desk import Student, at_the_desk, find_student
from portal.school.invitations import Relative, called, family_of, names_of
from portal.web import Asked, NoSuchPageError, Staff, StaffActs, redirect, staff_frame, wrong_password

router = APIRouter()


@router.get("/school/protection")
def protection_page(asked: Staff, student: str = "", done: str = "") -> Response:
    """The guardians of a student, and from whom it is protected."""
    at_the_desk(asked)
    return _page(asked, student, find_student(asked, student), done=bool(done))


@router.post("/school/protection")
def protect(
    asked: StaffActs,
    student: Annotated[str, Form()] = "",
    holder: Annotated[str, Form()] = "",
    protected: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Enter it, with the password; it holds from this moment on."""
    school, about = at_the_desk(asked), find_student(asked, student)
    if holder not in {relative.holder for relative in _guardians(asked, about)}:
        raise NoSuchPageError("no guardian of this student is called so")
    if wrong := wrong_password(asked, password):
        return _page(asked, student, about, error=wrong)
    custody.protect(asked.node, school, about.vault, holder, protected=protected == "yes")
    return redirect(f"/school/protection?student={student}&done=yes")


def _page(asked: Asked, student: str, about: Student, *, done: bool = False, error: str = "") -> Response:
    names = names_of(asked, [about])
    return asked.render(
        "school/protection.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        frame=staff_frame(asked, "invitations"),
        student=student,
        name=names[0][1] if names else "",
        guardians=[(one.holder, called(asked, one), one.protected_from) for one in _guardians(asked, about)],
        done=done,
        error=error,
    )


def _guardians(asked: Asked, about: Student) -> list[Relative]:
    family = family_of(asked.node.vaults.authorisations(about.vault))
    return [relative for relative in family if relative.role == "guardian"]
