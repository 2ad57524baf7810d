"""Signing in by password, out again, and the choice of language. Never: how a password is checked (`pds.people`)."""

import secrets
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from pds.errors import SignInError
from pds.node import Node
from pds.people import Attempts, Person, accounts, sessions
from portal.language import LANGUAGES
from portal.web import (
    IDLE,
    IDLE_SHARED,
    LANGUAGE,
    Acting,
    ForgedFormError,
    SignedIn,
    cookie_of,
    node_of,
    open_to,
    redirect,
    ref,
    render,
    same_origin,
    words_of,
)

router = APIRouter()
_YEAR = 365 * 24 * 3600  # seconds; how long a browser remembers the language


@router.get("/")
def front(asked: SignedIn) -> Response:
    """The first page of whoever is signed in."""
    return redirect(home_of(asked.node, asked.person))


@router.get("/signin")
def sign_in_form(request: Request, ended: str = "") -> Response:
    """The page to sign in on."""
    return _page(request, ended=bool(ended))


@router.post("/signin")
def sign_in(
    request: Request,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    shared: Annotated[str, Form()] = "",
) -> Response:
    """Sign in; one message whatever was wrong."""
    if not same_origin(request):
        raise ForgedFormError("a sign-in was sent from elsewhere")
    node = node_of(request)
    try:
        person, attempts = accounts.sign_in(node, login, password)
    except SignInError:
        return _page(request, login=login, failed=True, shared=bool(shared))
    return begin(request, person, attempts, shared=bool(shared))


@router.post("/signout")
def sign_out(asked: Acting) -> Response:
    """End the session; the back button then shows nothing."""
    sessions.end(asked.node, asked.session.token)
    answer = redirect("/signin")
    answer.delete_cookie(cookie_of(asked.request), path="/")
    return answer


@router.post("/session/extend")
def extend(asked: Acting) -> Response:
    """Stay signed in; asking was enough, the session knows when it was last used."""
    return redirect(home_of(asked.node, asked.person))


@router.post("/view")
def choose_language(lang: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "/") -> Response:
    """Remember the language on this browser, and go back to the page."""
    parts = urlsplit(back)
    own = back.startswith("/") and not back.startswith(("//", "/\\")) and not parts.netloc and back.isascii()
    answer = redirect(parts.path if own and back.isprintable() else "/")
    if lang in LANGUAGES:
        answer.set_cookie(LANGUAGE, lang, max_age=_YEAR, path="/", samesite="lax", httponly=True)
    return answer


def begin(request: Request, person: Person, attempts: Attempts, *, shared: bool) -> RedirectResponse:
    """Begin a session for a person who has just proved who they are."""
    node = node_of(request)
    content = {
        "person": person.to_document(),
        "form_token": secrets.token_urlsafe(24),
        "memory": {"attempts": attempts.model_dump()},
    }
    session = sessions.begin(node, content, IDLE_SHARED if shared else IDLE)
    answer = redirect(home_of(node, person))
    answer.set_cookie(
        cookie_of(request),
        session.token,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


def _page(
    request: Request, *, ended: bool = False, login: str = "", failed: bool = False, shared: bool = True
) -> Response:
    """The page to sign in on; a device counts as shared until somebody says otherwise."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
    waits = {"times": accounts.MOST_FAILURES, "minutes": accounts.WAIT.seconds // 60}
    page = {"ended": ended, "login": login, "failed": failed, "shared": shared, **waits}
    return render(words_of(request), "gate/signin.html", status, **page)


def home_of(node: Node, person: Person) -> str:
    """Where a person begins: a child's page, the school's list, the studies."""
    if person.holder is not None:
        first = next(iter(open_to(node, person)), None)
        return "/account" if first is None else f"/child/{ref(node, first)}"
    return "/studies" if person.position == "official" else "/school"
