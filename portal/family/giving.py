"""Giving a consent in the portal: the form's values checked by hand, the password asked once more, then the act.

Never: a rule about whose signatures are needed (`consent.decisions.signatures`), a page.
"""

from dataclasses import dataclass, field
from datetime import date

from consent.decisions import Position, may_give, readable, rules
from pds.clock import school_year
from pds.holders import SecretHolder
from pds.identifiers import OrgId, VaultId
from pds.node import Node
from pds.records import CATEGORIES, Category
from pds.vault import Purpose
from portal.language import Words
from portal.web import Asked, NoSuchPageError


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says so far; a page shows it again when something is wrong with it.

    Attributes:
        errors: By field, in the order of the page.
    """

    to: str = ""
    kinds: frozenset[str] = frozenset()
    until: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def own_keys(asked: Asked) -> SecretHolder:
    """The keys of the member of the family who asks. Raises NoSuchPageError for anybody else."""
    if asked.person.holder is None:
        raise NoSuchPageError("a page for families")
    return asked.person.holder


def decides(asked: Asked, vault: VaultId) -> bool:
    """True for who decides for the child, and so ends what stands; not for who only looks after it."""
    return asked.node.vaults.authorisations(vault).holders[own_keys(asked).id].may_sign


def may_sign(asked: Asked, vault: VaultId, purpose: Purpose) -> bool:
    """True when the member of the family who asks may give consent for a purpose."""
    facts = asked.node.vaults.authorisations(vault)
    return may_give(rules(asked.node), facts, own_keys(asked).id, purpose)


def offered_kinds() -> list[Category]:
    """The kinds a guardian may show to another organisation: those that guardians read themselves."""
    return [kind for kind in CATEGORIES if kind in readable(Position.GUARDIAN)]


def recipients_of(node: Node, home: str | None) -> list[tuple[str, str]]:
    """Whom records may be shown to, with names: schools and boards of the directory but the child's own school."""
    entries = node.directory.entries.values()
    known = [(entry.org, node.name_of(entry.org)) for entry in entries if entry.kind != "nation" and entry.org != home]
    return sorted(known, key=lambda entry: entry[1])


def ends_of(today: date) -> list[date]:
    """Last days to choose from: in 30 days, in 90 days, and at the end of the school year."""
    year_end = date(school_year(today) + 1, 3, 31)
    near = [date.fromordinal(today.toordinal() + days) for days in (30, 90)]
    return sorted({*near, year_end})


def check(words: Words, wanted: Wanted, node: Node, home: str | None) -> dict[str, str]:
    """What is wrong with a form, by field."""
    errors: dict[str, str] = {}
    if wanted.to not in {org for org, _ in recipients_of(node, home)}:
        errors["to"] = words.say("見せる相手をえらんでください。")
    if not wanted.kinds or not wanted.kinds <= {kind.value for kind in offered_kinds()}:
        errors["kinds"] = words.say("見せるものを、1つ以上えらんでください。")
    if wanted.until not in {day.isoformat() for day in ends_of(node.today())}:
        errors["until"] = words.say("いつまでかをえらんでください。")
    return errors


def terms_of(wanted: Wanted) -> tuple[OrgId, list[Category], date]:
    """What a checked form agrees to."""
    return OrgId(wanted.to), [Category(kind) for kind in sorted(wanted.kinds)], date.fromisoformat(wanted.until)
