"""What a browser or a node is told when something fails: one page a state, one JSON shape for the API.

Here: from an error to its answer. Never: a stack, an identifier, whether a record exists.
"""

import logging
import secrets
import traceback
from http import HTTPStatus
from pathlib import Path

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pds.errors import (
    ExpiredError,
    FrozenError,
    NoDirectoryError,
    NotHomeError,
    PdsError,
    RefusedError,
    RestoredError,
    StoreError,
)
from portal.web.asking import render, same_origin, words_of
from portal.web.errors import ForgedFormError, NoSuchPageError, NotSignedInError, TooMuchError
from portal.web.problems import on_api_failure

_log = logging.getLogger("manabi.portal")
_API = ("/v1/", "/health")
_STATES: tuple[tuple[type[Exception], str, HTTPStatus], ...] = (
    (NotSignedInError, "signed_out", HTTPStatus.UNAUTHORIZED),
    (ForgedFormError, "forged", HTTPStatus.FORBIDDEN),
    (FrozenError, "moving", HTTPStatus.CONFLICT),
    (NotHomeError, "moved", HTTPStatus.CONFLICT),
    (ExpiredError, "directory", HTTPStatus.SERVICE_UNAVAILABLE),
    (NoDirectoryError, "directory", HTTPStatus.SERVICE_UNAVAILABLE),
    (RestoredError, "restored", HTTPStatus.SERVICE_UNAVAILABLE),
    (NoSuchPageError, "no_permission", HTTPStatus.NOT_FOUND),
    (RefusedError, "no_permission", HTTPStatus.NOT_FOUND),
    (RequestValidationError, "missing", HTTPStatus.UNPROCESSABLE_ENTITY),
)
_WRITTEN = ("title", "text", "comment", "reason")  # the fields of forms in which people write in their own words


async def on_failure(request: Request, error: Exception) -> Response:
    """Answer an error with the state of the brief it belongs to (section 3, shared states)."""
    if request.url.path.startswith(_API):
        return on_api_failure(error)
    words = words_of(request)
    for family, template, status in _STATES:
        if isinstance(error, family):
            drafts = [] if isinstance(error, RestoredError) else await _drafts(request)
            return render(words, f"states/{template}.html", status, error=error, drafts=drafts)
    if isinstance(error, TooMuchError):
        answer = render(words, "states/too_much.html", HTTPStatus(error.status_code))
        answer.headers.update(error.headers or {})
        return answer
    if isinstance(error, HTTPException) and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return render(words, "states/missing.html", HTTPStatus(error.status_code))
    code = f"MK-{secrets.token_hex(4).upper()}"  # drawn for this answer: it leads to the line in the log, to no person
    status = HTTPStatus.SERVICE_UNAVAILABLE if isinstance(error, StoreError) else HTTPStatus.INTERNAL_SERVER_ERROR
    told = str(error) if isinstance(error, PdsError) else ""  # an error that is not ours could quote a value
    _log.error("%s: %s %s at %s", code, type(error).__name__, told, _place(error))
    return render(words, "states/failed.html", status, code=code)


class LastResort:
    """Answers what no handler expected, so that the server below never prints an error with its values."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; if that fails before an answer has begun, answer."""
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if scope["type"] != "http" or begun:
                raise
            answer = await on_failure(Request(scope), error)
            await answer(scope, receive, send)


async def _drafts(request: Request) -> list[str]:
    """What somebody had written, to be copied; not what another site put into their mouth."""
    if request.method != "POST" or not same_origin(request):
        return []
    form = await request.form()
    written = (form.get(name) for name in _WRITTEN)
    return [text for text in written if isinstance(text, str) and text.strip()]


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
