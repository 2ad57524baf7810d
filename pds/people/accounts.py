"""Accounts: the sign-ins of people on one node, each sealed under its own password (design section 3).

Everything about the person lies inside the seal: keys, name, children, position. Outside stands a blind index of the
sign-in name and how often somebody failed. Never: a session, a page, who may have an account (`consent.lifecycle`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pds.clock import parse_timestamp, timestamp
from pds.crypto import PasswordSeal, b64, canonical, parse, passwords, unb64
from pds.errors import AlreadyExistsError, NotFoundError, SealBrokenError, SignInError, UsageError
from pds.holders import Role, SecretHolder, secret_from_bytes
from pds.identifiers import OrgId, VaultId
from pds.node import DocumentKind, Node
from pds.vault import Member

SHORTEST, LONGEST = 10, 128  # characters of a password; ASVS 5.0 section 6.2 asks for no rules of composition
MOST_FAILURES = 10  # in a row; then the account waits
WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Person:
    """Who has signed in, with their keys in hand for the moment. Its repr shows neither name nor keys.

    Attributes:
        index: The account's blind index, which names it without the sign-in name.
        name: As it is shown on pages, and for staff as the family reads it in the log.
        holder: A family member's own keys; None for staff, who act through their organisation.
        vaults: A family member's vaults, in the order they were added, each with what the person is to its student.
        organisation: Staff: where they work.
        position: Staff: what they are there.
        classes: Staff: the classes they teach, as the school's list writes them, such as "P5-2".
        turn: How often the password was changed; a session of an earlier turn has ended.
    """

    index: str
    name: str = field(repr=False)
    holder: SecretHolder | None = field(default=None, repr=False)
    vaults: Mapping[VaultId, Role] = field(default_factory=dict, repr=False)
    organisation: OrgId | None = None
    position: str | None = None
    classes: tuple[str, ...] = ()
    turn: int = 0

    @property
    def member(self) -> Member | None:
        """A member of staff as the access log names them."""
        return None if self.position is None else Member(self.index[:16], self.name, self.position)

    def to_document(self) -> dict[str, Any]:
        """Everything, as JSON; seal it at once."""
        return {
            "format": "manabi-person/1",
            "index": self.index,
            "name": self.name,
            "holder": None if self.holder is None else {"id": self.holder.id, "secret": b64(self.holder.to_bytes())},
            "vaults": [[vault, role.value] for vault, role in self.vaults.items()],
            "organisation": self.organisation,
            "position": self.position,
            "classes": list(self.classes),
            "turn": self.turn,
        }


def person_from_document(document: Mapping[str, Any]) -> Person:
    """Read what `Person.to_document` wrote."""
    held = document["holder"]
    return Person(
        index=document["index"],
        name=document["name"],
        holder=None if held is None else secret_from_bytes(held["id"], unb64(held["secret"])),
        vaults={VaultId(vault): Role(role) for vault, role in document["vaults"]},
        organisation=None if document["organisation"] is None else OrgId(document["organisation"]),
        position=document["position"],
        classes=tuple(document["classes"]),
        turn=document.get("turn", 0),
    )


class Attempts(BaseModel):
    """What others tried with an account since its owner was last here; shown to the owner."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wrong_passwords: int = Field(default=0, ge=0)
    forged_forms: int = Field(default=0, ge=0)
    last: str | None = None


