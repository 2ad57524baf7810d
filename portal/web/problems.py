"""One shape for every error of the API: problem+json (RFC 9457). Never: a stack, an identifier, a request's value."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from pds.errors import (
    AlreadyExistsError,
    ExpiredError,
    NotFoundError,
    PdsError,
    RefusedError,
    RestoredError,
    UnlistedError,
    UsageError,
    VerificationError,
)
from portal.web.errors import TooMuchError

_STATUS: tuple[tuple[type[PdsError], HTTPStatus], ...] = (
    (UnlistedError, HTTPStatus.UNAUTHORIZED),  # by the directory in use here; the sender tries again
    (UsageError, HTTPStatus.BAD_REQUEST),
    (RestoredError, HTTPStatus.SERVICE_UNAVAILABLE),  # whoever sends tries again
    (RefusedError, HTTPStatus.FORBIDDEN),
    (ExpiredError, HTTPStatus.SERVICE_UNAVAILABLE),  # this node's directory: no message is to blame
    (VerificationError, HTTPStatus.UNAUTHORIZED),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (AlreadyExistsError, HTTPStatus.CONFLICT),
    (PdsError, HTTPStatus.SERVICE_UNAVAILABLE),
)


def problem(status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An error as RFC 9457 prescribes."""
    document = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    return JSONResponse(document, status_code=status.value, media_type="application/problem+json", headers=headers)


def on_api_failure(error: Exception) -> JSONResponse:
    """Answer with the status of the most specific family the error belongs to."""
    if isinstance(error, HTTPException):
        if isinstance(error, TooMuchError):
            return problem(HTTPStatus(error.status_code), error.detail, error.headers)
        return problem(HTTPStatus(error.status_code), "there is nothing at this address for this method")
    if isinstance(error, RequestValidationError):
        return problem(HTTPStatus.BAD_REQUEST, "the request's body is not what this address takes")
    for family, status in _STATUS:
        if isinstance(error, family):
            return problem(status, str(error))
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "this is our mistake; no record was lost")
