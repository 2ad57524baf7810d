"""What an arrived history proved, in the order an office reads it: failed, for people to check, mind, passed.

Pure: from `consent.lifecycle.moving.Arrival` to words. Never: an opened record, a decision to take it in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from consent.lifecycle.moving import AnotherNamed, Arrival
from pds.clock import JAPAN, parse_timestamp
from pds.records import CATEGORIES, Category
from pds.transfer import Subject
from pds.vault import Purpose
from portal.language import Words

Kind = Literal["ng", "wait", "warn"]


@dataclass(frozen=True, slots=True)
class Check:
    """One check that is not simply passed; the fields of the macro `checks`."""

    kind: Kind
    title: str
    badge: str
    text: str = ""
    compare: Sequence[tuple[str, str]] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """All checks of one arrival.

    Attributes:
        open: Failed, for people, and to mind, in this order.
        passed: Title and note.
        kinds: How many records of each kind will open here, in the order of `CATEGORIES`.
        sealed: How many move along without opening here.
        records: How many there are in all, erased ones not counted.
        another: The records or the seat name another child: only a person who has compared may say that it is the same.
        openers: Who has keys to it: who, to what, and whether to what is written from now on.
    """

    open: Sequence[Check]
    passed: Sequence[tuple[str, str]]
    kinds: Mapping[Category, int] = field(default_factory=dict)
    sealed: int = 0
    records: int = 0
    another: bool = False
    openers: Sequence[tuple[str, str, str]] = ()

    def count(self, kind: Kind) -> int:
        """How many checks of a kind there are."""
        return sum(1 for check in self.open if check.kind == kind)

    @property
    def importable(self) -> bool:
        """True when nothing failed."""
        return self.count("ng") == 0


def judge(  # everything a verdict rests on
    words: Words,
    arrival: Arrival,
    offered: Subject,
    sender: str,
    receiver: str,
    edition: int,
    others: Sequence[AnotherNamed] = (),
) -> Verdict:
    """Every check of an arrival that verified.

    Args:
        words: The reader's language.
        arrival: What waits in quarantine.
        offered: Who was announced.
        sender: The old school's name.
        receiver: This school's name.
        edition: The serial of the directory in use.
        others: Where another child is named (`consent.lifecycle.moving.differences`).
    """
    verified = arrival.verified
    records = verified.records - verified.erased
    checks = [_by_hand(words, offered, arrival.subject), *(_another(words, other) for other in others)]
    passed = _passed(words, arrival, sender, receiver, edition)
    if said(words, offered) != said(words, arrival.subject):
        text = words.say("ちがう理由を、送り主に聞いてください。")
        checks.append(
            Check("warn", words.say("はじめの知らせと、届いた記録の氏名などがちがいます"), words.say("注意"), text)
        )
    days = _agreed_on(arrival)
    if days:
        told = " / ".join(words.full_day(day) for day in days)
        passed.append((words.say("家族の同意があります"), words.say("同意した日 %(days)s", days=told)))
    else:
        text = words.say("法律で送る記録だけが開きます。ほかの記録は、封をしたまま移ります。")
        checks.append(Check("warn", words.say("転校で見せることへの、家族の同意がありません"), words.say("注意"), text))
    if verified.erased:
        title = words.say("%(n)s件は、前に消された記録です", n=words.number(verified.erased))
        text = words.say("消したことは、つながりから分かります。中身はありません。")
        checks.append(Check("warn", title, words.say("注意"), text))
    kinds = {category: arrival.kinds[category] for category in CATEGORIES if arrival.kinds.get(category)}
    return Verdict(checks, passed, kinds, records - sum(kinds.values()), records, bool(others))


def failed(words: Words) -> Verdict:
    """What is in quarantine is no longer what was signed: nothing of it may be taken in."""
    text = words.say("署名かつながりが、届いたときと合いません。取り込まず、送り主に知らせてください。")
    return Verdict([Check("ng", words.say("この記録は、たしかめに合格しません"), words.say("不合格"), text)], ())


def said(words: Words, subject: Subject) -> str:
    """Name, birth date and grade of a child in one line."""
    name = f"{subject.family_name or ''} {subject.given_name or ''}".strip() or words.say("氏名の記録なし")
    born = (
        words.say("%(day)s生", day=words.full_day(subject.birth_date))
        if subject.birth_date
        else words.say("生年月日の記録なし")
    )
    parts = [name, born, *([words.grade(subject.grade)] if subject.grade else [])]
    return " / ".join(parts)


def _by_hand(words: Words, offered: Subject, arrived: Subject) -> Check:
    compare = [
        (words.say("はじめの知らせ"), said(words, offered)),
        (words.say("届いた記録"), said(words, arrived)),
    ]
    text = words.say("紙の「転入学通知書」と同じかを、目で確かめます。")
    return Check("wait", words.say("氏名と生年月日を、見くらべてください"), words.say("人が確認"), text, compare)


def _another(words: Words, other: AnotherNamed) -> Check:
    place = {"records": words.say("記録の中の在籍"), "seat": words.say("この学校の席")}[other.where]
    compare = [(words.say("届いた記録"), said(words, other.said)), (place, said(words, other.found))]
    title = words.say("別の人かもしれません。%(place)sの氏名や生年月日がちがいます", place=place)
    text = words.say("書類で確かめてください。ちがう人なら、受け取りません。")
    return Check("wait", title, words.say("人が確認"), text, compare)


def _passed(words: Words, arrival: Arrival, sender: str, receiver: str, edition: int) -> list[tuple[str, str]]:
    events = arrival.verified.authorisations.revision
    return [
        (
            words.say("送り主は、名簿にある学校です"),
            words.say("学校の名簿 第%(edition)s版と一致", edition=words.number(edition)),
        ),
        (
            words.say("電子署名は、%(school)sのものです", school=sender),
            words.say("署名と、名簿にあるカギが一致"),
        ),
        (
            words.say("記録は、書きかえられていません"),
            words.say(
                "記録%(records)s件と許可の履歴%(events)s件が、はじめから終わりまでつながっています",
                records=words.number(arrival.verified.records),
                events=words.number(events),
            ),
        ),
        (words.say("宛先が正しいです"), words.say("宛先 %(school)s", school=receiver)),
        (
            words.say("はじめて受け取るか、前より新しい記録です"),
            words.say("これより新しい記録は、ここにありません"),
        ),
    ]


def _agreed_on(arrival: Arrival) -> list[date]:
    """The days on which the family signed the consent on which more than the statutory part travels."""
    facts = arrival.verified.authorisations
    if facts.move is None or not facts.move.consented:
        return []
    to = {facts.move.to, None}
    names = [c.consent for c in facts.consents.values() if c.purpose == Purpose.TRANSFER and c.recipient in to]
    times = [signature.time for name in names for signature in facts.signatures.get(name, ())]
    return sorted({parse_timestamp(time).astimezone(JAPAN).date() for time in times})
