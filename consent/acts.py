"""What families and schools do about consent: give, refuse, withdraw, enrol, let run out.

Each act is one transaction: the signed event, and the epoch it turns. Never: a rule about who may (`consent.decision`).
"""

from collections.abc import Iterable, Sequence
from datetime import date

from consent.admission import permit
from consent.decision import Request
from consent.keyholders import recipients
from consent.receipts import consent_record
from pds.errors import RefusedError, UsageError
from pds.events import Admitted, ConsentRefused, ConsentWithdrawn, Enrolled, HoldersAdmitted
from pds.holders import Control, Role, SecretHolder, new_holder
from pds.identifiers import OrgId, VaultId, new_holder_id
from pds.node import Node
from pds.permit import Action, Purpose
from pds.records import Category
from pds.signing import public_of
from pds.writer import VaultWriter


def found(node: Node, school: OrgId, enrolled: Enrolled, guardians: Sequence[Admitted]) -> VaultId:
    """Begin a vault for a newly enrolled student."""
    recovery = Admitted(holder=node.recovery, role=Role.RECOVERY, control=Control.RECOVERY)
    admitted = [recovery, *guardians]
    return node.vaults.create(school, admitted, enrolled, lambda facts: recipients(facts, node.recovery, node.today()))


def give(
    node: Node,
    vault: VaultId,
    giver: SecretHolder,
    purpose: Purpose,
    *,
    categories: Iterable[Category] = (),
    recipient: OrgId | None = None,
    valid_until: date | None = None,
    method: str = "in the portal",
) -> str:
    """Give consent, as a guardian of the student; hand back its identifier.

    A recipient who is to read by itself gets keys of everything written so far and, with each new epoch, of what
    follows.

    Raises:
        RefusedError: the giver is no guardian of this student.
        UsageError: the recipient is not in the directory.
    """
    facts = node.vaults.authorisations(vault)
    admitted = facts.holders.get(giver.id)
    if admitted is None or admitted.role is not Role.GUARDIAN or facts.home is None:
        permit(node, _own(vault, giver.id, Action.AUTHORISE))
        raise RefusedError("a guardian gives consent; ask one of yours")
    if valid_until is not None and valid_until < node.today():
        raise UsageError("the consent would be over before it begins; name a later last day")
    _check_hand(node, vault, giver)
    given = consent_record(
        vault=vault,
        giver=giver.id,
        purpose=purpose,
        recipient=recipient,
        controller=facts.home.id,
        categories=categories,
        valid_from=node.today(),
        valid_until=valid_until,
        method=method,
        now=node.clock.now(),
    )
    hands_keys = purpose is Purpose.TEACHING and recipient is not None
    wraps = []
    if hands_keys:
        card = node.card(str(recipient))
        if card is None:
            raise UsageError(f"{recipient} is not in the directory")
        leave = permit(node, _own(vault, giver.id, Action.READ, categories))
        with node.vaults.read(leave, giver, joining=True) as reader:
            wraps = reader.wrap_keys(card, given.consent)
    with node.vaults.transact(permit(node, _own(vault, giver.id, Action.AUTHORISE)), giver) as writer:
        writer.enter(given, giver)
        if hands_keys and card is not None:
            _admit_organisation(writer, Admitted(holder=card, role=Role.ORGANISATION, control=Control.ORGANISATION))
            writer.keep_wraps(wraps)
    return given.consent


def refuse(node: Node, vault: VaultId, family_member: SecretHolder, purpose: Purpose) -> None:
    """Say no to a purpose; what stood for it ends. Raises as `withdraw`."""
    _check_hand(node, vault, family_member)
    with node.vaults.transact(permit(node, _own(vault, family_member.id, Action.AUTHORISE)), family_member) as writer:
        writer.enter(ConsentRefused(purpose=purpose.value, recipient=None), family_member)
        _turn(node, writer, "consent refused")


def withdraw(node: Node, vault: VaultId, family_member: SecretHolder, consent: str) -> None:
    """End a consent now. One signature and no hurdle; the epoch turns at once, whoever else is signed in.

    Raises:
        UsageError: no such consent stands.
        RefusedError: it is another family's.
    """
    leave = permit(node, _own(vault, family_member.id, Action.AUTHORISE))
    _check_hand(node, vault, family_member)
    if consent not in node.vaults.authorisations(vault).consents:
        raise UsageError("no such consent stands; it may have been withdrawn before")
    with node.vaults.transact(leave, family_member) as writer:
        writer.enter(ConsentWithdrawn(consent=consent), family_member)
        _turn(node, writer, "consent withdrawn")


def enrol(node: Node, vault: VaultId, enrolled: Enrolled) -> None:
    """Enter an enrolment at the vault's home; a new school year turns the epoch."""
    with node.vaults.transact(permit(node, _keeping(vault, enrolled.school, Action.AUTHORISE))) as writer:
        new_year = writer.authorisations.school_year != enrolled.school_year
        writer.enter(enrolled)
        if new_year:
            _turn(node, writer, "school year")


def admit_guardians(node: Node, vault: VaultId, school: OrgId, guardians: Sequence[Admitted]) -> None:
    """Admit guardians who became known later: they open what the school can, and all of what follows."""
    with node.vaults.read(permit(node, _keeping(vault, school, Action.READ)), joining=True) as reader:
        wraps = [wrap for guardian in guardians for wrap in reader.wrap_keys(guardian.holder, "custody")]
    with node.vaults.transact(permit(node, _keeping(vault, school, Action.AUTHORISE))) as writer:
        writer.enter(HoldersAdmitted(admitted=tuple(guardians)))
        writer.keep_wraps(wraps)
        _turn(node, writer, "guardians admitted")


def new_custodial_guardian(node: Node) -> Admitted:
    """Draw the keys of a guardian who has not signed in yet; the node keeps them until then."""
    secret = new_holder(new_holder_id())
    node.keyring.keep(secret, Control.CUSTODIAL)
    return Admitted(holder=secret.public, role=Role.GUARDIAN, control=Control.CUSTODIAL)


def guardians_of(node: Node, vault: VaultId) -> list[SecretHolder]:
    """The custodial guardians of a student whose keys this node keeps."""
    holders = node.vaults.authorisations(vault).holders
    return [
        node.keyring.secret(name)
        for name, admitted in holders.items()
        if admitted.role is Role.GUARDIAN and admitted.control is Control.CUSTODIAL and node.keyring.keeps(name)
    ]


def _check_hand(node: Node, vault: VaultId, person: SecretHolder) -> None:
    """Refuse a signature that nobody could verify later: a family member's name with another's keys."""
    known = node.vaults.authorisations(vault).holders.get(person.id)
    if known is not None and known.holder.signing_key != public_of(person.signing_private):
        raise RefusedError("these are not the keys of the person they name")


def _turn(node: Node, writer: VaultWriter, reason: str) -> None:
    writer.turn_epoch(recipients(writer.authorisations, node.recovery, node.today()), reason)


def _admit_organisation(writer: VaultWriter, admitted: Admitted) -> None:
    if admitted.holder.id not in writer.authorisations.holders:
        writer.enter(HoldersAdmitted(admitted=(admitted,)))


def _own(vault: VaultId, actor: str, action: Action, categories: Iterable[Category] = ()) -> Request:
    return Request(
        vault=vault,
        actor=actor,
        organisation=None,
        purpose=Purpose.OWN_USE,
        action=action,
        categories=frozenset(categories),
    )


def _keeping(vault: VaultId, school: OrgId, action: Action) -> Request:
    return Request(vault=vault, actor=school, organisation=school, purpose=Purpose.TEACHING, action=action)
