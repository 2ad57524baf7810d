"""Invitations, and the first sign-in that turns one into an account of a family member or a member of staff.

Never: a session, a page, a password's rules (`pds.people`), how keys succeed keys (`succession`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from consent.decisions import FAMILY, Position, check_anew
from consent.lifecycle import anew as starting_anew
from consent.lifecycle import succession
from consent.lifecycle.moving import ARRIVED_KEY
from pds.errors import NotFoundError, RefusedError, UsageError
from pds.holders import Control, SecretHolder, new_holder
from pds.identifiers import OrgId, VaultId, new_holder_id
from pds.node import DocumentKind, Lifetime, Node
from pds.people import MovingKey, Person, accounts, choosing, codes, moving_key
from pds.vault import Admitted

INVITATION = DocumentKind(
    "invitation", bytes, "what a code invites to, sealed; the name of the code", Lifetime.DATED, final=True
)
LIFETIME = timedelta(days=14)  # long enough for a letter to be read, short enough to be missed when lost
_LETTER = DocumentKind(
    "letter", str, "name of the code on the latest letter to somebody of a family; vault `/` holder", LIFETIME
)
OFFICIAL = "official"  # works at a board or the nation: sees aggregates, never a vault


def invite_family(node: Node, vault: VaultId, holder: str, *, anew: bool = False) -> str:
    """A code for a family member whose keys this node keeps; the one on a letter from before is no longer good.

    Args:
        node: The node where the vault lives.
        vault: Whose family it is.
        holder: The family member.
        anew: The person has signed in before and lost the way in: they get new keys out of the school's, which open
            the kinds they may read and the access log from then on. The family's other members are told now, and the
            code is good in 72 hours or when one of them says that it is they (`anew`).

    Raises:
        UsageError: nobody of that name is in this family, or they have signed in already and it is not `anew`.
        RefusedError: a guardian without parental authority, of whom nobody said that they look after the child, or to
            whom the school is not to turn.
    """
    facts = node.vaults.authorisations(vault)
    admitted = facts.holders.get(holder)
    wanted = Control.OWNER if anew else Control.CUSTODIAL
    if admitted is None or admitted.role not in FAMILY or admitted.control is not wanted:
        raise UsageError("an invitation is for somebody of the family who has not signed in yet, or who starts anew")
    _check_invited(admitted)
    family = {"vault": vault, "holder": holder, "anew": anew, "home_number": facts.home_number}
    with node.transaction():
        if anew:
            starting_anew.announce(node, vault, holder)
        lost = node.documents.get(_LETTER, f"{vault}/{holder}")
        if lost is not None:
            node.documents.drop(INVITATION, lost)
        code = codes.issue(node, INVITATION, {"family": family}, LIFETIME)
        node.documents.put(_LETTER, f"{vault}/{holder}", codes.name_of(node, INVITATION, code))
    return code


def invite_staff(node: Node, organisation: OrgId, name: str, position: str, classes: Sequence[str] = ()) -> str:
    """A code for a member of staff.

    Args:
        node: The organisation's node.
        organisation: Where the person works.
        name: As families will read it in the log, such as 田村先生.
        position: One of `Position` at a school; "official" at a board or the nation.
        classes: For teachers, such as "P5-2".

    Raises:
        UsageError: the organisation is not of this node, the name is empty, longer than
            60 characters or has unseen ones, or the position is none of its kind.
    """
    if organisation not in node.organisations():
        raise UsageError(f"{organisation} is not an organisation of this node")
    family = {Position.STUDENT, Position.GUARDIAN}
    shown = choosing.shown_form(name)
    if shown is None or position not in {*(p.value for p in Position if p not in family), OFFICIAL}:
        raise UsageError("a member of staff has a name of up to 60 characters and a position of the school or board")
    content = {"organisation": organisation, "name": shown, "position": position, "classes": list(classes)}
    return codes.issue(node, INVITATION, {"staff": content}, LIFETIME)


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
        NotYetError: it is one to start anew, and the family has been told less than 72 hours ago.
        UsageError: sign-in name or password may not be chosen (`pds.people.choosing`), or a name is missing.
        AlreadyExistsError: the sign-in name, or one that looks like it, is taken.
    """
    choosing.check_name(login)
    _invited(node, code)  # so that nobody without a code makes us derive a key
    key, index = accounts.lock(node, password, [login, name]), accounts.index_of(node, login)
    with node.transaction():
        invited = _invited(node, code)
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
            shown = choosing.shown_form(name)
            if shown is None:
                raise UsageError(f"say how you want to be called, in at most {choosing.LONGEST_SHOWN} characters")
            person = _family_person(node, code, invited, Person(index, shown))
        accounts.create(node, login, key, person)
        _spend(node, code)
    return person


