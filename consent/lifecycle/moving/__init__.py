"""Moving a vault between two schools: each step of both sides, with its permits, one transaction each.

Never: a socket, a format.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from consent.lifecycle.moving.common import ACCEPTANCE, ARRIVED_KEY, BUNDLE, OFFER, RECEIPT, keep_moving_key
from consent.lifecycle.moving.receiving import (
    Arrival,
    accept,
    arrival,
    commit,
    offered_subject,
    refuse,
    take_bundle,
    take_offer,
    verification,
)
from consent.lifecycle.moving.sending import offer, send, take_acceptance, take_receipt
from pds.identifiers import OrgId
from pds.node import Node
from pds.post import Message

_TAKERS: Mapping[str, Callable[[Node, Message], object]] = MappingProxyType(
    {
        OFFER: lambda node, message: take_offer(node, message.body, OrgId(message.sender), OrgId(message.to)),
        ACCEPTANCE: lambda node, message: take_acceptance(node, message.body, OrgId(message.sender)),
        BUNDLE: lambda node, message: take_bundle(node, message.body, OrgId(message.sender), OrgId(message.to)),
        RECEIPT: lambda node, message: take_receipt(node, message.body, OrgId(message.sender)),
    }
)
KINDS = frozenset(_TAKERS)


def take(node: Node, message: Message) -> None:
    """Act upon a message about a move; call it in the transaction that forgets the message.

    Raises:
        PdsError: the message does not fit what is known of the transfer.
    """
    _TAKERS[message.kind](node, message)


__all__ = [
    "ARRIVED_KEY",
    "KINDS",
    "Arrival",
    "accept",
    "arrival",
    "commit",
    "keep_moving_key",
    "offer",
    "offered_subject",
    "refuse",
    "send",
    "take",
    "take_bundle",
    "verification",
]
