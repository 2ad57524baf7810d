"""Attendance: month grids, a glyph of its own for each status.

Never: colour alone, or a day without a record as one of presence.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from markupsafe import Markup

from portal.charts.drawing import DataTable, drawing, figure, joined, short, swatch, tag, text
from portal.language import Words

Status = Literal["present", "late", "absent", "suspended"]  # late: late or left early; suspended: with 忌引
_ORDER: tuple[Status, ...] = ("present", "late", "absent", "suspended")
_CODES = {"present": "p", "late": "l", "absent": "a", "suspended": "s", "none": "h"}
_CELL, _GAP, _SIDE, _TOP = 24, 3, 2, 24
_SCHOOL_WEEK, _ROWS = 5, 5


@dataclass(frozen=True, slots=True)
class Day:
    """One day with a record.

    Attributes:
        said: The status with its reason, as the table has it: 欠席(発熱).
        writer: Who reported or wrote it, as the table has it.
    """

    day: date
    status: Status
    said: str
    writer: str


def attendance(words: Words, uid: str, title: str, days: Sequence[Day], *, level: int = 2) -> Markup:
    """The figure: every month from the first record to the last, the sums, and the days that were not simply present.

    Args:
        words: The reader's language.
        uid: Unique on the page, without personal data.
        title: What is shown.
        days: At most one for each day; in any order.
        level: Of the title among the page's headings.

    Raises:
        ValueError: a day stands twice.
    """
    by_day = {day.day: day for day in days}
    if len(by_day) != len(days):
        raise ValueError("a day has one status")
    months = list(_months(by_day))
    columns = max([_SCHOOL_WEEK, *(day.weekday() + 1 for day in by_day)])
    counts = {month: Counter(day.status for day in days if day.day.replace(day=1) == month) for month in months}
    total: Counter[Status] = Counter(day.status for day in days)
    grids = (
        tag(
            "div",
            tag(f"h{level + 1}", words.month(month), class_="mk-cal__h")
            + _month(words, f"{uid}-{month:%Y-%m}", month, by_day, columns=columns, counts=counts[month]),
            class_="mk-cal__m",
        )
        for month in months
    )
    sums = tag("dl", joined(_sum(words, status, total[status]) for status in _ORDER), class_="mk-cal__sum")
    return figure(
        words,
        uid,
        title=title,
        finding=_counted(words, total) if days else words.say("出欠の記録は、まだありません。"),
        body=tag("div", joined(grids), class_="mk-cal") + sums if days else Markup(),
        legend=_legend(words) if days else (),
        tables=[_by_month(words, counts), _not_present(words, days)],
        level=level,
    )


def _names(words: Words) -> dict[Status, str]:
    return {
        "present": words.say("出席"),
        "late": words.say("遅刻・早退"),
        "absent": words.say("欠席"),
        "suspended": words.say("出席停止・忌引"),
    }


def _counted(words: Words, counts: Counter[Status]) -> str:
    if not counts:
        return words.say("出欠の記録は、ありません。")
    return words.say(
        "出席は%(present)s日、遅刻・早退は%(late)s日、欠席は%(absent)s日、出席停止・忌引は%(suspended)s日です。",
        present=counts["present"],
        late=counts["late"],
        absent=counts["absent"],
        suspended=counts["suspended"],
    )


def _months(days: dict[date, Day]) -> Iterator[date]:
    if not days:
        return
    month, last = min(days).replace(day=1), max(days)
    while month <= last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def _month(
    words: Words, uid: str, month: date, days: dict[date, Day], *, columns: int, counts: Counter[Status]
) -> Markup:
    monday = month - timedelta(days=month.weekday())
    week = [monday + timedelta(days=column) for column in range(columns)]
    parts = [text(words.weekday(day), "ch-tick", _left(day) + _CELL / 2, 15, "middle") for day in week]
    shown = [day for day in _days(month) if day.weekday() < columns]
    first = shown[0] - timedelta(days=shown[0].weekday())
    for day in shown:
        row = (day - first).days // 7
        status = days[day].status if day in days else "none"
        parts += _cell(status, _left(day), _TOP + row * (_CELL + _GAP))
    rows = max(_ROWS, (shown[-1] - first).days // 7 + 1)
    width = 2 * _SIDE + columns * (_CELL + _GAP) - _GAP
    title = words.say("%(month)sの出欠", month=words.month(month))
    return drawing(
        uid, title, _counted(words, counts), parts, kind="month", height=_TOP + rows * (_CELL + _GAP), width=width
    )


def _days(month: date) -> Iterator[date]:
    day = month
    while day.month == month.month:
        yield day
        day += timedelta(days=1)


def _left(day: date) -> float:
    return _SIDE + day.weekday() * (_CELL + _GAP)


def _cell(status: str, x: float, y: float) -> list[Markup]:
    code, middle, centre = _CODES[status], x + _CELL / 2, y + _CELL / 2
    box = tag("rect", class_=f"cal cal--{code}", x=float(x), y=float(y), width=_CELL, height=_CELL, rx=5)
    glyph = {
        "p": tag("circle", class_="cal-g cal-g--p", cx=middle, cy=centre, r=3.4),
        "a": _path("a", f"M{short(middle - 5)} {short(centre - 5)}l10 10m0-10l-10 10"),
        "l": _path("l", f"M{short(middle - 6)} {short(centre + 5)}l6 -11l6 11Z"),
        "s": _path("s", f"M{short(middle - 6)} {short(centre - 3)}h12m-12 6h12"),
        "h": Markup(),
    }
    return [box, glyph[code]]


def _path(code: str, d: str) -> Markup:
    return tag("path", class_=f"cal-g cal-g--{code}", d=d)


def _sum(words: Words, status: Status, count: int) -> Markup:
    number = tag("b", words.number(count))
    return tag("div", tag("dt", _names(words)[status]) + tag("dd", number + words.say("日")))


def _legend(words: Words) -> list[Markup]:
    names: list[tuple[str, str]] = [*_names(words).items(), ("none", words.say("休み・記録なし"))]
    return [swatch(name, *_cell(status, 0, 0), square=True) for status, name in names]


def _by_month(words: Words, counts: dict[date, Counter[Status]]) -> DataTable:
    names = _names(words)
    none = words.say("記録なし")
    rows = tuple(
        (words.month(month), *(words.number(of[status]) if of else none for status in _ORDER))
        for month, of in counts.items()
    )
    return DataTable(words.say("月ごとの日数"), (words.say("月"), *(names[status] for status in _ORDER)), rows)


def _not_present(words: Words, days: Sequence[Day]) -> DataTable:
    rows = tuple(
        (words.day(day.day), day.said, day.writer)
        for day in sorted(days, key=lambda day: day.day)
        if day.status != "present"
    )
    columns = (words.say("日"), words.say("区分"), words.say("書いた人"))
    return DataTable(words.say("欠席・遅刻・早退・出席停止の日"), columns, rows, numeric=False)
