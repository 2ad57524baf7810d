"""Lines: change over terms, at most four series, the change of school marked.

Never: a second axis, or one that begins above 0 without saying so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from portal.charts.change import compared
from portal.charts.drawing import (
    WIDTH,
    DataTable,
    Number,
    cut,
    drawing,
    figure,
    marker,
    number_or_none,
    short,
    spread,
    swatch,
    tag,
    text,
    width_of,
)
from portal.language import Words

MOST_SERIES = 4
_HEIGHT, _LEFT, _TOP, _BOTTOM = 306, 34, 36, 58
_LABELS, _WIDEST = 82, 132  # units kept free at the right for the series' names
_MOST_TICKS = 12


@dataclass(frozen=True, slots=True)
class SchoolTerm:
    """One place on the time axis.

    Attributes:
        name: In full, for the table: 3年 1学期.
        tick: Under the axis: 1.
        group: What neighbours share, under a bracket: 3年.
    """

    name: str
    tick: str
    group: str


@dataclass(frozen=True, slots=True)
class Series:
    """One subject.

    Attributes:
        values: One for each term; None where there is no record, which is a gap in the line.
    """

    name: str
    values: tuple[Number | None, ...]

    @property
    def known(self) -> tuple[tuple[int, float], ...]:
        """The values there are, each with its place."""
        return tuple((place, float(value)) for place, value in enumerate(self.values) if value is not None)


@dataclass(frozen=True, slots=True)
class Break:
    """A change of school.

    Attributes:
        at: The place of the first term at the new school, from 1.
    """

    at: int
    left: str
    joined: str


def lines(
    words: Words,
    uid: str,
    title: str,
    xs: Sequence[SchoolTerm],
    series: Sequence[Series],
    *,
    low: int = 0,
    high: int = 100,
    step: int = 20,
    change: Break | None = None,
    level: int = 2,
) -> Markup:
    """The figure; with fewer than two terms there is no line, only the table.

    Args:
        words: The reader's language.
        uid: Unique on the page, without personal data.
        title: What is shown.
        xs: The terms, in order.
        series: At most 4.
        low: Where the axis begins; anything but 0 is said in a note.
        high: Where it ends.
        step: Between two lines of the grid.
        change: The change of school, if there was one in these terms.
        level: Of the title among the page's headings.

    Raises:
        ValueError: more than 4 series, a series of another length, or a value outside the axis.
    """
    if len(series) > MOST_SERIES:
        raise ValueError(f"a line chart has at most {MOST_SERIES} series")
    if any(len(one.values) != len(xs) for one in series):
        raise ValueError("a series has as many values as there are terms")
    if any(not low <= value <= high for one in series for _, value in one.known):
        raise ValueError("a value lies outside the axis")
    drawable = len(xs) > 1 and any(one.known for one in series)
    notes = []
    if low:
        notes.append(words.say("たての目もりは%(low)sから始まります。", low=words.number(low)))
    if change:
        notes.append(words.say("点線のところで学校がかわりました。"))
    table = DataTable(
        words.say("学期ごとの達成度(%%)"),
        (words.say("学期"), *(one.name for one in series)),
        tuple(
            (term.name, *(number_or_none(words, one.values[place]) for one in series)) for place, term in enumerate(xs)
        ),
    )
    body = Markup()
    if drawable:
        axis = _Axis(low, high, step, len(xs), _room(words, series))
        desc = " ".join([*_described(words, xs, series, change), *notes])
        body = drawing(uid, title, desc, _parts(words, axis, xs, series, change), kind="lines", height=_HEIGHT)
    return figure(
        words,
        uid,
        title=title,
        finding=compared(words, [one.known[-1][1] - one.known[0][1] for one in series if len(one.known) > 1]),
        body=body,
        legend=_legend(series) if drawable else (),
        notes=notes if drawable else (),
        tables=[table],
        level=level,
    )


def _described(words: Words, xs: Sequence[SchoolTerm], series: Sequence[Series], change: Break | None) -> Iterator[str]:
    yield words.say("%(first)sから%(last)sまでの%(count)s学期です。", first=xs[0].name, last=xs[-1].name, count=len(xs))
    if change:
        yield words.say(
            "%(term)sから、%(left)sから%(joined)sへ学校がかわりました。",
            term=xs[change.at].name,
            left=change.left,
            joined=change.joined,
        )
    for one in series:
        if one.known:
            first, last = one.known[0][1], one.known[-1][1]
            yield words.say(
                "%(subject)sは%(first)sから%(last)sです。",
                subject=one.name,
                first=words.number(first),
                last=words.number(last),
            )
        if len(one.known) < len(xs):
            yield words.say(
                "%(subject)sは、%(count)s学期の記録がありません。", subject=one.name, count=len(xs) - len(one.known)
            )


@dataclass(frozen=True, slots=True)
class _Axis:
    """Where a term and a value stand."""

    low: int
    high: int
    step: int
    count: int
    room: float

    def x(self, place: float) -> float:
        return _LEFT + 8 + (WIDTH - _LEFT - self.room - 12) * place / (self.count - 1)

    def y(self, value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (self.high - value) / (self.high - self.low)


def _label(words: Words, one: Series) -> str:
    value = words.number(one.known[-1][1])
    whole = f"{one.name} {value}"
    return whole if width_of(whole) + 16 <= _WIDEST else value  # the legend has the name


def _room(words: Words, series: Sequence[Series]) -> float:
    return max([_LABELS, *(width_of(_label(words, one)) + 16 for one in series if one.known)])


def _parts(
    words: Words, axis: _Axis, xs: Sequence[SchoolTerm], series: Sequence[Series], change: Break | None
) -> list[Markup]:
    right, floor = WIDTH - axis.room, _HEIGHT - _BOTTOM
    parts = []
    for value in range(axis.low, axis.high + 1, axis.step):
        y = axis.y(value)
        parts.append(tag("line", class_="ch-grid", x1=_LEFT, y1=y, x2=right + 4, y2=y))
        parts.append(text(words.number(value), "ch-tick", _LEFT - 6, y + 4.5, "end"))
    if change:
        x = (axis.x(change.at - 1) + axis.x(change.at)) / 2
        parts.append(tag("line", class_="ch-break", x1=x, y1=_TOP - 18, x2=x, y2=floor + 6))
        parts.append(text(cut(change.left, x - 5), "ch-note", x - 5, _TOP - 9, "end"))
        parts.append(text(cut(change.joined, WIDTH - x - 6), "ch-note", x + 6, _TOP - 9))
    parts += _ticks(axis, xs, floor)
    for number, one in enumerate(series):
        parts += _line(axis, number, one)
    return [*parts, *_labels(words, axis, series)]


def _ticks(axis: _Axis, xs: Sequence[SchoolTerm], floor: float) -> Iterator[Markup]:
    if len(xs) <= _MOST_TICKS:
        for place, term in enumerate(xs):
            yield text(term.tick, "ch-tick", axis.x(place), floor + 20, "middle")
    starts = [place for place, term in enumerate(xs) if place == 0 or term.group != xs[place - 1].group]
    for start, end in pairwise([*starts, len(xs)]):
        x1, x2 = axis.x(start) - 9, axis.x(end - 1) + 9
        yield tag("line", class_="ch-axis", x1=x1, y1=floor + 28, x2=x2, y2=floor + 28)
        yield text(xs[start].group, "ch-tick", (x1 + x2) / 2, floor + 45, "middle")


def _line(axis: _Axis, number: int, one: Series) -> Iterator[Markup]:
    places = [(place, axis.x(place), axis.y(value)) for place, value in one.known]
    gaps = [0, *(i for i in range(1, len(places)) if places[i][0] != places[i - 1][0] + 1), len(places)]
    for start, end in pairwise(gaps):
        if end - start > 1:
            points = " ".join(f"{short(x)},{short(y)}" for _, x, y in places[start:end])
            yield tag("polyline", class_=f"ch-line ch-line--{number + 1}", points=points)
    for _, x, y in places:
        yield marker(number, x, y, f"ch-mark ch-mark--{number + 1}")


def _labels(words: Words, axis: _Axis, series: Sequence[Series]) -> Iterator[Markup]:
    named = [(number, one) for number, one in enumerate(series) if one.known]
    marks = [axis.y(one.known[-1][1]) for _, one in named]
    x = axis.x(axis.count - 1) + 16
    for (number, one), mark, place in zip(named, marks, spread(marks), strict=True):
        yield tag("line", class_="ch-leader", x1=axis.x(one.known[-1][0]) + 6, y1=mark, x2=x - 3, y2=place)
        yield text(_label(words, one), f"ch-label ch-ink--{number + 1}", x, place + 5)


def _legend(series: Sequence[Series]) -> list[Markup]:
    return [
        swatch(
            one.name,
            tag("path", class_=f"ch-line ch-line--{number + 1}", d="M1 8h26"),
            marker(number, 14, 8, f"ch-mark ch-mark--{number + 1}", 4.8),
        )
        for number, one in enumerate(series)
    ]
