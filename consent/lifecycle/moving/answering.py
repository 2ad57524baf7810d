"""The receiving school's last word on a move: a signed receipt, kept to be repeated, and what is forgotten with it.

Never: what decides it.
"""

from datetime import timedelta

from consent.lifecycle.moving.common import RECEIPT
from consent.lifecycle.moving.looking import WHOSE
from consent.lifecycle.moving.quarantine import QUARANTINE
from pds.identifiers import OrgId
from pds.node import DocumentKind, Node
from pds.post import mailbox
from pds.transfer import Receipt, State, Transfer, documents, state

OFFER_HERE = DocumentKind(
    "offer", str, "signed offer, a year after it came or the move ended; the transfer", timedelta(days=366), owned=True
)
LONGEST_REASON = 500  # characters: a receipt that is too long to be taken would leave the old school frozen
_RECEIPT = DocumentKind("receipt", str, "receipt as it was sent, to be repeated; the transfer", owned=True)


def refuse_with(node: Node, known: Transfer, bundle: str, reason: str) -> Transfer:
    """Answer with a signed refusal; the old school's copy counts again."""
    reason = reason[:LONGEST_REASON]  # of an error; what a person says is refused before
    refused = known.moved(State.REFUSED, reason=reason)
    school = OrgId(known.destination)
    receipt = Receipt(
        transfer=known.transfer, sender=school, to=known.origin, outcome="refused", bundle=bundle, reason=reason
    )
    with node.transaction():
        forget(node, known)
        state.save(node, refused)
        post_receipt(node, receipt)
    return refused


def forget(node: Node, known: Transfer) -> None:
    """What was kept of a child for a move that is over now, at the receiver; who it was about stays for a year."""
    node.documents.drop(QUARANTINE, known.transfer)
    node.documents.drop(WHOSE, known.transfer)
    offer = node.documents.get(OFFER_HERE, known.transfer)
    if offer is not None:
        node.documents.put(OFFER_HERE, known.transfer, offer, owner=known.destination)


def post_receipt(node: Node, receipt: Receipt) -> None:
    """Sign, keep and send a receipt."""
    token = documents.sign(node.keyring.secret(receipt.sender), receipt)
    node.documents.add(_RECEIPT, receipt.transfer, token, owner=receipt.sender)
    mailbox.post(node, OrgId(receipt.sender), OrgId(receipt.to), RECEIPT, token)


def repeat_receipt(node: Node, known: Transfer) -> None:
    """Whoever sends a bundle again has not seen the answer: nothing waits for the last acknowledgement."""
    token = node.documents.get(_RECEIPT, known.transfer)
    if token is not None:
        mailbox.post(node, OrgId(known.destination), OrgId(known.origin), RECEIPT, token)