class _Account(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["manabi-account/1"] = "manabi-account/1"
    seal: PasswordSeal
    in_a_row: int = 0
    attempts: Attempts = Field(default_factory=Attempts)
    turn: int = 0


_ACCOUNT = DocumentKind(
    "account", _Account, "sign-in of a person, sealed under the password; blind index of the sign-in name"
)


def index_of(node: Node, login: str) -> str:
    """The blind index of a sign-in name; upper and lower case, and spaces around, are the same name."""
    return node.keyring.link("account", "login", login.strip().casefold())


def create(node: Node, login: str, password: str, person: Person) -> None:
    """Keep a new account.

    Raises:
        UsageError: the name is empty or the password has less than `SHORTEST` or more than `LONGEST` characters.
        AlreadyExistsError: the name is taken.
    """
    check_password(password)
    if not login.strip() or len(login) > LONGEST or person.index != index_of(node, login):
        raise UsageError("a sign-in name has 1 to 128 characters")
    taken = "this sign-in name is taken; choose another"
    if node.documents.has(_ACCOUNT, person.index):
        raise AlreadyExistsError(taken)
    account = _Account(seal=_seal(node, person, password))
    with node.transaction():
        if node.documents.has(_ACCOUNT, person.index):  # by another request, while the password was derived
            raise AlreadyExistsError(taken)
        node.documents.add(_ACCOUNT, person.index, account)


def sign_in(node: Node, login: str, password: str) -> tuple[Person, Attempts]:
    """Open an account: the person, and what others tried since the last time.

    Raises:
        SignInError: no such account, another password, or too many failures in a row.
    """
    index = index_of(node, login)
    opened = _open(node, index, password)
    before = _change(node, index, lambda account: account.model_copy(update={"in_a_row": 0, "attempts": Attempts()}))
    return person_from_document(parse(opened)), before.attempts


def verify(node: Node, index: str, password: str) -> Person:
    """The person as the account holds them, if whoever is signed in is still its owner; before an act that asks for it.

    What others tried stays noted: the owner is told of it at the next sign-in.

    Args:
        node: The node.
        index: The account's blind index, `Person.index`.
        password: As typed just now.

    Raises:
        SignInError: another password, or too many failures in a row.
    """
    opened = _open(node, index, password)
    _change(node, index, lambda account: account.model_copy(update={"in_a_row": 0}))
    return person_from_document(parse(opened))


def note_forged_form(node: Node, index: str) -> None:
    """Remember that somebody sent a form in this person's name from elsewhere; the person is told."""

    def noted(account: _Account) -> _Account:
        attempts = account.attempts
        more = {"forged_forms": attempts.forged_forms + 1, "last": timestamp(node.clock.now())}
        return account.model_copy(update={"attempts": attempts.model_copy(update=more)})

    _change(node, index, noted)


def attempts_on(node: Node, index: str) -> Attempts:
    """What was tried with an account since its owner signed in."""
    account = _load(node, index)
    return Attempts() if account is None else account.attempts


def reseal(node: Node, password: str, person: Person) -> None:
    """Keep an account with something added, under the same password, after `verify` proved who asks.

    Raises:
        SignInError: the password has been changed in the meantime.
        UsageError: there is no such account.
    """
    _keep(node, person, password, before=person.turn)


def change_password(node: Node, index: str, old: str, new: str) -> Person:
    """Seal an account under another password; all sessions but those that keep what this hands back have ended.

    Raises:
        UsageError: the new password is too short or too long, or there is no such account.
        SignInError: another old password, or too many failures in a row.
    """
    check_password(new)
    person = verify(node, index, old)
    changed = replace(person, turn=person.turn + 1)
    _keep(node, changed, new, before=person.turn)
    return changed


def end(node: Node, login: str) -> None:
    """Take an account away, with all its sessions. What it alone held is lost: a family member's keys.

    Raises:
        NotFoundError: there is no such account.
    """
    index = index_of(node, login)
    with node.transaction():
        if not node.documents.has(_ACCOUNT, index):
            raise NotFoundError("there is no account of this sign-in name")
        node.documents.drop(_ACCOUNT, index)


def is_current(node: Node, person: Person) -> bool:
    """True while the account exists and has the password under which this person was opened."""
    account = _load(node, person.index)
    return account is not None and account.turn == person.turn


def check_password(password: str) -> None:
    """Refuse a password that is too short or too long.

    Raises:
        UsageError: it has less than `SHORTEST` or more than `LONGEST` characters.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError(f"a password has {SHORTEST} to {LONGEST} characters; three or four words make a good one")


def _open(node: Node, index: str, password: str) -> bytes:
    """What the seal of an account holds; a failure is counted, and takes as long whatever its cause."""
    account, now = _load(node, index), node.clock.now()
    if account is None or _waits(account, now):
        passwords.open_nothing(password[:LONGEST])
        raise _failed()
    try:
        return account.seal.open(password[:LONGEST], node.keyring.pepper, _place(index))
    except SealBrokenError:
        _change(node, index, lambda current: _failed_once_more(current, now))
        raise _failed() from None


def _failed_once_more(account: _Account, now: datetime) -> _Account:
    wrong = account.attempts.wrong_passwords + 1
    tried = account.attempts.model_copy(update={"wrong_passwords": wrong, "last": timestamp(now)})
    return account.model_copy(update={"in_a_row": account.in_a_row + 1, "attempts": tried})


def _waits(account: _Account, now: datetime) -> bool:
    last = account.attempts.last
    return account.in_a_row >= MOST_FAILURES and last is not None and now < parse_timestamp(last) + WAIT


def _failed() -> SignInError:
    return SignInError("sign-in name and password do not belong together, or there were too many tries; wait a little")


def _seal(node: Node, person: Person, password: str) -> PasswordSeal:
    text = canonical(person.to_document())
    padded = text + b" " * (-len(text) % 1024)  # the length must not tell how many children somebody has
    return passwords.seal(padded, password, node.keyring.pepper, _place(person.index))


def _keep(node: Node, person: Person, password: str, *, before: int) -> None:
    sealed = _seal(node, person, password)

    def kept(account: _Account) -> _Account:
        if account.turn != before:
            raise _failed()
        return account.model_copy(update={"seal": sealed, "turn": person.turn})

    _change(node, person.index, kept)


def _place(index: str) -> bytes:
    return canonical({"account": index, "label": "manabi/account/1"})


def _load(node: Node, index: str) -> _Account | None:
    return node.documents.get(_ACCOUNT, index)


def _change(node: Node, index: str, change: Callable[[_Account], _Account]) -> _Account:
    """Change an account as it stands at this moment, whoever else is changing it; hand back how it stood before.

    Raises:
        UsageError: there is no such account.
    """
    try:
        return node.documents.change(_ACCOUNT, index, change)
    except NotFoundError:
        raise UsageError("there is no such account") from None
