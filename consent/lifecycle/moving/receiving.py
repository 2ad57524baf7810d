"""The school a student joins: hear of a child, accept, keep what comes in quarantine, or refuse it.

Never: a step of the sending school, what a bundle proves (`quarantine`), taking it in (`committing`), a format
(`pds.transfer`).
"""

from collections.abc import Iterable
from datetime import date

from consent.lifecycle.moving import meeting, numbers
from consent.lifecycle.moving.answering import LONGEST_REASON, OFFER_HERE, refuse_with, repeat_receipt
from consent.lifecycle.moving.common import ACCEPTANCE, card_of, check_day, digest_of
from consent.lifecycle.moving.looking import look
from consent.lifecycle.moving.quarantine import QUARANTINE, verified_bundle
from pds.crypto import claimed_document
from pds.errors import RefusedError, UsageError, VerificationError, store_failed
from pds.identifiers import OrgId, VaultId
from pds.intake import LocalId
from pds.node import Node
from pds.post import mailbox, why
from pds.transfer import Acceptance, Offer, State, Subject, Transfer, documents, state

UNREADABLE = "the offer does not say whom it is about"


def take_offer(node: Node, body: str, sender: OrgId, to: OrgId) -> None:
    """The new school hears of a child; the office looks at it with `offered_subject`.

    One that came before changes nothing. One that says of no child who it is is answered by a refusal.
    """
    read = documents.read(body, Offer, card_of(node, sender), to)
    if state.knows(node, read.transfer, "receiver"):
        state.between(node, read.transfer, "receiver", sender, to)
        return
    known = Transfer(transfer=read.transfer, side="receiver", state=State.OFFERED, origin=sender, destination=to)
    state.begin(node, known)
    try:
        read.subject(node.keyring.secret(to))
    except (VerificationError, UsageError):
        refuse_with(node, known, "", UNREADABLE)
    else:
        node.documents.add(OFFER_HERE, read.transfer, body, owner=to)


def offered_subject(node: Node, transfer: str) -> Subject:
    """Who is offered, for the office to compare with the child's papers; nobody a year after the move has ended."""
    return _offered(node, transfer) or Subject()


def names_nobody(node: Node, transfer: str) -> bool:
    """True where an offer could not be opened, or what is kept of it cannot be any more, for the office to be told."""
    return _offered(node, transfer) is None


def _offered(node: Node, transfer: str) -> Subject | None:
    known = state.load(node, transfer, "receiver")
    token = node.documents.get(OFFER_HERE, transfer)
    if token is None:
        return None if known.reason == UNREADABLE else Subject()
    try:
        read = documents.read(token, Offer, card_of(node, known.origin), known.destination)
        return read.subject(node.keyring.secret(known.destination))
    except (VerificationError, UsageError):
        return None


def accept(
    node: Node, transfer: str, accepted_on: date, ids: Iterable[LocalId] = (), *, seat: VaultId | None = None
) -> None:
    """The new school accepts the child from a day on, and says under which identifiers it will register it.

    Args:
        node: The new school's node.
        transfer: An offered transfer.
        accepted_on: The day of acceptance (転入学の期日).
        ids: Numbers of the new school's, by which its imports know the child.
        seat: The child's vault here, where the roster came before the history.

    Raises:
        UsageError: the day is more than a year away.
        RefusedError: the offer is no longer here, or the seat cannot be taken.
        LinkedElsewhereError: a number is another child's of this school.
    """
    check_day(accepted_on, node.today())
    with node.transaction():
        known = state.load(node, transfer, "receiver")
        if not node.documents.has(OFFER_HERE, transfer):
            raise RefusedError("the offer was a year old and is gone; let the other school offer the child anew")
        school = OrgId(known.destination)
        links = numbers.accepted(node, school, ids, accepted_on, seat)
        if seat is not None:
            meeting.take_seat(node, school, seat)
        state.save(node, known.moved(State.ACCEPTED, accepted_on=accepted_on, links=links, seat=seat))
        document = Acceptance(transfer=transfer, sender=known.destination, to=known.origin, accepted_on=accepted_on)
        token = documents.sign(node.keyring.secret(known.destination), document)
        mailbox.post(node, OrgId(known.destination), OrgId(known.origin), ACCEPTANCE, token)


def take_bundle(node: Node, body: str, sender: OrgId, to: OrgId) -> Transfer:
    """Verify a bundle and keep it in quarantine, or refuse it with a signed reason. Nothing of it is imported yet.

    What this school may open of it is opened once, so that it is known whether it opens and whose it is.

    Raises:
        NotFoundError, SignatureError: no such transfer is known, or it is between other schools.
        RefusedError: the office has not accepted the child; nothing of the bundle is opened before.
    """
    transfer = _claimed_transfer(body)
    known = state.between(node, transfer, "receiver", sender, to)
    if known.is_over:
        repeat_receipt(node, known)
        return known
    if known.state is State.QUARANTINED:
        return known
    if known.state is not State.ACCEPTED:
        raise RefusedError("a history came before this school had accepted the child; let it be sent again after that")
    try:
        bundle, verified = verified_bundle(node, known, body)
        meeting.check_announced(offered_subject(node, transfer), bundle.subject)
        _check_alone(node, bundle.copy.vault)
        look(node, known, bundle, verified)
    except Exception as error:  # of whatever exception: who sent it is frozen until it is answered
        if store_failed(error):
            raise  # nobody's bundle is to blame
        return refuse_with(node, known, digest_of(body), why(error))
    quarantined = known.moved(State.QUARANTINED, bundle=digest_of(body), vault=bundle.copy.vault)
    node.documents.put(QUARANTINE, transfer, body, owner=to)
    state.save(node, quarantined)
    return quarantined


def _check_alone(node: Node, vault: VaultId) -> None:
    if state.under_way(node, vault, "receiver"):
        raise RefusedError("this history came by another transfer, which is not over yet")


def refuse(node: Node, transfer: str, reason: str) -> None:
    """The new school does not take the child's history in, and says why; the old school's copy counts again.

    Raises:
        UsageError: the reason is too long.
        RefusedError: the move is over.
    """
    if len(reason) > LONGEST_REASON:
        raise UsageError(f"a reason has at most {LONGEST_REASON} characters")
    with node.transaction():
        known = state.load(node, transfer, "receiver")
        refuse_with(node, known, known.bundle or "", reason)


def _claimed_transfer(body: str) -> str:
    return str(claimed_document(body).get("transfer"))
