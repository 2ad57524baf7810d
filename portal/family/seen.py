"""だれが見た: who opened the child's history, when, what for, on which basis; refused attempts; the list as a file.

Never: what was read, a line of another child.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from fastapi import APIRouter
from fastapi.responses import Response

from consent.decisions import present_holders
from pds.clock import JAPAN, parse_timestamp, school_year
from pds.export import csv_table
from pds.records import Category
from pds.vault import Access, VaultReader
from portal.family.child import Child, find_child
from portal.family.frame import WEEK, family_frame, note_seen
from portal.family.giving import own_keys
from portal.family.seen_view import Counted, Eyes, Line, Looker, by_day, counted, kind_of, lines_of, what
from portal.language import Words, vocabulary
from portal.web import Asked, Family

router = APIRouter()
_MOST = 200  # lines opened for one page
_NUMBER = re.compile(r"[0-9]{1,9}")
_PERIODS = ("week", "month", "year", "all")
_WHO: Mapping[str, frozenset[Looker]] = MappingProxyType(
    {
        "school": frozenset({Looker.SCHOOL}),
        "outside": frozenset({Looker.OUTSIDE}),
        "family": frozenset({Looker.FAMILY}),
        "statistics": frozenset({Looker.STATISTICS}),
        "refused": frozenset({Looker.REFUSED}),
    }
)
_WHAT: Mapping[str, frozenset[Category]] = MappingProxyType(
    {
        "learning": frozenset(
            {Category.TEST_RESULT, Category.GRADE_EVALUATION, Category.DRILL_LOG, Category.REFLECTION}
        ),
        "health": frozenset(
            {
                Category.ATTENDANCE,
                Category.HEALTH_OBSERVATION,
                Category.NURSE_OFFICE_VISIT,
                Category.HEALTH_EXAMINATION,
            }
        ),
        "mood": frozenset({Category.MOOD_WEATHER}),
    }
)


@dataclass(frozen=True, slots=True)
class SeenFilter:
    """What the reader wants to see; unknown values of an address are the defaults.

    Attributes:
        before: Only lines up to this number of the log; 0 for the newest.
    """

    period: str
    who: str
    kind: str
    before: int

    def keeps(self, access: Access, home: str | None) -> bool:
        """True for a line that passes both choices."""
        who, kinds = _WHO.get(self.who), _WHAT.get(self.kind)
        return (who is None or kind_of(access, home) in who) and (
            kinds is None or not kinds.isdisjoint(access.categories)
        )


@router.get("/child/{child}/seen")
def seen_page(
    asked: Family, child: str, period: str = "week", who: str = "all", kind: str = "all", before: str = ""
) -> Response:
    """The log of a period, newest first, with the count of the last seven days above it."""
    about, words, now = find_child(asked, child), asked.words, asked.node.clock.now()
    chosen = _filter(period, who, kind, before)
    with asked.reading(about.vault, Category.ENROLLMENT_INFO) as reader:
        note_seen(asked, about.vault, reader)
        home = reader.authorisations.home.id if reader.authorisations.home else None
        week = _all_since(reader, now - WEEK)
        found, older = _back(reader, _since(chosen.period, now), chosen.before)
        eyes = _eyes(asked, about, reader)
    kept = [access for access in found if chosen.keeps(access, home)]
    days = by_day(lines_of(words, eyes, kept))
    return asked.render(
        "family/seen.html",
        frame=family_frame(asked, about, "seen"),
        child=about,
        chosen=chosen,
        periods=_periods(words),
        whos=_whos(words),
        whats=_whats(words),
        summary=_summary(words, counted(week, home)),
        today=now.astimezone(JAPAN).date(),
        looks=words.number(counted(week, home).looks),
        days=[(words.day(day), day, [(line, what(words, line)) for line in lines]) for day, lines in days],
        older=older,
    )


@router.get("/child/{child}/seen/list")
def save(asked: Family, child: str, period: str = "week", who: str = "all", kind: str = "all") -> Response:
    """The lines of a period as a CSV file; its name says nothing of a person."""
    about, words = find_child(asked, child), asked.words
    chosen = _filter(period, who, kind, "")
    with asked.reading(about.vault, Category.ENROLLMENT_INFO) as reader:
        home = reader.authorisations.home.id if reader.authorisations.home else None
        found, _ = _back(reader, _since(chosen.period, asked.node.clock.now()), 0, most=reader.log_length)
        eyes = _eyes(asked, about, reader)
    lines = lines_of(words, eyes, [access for access in found if chosen.keeps(access, home)])
    headers = {"Content-Disposition": 'attachment; filename="access-log.csv"'}
    return Response(_table(words, lines), media_type="text/csv; charset=utf-8", headers=headers)


def _filter(period: str, who: str, kind: str, before: str) -> SeenFilter:
    return SeenFilter(
        period=period if period in _PERIODS else _PERIODS[0],
        who=who if who in _WHO else "all",
        kind=kind if kind in _WHAT else "all",
        before=int(before) if _NUMBER.fullmatch(before) else 0,
    )


def _since(period: str, now: datetime) -> datetime:
    year = now.astimezone(JAPAN).date()
    begin = {
        "week": now - WEEK,
        "month": now - timedelta(days=30),
        "year": datetime(school_year(year), 4, 1, tzinfo=JAPAN),
    }
    return begin.get(period, datetime.min.replace(tzinfo=JAPAN) + timedelta(days=1))


def _back(reader: VaultReader, since: datetime, before: int, most: int = _MOST) -> tuple[list[Access], int]:
    """The lines of a period, newest first, and up to which line it goes on; 0 when there are no older ones.

    The log is opened from its end: a line's time is known only once it is open.
    """
    until = min(before or reader.log_length, reader.log_length)
    start = max(0, until - most)
    opened = list(reader.access_log(start, until))
    found = [access for access in reversed(opened) if parse_timestamp(access.time) >= since]
    return found, start if start and len(found) == len(opened) else 0


def _all_since(reader: VaultReader, since: datetime) -> list[Access]:
    """Every line since a moment, however many there are."""
    most = _MOST
    while True:
        found, older = _back(reader, since, 0, most)
        if not older:
            return found
        most *= 4


def _eyes(asked: Asked, about: Child, reader: VaultReader) -> Eyes:
    me, name = own_keys(asked).id, asked.person.name or about.name
    present = present_holders(asked.node, about.vault)
    return Eyes(me, name, reader.authorisations, present, asked.node.name_of)


def _summary(words: Words, count: Counted) -> list[tuple[str, str, str, str]]:
    positions = words.say("・").join(
        words.say("%(position)s%(times)s", position=vocabulary.position(words, name), times=words.number(times))
        for name, times in sorted(count.positions.items(), key=lambda item: (-item[1], item[0]))
    )
    times = {kind: words.say("%(n)s回", n=words.number(count.by_kind.get(kind, 0))) for kind in Looker}
    return [
        ("school", times[Looker.SCHOOL], words.say("学校"), positions),
        ("out", times[Looker.OUTSIDE], words.say("学校の外"), words.say("同意のある相手")),
        ("stat", times[Looker.STATISTICS], words.say("統計に協力"), words.say("名前は出ません")),
        ("stop", times[Looker.REFUSED], words.say("ことわりました"), words.say("許可がなかったため")),
    ]


def _periods(words: Words) -> list[tuple[str, str]]:
    names = (words.say("この7日間"), words.say("この30日間"), words.say("今年度"), words.say("すべて"))
    return list(zip(_PERIODS, names, strict=True))


def _whos(words: Words) -> list[tuple[str, str]]:
    return [
        ("all", words.say("全員")),
        ("school", words.say("学校")),
        ("outside", words.say("学校の外")),
        ("family", words.say("家族")),
        ("statistics", words.say("統計")),
        ("refused", words.say("ことわった人")),
    ]


def _whats(words: Words) -> list[tuple[str, str]]:
    return [
        ("all", words.say("すべて")),
        ("learning", words.say("学習")),
        ("health", words.say("出欠・健康")),
        ("mood", words.say("心の天気")),
    ]


def _table(words: Words, lines: Sequence[Line]) -> bytes:
    heading = [
        words.say("日"),
        words.say("時刻"),
        words.say("見た人"),
        words.say("所属"),
        words.say("見たもの"),
        words.say("何のために"),
        words.say("根拠"),
    ]
    return csv_table(heading, [_row(words, line) for line in lines])


def _row(words: Words, line: Line) -> list[str]:
    time = f"{line.at:%H:%M}" if line.shows_time else ""
    return [line.day.isoformat(), time, line.person, line.place, what(words, line), line.purpose, line.basis]
