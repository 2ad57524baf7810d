"""The school a student leaves: offer, send, close. Frozen from `send` until the new school's receipt.

From then on it neither writes nor reads. Never: a step of the receiving school, a format (`pds.transfer`).
"""

import uuid
from datetime import date, timedelta

from consent.decisions import STATUTORY, Request, consented_for_transfer, permit, recipients
from consent.lifecycle.moving.common import (
    BUNDLE,
    FAR,
    MOVING_KEY,
    OFFER,
    card_of,
    check_day,
    custodial_of,
    digest_of,
    moving_keys,
    organisation,
)
from pds.errors import RefusedError, SignatureError, UsageError
from pds.identifiers import OrgId, VaultId
from pds.node import DocumentKind, Node
from pds.people import roster
from pds.post import mailbox
from pds.transfer import (
    Acceptance,
    Bundle,
    Receipt,
    State,
    Subject,
    Transfer,
    documents,
    make_offer,
    seal_bundle,
    state,
)
from pds.vault import (
    Action,
    HoldersAdmitted,
    Member,
    TransferReopened,
    TransferSealed,
    VaultReader,
)

_SENT = DocumentKind("bundle", str, "a bundle as it was sent, until its receipt is here; the transfer", owned=True)


def offer(node: Node, vault: VaultId, to: OrgId, member: Member | None = None) -> str:
    """Tell the next school, sealed to it, that this child is coming; hand back the transfer's identifier.

    Args:
        node: The node where the vault lives.
        vault: Whose it is.
        to: The next school.
        member: Who of the staff does this, for the family's log; None for the operator.

    Raises:
        RefusedError: the vault does not live here, a move of it is under way already, its seat is kept for a history
            that is on its way to it, or this member of staff may not.
        UsageError: the next school is not in the directory, or is none.
    """
    receiver = card_of(node, to)
    home = _home(node, vault)
    entry = node.entry_of(to)
    if to == home or (entry is not None and entry.kind != "school"):
        raise UsageError(f"{to} is no other school; a history moves from one school to another")
    transfer = str(uuid.uuid4())
    reading = Request.in_transfer(vault, home, Action.READ, towards=to, member=member)
    with node.vaults.read(permit(node, reading)) as reader:
        subject = subject_of(reader, node.today())
    with node.transaction():
        if state.under_way(node, vault, "sender"):
            raise RefusedError("a move of this history is under way; it ends when the next school takes or refuses it")
        if state.waiting_for_seat(node, home, vault):
            raise RefusedError("this child's history is on its way here; take it in or refuse it first")
        state.begin(
            node,
            Transfer(transfer=transfer, side="sender", state=State.ANNOUNCED, origin=home, destination=to, vault=vault),
        )
        token = make_offer(node.keyring.secret(home), receiver, transfer, subject)
        mailbox.post(node, home, to, OFFER, token)
    return transfer


def take_acceptance(node: Node, body: str, sender: OrgId, to: OrgId) -> None:
    """The old school learns the day of acceptance."""
    read = documents.read(body, Acceptance, card_of(node, sender), to)
    known = state.between(node, read.transfer, "sender", to, sender)
    check_day(read.accepted_on, node.today(), 2 * FAR)  # the word may have come on a medium that was found late
    state.save(node, known.moved(State.ACCEPTED, accepted_on=read.accepted_on))


