"""Carrying messages over HTTP: bringing them to the parent, and fetching from it what waits for here and below.

A message that cannot be carried or taken holds up no other. Never: what a message means; a route.
"""

import logging
from collections.abc import Sequence

import httpx2
from pydantic import BaseModel, ConfigDict

from pds.errors import UnlistedError, store_failed
from pds.identifiers import OrgId
from pds.node import Node
from pds.post import mailbox, polling, why

_JOSE = {"content-type": "application/jose"}
_REFUSED = frozenset({400, 409, 413, 422})  # the message itself is at fault; anything else may pass with time
_log = logging.getLogger("manabi.exchange")


class _Waiting(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    message: str


class _HandedOut(BaseModel):
    """What a parent answers to a poll."""

    model_config = ConfigDict(frozen=True)

    messages: tuple[_Waiting, ...]


def bring(node: Node, client: httpx2.Client) -> int:
    """Bring to the parent what is not for a child, which fetches it; hand back how many messages it took.

    What the parent refuses is put aside; what it fails at waits for the next round, and the others are brought.

    Raises:
        httpx2.HTTPError: the parent is not to be reached.
    """
    children = {one for organisation in node.organisations() for one in node.directory.at_or_below(organisation)}
    sent = 0
    for name, _, token in mailbox.each_waiting(node, set(mailbox.addressees(node)) - children):
        answer = client.post("/v1/messages", content=token, headers=_JOSE)
        if answer.is_success:
            mailbox.carried(node, name)
            sent += 1
        elif answer.status_code in _REFUSED:
            _log.warning("the parent refused a message; it was put aside: %s", answer.reason_phrase)
            mailbox.fail(node, name, f"the parent refused it: {answer.reason_phrase}", sent=True)
        else:
            _log.warning("the parent failed at a message; it waits for the next round: %s", answer.reason_phrase)
    return sent


def fetch(node: Node, client: httpx2.Client) -> int:
    """Fetch from the parent what waits for the organisations here and below; hand back how many messages were taken.

    Raises:
        httpx2.HTTPError: the parent is not to be reached, or answers with an error.
        pydantic.ValidationError: it answers something else than messages.
        StoreError: this node's store failed; what was not taken is handed out again.
    """
    own = set(node.organisations())
    listed = [org for org in node.organisations() if org in node.directory.entries]  # a new one is not, for a while
    tops = [org for org in listed if own.isdisjoint(node.directory.path(org)[1:])]
    return sum(_fetch_for(node, client, org) for org in tops)


def _fetch_for(node: Node, client: httpx2.Client, organisation: OrgId) -> int:
    arrived: Sequence[str] = ()
    taken = 0
    while True:
        request = polling.ask(node, organisation, arrived)
        response = client.post("/v1/poll", content=request, headers=_JOSE).raise_for_status()
        waiting = _HandedOut.model_validate_json(response.content).messages
        taken += sum(_taken(node, one.message) for one in waiting)
        handed_out = [one.name for one in waiting]
        if set(handed_out) <= set(arrived):  # none, or nothing but what was said to be here
            return taken
        arrived = handed_out


def _taken(node: Node, token: str) -> bool:
    try:
        mailbox.deliver(node, token)
    except Exception as error:  # of whatever exception: the next message is somebody else's
        if store_failed(error):
            raise
        _log.warning("a message that the parent handed out was put aside: %s", why(error))
        mailbox.set_aside(node, token, why(error), unlisted=isinstance(error, UnlistedError))
        return False
    return True
