"""Pages that everybody may read: how the software treats data, accessibility, help. Never: anything of a person."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.exceptions import HTTPException
from fastapi.responses import Response

from pds.people import MOST_FAILURES, WAIT
from portal.web import render, words_of

router = APIRouter()
_PAGES = ("privacy", "accessibility", "contact", "help", "records", "statistics")


@router.get("/about/{page}")
def about_page(request: Request, page: str) -> Response:
    """One of the pages."""
    if page not in _PAGES:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return render(words_of(request), f"gate/{page}.html", times=MOST_FAILURES, minutes=WAIT.seconds // 60)
