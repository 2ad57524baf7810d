"""見せる相手 as values: what waits for an answer, what is shared, what is over, in words.

Never: a decision about who may (`consent.decisions`), another guardian's time of day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from consent.decisions import ALL, Consented, ConsentState, Position, opened_by, readable
from pds.clock import parse_timestamp
from pds.node import Node
from pds.records import CATEGORIES, Category
from pds.vault import Authorisations, ConsentTerms, Purpose, Signature
from portal.family.parties import member_name, organisation_kind
from portal.language import Words, vocabulary

_SOON = 60  # days before the end from which the page draws the eye to it
_LAW = (
    Position.HOMEROOM_TEACHER,
    Position.SUBJECT_TEACHER,
    Position.SCHOOL_NURSE,
    Position.PRINCIPAL,
    Position.VICE_PRINCIPAL,
    Position.SCHOOL_OFFICE,
    Position.SCHOOL_COUNSELOR,
)


@dataclass(frozen=True, slots=True)
class ConsentItem:
    """One consent as the page shows it.

    Attributes:
        to: Whom the records are shown to; `to_is` what that is.
        kinds: What is shown; `others` what is not.
        left: How many days it goes on; empty without a last day.
        parties: Who signed and who has not, for the macro `both_parents`.
        mine: Whether it waits for the reader's own signature.
        signed: The day on which the reader signed; empty if not.
        number: As the receipt prints it.
        signed_at: When it was signed last: a moment where that was the reader in the
            portal, a day where it was another or on paper.
    """

    consent: str
    state: ConsentState
    said: str
    to: str
    to_is: str
    kinds: str
    others: str
    purpose: str
    until: str
    left: str
    soon: bool
    parties: Sequence[tuple[str, str, str, str]]
    mine: bool
    signed: str
    answer_by: str
    number: str
    signed_at: str
    ended: str


@dataclass(frozen=True, slots=True)
class Lists:
    """What the page is made of: to answer, waiting for others, shared, over, and all of them; the latest first."""

    asked: Sequence[ConsentItem]
    waiting: Sequence[ConsentItem]
    shared: Sequence[ConsentItem]
    over: Sequence[ConsentItem]
    every: Sequence[ConsentItem]

    @property
    def latest(self) -> ConsentItem | None:
        """The latest of all; its receipt stands on the page."""
        return self.every[0] if self.every else None


def lists(words: Words, node: Node, facts: Authorisations, me: str, past: Iterable[Consented]) -> Lists:
    """Sort a vault's consents for one reader.

    Args:
        words: The reader's language.
        node: For the names of schools and the day.
        facts: The vault's authorisations.
        me: The holder who reads.
        past: All consents, the latest first.
    """
    items = [item_of(words, node, facts, me, one) for one in past]
    return Lists(
        asked=[item for item in items if item.state is ConsentState.WAITING and item.mine],
        waiting=[item for item in items if item.state is ConsentState.WAITING and not item.mine],
        shared=[item for item in items if item.state in (ConsentState.ACTIVE, ConsentState.COMING)],
        over=[item for item in items if item.state in (ConsentState.ENDED, ConsentState.EXPIRED, ConsentState.LAPSED)],
        every=items,
    )


def item_of(words: Words, node: Node, facts: Authorisations, me: str, past: Consented) -> ConsentItem:
    """One consent for one reader."""
    terms, today = past.terms, node.today()
    shown = kinds_of(terms)
    last = past.signatures[-1]
    left = (terms.valid_until - today).days if terms.valid_until else None
    mine = [signature for signature in past.signatures if signature.holder == me]
    return ConsentItem(
        consent=past.consent,
        state=past.state,
        said=_said(words, past),
        to=recipient_name(words, node, terms.purpose, terms.recipient),
        to_is=organisation_kind(words, node, terms.recipient) if terms.recipient else "",
        kinds=kind_names(words, shown),
        others=kind_names(words, ALL - shown),
        purpose=purpose_name(words, terms.purpose),
        until=words.full_day(terms.valid_until) if terms.valid_until else words.say("やめるまで"),
        left="" if left is None or left < 0 else words.say("あと%(days)s日", days=words.number(left)),
        soon=left is not None and left <= _SOON,
        parties=_parties(words, facts, me, past),
        mine=me in past.missing,
        signed=words.day(mine[-1].day) if mine else "",
        answer_by=words.day(past.answer_by) if past.answer_by else "",
        number=number_of("CR", past.consent),
        signed_at=_moment(words, last, exactly=last.holder == me and not last.on_paper),
        ended=words.full_day(past.ended.day) if past.ended else "",
    )


def kinds_of(terms: ConsentTerms) -> frozenset[Category]:
    """The kinds of record a consent is about: the named ones, or all that its purpose allows."""
    if terms.purpose == Purpose.TEACHING:
        return opened_by(terms)
    return frozenset(terms.categories) or ALL


def kind_names(words: Words, kinds: Iterable[Category]) -> str:
    """Kinds of record in words, in the order in which they are declared; those of a newer program in one word."""
    chosen = frozenset(kinds)
    if chosen == ALL:
        return words.say("すべての種類")
    ordered = [kind for kind in CATEGORIES if kind in chosen] + sorted(chosen - ALL)[:1]
    return words.say("、").join(vocabulary.category(words, kind) for kind in ordered)


def purpose_name(words: Words, purpose: str) -> str:
    """What a consent is for, in a family's words."""
    purposes = {
        Purpose.TEACHING.value: words.say("学習の支援"),
        Purpose.TRANSFER.value: words.say("次の学校への引きつぎ"),
        Purpose.STATISTICS.value: words.say("統計"),
    }
    return purposes.get(purpose, purpose)


