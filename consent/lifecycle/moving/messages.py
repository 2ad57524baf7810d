"""The kinds of message of a move, and acting on those that arrived. Never: what a step does; another room's message."""

from consent.lifecycle.moving.common import ACCEPTANCE, BUNDLE, OFFER, RECEIPT
from consent.lifecycle.moving.receiving import take_bundle, take_offer
from consent.lifecycle.moving.sending import take_acceptance, take_receipt
from pds.crypto import DocumentType
from pds.identifiers import OrgId
from pds.node import Node
from pds.post import Message, MessageKind, Way, mailbox, table
from pds.post import act as act_on

_PAPER = 64 * 1024  # bytes; what names one child, or a day, takes some hundreds


def _offer(node: Node, message: Message) -> None:
    take_offer(node, message.body, OrgId(message.sender), OrgId(message.to))


def _acceptance(node: Node, message: Message) -> None:
    take_acceptance(node, message.body, OrgId(message.sender), OrgId(message.to))


def _bundle(node: Node, message: Message) -> None:
    take_bundle(node, message.body, OrgId(message.sender), OrgId(message.to))


def _receipt(node: Node, message: Message) -> None:
    take_receipt(node, message.body, OrgId(message.sender), OrgId(message.to))


MESSAGES = (
    MessageKind(OFFER, DocumentType.OFFER, Way.ACROSS, _PAPER, _offer),
    MessageKind(ACCEPTANCE, DocumentType.ACCEPTANCE, Way.ACROSS, _PAPER, _acceptance),
    MessageKind(BUNDLE, DocumentType.BUNDLE, Way.ACROSS, mailbox.MOST_BYTES, _bundle),
    MessageKind(RECEIPT, DocumentType.RECEIPT, Way.ACROSS, _PAPER, _receipt),
)
_KINDS = table(*MESSAGES)


def act(node: Node) -> int:
    """Act on every message about a move that has arrived; messages of other rooms wait for theirs.

    Returns:
        How many were acted upon; one that does not fit what is known of its transfer is put aside with the reason.

    Raises:
        StoreError: this node's store failed at a message, which waits; the others were tried.
    """
    return act_on(node, _KINDS)
