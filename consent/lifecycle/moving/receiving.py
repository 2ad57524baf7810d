"""The school a student joins: hear of a child, accept, keep what comes in quarantine, or refuse it.

Never: a step of the sending school, what a bundle proves (`quarantine`), taking it in (`committing`), a format
(`pds.transfer`).
"""

from collections.abc import Iterable
from datetime import date

from consent.lifecycle.moving.answering import OFFER_HERE, refuse_with, repeat_receipt
from consent.lifecycle.moving.common import ACCEPTANCE, card_of, digest_of
from consent.lifecycle.moving.quarantine import QUARANTINE, verified_bundle
from pds.crypto import claimed_document
from pds.errors import RefusedError, store_failed
from pds.identifiers import OrgId
from pds.intake import LocalId
from pds.node import Node
from pds.post import mailbox, why
from pds.transfer import Acceptance, Offer, State, Subject, Transfer, documents, state


def take_offer(node: Node, body: str, sender: OrgId, to: OrgId) -> None:
    """The new school hears of a child; the office looks at it with `offered_subject`."""
    read = documents.read(body, Offer, card_of(node, sender))
    node.documents.add(OFFER_HERE, read.transfer, body, owner=to)
    state.begin(
        node,
        Transfer(transfer=read.transfer, side="receiver", state=State.OFFERED, origin=sender, destination=to),
    )


def offered_subject(node: Node, transfer: str) -> Subject:
    """Who is offered, for the office to compare with the child's papers; nobody a year after the move has ended."""
    known = state.load(node, transfer, "receiver")
    token = node.documents.get(OFFER_HERE, transfer)
    if token is None:
        return Subject()
    read = documents.read(token, Offer, card_of(node, known.origin))
    return read.subject(node.keyring.secret(known.destination))


def accept(node: Node, transfer: str, accepted_on: date, ids: Iterable[LocalId] = ()) -> None:
    """The new school accepts the child from a day on, and says under which identifiers it will register it.

    Raises:
        RefusedError: the offer is no longer here.
    """
    with node.transaction():
        known = state.load(node, transfer, "receiver")
        if not node.documents.has(OFFER_HERE, transfer):
            raise RefusedError("the offer was a year old and is gone; let the other school offer the child anew")
        links = tuple(node.keyring.link(known.destination, local.scheme, local.value) for local in ids)
        state.save(node, known.moved(State.ACCEPTED, accepted_on=accepted_on, links=links))
        document = Acceptance(transfer=transfer, sender=known.destination, to=known.origin, accepted_on=accepted_on)
        token = documents.sign(node.keyring.secret(known.destination), document)
        mailbox.post(node, OrgId(known.destination), OrgId(known.origin), ACCEPTANCE, token)


def take_bundle(node: Node, body: str, sender: OrgId, to: OrgId) -> Transfer:
    """Verify a bundle and keep it in quarantine, or refuse it with a signed reason. Nothing of it is imported yet."""
    transfer = _claimed_transfer(body)
    known = state.load(node, transfer, "receiver")
    if known.is_over:
        repeat_receipt(node, known)
        return known
    if known.state is State.QUARANTINED:
        return known
    try:
        verified_bundle(node, known, body, sender, to)
    except Exception as error:  # of whatever exception: who sent it is frozen until it is answered
        if store_failed(error):
            raise  # nobody's bundle is to blame
        return refuse_with(node, known, digest_of(body), why(error))
    quarantined = known.moved(State.QUARANTINED, bundle=digest_of(body))
    node.documents.put(QUARANTINE, transfer, body, owner=to)
    state.save(node, quarantined)
    return quarantined


def refuse(node: Node, transfer: str, reason: str) -> None:
    """The new school does not take the child's history in, and says why; the old school's copy counts again."""
    with node.transaction():
        known = state.load(node, transfer, "receiver")
        refuse_with(node, known, known.bundle or "", reason)


def _claimed_transfer(body: str) -> str:
    return str(claimed_document(body).get("transfer"))