def recipient_name(words: Words, node: Node, purpose: str, recipient: str | None) -> str:
    """Whom a consent names; in words where it names no organisation."""
    if recipient is not None:
        return node.name_of(recipient)
    return words.say("市と国の統計") if purpose == Purpose.STATISTICS else words.say("次の学校")


def number_of(kind: str, identifier: str) -> str:
    """A number to ask with, short enough to read aloud: CR-7F3A-92BD."""
    plain = identifier.replace("-", "")[:8].upper()
    return f"{kind}-{plain[:4]}-{plain[4:]}"


def by_law(words: Words) -> list[tuple[str, str]]:
    """Who in the school of enrolment opens which kinds without asking, as the matrix has it."""
    return [
        (vocabulary.position(words, position), kind_names(words, readable(position)))
        for position in _LAW
        if readable(position)
    ]


def until_choices(words: Words, today: date, ends: Sequence[date]) -> list[tuple[str, str, str]]:
    """Last days to choose from, for the macro `choices`: the shortest first."""
    days = sorted({day for day in ends if day > today})
    note = words.say("短いほうを、はじめにえらんであります")
    return [
        (day.isoformat(), words.say("%(day)sまで", day=words.full_day(day)), note if place == 0 else "")
        for place, day in enumerate(days)
    ]


def _parties(words: Words, facts: Authorisations, me: str, past: Consented) -> list[tuple[str, str, str, str]]:
    done = [
        ("done", member_name(words, facts, me, one.holder), words.say("同意しました"), words.day(one.day))
        for one in past.signatures
    ]
    missing = sorted(past.missing, key=lambda holder: (holder != me, holder))
    return [*done, *(("now", member_name(words, facts, me, holder), words.say("まだです"), "") for holder in missing)]


def _said(words: Words, past: Consented) -> str:
    said = {
        ConsentState.WAITING: words.say("お返事を待っています"),
        ConsentState.LAPSED: words.say("お返事がそろわず、終わりました"),
        ConsentState.COMING: words.say("これから始まります"),
        ConsentState.ACTIVE: words.say("見せています"),
        ConsentState.EXPIRED: words.say("期限が来て終わりました"),
        ConsentState.ENDED: words.say("やめました"),
    }
    return said[past.state]


def _moment(words: Words, signed: Signature, *, exactly: bool) -> str:
    """Guardians see each other's dates, and no time of day (portal brief, section 12); a paper has none."""
    return words.moment(parse_timestamp(signed.time)) if exactly else words.full_day(signed.day)
