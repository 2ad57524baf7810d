"""Accounts: the sign-ins of people on one node, each sealed under its own password (design section 3).

Everything about the person lies inside the seal: keys, name, children, position. Outside stands a blind index of the
sign-in name, and apart from it, whether or not anybody has the name, how often somebody tried. No password is derived
while a transaction is open: it takes a tenth of a second. Never: a session, a page, who may have an account
(`consent.lifecycle`), which name or password may be chosen (`choosing`).
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pds.clock import parse_timestamp, timestamp
from pds.crypto import PasswordKey, PasswordSeal, b64, canonical, parse, passwords, unb64
from pds.errors import AlreadyExistsError, NotFoundError, SealBrokenError, SignInError, UsageError
from pds.holders import Role, SecretHolder, secret_from_bytes
from pds.identifiers import OrgId, VaultId
from pds.node import DocumentKind, Node
from pds.people.choosing import check_name, check_password, name_form, password_form
from pds.vault import Member

MOST_FAILURES = 10  # in a row; then the name waits
WAIT = timedelta(minutes=15)
_TOLD = timedelta(days=90)  # how long what was tried is kept for its owner


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
        account: The account's own identifier: another account of the same sign-in name is another person's.
    """

    index: str
    name: str = field(repr=False)
    holder: SecretHolder | None = field(default=None, repr=False)
    vaults: Mapping[VaultId, Role] = field(default_factory=dict, repr=False)
    organisation: OrgId | None = None
    position: str | None = None
    classes: tuple[str, ...] = ()
    turn: int = 0
    account: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def member(self) -> Member | None:
        """A member of staff as the access log names them."""
        return None if self.position is None else Member(self.account[:16], self.name, self.position)

    def to_document(self) -> dict[str, Any]:
        """Everything, as JSON; seal it at once."""
        return {
            "format": "manabi-person/2",
            "index": self.index,
            "name": self.name,
            "holder": None if self.holder is None else {"id": self.holder.id, "secret": b64(self.holder.to_bytes())},
            "vaults": [[vault, role.value] for vault, role in self.vaults.items()],
            "organisation": self.organisation,
            "position": self.position,
            "classes": list(self.classes),
            "turn": self.turn,
            "account": self.account,
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
        turn=document["turn"],
        account=document["account"],
    )


class Attempts(BaseModel):
    """What others tried with an account since its owner was last here; shown to the owner."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wrong_passwords: int = Field(default=0, ge=0)
    forged_forms: int = Field(default=0, ge=0)
    last: str | None = None


class _Account(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["manabi-account/2"] = "manabi-account/2"
    account: str
    seal: PasswordSeal
    turn: int = 0


class _Tries(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["manabi-tries/1"] = "manabi-tries/1"
    in_a_row: int = 0
    attempts: Attempts = Field(default_factory=Attempts)


_ACCOUNT = DocumentKind(
    "account",
    _Account,
    "sign-in of a person, sealed under the password; blind index of the sign-in name",
    key=lambda account: f"{account.account}.{account.turn}",
    final=True,
)
_TRIES = DocumentKind(
    "tries",
    _Tries,
    "what was tried with a sign-in name, whether or not anybody has it; its blind index",
    lifetime=_TOLD,
)


def index_of(node: Node, login: str) -> str:
    """The blind index of a sign-in name; names that look alike are the same, and what is no name is nobody's."""
    return node.keyring.link("account", "login", name_form(login) or "")


def lock(node: Node, password: str, near: Iterable[str] = ()) -> PasswordKey:
    """Derive the key of a new password, outside any transaction.

    Args:
        node: The node.
        password: As it was typed.
        near: The sign-in name and the person's own name; the node's organisations are near by themselves.

    Raises:
        UsageError: it may not be chosen (`choosing.Flaw`).
    """
    check_password(password, near_words(node, near))
    return passwords.derive(password_form(password) or "", node.keyring.pepper)


def near_words(node: Node, near: Iterable[str]) -> list[str]:
    """What is no part of a good password on this node: what is named, and what its organisations are called."""
    return [*near, *(node.name_of(organisation) for organisation in node.organisations())]


def create(node: Node, login: str, key: PasswordKey, person: Person) -> None:
    """Keep a new account, under the key that `lock` derived.

    Raises:
        UsageError: the name may not be chosen.
        AlreadyExistsError: the name, or one that looks like it, is taken.
    """
    check_name(login)
    if person.index != index_of(node, login):
        raise UsageError("this account is another name's")
    account = _Account(account=person.account, seal=_seal(person, key))
    with node.transaction():
        if node.documents.has(_ACCOUNT, person.index):
            raise AlreadyExistsError("this sign-in name, or one that looks like it, is taken; choose another")
        node.documents.add(_ACCOUNT, person.index, account)


def sign_in(node: Node, login: str, password: str) -> tuple[Person, Attempts]:
    """Open an account: the person, and what others tried since the last time.

    Raises:
        SignInError: no such account, another password, or too many tries in a row.
    """
    index = index_of(node, login)
    person, _ = _open(node, index, password)
    with node.transaction():
        before = _tries(node, index).attempts
        node.documents.drop(_TRIES, index)
    return person, before.model_copy(update={"wrong_passwords": max(0, before.wrong_passwords - 1)})


