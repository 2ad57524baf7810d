"""What families and schools do about consent: give, refuse, withdraw, enrol, let run out.

Each act is one transaction: the signed event, and the epoch it turns. Never: a rule about who may.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from consent.decisions import (
    STANDING,
    ConsentState,
    Position,
    Request,
    against,
    consent_record,
    family_kinds,
    may_give,
    needed,
    overtaken,
    permit,
    readable,
    recipients,
    rules,
    state_of,
)
from pds.crypto import public_of
from pds.errors import RefusedError, UsageError
from pds.holders import Control, PublicHolder, Role, SecretHolder, new_holder
from pds.identifiers import OrgId, VaultId, new_holder_id
from pds.node import Node
from pds.records import Category
from pds.vault import (
    Action,
    Admitted,
    Authorisations,
    ConsentCountersigned,
    ConsentGiven,
    ConsentProposed,
    ConsentReaffirmed,
    ConsentRefused,
    ConsentTerms,
    ConsentWithdrawn,
    Enrolled,
    HoldersAdmitted,
    Matter,
    Member,
    Permit,
    Purpose,
    SealedWrap,
    Standing,
    VaultWriter,
    about,
)


def found(node: Node, school: OrgId, enrolled: Enrolled, guardians: Sequence[Admitted]) -> VaultId:
    """Begin a vault for a newly enrolled student."""
    recovery = Admitted(holder=node.recovery, role=Role.RECOVERY, control=Control.RECOVERY)
    admitted = [recovery, *guardians]
    return node.vaults.create(school, admitted, enrolled, lambda facts: recipients(node, facts))


def give(
    node: Node,
    vault: VaultId,
    giver: SecretHolder,
    purpose: Purpose,
    *,
    categories: Iterable[Category] = (),
    recipient: OrgId | None = None,
    valid_until: date | None = None,
    signed_on: date | None = None,
) -> str:
    """Give consent, as a guardian of the student, or propose it to those who must sign too; hand back its identifier.

    Whoever said no to it and has not said yes since must sign too, whatever the purpose otherwise needs.
    `signed_on` is the day on a paper, which is entered for the giver; without it, the giver says so now.

    A recipient who is to read by itself gets keys of everything written so far and, with each new epoch, of what
    follows; it gets none before the last signature.

    Raises:
        RefusedError: the giver is no guardian of this student, nor named for this purpose.
        UsageError: the recipient is not in the directory; or the paper is of a day to come, or of a day on or before
            which somebody of the family said no.
    """
    leave = permit(node, Request.own(vault, giver.id, Action.AUTHORISE))
    facts, table = node.vaults.authorisations(vault), rules(node)
    if facts.home is None or not may_give(table, facts, giver.id, purpose):
        raise RefusedError("a guardian gives consent; ask one of yours")
    if valid_until is not None and valid_until < node.today():
        raise UsageError("the consent would be over before it begins; name a later last day")
    _check_hand(node, vault, giver)
    if recipient is not None and node.card(recipient) is None:
        raise UsageError(f"{recipient} is not in the directory")
    kinds = tuple(categories)
    _check_day(node, facts, Matter(purpose, recipient, kinds), signed_on)
    needs = needed(table, facts, purpose) | against(facts, giver.id, purpose, recipient, kinds)
    alone = needs <= {giver.id}
    agreed = consent_record(
        vault=vault,
        giver=giver.id,
        purpose=purpose,
        recipient=recipient,
        controller=facts.home.id,
        categories=kinds,
        valid_from=node.today(),
        valid_until=valid_until,
        now=node.clock.now(),
        needs=needs,
        answer_by=None if alone else node.today() + timedelta(days=table.days_to_answer),
        signed_on=signed_on,
    )
    _sign(node, leave, giver, event=agreed, terms=agreed, holds=alone)
    return agreed.consent


def countersign(
    node: Node, vault: VaultId, signer: SecretHolder, consent: str, *, signed_on: date | None = None
) -> None:
    """Sign a proposed consent; with the last signature it holds, and its recipient gets keys as with `give`.

    Raises:
        RefusedError: it does not wait for this person's signature.
        UsageError: no such proposal waits any more, the recipient has left the directory, or the day on the paper is
            wrong as for `give`.
    """
    leave = permit(node, Request.own(vault, signer.id, Action.AUTHORISE))
    _check_hand(node, vault, signer)
    facts = node.vaults.authorisations(vault)
    if state_of(facts, consent, node.today()) is not ConsentState.WAITING:
        raise UsageError("this consent waits for no signature; if it was not signed in time, propose it anew")
    proposal = facts.proposals[consent]
    if signer.id not in proposal.missing:
        raise RefusedError("this consent does not wait for your signature")
    _check_day(node, facts, about(proposal.terms), signed_on)
    event, holds = ConsentCountersigned(consent=consent, signed_on=signed_on), proposal.missing == {signer.id}
    _sign(node, leave, signer, event=event, terms=proposal.terms, holds=holds)


def reaffirm(node: Node, vault: VaultId, signer: SecretHolder, consent: str, *, signed_on: date) -> None:
    """Enter a later paper for what its signer signed before and still stands or waits: no new consent, a later word.

    Raises:
        RefusedError: the signer is not of this family.
        UsageError: no such consent stands or waits, or the day on the paper is wrong as for `give`.
        ChainBrokenError: this person did not sign it, or not on an earlier day.
    """
    leave = permit(node, Request.own(vault, signer.id, Action.AUTHORISE))
    _check_hand(node, vault, signer)
    facts = node.vaults.authorisations(vault)
    if state_of(facts, consent, node.today()) not in STANDING:
        raise UsageError("no such consent stands or waits any more; give it anew")
    terms = facts.proposals[consent].terms if consent in facts.proposals else facts.consents[consent]
    _check_day(node, facts, about(terms), signed_on)
    with node.vaults.transact(leave, signer) as writer:
        writer.enter(ConsentReaffirmed(consent=consent, signed_on=signed_on), signer)


def refuse(
    node: Node,
    vault: VaultId,
    family_member: SecretHolder,
    purpose: Purpose,
    recipient: OrgId | None = None,
    *,
    signed_on: date | None = None,
) -> None:
    """Say no to a purpose, towards a recipient or everybody; what stood or waited for it ends. Raises as `withdraw`."""
    _check_hand(node, vault, family_member)
    leave = permit(node, Request.own(vault, family_member.id, Action.AUTHORISE))
    with node.vaults.transact(leave, family_member) as writer:
        no = ConsentRefused(purpose=purpose.value, recipient=recipient, signed_on=signed_on)
        writer.enter(no, family_member)
        _turn(node, writer, "consent refused")


def withdraw(node: Node, vault: VaultId, family_member: SecretHolder, consent: str) -> None:
    """End a consent or a proposal now. One signature, no hurdle; the epoch turns at once, whoever else is signed in.

    What else stands for the same purpose and recipient with one of its kinds of record ends too.

    Raises:
        UsageError: no such consent stands.
        RefusedError: it is another family's.
    """
    leave = permit(node, Request.own(vault, family_member.id, Action.AUTHORISE))
    _check_hand(node, vault, family_member)
    facts = node.vaults.authorisations(vault)
    if consent not in facts.consents and consent not in facts.proposals:
        raise UsageError("no such consent stands; it may have been withdrawn before")
    with node.vaults.transact(leave, family_member) as writer:
        writer.enter(ConsentWithdrawn(consent=consent), family_member)
        _turn(node, writer, "consent withdrawn")


def enrol(node: Node, vault: VaultId, enrolled: Enrolled, *, member: Member | None = None) -> None:
    """Enter an enrolment at the vault's home; a later school year than before turns the epoch."""
    wish = Request.of_school(vault, enrolled.school, Action.AUTHORISE, member=member)
    with node.vaults.transact(permit(node, wish)) as writer:
        before = writer.authorisations.school_year
        writer.enter(enrolled)
        if writer.authorisations.school_year != before:
            _turn(node, writer, "school year")


