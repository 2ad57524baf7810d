"""A person's own account: what was tried with it, another child by a code, another password. Never: a vault."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from consent.lifecycle import ownership
from pds.errors import CodeError, NotYetError, RefusedError, SignInError
from pds.people import SHORTEST, accounts, sessions
from portal.family import family_frame
from portal.web import Acting, Asked, FamilyActs, SignedIn, attempts, not_yet, password_flaw, redirect, ref, staff_frame

router = APIRouter()


@router.get("/account")
def account_page(asked: SignedIn, done: str = "") -> Response:
    """When this session began, what others tried, and the forms."""
    changed = asked.words.say("パスワードを変えました。ほかの端末では、もう一度ログインします。")
    return _page(asked, told=changed if done == "password" else "")


@router.post("/account/child")
def add_child(asked: FamilyActs, code: Annotated[str, Form()] = "", password: Annotated[str, Form()] = "") -> Response:
    """Add a child to a guardian's account by an invitation or a moving code."""
    words = asked.words
    try:
        person = ownership.add_child(asked.node, code, asked.person.index, password)
    except SignInError:
        return _page(asked, code=code, errors={"child-password": words.say("パスワードがちがいます。")})
    except CodeError:
        return _page(
            asked, code=code, errors={"code": words.say("このコードは使えません。1文字ずつ見くらべてください。")}
        )
    except NotYetError as error:
        return _page(asked, code=code, errors={"code": not_yet(words, error)})
    except RefusedError:
        return _page(asked, code=code, errors={"code": words.say("このコードは、お子さまを加えるものではありません。")})
    sessions.keep(asked.node, asked.session, {**asked.session.content, "person": person.to_document()})
    return redirect(f"/child/{ref(asked.node, list(person.vaults)[-1])}")


@router.post("/account/password")
def change_password(
    asked: Acting,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Seal the account under another password; every other session of it has ended."""
    words = asked.words
    if said := password_flaw(words, asked.node, new, [asked.person.name]):
        return _page(asked, errors={"new": said})
    if new != again:
        return _page(asked, errors={"again": words.say("2つのパスワードがちがいます。もう一度入れてください。")})
    try:
        person = accounts.change_password(asked.node, asked.person.index, old, new)
    except SignInError:
        return _page(asked, errors={"old": words.say("パスワードがちがいます。")})
    sessions.keep(asked.node, asked.session, {**asked.session.content, "person": person.to_document()})
    return redirect("/account?done=password")


def _page(asked: Asked, *, told: str = "", code: str = "", errors: dict[str, str] | None = None) -> Response:
    family = asked.person.holder is not None
    frame = family_frame(asked, None, "account") if family else staff_frame(asked, "account")
    wrong, forged = attempts(asked)
    return asked.render(
        "gate/account.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        frame=frame,
        started=asked.session.started,
        idle=int(asked.session.idle.total_seconds()) // 60,
        wrong=wrong,
        forged=forged,
        family=family,
        told=told,
        code=code,
        errors=errors or {},
        shortest=SHORTEST,
    )