def unlock(node: Node, index: str, password: str) -> tuple[Person, PasswordKey]:
    """The person as the account holds them, and the key for `reseal`, if who is signed in is still its owner.

    What others tried stays noted: the owner is told of it at the next sign-in.

    Args:
        node: The node.
        index: The account's blind index, `Person.index`.
        password: As typed just now.

    Raises:
        SignInError: another password, or too many tries in a row.
    """
    opened = _open(node, index, password)

    def right(tries: _Tries) -> _Tries:
        wrong = max(0, tries.attempts.wrong_passwords - 1)
        return tries.model_copy(
            update={"in_a_row": 0, "attempts": tries.attempts.model_copy(update={"wrong_passwords": wrong})}
        )

    _note(node, index, right)
    return opened


def verify(node: Node, index: str, password: str) -> Person:
    """The person as the account holds them, before an act that asks for the password. Raises as `unlock`."""
    return unlock(node, index, password)[0]


def note_forged_form(node: Node, index: str) -> None:
    """Remember that somebody sent a form in this person's name from elsewhere; the person is told."""

    def noted(tries: _Tries) -> _Tries:
        more = {"forged_forms": tries.attempts.forged_forms + 1, "last": timestamp(node.clock.now())}
        return tries.model_copy(update={"attempts": tries.attempts.model_copy(update=more)})

    _note(node, index, noted)


def attempts_on(node: Node, index: str) -> Attempts:
    """What was tried with an account since its owner signed in."""
    return _tries(node, index).attempts


def reseal(node: Node, key: PasswordKey, person: Person) -> None:
    """Keep an account with something added, under the same password, after `unlock` proved who asks.

    Raises:
        SignInError: the password has been changed in the meantime.
        UsageError: there is no such account.
    """
    _keep(node, person, key, before=person.turn)


def change_password(node: Node, index: str, old: str, new: str) -> Person:
    """Seal an account under another password; all sessions but those that keep what this hands back have ended.

    Raises:
        UsageError: the new password may not be chosen, or there is no such account.
        SignInError: another old password, or too many tries in a row.
    """
    person = verify(node, index, old)
    key = lock(node, new, [person.name])
    changed = replace(person, turn=person.turn + 1)
    _keep(node, changed, key, before=person.turn)
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
    """True while this very account exists and has the password under which this person was opened."""
    account = _load(node, person.index)
    return account is not None and (account.account, account.turn) == (person.account, person.turn)


def _open(node: Node, index: str, password: str) -> tuple[Person, PasswordKey]:
    """What an account holds, and its key. Each try is counted before it costs anything, and costs the same.

    Whoever tries a name that nobody has makes the same write and the same derivation as for one that somebody has.
    """
    counted, account, form = _count(node, index), _load(node, index), password_form(password)
    if not counted or account is None or form is None:
        passwords.open_nothing(form or "")
        raise _failed()
    try:
        opened, key = account.seal.unlock(form, node.keyring.pepper, _place(index))
    except SealBrokenError:
        raise _failed() from None
    return person_from_document(parse(opened)), key


def _count(node: Node, index: str) -> bool:
    """Count one try as failed until it turns out right; False while the name waits, and nothing is counted."""
    now, waits = node.clock.now(), False

    def counted(tries: _Tries) -> _Tries:
        nonlocal waits
        waits = _waits(tries, now)
        if waits:
            return tries
        more = {"wrong_passwords": tries.attempts.wrong_passwords + 1, "last": timestamp(now)}
        tried = tries.attempts.model_copy(update=more)
        return tries.model_copy(update={"in_a_row": tries.in_a_row + 1, "attempts": tried})

    _note(node, index, counted)
    return not waits


def _waits(tries: _Tries, now: datetime) -> bool:
    last = tries.attempts.last
    return tries.in_a_row >= MOST_FAILURES and last is not None and now < parse_timestamp(last) + WAIT


def _tries(node: Node, index: str) -> _Tries:
    return node.documents.get(_TRIES, index) or _Tries()


def _note(node: Node, index: str, change: Callable[[_Tries], _Tries]) -> None:
    """Change what is noted of a name, alone among those who do, whether or not anything is or anybody has it."""
    with node.transaction():
        node.documents.put(_TRIES, index, change(_tries(node, index)))


def _failed() -> SignInError:
    return SignInError("sign-in name and password do not belong together, or there were too many tries; wait a little")


def _seal(person: Person, key: PasswordKey) -> PasswordSeal:
    text = canonical(person.to_document())
    padded = text + b" " * (-len(text) % 1024)  # the length must not tell how many children somebody has
    return key.seal(padded, _place(person.index))


def _keep(node: Node, person: Person, key: PasswordKey, *, before: int) -> None:
    sealed = _seal(person, key)

    def kept(account: _Account) -> _Account:
        if (account.account, account.turn) != (person.account, before):
            raise _failed()
        return account.model_copy(update={"seal": sealed, "turn": person.turn})

    try:
        node.documents.change(_ACCOUNT, person.index, kept)
    except NotFoundError:
        raise UsageError("there is no such account") from None


def _place(index: str) -> bytes:
    return canonical({"account": index, "label": "manabi/account/1"})


def _load(node: Node, index: str) -> _Account | None:
    return node.documents.get(_ACCOUNT, index)
