"""The API between nodes: bring a message, fetch messages; everything is a signed document. Never: a page, a rule."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from starlette.requests import Request

from federation import exchange
from pds.errors import StoreError, UsageError
from pds.node import Node
from pds.post import mailbox, polling
from portal.web import node_of, problem

router = APIRouter()
TheNode = Annotated[Node, Depends(node_of)]


async def _token(request: Request) -> str:
    """The body, read no further than a message may be long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > mailbox.MOST_BYTES:
            raise UsageError(f"a message has at most {mailbox.MOST_BYTES} bytes")
    return body.decode("ascii", errors="replace")


Token = Annotated[str, Depends(_token)]


@router.get("/health")
def health(node: TheNode) -> Response:
    """Whether the node's store can be read."""
    try:
        node.organisations()
    except StoreError:
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "this node is not ready")
    return JSONResponse({"status": "ok"})


@router.post("/v1/messages", status_code=HTTPStatus.ACCEPTED)
def take_message(node: TheNode, token: Token) -> Response:
    """Take a signed message, for this node or to relay."""
    mailbox.deliver(node, token)
    exchange.act(node)
    return Response(status_code=HTTPStatus.ACCEPTED)


@router.post("/v1/poll")
def hand_out(node: TheNode, token: Token) -> dict[str, list[dict[str, str]]]:
    """Hand out what waits for the organisation that signed the request, and those below it."""
    poll = polling.read(node, token)
    exchange.post_due(node)
    waiting = polling.answer(node, poll)
    return {"messages": [{"name": name, "message": message} for name, message in waiting]}