def add_child(node: Node, code: str, index: str, password: str) -> Person:
    """Take over a further child's keys into an account that exists.

    Args:
        node: The node where the child's vault lives.
        code: An invitation, or a moving code.
        index: The account's blind index (`accounts.index_of`).
        password: The account's password, as typed just now.

    Raises:
        SignInError: name and password do not belong together.
        CodeError: the invitation or moving code is not known, used, or too old.
        RefusedError: the invitation or the account is a member of staff's.
    """
    person, key = accounts.unlock(node, index, password)
    with node.transaction():
        invited = _invited(node, code)
        if person.holder is None or "staff" in invited:
            raise RefusedError("this code adds a child to a guardian's account")
        more = _family_person(node, code, invited, person)
        accounts.reseal(node, key, more)
        _spend(node, code)
    return more


def _family_person(node: Node, code: str, invited: dict[str, Any], person: Person) -> Person:
    """The person with one more child, whose vault opens to their own keys from now on.

    Keys that came with a vault from another node go on as they are in a new account; in an account that has keys
    already, and for every other invitation, the account's keys succeed the others.
    """
    vault = VaultId(invited["vault"])
    _check_home(node, vault, invited)
    holders = node.vaults.authorisations(vault).holders
    if "key" in invited:
        brought = MovingKey.model_validate(invited["key"]).open(code)
        admitted = holders.get(brought.id)
        if admitted is None or admitted.holder != brought.public:
            raise RefusedError("these keys have no part in this history any more; ask the school for an invitation")
        mine = person.holder or brought
        role = admitted.role if mine is brought else succession.take_over(node, vault, brought, mine)
    else:
        if (named := holders.get(invited["holder"])) is not None:
            _check_invited(named)  # as they stand today: custody may have changed since the letter was printed
        mine = person.holder or new_holder(new_holder_id())
        if invited["anew"]:
            check_anew(node, vault, invited["holder"])
            role = succession.start_anew(node, vault, invited["holder"], mine)
            starting_anew.forget(node, vault, invited["holder"])
        else:
            role = succession.take_over(node, vault, _kept(node, invited["holder"]), mine)
    return replace(person, holder=mine, vaults={**person.vaults, vault: role})


def _check_home(node: Node, vault: VaultId, invited: dict[str, Any]) -> None:
    """What one school printed is no way in at the next: an invitation ends with the stay during which it was made."""
    here = node.vaults.authorisations(vault).home_number
    if not node.vaults.lives_here(vault) or ("key" not in invited and invited["home_number"] != here):
        raise RefusedError("this history has moved since; ask the school where it is now for an invitation")


def _check_invited(admitted: Admitted) -> None:
    """Refuse to invite, and to let in, whom those who decide for the child have not let in."""
    if not admitted.may_look:
        raise RefusedError(
            "this person has no parental authority, and neither those who have it nor a court or board said that they "
            "look after the child, or the child is protected from them; `guardian set` enters it when that changes"
        )
    if not admitted.may_be_asked:
        raise RefusedError("the school is not to turn to this person, so nothing invites them")


def _kept(node: Node, holder: str) -> SecretHolder:
    try:
        return node.keyring.secret(holder)
    except NotFoundError as error:
        raise RefusedError("this invitation is no longer good; ask the school for a new one") from error


def _invited(node: Node, code: str) -> dict[str, Any]:
    """What a code is for: an invitation of this node, or keys that came with a vault from another."""
    arrived = node.documents.get(ARRIVED_KEY, moving_key.name_of(code))
    if arrived is not None:
        _check_known(node, arrived.vault, arrived.key.holder)
        return arrived.model_dump()
    invited = codes.look(node, INVITATION, code)
    family: dict[str, Any] = invited.get("family", invited)
    if "holder" in family:
        _check_known(node, VaultId(family["vault"]), family["holder"])
    return family


def _check_known(node: Node, vault: VaultId, holder: str) -> None:
    """For whom nothing opens, a code is none that is known here: it must not tell that the child is at this node."""
    try:
        facts = node.vaults.authorisations(vault)
    except NotFoundError:
        return
    admitted = facts.holders.get(facts.present_name(holder))
    if admitted is not None and not admitted.may_look:
        raise codes.unknown()


def _spend(node: Node, code: str) -> None:
    codes.spend(node, INVITATION, code)
    node.documents.drop(ARRIVED_KEY, moving_key.name_of(code))