def admit_guardians(node: Node, vault: VaultId, school: OrgId, guardians: Sequence[Admitted]) -> None:
    """Admit guardians who became known later: who may look opens what guardians may of what the school can."""
    looking = [guardian.holder for guardian in guardians if guardian.may_look]
    wraps = keys_so_far(node, vault, school, looking)
    with node.vaults.transact(permit(node, Request.of_school(vault, school, Action.AUTHORISE))) as writer:
        writer.enter(HoldersAdmitted(admitted=tuple(guardians)))
        if wraps:
            writer.keep_wraps(wraps)
        _turn(node, writer, "guardians admitted")


def keys_so_far(node: Node, vault: VaultId, school: OrgId, guardians: Sequence[PublicHolder]) -> list[SealedWrap]:
    """What guardians open of everything written so far, wrapped to them out of the school's keys."""
    if not guardians:
        return []
    wish = Request.of_school(vault, school, Action.READ, family_kinds(Role.GUARDIAN))
    with node.vaults.read(permit(node, wish), joining=True) as reader:
        return [wrap for guardian in guardians for wrap in reader.wrap_keys(guardian, "custody")]


def new_custodial(node: Node, role: Role) -> Admitted:
    """Draw the keys of a student or guardian who has not signed in yet; the node keeps them until then."""
    secret = new_holder(new_holder_id())
    node.keyring.keep(secret, Control.CUSTODIAL)
    return Admitted(holder=secret.public, role=role, control=Control.CUSTODIAL)


