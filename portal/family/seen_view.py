"""だれが見た as values: lines of the access log in words, grouped by day, counted by who looked. Pure.

Never: what was read, the time of day at which another guardian looked.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby

from consent.decisions import FAMILY
from pds.clock import JAPAN, parse_timestamp
from pds.records import Category, categories_among
from pds.vault import Access, Authorisations, Purpose
from portal.family.consents_view import kind_names
from portal.family.parties import member_name
from portal.language import Words, phrase, vocabulary

_DAY_BEGINS, _DAY_ENDS = 7, 20  # hours in Japan between which staff are usually at work
_REASONS = {
    "this history belongs to another family": phrase("ほかの家庭の人でした"),
    "this student is in none of your classes": phrase("受け持ちの学級ではありません"),
    "the school office or the principal does this": phrase("事務室か校長だけができることです"),
    "some of the requested kinds of record are not open for this purpose": phrase("その種類の記録は見せていません"),
    "this school has no part in this student's history": phrase("在籍している学校ではありません"),
}


class Looker(StrEnum):
    """Who looked, as the page sorts them; a refusal is a kind of its own."""

    SCHOOL = "school"
    OUTSIDE = "out"
    STATISTICS = "stat"
    FAMILY = "mine"
    REFUSED = "no"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or a family member's lines of one day together.

    Attributes:
        at: When, in Japan; for several lines, the last of them.
        shows_time: Whether the reader may see the time of day.
        person: Who looked; empty where only the organisation is known.
        odd: Whether it was outside the usual hours of a school.
    """

    kind: Looker
    at: datetime
    shows_time: bool
    person: str
    place: str
    kinds: frozenset[Category]
    purpose: str
    basis: str
    reason: str
    odd: bool
    times: int = 1

    @property
    def day(self) -> date:
        """The day in Japan."""
        return self.at.date()


@dataclass(frozen=True, slots=True)
class Counted:
    """How often others looked, by kind; `positions` counts the school's by what they are there."""

    by_kind: Mapping[Looker, int]
    positions: Mapping[str, int]

    @property
    def looks(self) -> int:
        """How often somebody outside the family opened something."""
        return sum(self.by_kind.get(kind, 0) for kind in (Looker.SCHOOL, Looker.OUTSIDE))


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who reads the page, and how to call others.

    Attributes:
        me: The holder who reads, and the name their own lines stand under.
        present: Who a holder is now, for those who looked before they signed in.
        name_of: An organisation's name.
    """

    me: str
    my_name: str
    facts: Authorisations
    present: Mapping[str, str]
    name_of: Callable[[str], str]


def lines_of(words: Words, eyes: Eyes, accesses: Iterable[Access]) -> list[Line]:
    """The log in words, newest first; what a family member opened on one day is one line.

    Lines of other family members stand at the end of their day, without a time.
    """
    known = (a.model_copy(update={"actor": eyes.present.get(a.actor, a.actor)}) for a in accesses)
    lines = [_line(words, eyes, access) for access in known]
    together: dict[tuple[object, ...], list[Line]] = {}
    for place, line in enumerate(lines):
        own = line.kind is Looker.FAMILY
        together.setdefault((line.day, line.person) if own else (line.day, place), []).append(line)
    merged = [_merged(group) for group in together.values()]
    return sorted(merged, key=lambda line: (line.day, line.shows_time, line.at), reverse=True)


def by_day(lines: Sequence[Line]) -> list[tuple[date, list[Line]]]:
    """Lines under their days, as sorted."""
    return [(day, list(group)) for day, group in groupby(lines, key=lambda line: line.day)]


def counted(accesses: Iterable[Access], home: str | None) -> Counted:
    """Count lines by who looked; the family's own are counted under their kind."""
    kinds: Counter[Looker] = Counter()
    positions: Counter[str] = Counter()
    for access in accesses:
        kind = kind_of(access, home)
        kinds[kind] += 1
        if kind is Looker.SCHOOL:
            positions[access.position or "organisation"] += 1
    return Counted(kinds, positions)


def kind_of(access: Access, home: str | None) -> Looker:
    """Who looked; `home` is where the student is enrolled now."""
    if access.outcome == "refused":
        return Looker.REFUSED
    if access.organisation is None:
        return Looker.FAMILY
    if access.purpose == Purpose.STATISTICS:
        return Looker.STATISTICS
    return Looker.SCHOOL if access.organisation == home or access.basis.startswith("duty") else Looker.OUTSIDE


def what(words: Words, line: Line) -> str:
    """What was opened, or somebody tried to open."""
    kinds = kind_names(words, line.kinds) if line.kinds else words.say("記録")
    if line.kind is Looker.REFUSED:
        return words.say("%(kinds)sを見ようとして、ことわられた", kinds=kinds)
    if line.kind is Looker.STATISTICS:
        return words.say("%(kinds)sを数に足した", kinds=kinds)
    if line.times > 1:
        return words.say("%(kinds)s(%(times)s回)", kinds=kinds, times=words.number(line.times))
    return kinds


def _line(words: Words, eyes: Eyes, access: Access) -> Line:
    at = parse_timestamp(access.time).astimezone(JAPAN)
    home = eyes.facts.home.id if eyes.facts.home else None
    kind = kind_of(access, home)
    person, place = _who(words, eyes, access, kind)
    staff = access.organisation is not None and kind is not Looker.STATISTICS
    return Line(
        kind=kind,
        at=at,
        shows_time=access.actor == eyes.me or access.actor not in _family(eyes.facts),
        person=person,
        place=place,
        kinds=categories_among(access.categories),
        purpose=vocabulary.purpose(words, access.purpose),
        basis=_basis(words, access, kind),
        reason=words.say(_REASONS[access.reason]) if access.reason in _REASONS else "",
        odd=staff and not _DAY_BEGINS <= at.hour < _DAY_ENDS,
    )


def _who(words: Words, eyes: Eyes, access: Access, kind: Looker) -> tuple[str, str]:
    if access.organisation is None:
        if access.actor == eyes.me:
            return eyes.my_name, words.say("あなた")
        if access.actor not in _family(eyes.facts):
            return words.say("家族ではない人"), words.say("このしくみを使っている人")
        return member_name(words, eyes.facts, eyes.me, access.actor), words.say("家族")
    school = eyes.name_of(access.organisation)
    if kind is Looker.STATISTICS:
        return words.say("統計のしくみ"), school
    if access.person and access.position:
        position = vocabulary.position(words, access.position)
        return access.person, words.say("%(position)s・%(school)s", position=position, school=school)
    return school, words.say("学校のしくみ")


def _family(facts: Authorisations) -> frozenset[str]:
    return frozenset(name for name, admitted in facts.holders.items() if admitted.role in FAMILY)


def _basis(words: Words, access: Access, kind: Looker) -> str:
    if kind is Looker.REFUSED:
        return words.say("見せていません")
    if kind is Looker.FAMILY:
        return words.say("家族")
    if kind is Looker.STATISTICS:
        return words.say("名前は出ません")
    return words.say("同意") if access.basis == "consent" else words.say("学校の仕事")


def _merged(group: Sequence[Line]) -> Line:
    if len(group) == 1:
        return group[0]
    last = max(group, key=lambda line: line.at)
    kinds = frozenset[Category]().union(*(line.kinds for line in group))
    return replace(last, kinds=kinds, odd=False, times=len(group))
