"""Who can sign in to the demo: invited and signed in for the first time as anybody is, each at their own node.

Passwords are drawn anew for every city and stand in `demo.json` and on the screen only. Never: a key.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from consent.decisions import Position
from consent.lifecycle import ownership
from examples.hikari.moves import SCHEME
from examples.hikari.nodes import node_of, open_one
from examples.hikari.town import CITY, JUNIOR, MIDORI, NAGISA, NATION
from pds.errors import NotFoundError, SignInError
from pds.holders import Control, Role
from pds.identifiers import OrgId, VaultId
from pds.node import Node
from pds.people import Person, accounts


@dataclass(frozen=True, slots=True)
class SignIn:
    """One ready-made sign-in.

    Attributes:
        key: A fixed name for scripts.
        who: For the person who reads the table.
        node: The node whose portal knows it.
    """

    key: str
    who: str
    node: str
    login: str
    password: str

    def to_document(self) -> dict[str, str]:
        """As JSON, for `demo.json`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Staff:
    key: str
    login: str
    name: str
    organisation: OrgId
    position: str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Family:
    """A family member; those of one role sign in in the order in which the roster names them."""

    key: str
    login: str
    name: str
    organisation: OrgId
    children: tuple[str, ...]
    role: Role


_STAFF = (
    _Staff("teacher", "tamura", "田村先生", MIDORI.code, Position.HOMEROOM_TEACHER.value, ("P5-1",)),
    _Staff("other_teacher", "yoshida", "吉田先生", MIDORI.code, Position.HOMEROOM_TEACHER.value, ("P1-1",)),
    _Staff("office", "midori-office", "みどり台小 事務室", MIDORI.code, Position.SCHOOL_OFFICE.value),
    _Staff("nurse", "hoken", "養護の星野先生", MIDORI.code, Position.SCHOOL_NURSE.value),
    _Staff("old_office", "nagisa-office", "なぎさ小 事務室", NAGISA.code, Position.SCHOOL_OFFICE.value),
    _Staff("city_drafter", "city-tokei", "市教委 統計担当", CITY, ownership.OFFICIAL),
    _Staff("city_approver", "city-kacho", "市教委 課長", CITY, ownership.OFFICIAL),
    _Staff("nation_drafter", "nation-tokei", "国 統計担当", NATION, ownership.OFFICIAL),
    _Staff("nation_approver", "nation-kacho", "国 課長", NATION, ownership.OFFICIAL),
)
MINATO, SORA, HANA = "H0001", "H0002", "H0003"
_FAMILIES = (
    _Family("student", "minato", "みなと", MIDORI.code, (MINATO,), Role.STUDENT),
    _Family("guardian", "haruka", "青山はるか", MIDORI.code, (MINATO, HANA), Role.GUARDIAN),
    _Family("other_guardian", "daiki", "青山大樹", MIDORI.code, (MINATO, HANA), Role.GUARDIAN),
    _Family("junior_student", "sora", "そら", JUNIOR.code, (SORA,), Role.STUDENT),
    _Family("junior_guardian", "haruka", "青山はるか", JUNIOR.code, (SORA,), Role.GUARDIAN),
)
_WHO = {
    "student": "児童 みなと（小5）",
    "guardian": "保護者 青山はるか（みなと・はな）",
    "other_guardian": "もう一人の保護者 青山大樹",
    "junior_student": "生徒 そら（中1）",
    "junior_guardian": "保護者 青山はるか（そら）",
    "teacher": "学級担任 田村先生（5年1組）",
    "other_teacher": "学級担任 吉田先生（1年1組）",
    "office": "学校事務（みどり台小）",
    "nurse": "養護教諭（みどり台小）",
    "old_office": "学校事務（なぎさ小）",
    "city_drafter": "市の職員（つくる人）",
    "city_approver": "市の職員（承認する人）",
    "nation_drafter": "国の職員（つくる人）",
    "nation_approver": "国の職員（承認する人）",
}


def draw_passwords() -> dict[str, str]:
    """A fresh password for everybody, to be written down before the first account is made."""
    return {person.key: f"hikari-{secrets.token_hex(6)}" for person in (*_STAFF, *_FAMILIES)}


def listed(passwords: Mapping[str, str]) -> list[SignIn]:
    """Everybody who can sign in, staff first."""
    return [_sign_in(person, passwords) for person in (*_STAFF, *_FAMILIES)]


def officials(passwords: Mapping[str, str]) -> dict[str, tuple[SignIn, SignIn]]:
    """Of nation and city: who drafts a study, and who approves it."""
    by_key = {one.key: one for one in listed(passwords)}
    return {name: (by_key[f"{name}_drafter"], by_key[f"{name}_approver"]) for name in ("nation", "city")}


def make(root: Path, passwords: Mapping[str, str]) -> None:
    """Invite everybody and sign them in for the first time; who has signed in with this password before stays."""
    for staff in _STAFF:
        _employ(root, staff, _sign_in(staff, passwords))
    for family in _FAMILIES:
        _welcome(root, family, _sign_in(family, passwords))


def person_of(node: Node, mine: SignIn) -> Person | None:
    """Whom a sign-in opens; None while there is no such account."""
    try:
        return accounts.sign_in(node, mine.login, mine.password)[0]
    except SignInError:
        return None


def _sign_in(person: _Staff | _Family, passwords: Mapping[str, str]) -> SignIn:
    return SignIn(person.key, _WHO[person.key], node_of(person.organisation), person.login, passwords[person.key])


def _employ(root: Path, person: _Staff, mine: SignIn) -> None:
    with open_one(root, mine.node) as node:
        if person_of(node, mine) is None:
            code = ownership.invite_staff(node, person.organisation, person.name, person.position, person.classes)
            ownership.first_sign_in(node, code, mine.login, mine.password)


def _welcome(root: Path, person: _Family, mine: SignIn) -> None:
    with open_one(root, mine.node) as node:
        for child in person.children:
            vault = node.vaults.find(person.organisation, SCHEME, child)
            if vault is None:
                raise NotFoundError("a child of the family that the demo shows is not at its school")
            known = person_of(node, mine)
            if known is not None and vault in known.vaults:
                continue
            code = ownership.invite_family(node, vault, _holder(node, vault, person))
            if known is None:
                ownership.first_sign_in(node, code, mine.login, mine.password, person.name)
            else:
                ownership.add_child(node, code, accounts.index_of(node, mine.login), mine.password)


def _holder(node: Node, vault: VaultId, person: _Family) -> str:
    """The holder in a child's vault: guardians stand in the order of the roster, whoever has signed in at the end."""
    holders = node.vaults.authorisations(vault).holders
    waiting = [name for name, held in holders.items() if held.role is person.role and held.control is Control.CUSTODIAL]
    return waiting[0]