def send(node: Node, transfer: str, member: Member | None = None) -> None:
    """Seal the vault and send it: statutory part on its duty, the rest on the family's consent. Frozen from then on.

    Sent again, the same bytes go once more: a memory stick may get lost.

    Args:
        node: The node where the vault lives.
        transfer: An accepted transfer, or one that was sent before.
        member: Who of the staff does this, for the family's log; None for the operator.

    Raises:
        RefusedError: the new school has not accepted yet, or has answered already, or this member of staff may not.
    """
    with node.transaction():
        known = state.load(node, transfer, "sender")
        if known.state is State.SENT:
            body = node.documents.get(_SENT, transfer) or ""
            mailbox.post(node, OrgId(known.origin), OrgId(known.destination), BUNDLE, body)
            return
        vault, home, to = VaultId(str(known.vault)), OrgId(known.origin), OrgId(known.destination)
        known.moved(State.SENT)
        receiver = card_of(node, to)
        reading = Request.in_transfer(vault, home, Action.READ, towards=to, member=member)
        with node.vaults.read(permit(node, reading), joining=True) as reader:
            subject = subject_of(reader, node.today())
            wraps = reader.wrap_keys(receiver, transfer)
        facts = node.vaults.authorisations(vault)
        consented = consented_for_transfer(facts, node.today(), to)
        sealing = permit(node, Request.in_transfer(vault, home, Action.AUTHORISE, member=member))
        custody = node.vaults.custody(sealing, receiver)
        with node.vaults.transact(sealing) as writer:
            if to not in writer.authorisations.holders:
                writer.enter(HoldersAdmitted(admitted=(organisation(receiver),)))
            writer.keep_wraps(wraps)
            writer.enter(
                TransferSealed(
                    transfer=transfer,
                    to=to,
                    statutory=tuple(sorted(STATUTORY)),
                    consented=tuple(sorted(consented - STATUTORY)),
                )
            )
        owners = tuple(moving_keys(node, facts))
        bundle = Bundle(transfer, home, to, node.vaults.copy(vault), subject, custody, owners)
        token = seal_bundle(node.keyring.secret(home), receiver, bundle)
        node.documents.add(_SENT, transfer, token, owner=home)
        mailbox.post(node, home, to, BUNDLE, token)
        state.save(node, known.moved(State.SENT, bundle=digest_of(token)))


def take_receipt(node: Node, body: str, sender: OrgId, to: OrgId) -> None:
    """The old school's end: closed on a committed receipt, open again on a refusal."""
    receipt = documents.read(body, Receipt, card_of(node, sender), to)
    known = state.between(node, receipt.transfer, "sender", to, sender)
    unseen = receipt.outcome == "refused" and not receipt.bundle  # refused before any bundle had come
    if not unseen and (known.bundle or "") != receipt.bundle:
        raise SignatureError("a receipt is not for the bundle that was sent")
    if known.is_over:
        return
    if receipt.outcome == "committed":
        state.save(node, known.moved(State.CLOSED))
        _leave(node, known, body)
    else:
        state.save(node, known.moved(State.REFUSED, reason=receipt.reason))
        _reopen(node, known, body)
    node.documents.drop(_SENT, receipt.transfer)


def _leave(node: Node, known: Transfer, receipt: str) -> None:
    """What goes when a history lives at another school: the seat, and on this node the keys kept for the family."""
    vault = VaultId(str(known.vault))
    roster.remove(node, OrgId(known.origin), vault)
    for one in (vault, *node.vaults.authorisations(vault).one_child.joined):
        node.vaults.links.end(OrgId(known.origin), one, (known.accepted_on or node.today()) - timedelta(days=1))
    for other in state.under_way(node, vault, "sender"):
        state.save(node, other.moved(State.REFUSED, reason="the history went to another school"))
    if node.keyring.keeps(known.destination):
        return  # to another school of this node, which did it when it took the history in
    facts = node.vaults.authorisations(vault)
    for person in custodial_of(node, facts):
        node.keyring.forget(person.id)
    for key in moving_keys(node, facts):
        node.documents.drop(MOVING_KEY, f"{vault}/{key.holder}")
    node.vaults.close(vault, receipt)


def _reopen(node: Node, known: Transfer, refusal: str) -> None:
    """The history counts here again, if it was sealed for this move."""
    vault, home = VaultId(str(known.vault)), OrgId(known.origin)
    move = node.vaults.authorisations(vault).move
    if move is None or move.transfer != known.transfer:
        return
    with node.vaults.transact(permit(node, Request.in_transfer(vault, home, Action.AUTHORISE))) as writer:
        writer.enter(TransferReopened(transfer=known.transfer, refusal=refusal))
        writer.turn_epoch(recipients(node, writer.authorisations), "transfer refused")


def subject_of(reader: VaultReader, day: date) -> Subject:
    """Who is coming, as the present enrolment says, for the next school's office to know the child by."""
    enrolment = reader.enrolment(day)
    if enrolment is None:
        return Subject()
    return Subject(
        family_name=enrolment.official_family_name or enrolment.preferred_family_name,
        given_name=enrolment.official_given_name or enrolment.preferred_given_name,
        birth_date=enrolment.birth_date,
        grade=enrolment.grade,
    )


def _home(node: Node, vault: VaultId) -> OrgId:
    home = node.vaults.authorisations(vault).home
    if home is None or not node.keyring.keeps(home.id):
        raise RefusedError("this history does not live at a school of this node")
    return OrgId(home.id)
