"""The school a student joins: accept, verify in quarantine, commit or refuse.

`commit` is the only commit point of a move: before it the old school's copy counts, after it this one's.
Never: a step of the sending school, a format (`pds.transfer`).
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from consent.decisions import recipients
from consent.lifecycle.moving.common import ACCEPTANCE, ARRIVED_KEY, RECEIPT, ArrivedKey, card_of, digest_of
from pds.chain import Chain
from pds.clock import school_year
from pds.crypto import claimed_document
from pds.errors import NotFoundError, RefusedError, SignatureError, VerificationError, store_failed
from pds.holders import Control, Role
from pds.identifiers import OrgId, VaultId
from pds.intake import LocalId
from pds.node import DocumentKind, Node
from pds.people import Seat, roster
from pds.post import mailbox, why
from pds.records import Category
from pds.transfer import (
    Acceptance,
    Bundle,
    Offer,
    Receipt,
    State,
    Subject,
    Transfer,
    count_kinds,
    documents,
    open_bundle,
    state,
)
from pds.vault import Admitted, Enrolled, Head, HoldersAdmitted, TransferCommitted, Verified, verify_copy

_OFFER = DocumentKind(
    "offer", str, "signed offer, a year after it came or the move ended; the transfer", timedelta(days=366), owned=True
)
_QUARANTINE = DocumentKind("quarantine", str, "bundle, until the office has decided; the transfer", owned=True)
_RECEIPT = DocumentKind("receipt", str, "receipt as it was sent, to be repeated; the transfer", owned=True)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What waits in quarantine, for the office to look at before it decides.

    Attributes:
        subject: Who it is about, as the bundle says.
        verified: What its copy proves.
        kinds: How many records of each kind would open here; of the rest, signatures and chain are all that is known.
    """

    subject: Subject = field(repr=False)
    verified: Verified
    kinds: Mapping[Category, int]


def take_offer(node: Node, body: str, sender: OrgId, to: OrgId) -> None:
    """The new school hears of a child; the office looks at it with `offered_subject`."""
    read = documents.read(body, Offer, card_of(node, sender))
    node.documents.add(_OFFER, read.transfer, body, owner=to)
    state.begin(
        node,
        Transfer(transfer=read.transfer, side="receiver", state=State.OFFERED, origin=sender, destination=to),
    )


def offered_subject(node: Node, transfer: str) -> Subject:
    """Who is offered, for the office to compare with the child's papers; nobody a year after the move has ended."""
    known = state.load(node, transfer, "receiver")
    token = node.documents.get(_OFFER, transfer)
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
        if not node.documents.has(_OFFER, transfer):
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
        _repeat_receipt(node, known)
        return known
    if known.state is State.QUARANTINED:
        return known
    try:
        _verify(node, known, body, sender, to)
    except Exception as error:  # of whatever exception: who sent it is frozen until it is answered
        if store_failed(error):
            raise  # nobody's bundle is to blame
        return _refuse(node, known, digest_of(body), why(error))
    quarantined = known.moved(State.QUARANTINED, bundle=digest_of(body))
    node.documents.put(_QUARANTINE, transfer, body, owner=to)
    state.save(node, quarantined)
    return quarantined


def commit(node: Node, transfer: str) -> VaultId:
    """Take the quarantined vault in: the one transaction by which the history lives here. Repeated, it does nothing.

    Raises:
        RefusedError: the transfer is not in quarantine.
        VerificationError: what is in quarantine is no longer what was verified.
    """
    with node.transaction():
        known = state.load(node, transfer, "receiver")
        if known.state is State.COMMITTED:
            return VaultId(str(known.vault))
        committed = known.moved(State.COMMITTED)
        body = node.documents.get(_QUARANTINE, transfer) or ""
        school = OrgId(known.destination)
        bundle, verified = _verify(node, known, body, OrgId(known.origin), school)
        for person in bundle.custodial:
            node.keyring.forget(person.id)
            node.keyring.keep(person, Control.CUSTODIAL)
        for key in bundle.owners:
            node.documents.put(ARRIVED_KEY, key.name, ArrivedKey(vault=bundle.copy.vault, key=key))
        head = _adopt(node, known, bundle, verified)
        for link in known.links:
            node.vaults.link_blinded(link, bundle.copy.vault)
        _seat(node, school, bundle, known.accepted_on or node.today())
        _forget(node, known)
        state.save(node, committed.model_copy(update={"vault": bundle.copy.vault}))
        receipt = Receipt(
            transfer=transfer,
            sender=school,
            to=known.origin,
            outcome="committed",
            bundle=digest_of(body),
            head=hashlib.sha256(head.canonical()).hexdigest(),
        )
        _post_receipt(node, receipt)
        return bundle.copy.vault


def refuse(node: Node, transfer: str, reason: str) -> None:
    """The new school does not take the child's history in, and says why; the old school's copy counts again."""
    with node.transaction():
        known = state.load(node, transfer, "receiver")
        _refuse(node, known, known.bundle or "", reason)


def verification(node: Node, transfer: str) -> Verified:
    """What the quarantined bundle proves, for the office to see before it commits."""
    return arrival(node, transfer).verified


