"""Who can open a history, and who has become known to it of late: read off its chain, for the family and for an office.

Pure. Never: who deserves keys (`keyholders`), a key, a name.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from consent.decisions.decision import ALL
from pds.clock import parse_timestamp
from pds.holders import Control, Role
from pds.identifiers import is_org_id
from pds.records import Category, categories_among
from pds.vault import LOG, ROOT, Authorisations, HolderChange

TOLD_FOR = timedelta(days=14)  # who became known, or has new keys, is told of on the family's pages for so long
_ORDER = (Role.STUDENT, Role.GUARDIAN, Role.ORGANISATION, Role.RECOVERY, None)


@dataclass(frozen=True, slots=True)
class Opener:
    """Somebody with keys to a history.

    Attributes:
        holder: The name they have now; whoever had other keys before is one with who followed.
        role: What they are to the student; None for somebody whom the history has never admitted.
        control: Who can use their keys; None where the history never admitted them as somebody.
        kinds: What they open.
        log: Whether they read who looked.
        lasting: Whether they open what is being written now; else only what was written before.
    """

    holder: str
    role: Role | None
    control: Control | None
    kinds: frozenset[Category]
    log: bool
    lasting: bool


def openers(facts: Authorisations) -> list[Opener]:
    """Everybody whom the chain names with keys: the family, organisations, recovery, and whoever else."""
    opens: dict[str, set[str]] = {}
    lasting: set[str] = set()
    for (epoch, holder, _), wrap in facts.wraps.items():
        name = facts.present_name(holder)
        opens.setdefault(name, set()).update(wrap.opens)
        if epoch == facts.epoch:
            lasting.add(name)
    found = [_opener(facts, holder, names, lasting=holder in lasting) for holder, names in opens.items()]
    return sorted(found, key=lambda one: (_ORDER.index(one.role), not one.lasting, one.holder))


def newcomers(facts: Authorisations, now: datetime) -> list[HolderChange]:
    """Who became known to the vault, or took somebody's place, within `TOLD_FOR`; not who was there from the start."""
    first = min((change.seq for change in facts.changes_of_holders), default=0)
    return [
        change
        for change in facts.changes_of_holders
        if change.seq > first
        and change.admitted.role is not Role.RECOVERY
        and facts.present_name(change.admitted.holder.id) == change.admitted.holder.id
        and now - parse_timestamp(change.time) <= TOLD_FOR
    ]


def _opener(facts: Authorisations, holder: str, names: set[str], *, lasting: bool) -> Opener:
    known = facts.holders.get(holder)
    school = Role.ORGANISATION if is_org_id(holder) else None  # where a history lived is not always among its holders
    return Opener(
        holder=holder,
        role=known.role if known is not None else school,
        control=known.control if known is not None else None,
        kinds=ALL if ROOT in names else categories_among(names - {LOG}),
        log=bool(names & {LOG, ROOT}),
        lasting=lasting,
    )