def new_custodial_guardian(node: Node, standing: Standing | None = None) -> Admitted:
    """The same for a guardian, who is to the child what papers say; None for the 保護者 of the law."""
    return new_custodial(node, Role.GUARDIAN).model_copy(update={"standing": standing})


def guardians_of(node: Node, vault: VaultId) -> list[SecretHolder]:
    """The guardians with parental authority in whose name a paper can be entered: this node keeps their keys."""
    holders = node.vaults.authorisations(vault).holders
    return [
        node.keyring.secret(name)
        for name, admitted in holders.items()
        if admitted.role is Role.GUARDIAN
        and admitted.may_sign
        and admitted.control is Control.CUSTODIAL
        and node.keyring.keeps(name)
    ]


def receiver_of(node: Node, terms: ConsentTerms) -> Admitted | None:
    """Whom a consent lets read by itself, if anybody. Raises UsageError when nobody here knows that organisation."""
    if terms.purpose != Purpose.TEACHING or terms.recipient is None:
        return None
    card = node.card(terms.recipient)
    if card is None:
        raise UsageError(f"{terms.recipient} is not in the directory")
    return Admitted(holder=card, role=Role.ORGANISATION, control=Control.ORGANISATION)


def _sign(
    node: Node,
    leave: Permit,
    signer: SecretHolder,
    *,
    event: ConsentGiven | ConsentProposed | ConsentCountersigned,
    terms: ConsentTerms,
    holds: bool,
) -> None:
    """Enter a signature and, where the consent holds from now on, hand the signer's keys on to its receiver.

    What the signer may not read is for somebody else to let others read.
    """
    receiver, wraps = receiver_of(node, terms), list[SealedWrap]()
    if receiver is not None:
        kinds = terms.categories or readable(Position.GUARDIAN)
        reading = permit(node, Request.own(leave.vault, signer.id, Action.READ, kinds))
        if holds:
            with node.vaults.read(reading, signer, joining=True) as reader:
                wraps = reader.wrap_keys(receiver.holder, terms.consent)
    with node.vaults.transact(leave, signer) as writer:
        writer.enter(event, signer)
        if receiver is not None and holds:
            admit_receiver(writer, receiver)
            writer.keep_wraps(wraps)


def _check_hand(node: Node, vault: VaultId, person: SecretHolder) -> None:
    """Refuse a signature that nobody could verify later: a family member's name with another's keys."""
    known = node.vaults.authorisations(vault).holders.get(person.id)
    if known is not None and known.holder.signing_key != public_of(person.signing_private):
        raise RefusedError("these are not the keys of the person they name")


_YEARS_OF_A_CHILD = 25  # from birth to the end of school, with years to spare


def impossible_day(node: Node, signed_on: date) -> str | None:
    """Why nobody can have signed a paper on a day; None for any other."""
    today = node.today()
    if signed_on > today:
        return "the day of the signature is yet to come; correct the day, or enter the paper when it has been signed"
    if signed_on.year < today.year - _YEARS_OF_A_CHILD:
        return "the day of the signature is before the child's time; correct the day"
    return None


def _check_day(node: Node, facts: Authorisations, matter: Matter, signed_on: date | None) -> None:
    """Refuse a paper that the family's later word has overtaken, or one that nobody can have signed yet."""
    if signed_on is not None and (message := impossible_day(node, signed_on)):
        raise UsageError(message)
    if overtaken(facts, matter, signed_on):
        raise UsageError(
            "somebody of the family said no on that day or later, so this paper changes nothing; "
            "ask the family for a new decision"
        )


def _turn(node: Node, writer: VaultWriter, reason: str) -> None:
    writer.turn_epoch(recipients(node, writer.authorisations), reason)


def admit_receiver(writer: VaultWriter, admitted: Admitted) -> None:
    """Admit an organisation that is to read by itself, if it is not known yet."""
    if admitted.holder.id not in writer.authorisations.holders:
        writer.enter(HoldersAdmitted(admitted=(admitted,)))
