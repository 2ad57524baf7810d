"""A person's own account: what was tried with it. Never: a vault."""

from fastapi import APIRouter
from fastapi.responses import Response

from portal.asking import SignedIn
from portal.family.frame import family_frame
from portal.frame import attempts, staff_frame

router = APIRouter()


@router.get("/account")
def show(asked: SignedIn) -> Response:
    """When this session began, and what others tried."""
    frame = family_frame(asked, None, "account") if asked.person.holder is not None else staff_frame(asked, "account")
    wrong, forged = attempts(asked)
    return asked.render(
        "gate/account.html",
        frame=frame,
        started=asked.session.started,
        idle=int(asked.session.idle.total_seconds()) // 60,
        wrong=wrong,
        forged=forged,
    )
