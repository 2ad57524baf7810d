"""Somebody of the family lost the way in: who, when, and whether another member says that it is they.

Never: a code, how keys are drawn (`consent.lifecycle`).
"""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from consent.decisions import WAIT, announced, may_confirm
from consent.lifecycle import anew
from pds.clock import parse_timestamp, timestamp
from portal.family.child import Child, find_child
from portal.family.frame import family_frame
from portal.family.giving import own_keys
from portal.family.parties import day_of, member_name
from portal.web import Asked, Family, FamilyActs, NoSuchPageError, redirect, wrong_password

router = APIRouter()


@router.get("/child/{child}/anew")
def anew_page(asked: Family, child: str, done: str = "") -> Response:
    """Who is to start anew, and the form for whoever knows that it is they."""
    return _page(asked, find_child(asked, child), done=done == "confirmed")


@router.post("/child/{child}/anew")
def confirm(
    asked: FamilyActs, child: str, holder: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
) -> Response:
    """Say that it is they; they need not wait any more."""
    about = find_child(asked, child)
    if not may_confirm(asked.node, about.vault, own_keys(asked).id, holder):
        raise NoSuchPageError("nobody of that name waits, or not for this person")
    if wrong := wrong_password(asked, password):
        return _page(asked, about, error=wrong)
    anew.confirm(asked.node, about.vault, own_keys(asked), holder)
    return redirect(f"{about.path}/anew?done=confirmed")


def _page(asked: Asked, about: Child, *, done: bool = False, error: str = "") -> Response:
    words, me = asked.words, own_keys(asked).id
    facts = asked.node.vaults.authorisations(about.vault)
    return asked.render(
        "family/anew.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        frame=family_frame(asked, about, "consents"),
        child=about,
        people=[
            (
                said.holder,
                member_name(words, facts, me, said.holder),
                words.full_day(day_of(said.asked)),
                words.full_day(day_of(timestamp(parse_timestamp(said.asked) + WAIT))),
                said.confirmed_by is not None,
                may_confirm(asked.node, about.vault, me, said.holder),
            )
            for said in announced(asked.node, about.vault)
        ],
        done=done,
        error=error,
    )