def arrival(node: Node, transfer: str) -> Arrival:
    """What waits in quarantine, verified once more; no record of it is opened.

    Raises:
        RefusedError: the transfer is not in quarantine.
        VerificationError: what is in quarantine is no longer what was verified.
    """
    known = state.load(node, transfer, "receiver")
    if known.state is not State.QUARANTINED:
        raise RefusedError("nothing of this transfer waits in quarantine")
    body = node.documents.get(_QUARANTINE, transfer) or ""
    school = OrgId(known.destination)
    bundle, verified = _verify(node, known, body, OrgId(known.origin), school)
    kinds = count_kinds(bundle.copy, verified.authorisations, node.keyring.secret(school))
    return Arrival(bundle.subject, verified, kinds)


def _verify(node: Node, known: Transfer, body: str, sender: OrgId, to: OrgId) -> tuple[Bundle, Verified]:
    if (known.side, known.origin, known.destination) != ("receiver", sender, to):
        raise SignatureError("a bundle comes from another school than was accepted")
    bundle = open_bundle(body, card_of(node, sender), node.keyring.secret(to))
    verified = verify_copy(bundle.copy, node.card)
    move = verified.authorisations.move
    if bundle.transfer != known.transfer or verified.head.home != sender:
        raise SignatureError("a bundle holds another transfer than it says, or another school's vault")
    if move is None or (move.transfer, move.to) != (known.transfer, to):
        raise VerificationError("the vault in the bundle was not sealed for this transfer to this school")
    for person in bundle.custodial:
        admitted = verified.authorisations.holders.get(person.id)
        if admitted is None or admitted.control is not Control.CUSTODIAL or admitted.holder != person.public:
            raise VerificationError("a bundle holds keys of a person the vault does not know")
        if node.keyring.keeps(person.id) and node.keyring.card(person.id) != person.public:
            raise VerificationError("a bundle holds other keys under the name of somebody who is known here")
    for key in bundle.owners:
        admitted = verified.authorisations.holders.get(key.holder)
        if admitted is None or admitted.control is not Control.OWNER:
            raise VerificationError("a bundle holds keys of an owner the vault does not know")
    _check_not_older(node, bundle.copy.vault, verified.head)
    return bundle, verified


def _check_not_older(node: Node, vault: VaultId, head: Head) -> None:
    """A vault that was here before comes back longer, never shorter, and never while it lives here."""
    try:
        here = node.vaults.head(vault)
    except NotFoundError:
        return
    if node.keyring.keeps(head.home) and here == head:
        return  # from one school of this node to another
    if node.vaults.lives_here(vault):
        raise VerificationError("this vault lives here already")
    if head.home_number <= here.home_number or any(head.tips[c].length < here.tips[c].length for c in Chain):
        raise VerificationError("the vault in the bundle is older than the copy that was sent from here")


def _seat(node: Node, school: OrgId, bundle: Bundle, day: date) -> None:
    """Enter the child on the school's list, in no class yet: the office or the next import says in which."""
    seat = Seat(school_year=school_year(day), grade=bundle.subject.grade)
    roster.put(node, school, {bundle.copy.vault: seat})


def _adopt(node: Node, known: Transfer, bundle: Bundle, verified: Verified) -> Head:
    school = OrgId(known.destination)
    day = known.accepted_on or node.today()
    state_there = (verified.head, verified.authorisations)
    with node.vaults.adopt(bundle.copy, state_there, school) as writer:
        writer.enter(
            TransferCommitted(
                transfer=known.transfer,
                home=node.keyring.card(school),
                home_number=verified.head.home_number + 1,
                sender_head=bundle.copy.head,
            )
        )
        recovery = Admitted(holder=node.recovery, role=Role.RECOVERY, control=Control.RECOVERY)
        if recovery.holder.id not in writer.authorisations.holders:
            writer.enter(HoldersAdmitted(admitted=(recovery,)))
        writer.enter(Enrolled(school=school, school_year=school_year(day), on=day))
        writer.turn_epoch(recipients(writer.authorisations, node.recovery, node.today()), "transfer")
    return node.vaults.head(bundle.copy.vault)


def _refuse(node: Node, known: Transfer, bundle: str, reason: str) -> Transfer:
    refused = known.moved(State.REFUSED, reason=reason)
    school = OrgId(known.destination)
    receipt = Receipt(
        transfer=known.transfer, sender=school, to=known.origin, outcome="refused", bundle=bundle, reason=reason
    )
    with node.transaction():
        _forget(node, known)
        state.save(node, refused)
        _post_receipt(node, receipt)
    return refused


def _forget(node: Node, known: Transfer) -> None:
    """What was kept of a child for a move that is over now, at the receiver; who it was about stays for a year."""
    node.documents.drop(_QUARANTINE, known.transfer)
    offer = node.documents.get(_OFFER, known.transfer)
    if offer is not None:
        node.documents.put(_OFFER, known.transfer, offer, owner=known.destination)


def _post_receipt(node: Node, receipt: Receipt) -> None:
    token = documents.sign(node.keyring.secret(receipt.sender), receipt)
    node.documents.add(_RECEIPT, receipt.transfer, token, owner=receipt.sender)
    mailbox.post(node, OrgId(receipt.sender), OrgId(receipt.to), RECEIPT, token)


def _repeat_receipt(node: Node, known: Transfer) -> None:
    """Whoever sends a bundle again has not seen the answer: nothing waits for the last acknowledgement."""
    token = node.documents.get(_RECEIPT, known.transfer)
    if token is not None:
        mailbox.post(node, OrgId(known.destination), OrgId(known.origin), RECEIPT, token)


def _claimed_transfer(body: str) -> str:
    return str(claimed_document(body).get("transfer"))
