"""The API between nodes: bring a message, fetch messages; everything is a signed document. Never: a page, a rule."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from starlette.requests import Request

from federation import exchange
from pds.errors import StoreError
from pds.node import Node
from pds.post import mailbox, polling
from portal.web import node_of, problem

router = APIRouter()
TheNode = Annotated[Node, Depends(node_of)]
MOST_BYTES = {"/v1/messages": mailbox.MOST_BYTES, "/v1/poll": polling.MOST_BYTES}


async def _message(request: Request, node: TheNode) -> str:
    """A message whose signature holds. Whoever is not in the directory is not listened to beyond the first bytes."""
    body, signer = bytearray(), None
    async for piece in request.stream():
        body += piece
        if signer is None and len(body) >= mailbox.START:
            signer = mailbox.signer(node, body[: mailbox.START])
    signer = signer or mailbox.signer(node, body)
    await run_in_threadpool(mailbox.check_signature, body, signer)
    return body.decode("ascii", errors="replace")


async def _request(request: Request) -> str:
    """A request for messages, which is short."""
    return (await request.body()).decode("ascii", errors="replace")


Message = Annotated[str, Depends(_message)]
Asking = Annotated[str, Depends(_request)]


@router.get("/health")
def health(node: TheNode) -> Response:
    """Whether the node's store can be read."""
    try:
        node.organisations()
    except StoreError:
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "this node is not ready")
    return JSONResponse({"status": "ok"})


@router.post("/v1/messages", status_code=HTTPStatus.ACCEPTED)
def take_message(node: TheNode, token: Message) -> Response:
    """Take a signed message, for this node or to relay."""
    mailbox.deliver(node, token)
    exchange.act(node)
    return Response(status_code=HTTPStatus.ACCEPTED)


@router.post("/v1/poll")
def hand_out(node: TheNode, token: Asking) -> dict[str, list[dict[str, str]]]:
    """Hand out what waits for the organisation that signed the request, and those below it."""
    poll = polling.read(node, token)
    exchange.post_due(node)
    waiting = polling.answer(node, poll)
    return {"messages": [{"name": name, "message": message} for name, message in waiting]}
