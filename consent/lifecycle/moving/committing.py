"""The one commit point of a move: before it the old school's copy counts, after it the receiving school's.

Never: what is verified before it (`quarantine`), a format (`pds.transfer`).
"""

import hashlib
from collections.abc import Iterable
from datetime import date

from consent.decisions import recipients
from consent.lifecycle import acts, joining
from consent.lifecycle.joining import Actor, fingerprint
from consent.lifecycle.moving import numbers
from consent.lifecycle.moving.answering import forget, post_receipt
from consent.lifecycle.moving.common import ARRIVED_KEY, ArrivedKey, custodial_of, digest_of
from consent.lifecycle.moving.meeting import check_child
from consent.lifecycle.moving.quarantine import QUARANTINE, check_here, verified_bundle
from pds.clock import school_year
from pds.errors import RefusedError
from pds.holders import Control, Role, SecretHolder
from pds.identifiers import OrgId, VaultId
from pds.intake import LocalId
from pds.node import Node
from pds.people import Seat, likeness, roster
from pds.transfer import Bundle, Receipt, State, Transfer, state
from pds.vault import (
    Admitted,
    Enrolled,
    Head,
    HoldersAdmitted,
    TransferCommitted,
    VaultWriter,
    Verified,
    open_custody,
    succeed,
    wraps_of,
)


def commit(
    node: Node,
    transfer: str,
    by: Actor | None = None,
    *,
    despite: bool = False,
    ids: Iterable[LocalId] | None = None,
) -> VaultId:
    """Take the quarantined vault in: the one transaction by which the history lives here. Repeated, it does nothing.

    Where a seat waits for it, what the child has there is appended, and the seat's vault is closed (`joining`).

    Args:
        node: The new school's node.
        transfer: A quarantined transfer.
        by: Who takes it in; None for the operator.
        ids: Under which identifiers the school registers the child, in place of those it gave at acceptance.
        despite: Who decides has seen that the records or the seat name another child (`meeting.differences`).

    Raises:
        RefusedError: the transfer is not in quarantine; another child is named, and nobody confirmed it; or the seat
            cannot be joined.
        LinkedElsewhereError: an identifier given at acceptance stands for another child by now.
        VerificationError: what is in quarantine is no longer what was verified.
    """
    known = state.load(node, transfer, "receiver")
    if known.state is State.COMMITTED:
        return VaultId(str(known.vault))
    committed, body = known.moved(State.COMMITTED), node.documents.get(QUARANTINE, transfer) or ""
    school = OrgId(known.destination)
    bundle, verified = verified_bundle(node, known, body)
    if not despite:
        check_child(node, known, bundle, verified, None if by is None else by.member)
    with node.transaction():
        now = state.load(node, transfer, "receiver")
        if now.state is State.COMMITTED:
            return VaultId(str(now.vault))
        if now != known:
            raise RefusedError("somebody else has decided about this history meanwhile; look at it again")
        check_here(node, bundle, verified)
        for key in bundle.owners:
            node.documents.put(ARRIVED_KEY, key.name, ArrivedKey(vault=bundle.copy.vault, key=key))
        left = _kept_until_now(node, known, bundle.copy.vault)
        head = _adopt(node, known, bundle, verified)
        for person in left:
            node.keyring.forget(person.id)
        day = known.accepted_on or node.today()
        links = known.links if ids is None else numbers.accepted(node, school, ids, day, bundle.copy.vault)
        numbers.give(node, school, links, bundle.copy.vault, day)
        _seat(node, school, bundle, known.accepted_on or node.today())
        if known.seat is not None:
            people = () if by is None else (fingerprint(node, by),)
            joining.join(node, school, node.vaults.goes_on(VaultId(known.seat)), bundle.copy.vault, people)
        forget(node, known)
        state.save(node, committed.model_copy(update={"vault": bundle.copy.vault}))
        receipt = Receipt(
            transfer=transfer,
            sender=school,
            to=known.origin,
            outcome="committed",
            bundle=digest_of(body),
            head=hashlib.sha256(head.canonical()).hexdigest(),
        )
        post_receipt(node, receipt)
        return bundle.copy.vault


def _draw_keys(node: Node, writer: VaultWriter, bundle: Bundle, known: Transfer) -> None:
    """New keys for everybody of the family whose keys a node keeps: the old school's open nothing written from now on.

    The new ones open what the old ones did, as far as the old school handed it on.
    """
    facts = writer.authorisations
    custody = open_custody(bundle.custody, facts, node.keyring.secret(known.destination))
    for before in [name for name, admitted in facts.holders.items() if admitted.control is Control.CUSTODIAL]:
        drawn = node.keyring.secret(acts.new_custodial(node, facts.holders[before].role).holder.id)
        writer.enter(succeed(facts.vault, before, drawn, facts.holders[before], Control.CUSTODIAL))
        if before in custody:
            writer.keep_wraps(wraps_of(custody[before], facts.vault, drawn.public))


def _kept_until_now(node: Node, known: Transfer, vault: VaultId) -> list[SecretHolder]:
    """The keys that this node kept for the family at another of its schools: these go, as an old node's go there."""
    at_home = node.keyring.keeps(known.origin)  # another node's word on whose keys these are would be no reason
    return custodial_of(node, node.vaults.authorisations(vault)) if at_home else []


def _seat(node: Node, school: OrgId, bundle: Bundle, day: date) -> None:
    """Enter the child on the school's list, in no class yet: the office or the next import says in which."""
    seat = Seat(school_year=school_year(day), grade=bundle.subject.grade)
    roster.put(node, school, {bundle.copy.vault: seat})
    named = likeness.traits(bundle.subject.family_name, bundle.subject.given_name, bundle.subject.birth_date)
    likeness.remember(node, school, bundle.copy.vault, named)


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
        _draw_keys(node, writer, bundle, known)
        writer.enter(Enrolled(school=school, school_year=school_year(day), on=day))
        writer.turn_epoch(recipients(node, writer.authorisations), "transfer")
    return node.vaults.head(bundle.copy.vault)
