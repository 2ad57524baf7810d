"""Pages that everybody may read: how the software treats data, accessibility, help. Never: anything of a person."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pds.accounts import MOST_FAILURES, WAIT
from portal.asking import render, words_of
from portal.errors import NoSuchPageError

router = APIRouter()
_PAGES = ("privacy", "accessibility", "contact", "help", "records", "statistics")


@router.get("/about/{page}")
def show(request: Request, page: str) -> Response:
    """One of the pages."""
    if page not in _PAGES:
        raise NoSuchPageError("no such page")
    waits = {"times": MOST_FAILURES, "minutes": WAIT.seconds // 60}
    return render(words_of(request), f"gate/{page}.html", **waits)
