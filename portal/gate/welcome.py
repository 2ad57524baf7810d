"""First sign-in with an invitation: a code becomes an account. Never: how keys are taken over (`consent.lifecycle`)."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from consent.lifecycle import ownership
from pds.errors import AlreadyExistsError, CodeError, NotYetError, RefusedError, UsageError
from pds.people import LONGEST_NAME, LONGEST_SHOWN, SHORTEST, Attempts, choosing
from portal.gate.signin import begin
from portal.language import Words
from portal.web import ForgedFormError, node_of, not_yet, password_flaw, render, same_origin, words_of

router = APIRouter()


@router.get("/welcome")
def welcome_form(request: Request) -> Response:
    """The page for somebody with an invitation."""
    return _page(words_of(request), HTTPStatus.OK, code="", login="", name="", errors={})


@router.post("/welcome")
def accept(
    request: Request,
    code: Annotated[str, Form()] = "",
    login: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Make the account and sign in; what is wrong stands beside its field, and the form is kept."""
    if not same_origin(request):
        raise ForgedFormError("a first sign-in was sent from elsewhere")
    words = words_of(request)
    errors = _complaints(request, login, name, password, again)
    if not errors:
        try:
            person = ownership.first_sign_in(node_of(request), code, login, password, name)
            return begin(request, person, Attempts(), shared=False)
        except CodeError:
            errors["code"] = words.say(
                "この招待コードは使えません。1文字ずつ見くらべるか、学校に新しいコードを頼んでください。"
            )
        except AlreadyExistsError:
            errors["login"] = words.say("このIDか、見た目がよく似たIDが、もう使われています。ほかのIDにしてください。")
        except NotYetError as error:
            errors["code"] = not_yet(words, error)
        except UsageError:
            errors["name"] = words.say("画面に出す名前を、%(longest)s文字までで入れてください。", longest=LONGEST_SHOWN)
        except RefusedError:
            errors["code"] = words.say("いまは受けつけられません。学校に聞いてください。")
    return _page(words, HTTPStatus.UNPROCESSABLE_ENTITY, code=code, login=login, name=name, errors=errors)


def _page(words: Words, status: HTTPStatus, **kept: object) -> Response:
    return render(words, "gate/welcome.html", status, shortest=SHORTEST, **kept)


def _complaints(request: Request, login: str, name: str, password: str, again: str) -> dict[str, str]:
    words, errors = words_of(request), dict[str, str]()
    if choosing.name_form(login) is None:
        errors["login"] = words.say(
            "IDは、半角の英字と数字で、%(longest)s文字までです。間に . _ - @ + も使えます。", longest=LONGEST_NAME
        )
    if said := password_flaw(words, node_of(request), password, [login, name]):
        errors["password"] = said
    elif password != again:
        errors["again"] = words.say("2つのパスワードがちがいます。もう一度入れてください。")
    return errors
