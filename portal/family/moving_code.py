"""引っ越しコード: an owner takes their own keys along to the next school's node. Never: where the history goes.

The code is shown once, in the answer to the form, and kept nowhere; whoever loses it makes another before the history
leaves, or asks the next school for an invitation.
"""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from consent.lifecycle import make_moving_code
from portal.family.child import Child, find_child
from portal.family.frame import family_frame
from portal.family.giving import own_keys
from portal.web import Asked, Family, FamilyActs, wrong_password

router = APIRouter()


@router.get("/child/{child}/transfer/code")
def moving_code_form(asked: Family, child: str) -> Response:
    """What a moving code is for, and the form that makes one."""
    return _page(asked, find_child(asked, child))


@router.post("/child/{child}/transfer/code")
def make(asked: FamilyActs, child: str, password: Annotated[str, Form()] = "") -> Response:
    """Make a code and show it once."""
    about = find_child(asked, child)
    if wrong := wrong_password(asked, password):
        return _page(asked, about, error=wrong)
    return _page(asked, about, code=make_moving_code(asked.node, about.vault, own_keys(asked)))


def _page(asked: Asked, about: Child, *, code: str = "", error: str = "") -> Response:
    return asked.render(
        "family/moving_code.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        frame=family_frame(asked, about, "transfer"),
        child=about,
        code=code,
        error=error,
    )
