"""A node's post: acting on what has arrived, and fetching and bringing messages from and to the parent over HTTP.

Never: what a transfer or a study does with a message; a route.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2

from consent.lifecycle import moving
from federation import messages
from federation.errors import ParentUnreachableError
from pds.crypto import claimed_signer
from pds.errors import PdsError, UsageError
from pds.identifiers import OrgId
from pds.node import Node
from pds.post import Message, mailbox, polling

_log = logging.getLogger("manabi.exchange")
_PARENT = "parent-url"
_STATISTICS = "statistics."
_TIMEOUT = 60.0  # seconds, for a large bundle on a slow school line


@dataclass(frozen=True, slots=True)
class Tick:
    """What one round did, in numbers."""

    sent: int
    fetched: int
    acted: int


def set_parent(node: Node, url: str) -> None:
    """Where this node's parent listens, such as "https://pds.example.lg.jp"."""
    with node.transaction():
        node.keep_own_document(_PARENT, url.rstrip("/"))


def parent(node: Node) -> str | None:
    """The parent's address, if this node has one."""
    return node.own_document(_PARENT)


def act(node: Node) -> int:
    """Act on every message in the inbox; one that does not fit is put aside with its reason.

    Returns:
        How many messages were acted upon.
    """
    acted = 0
    for name, message in list(mailbox.arrived(node)):
        try:
            with node.transaction():
                _take(node, message)
                mailbox.done(node, name)
            acted += 1
        except PdsError as error:
            _log.warning("a message of kind %s was put aside: %s", message.kind, error)
            mailbox.fail(node, name, str(error))
    return acted


def tick(node: Node) -> Tick:
    """One round: act, announce what studies have to say, bring to the parent, fetch from it, act again.

    Raises:
        ParentUnreachableError: the parent did not answer; everything waits for the next round.
    """
    acted = act(node)
    post_studies(node)
    url = parent(node)
    if url is None:
        return Tick(0, 0, acted + act(node))
    with httpx2.Client(base_url=url, timeout=_TIMEOUT) as client:
        try:
            sent = _bring(node, client)
            fetched = _fetch(node, client)
        except (httpx2.HTTPError, json.JSONDecodeError, KeyError, TypeError) as error:
            raise ParentUnreachableError(f"the parent at {url} did not answer as expected; try again later") from error
    return Tick(sent, fetched, acted + act(node))


def post_studies(node: Node) -> None:
    """Put into the outbox what the studies of this node have to say: announcements down, answers up."""
    for outgoing in messages.outgoing(node):
        with node.transaction():
            sender = _sender(node, outgoing)
            mailbox.post(node, sender, outgoing.to, f"{_STATISTICS}{outgoing.kind}", outgoing.token)
            messages.delivered(node, outgoing)


def _sender(node: Node, outgoing: messages.Message) -> OrgId:
    """The organisation of this node that stands directly above or below the addressee."""
    above = node.directory.entry(outgoing.to).parent
    if outgoing.kind == "study" and above is not None:
        return above
    return OrgId(claimed_signer(outgoing.token))


def _take(node: Node, message: Message) -> None:
    if message.kind in moving.KINDS:
        moving.take(node, message)
    elif message.kind.startswith(_STATISTICS):
        messages.take(node, message.kind.removeprefix(_STATISTICS), message.body)
    else:
        raise UsageError(f"no messages of the kind {message.kind} are taken here")


def _bring(node: Node, client: httpx2.Client) -> int:
    own = set(node.organisations())
    sent = 0
    for name, to, token in mailbox.waiting(node):
        if to in node.directory.entries and not own.isdisjoint(node.directory.path(to)):
            continue  # for a child, which fetches it
        answer = client.post("/v1/messages", content=token, headers={"content-type": "application/jose"})
        if answer.is_client_error:
            _log.warning("the parent refused a message; it was put aside: %s", answer.reason_phrase)
            mailbox.fail(node, name, f"the parent refused it: {answer.reason_phrase}", sent=True)
            continue
        answer.raise_for_status()
        mailbox.carried(node, name)
        sent += 1
    return sent


def _fetch(node: Node, client: httpx2.Client) -> int:
    own = set(node.organisations())
    tops = [org for org in node.organisations() if own.isdisjoint(node.directory.path(org)[1:])]
    return sum(_fetch_for(node, client, org) for org in tops)


def _fetch_for(node: Node, client: httpx2.Client, organisation: OrgId) -> int:
    arrived: Sequence[str] = ()
    fetched = 0
    while True:
        request = polling.ask(node, organisation, arrived)
        response = client.post("/v1/poll", content=request, headers={"content-type": "application/jose"})
        waiting = response.raise_for_status().json()["messages"]
        for item in waiting:
            mailbox.deliver(node, str(item["message"]))
            fetched += 1
        if not waiting:
            return fetched
        arrived = [str(item["name"]) for item in waiting]
