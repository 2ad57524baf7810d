"""The API between nodes: bring a message, fetch messages; everything is a signed document. Never: a page, a rule.

`create_app` builds the application for one node; a route that is not listed here does not exist.
"""

from http import HTTPStatus
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import Request

from federation import exchange
from pds import mailbox, polling
from pds.clock import Clock
from pds.errors import NotFoundError, PdsError, UsageError
from pds.node import open_node
from portal.problems import on_error, problem


async def _token(request: Request) -> str:
    """The body, read no further than a message may be long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > mailbox.MOST_BYTES:
            raise UsageError(f"a message has at most {mailbox.MOST_BYTES} bytes")
    return body.decode("ascii", errors="replace")


Token = Annotated[str, Depends(_token)]


def create_app(folder: Path, clock: Clock | None = None) -> FastAPI:
    """The application of one node.

    Args:
        folder: The node's folder; it is opened for each request, so that several processes may serve it.
        clock: What time it is; the computer's clock if none is given.
    """
    app = FastAPI(title="Manabi PDS node", version="1", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(PdsError, on_error)
    app.add_exception_handler(RequestValidationError, _on_malformed)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, on_error)

    @app.get("/health")
    def health() -> Response:
        """Whether the node's store opens."""
        try:
            with open_node(folder, clock):
                return JSONResponse({"status": "ok"})
        except NotFoundError:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "this node is not ready")

    @app.post("/v1/messages", status_code=HTTPStatus.ACCEPTED)
    def take_message(token: Token) -> Response:
        """Take a signed message, for this node or to relay."""
        with open_node(folder, clock) as node:
            mailbox.deliver(node, token)
            exchange.act(node)
        return Response(status_code=HTTPStatus.ACCEPTED)

    @app.post("/v1/poll")
    def hand_out(token: Token) -> dict[str, list[dict[str, str]]]:
        """Hand out what waits for the organisation that signed the request, and those below it."""
        with open_node(folder, clock) as node:
            exchange.post_studies(node)
            waiting = polling.answer(node, token)
        return {"messages": [{"name": name, "message": message} for name, message in waiting]}

    return app


async def _on_malformed(_request: Request, _error: Exception) -> JSONResponse:
    return problem(HTTPStatus.BAD_REQUEST, "the request's body is not what this address takes")


async def _on_http(_request: Request, error: Exception) -> JSONResponse:
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    return problem(status, "there is nothing at this address for this method")
