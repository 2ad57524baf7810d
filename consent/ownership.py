"""First sign-in: a person takes over their keys and becomes an owner; a member of staff gets an account.

An invitation names the custodial holder it is for. Signing in draws new keys, hands them everything the old ones
opened, turns the epoch so that the newest root is the owner's, and destroys the node's copy, in one transaction.
Never: a session, a page, a password's rules (`pds.accounts`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from consent.admission import permit
from consent.decision import FAMILY, Request
from consent.keyholders import recipients
from consent.matrix import Position
from pds import accounts, codes
from pds.accounts import Person
from pds.errors import NotFoundError, RefusedError, UsageError
from pds.events import Admitted, HolderSucceeded
from pds.holders import Control, Role, SecretHolder, new_holder
from pds.identifiers import OrgId, VaultId, new_holder_id
from pds.node import Node
from pds.permit import Action, Purpose

INVITATION = "invitation"
LIFETIME = timedelta(days=14)  # long enough for a letter to be read, short enough to be missed when lost


def invite_family(node: Node, vault: VaultId, holder: str) -> str:
    """A code for a family member whose keys this node keeps.

    Raises:
        UsageError: nobody of that name is in this family, or they have signed in already.
    """
    admitted = node.vaults.authorisations(vault).holders.get(holder)
    if admitted is None or admitted.role not in FAMILY or admitted.control is not Control.CUSTODIAL:
        raise UsageError("an invitation is for a student or guardian who has not signed in yet")
    return codes.issue(node, INVITATION, {"family": {"vault": vault, "holder": holder}}, LIFETIME)


def invite_staff(node: Node, organisation: OrgId, name: str, position: str, classes: Sequence[str] = ()) -> str:
    """A code for a member of staff.

    Args:
        node: The organisation's node.
        organisation: Where the person works.
        name: As families will read it in the log, such as 田村先生.
        position: One of `Position` at a school; "official" at a board or the nation.
        classes: For teachers, such as "P5-2".

    Raises:
        UsageError: the organisation is not of this node, the name is empty, or the position is none of its kind.
    """
    if organisation not in node.organisations():
        raise UsageError(f"{organisation} is not an organisation of this node")
    family = {Position.STUDENT, Position.GUARDIAN}
    if not name.strip() or position not in {*(p.value for p in Position if p not in family), OFFICIAL}:
        raise UsageError("a member of staff has a name and a position of the school or board")
    content = {"organisation": organisation, "name": name, "position": position, "classes": list(classes)}
    return codes.issue(node, INVITATION, {"staff": content}, LIFETIME)


OFFICIAL = "official"  # works at a board or the nation: sees aggregates, never a vault


def needs_name(node: Node, code: str) -> bool:
    """True when the person behind a code says themselves how they are called. Raises CodeError."""
    return "family" in codes.look(node, INVITATION, code)


def first_sign_in(node: Node, code: str, login: str, password: str, name: str = "") -> Person:
    """Turn an invitation into an account.

    Args:
        node: The node that issued the invitation.
        code: The invitation.
        login: The sign-in name that is to be the person's.
        password: The password that is to be the person's.
        name: How a family member wants to be called; staff are called as they were invited.

    Raises:
        CodeError: the invitation is not known, used, or too old.
        UsageError: the password is too short or too long, or a name is missing.
        AlreadyExistsError: the sign-in name is taken.
    """
    accounts.check_password(password)
    index = accounts.index_of(node, login)
    with node.store.transaction():
        invited = codes.look(node, INVITATION, code)
        if "staff" in invited:
            staff = invited["staff"]
            person = Person(
                index,
                staff["name"],
                organisation=OrgId(staff["organisation"]),
                position=staff["position"],
                classes=tuple(staff["classes"]),
            )
        else:
            if not name.strip():
                raise UsageError("say how you want to be called")
            mine = new_holder(new_holder_id())
            vault = VaultId(invited["family"]["vault"])
            role = take_over(node, vault, invited["family"]["holder"], mine)
            person = Person(index, name.strip(), holder=mine, vaults={vault: role})
        accounts.create(node, login, password, person)
        codes.spend(node, INVITATION, code)
    return person


def add_child(node: Node, code: str, login: str, password: str) -> Person:
    """Take over a further child's keys into an account that exists.

    Raises:
        SignInError: name and password do not belong together.
        CodeError: the invitation is not known, used, or too old.
        RefusedError: the invitation or the account is a member of staff's.
    """
    person, _ = accounts.sign_in(node, login, password)
    with node.store.transaction():
        invited = codes.look(node, INVITATION, code)
        if person.holder is None or "family" not in invited:
            raise RefusedError("this code adds a child to a guardian's account")
        vault = VaultId(invited["family"]["vault"])
        role = take_over(node, vault, invited["family"]["holder"], person.holder)
        more = replace(person, vaults={**person.vaults, vault: role})
        accounts.reseal(node, login, password, more)
        codes.spend(node, INVITATION, code)
    return more


def take_over(node: Node, vault: VaultId, custodial: str, mine: SecretHolder) -> Role:
    """Let a person's own keys take the place of those the node kept for them; hand back what the person is.

    Raises:
        RefusedError: the vault is on its way or lives elsewhere, or the node no longer keeps those keys.
    """
    try:
        kept = node.keyring.secret(custodial)
    except NotFoundError as error:
        raise RefusedError("this invitation is no longer good; ask the school for a new one") from error
    with node.store.transaction():
        own = Request(
            vault=vault, actor=custodial, organisation=None, purpose=Purpose.OWN_USE, action=Action.READ, signed_in=True
        )
        with node.vaults.read(permit(node, own), kept, joining=True) as reader:
            wraps = reader.wrap_keys(mine.public, "custody", log=True)
            before = reader.authorisations.holders[custodial]
            home = reader.authorisations.home
        if home is None:
            raise RefusedError("this history has no home yet")
        admitted = Admitted(holder=mine.public, role=before.role, control=Control.OWNER)
        leave = permit(node, _keeping(vault, OrgId(home.id)))
        with node.vaults.transact(leave) as writer:
            writer.enter(HolderSucceeded(predecessor=custodial, admitted=admitted))
            writer.keep_wraps(wraps)
            writer.turn_epoch(recipients(writer.authorisations, node.recovery, node.today()), "an owner signed in")
        node.keyring.forget(custodial)
    return before.role


def _keeping(vault: VaultId, school: OrgId) -> Request:
    return Request(vault=vault, actor=school, organisation=school, purpose=Purpose.TEACHING, action=Action.AUTHORISE)
