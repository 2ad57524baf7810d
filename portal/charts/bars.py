"""Bars: groups with their uncertainty, in the order they come in.

Never: a value without its error, or an order by noisy values.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from portal.charts.drawing import WIDTH, DataTable, drawing, figure, short, tag, text
from portal.language import Words, phrase

_LEFT, _RIGHT, _TOP, _ROW, _FOOT = 4.0, 12.0, 26.0, 46.0, 30.0
_STEPS = (1, 2, 2.5, 5, 10)
_PERCENT, _GRID = 100, 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One group, as the noise left it.

    Attributes:
        value: None where nothing can be said.
        error: Half the width of its 95 % interval, 0 or more.
    """

    name: str
    value: float | None
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """A value all groups are seen against, drawn dotted: that of the whole city."""

    name: str
    value: float


_NOTHING = 1e-9  # a span below it is none: no value is written with so many decimals


@dataclass(frozen=True, slots=True)
class Scale:
    """How values are written.

    Attributes:
        unit: After a value: %, 点, or nothing. With % the axis reaches from 0 to 100 at least.
        digits: Decimals.
    """

    unit: str = "%"
    digits: int = 1

    def value(self, words: Words, value: float) -> str:
        """66.4%."""
        return words.number(value, self.digits) + self.unit

    def error(self, words: Words, error: float) -> str:
        """±3.2."""
        return f"±{words.number(error, self.digits)}"


def bars(
    words: Words,
    uid: str,
    title: str,
    rows: Sequence[Bar],
    scale: Scale = Scale(),
    *,
    reference: ReferenceLine | None = None,
    notes: Sequence[str] = (),
    level: int = 2,
) -> Markup:
    """The figure: bars from 0, each with its error bar and its figures as text.

    Args:
        words: The reader's language.
        uid: Unique on the page, without personal data.
        title: What is shown.
        rows: The groups; their order is kept.
        scale: Unit and decimals of the values.
        reference: A dotted line.
        notes: Whole sentences under the drawing, such as which schools are missing.
        level: Of the title among the page's headings.

    Raises:
        ValueError: a negative error.
    """
    if any(row.error < 0 for row in rows):
        raise ValueError("an error is 0 or more")
    known = [(row.name, row.value, row.error) for row in rows if row.value is not None]
    finding = words.say("黒い線は誤差の幅です。20回のうち19回は、この幅に入ります。")
    if reference:
        finding = words.say(
            "黒い線は誤差の幅、点線は%(name)s(%(value)s)です。",
            name=reference.name,
            value=scale.value(words, reference.value),
        )
    body = Markup()
    if known:
        desc = " ".join(_described(words, known, len(rows), scale))
        edges = [edge for _, value, error in known for edge in (value - error, value + error)]
        axis = _axis(edges + ([reference.value] if reference else []), percent=scale.unit == "%")
        parts = [*_grid(words, axis, scale, len(rows)), *_reference(words, axis, scale, reference, len(rows))]
        for number, row in enumerate(rows):
            parts += _row(words, axis, scale, row, _TOP + number * _ROW)
        body = drawing(uid, title, desc, parts, kind="bars", height=_TOP + _ROW * len(rows) + _FOOT)
    return figure(
        words,
        uid,
        title=title,
        finding=finding,
        body=body,
        notes=notes,
        tables=[_table(words, title, rows, scale, reference)],
        level=level,
    )


def _described(words: Words, known: Sequence[tuple[str, float, float]], count: int, scale: Scale) -> Iterator[str]:
    yield words.say("%(count)sつのグループの棒グラフです。", count=count)
    ends = (
        (phrase("値が最も大きいのは%(name)sの%(value)s %(error)sです。"), max(known, key=lambda row: row[1])),
        (phrase("値が最も小さいのは%(name)sの%(value)s %(error)sです。"), min(known, key=lambda row: row[1])),
    )
    for message, (name, value, error) in ends:
        yield words.say(message, name=name, value=scale.value(words, value), error=scale.error(words, error))
    if len(known) < count:
        yield words.say("%(count)sつのグループは、値がありません。", count=count - len(known))


@dataclass(frozen=True, slots=True)
class _Axis:
    """Where a value stands; 0 is always on it."""

    low: float
    high: float
    step: float

    def x(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * (inside - self.low) / (self.high - self.low)


def _axis(values: Sequence[float], *, percent: bool) -> _Axis:
    low, high = min(0.0, *values), max(0.0, *values)
    if percent and low >= 0 and high <= _PERCENT:
        return _Axis(0, _PERCENT, _PERCENT / _GRID)
    rough = (high - low if high - low > _NOTHING else 1.0) / _GRID
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step * power for step in _STEPS if step * power >= rough)
    return _Axis(math.floor(low / step) * step, math.ceil(high / step) * step or step, step)


def _grid(words: Words, axis: _Axis, scale: Scale, rows: int) -> Iterator[Markup]:
    floor = _TOP + _ROW * rows + _FOOT
    count = round((axis.high - axis.low) / axis.step)
    digits = max(0, -math.floor(math.log10(axis.step) + 1e-9), 1 if axis.step % 1 else 0)
    for number in range(count + 1):
        value = axis.low + number * axis.step
        x = axis.x(value)
        end = number in (0, count)
        written = words.number(value, digits) + (scale.unit if end else "")
        anchor = "middle" if not end else ("end" if number else "start")
        yield tag("line", class_="ch-grid", x1=x, y1=_TOP - 8, x2=x, y2=floor - 24)
        yield text(written, "ch-tick", x, floor - 8, anchor)


def _reference(words: Words, axis: _Axis, scale: Scale, reference: ReferenceLine | None, rows: int) -> Iterator[Markup]:
    if reference:
        x = axis.x(reference.value)
        yield tag("line", class_="ch-break", x1=x, y1=_TOP - 8, x2=x, y2=_TOP + _ROW * rows + _FOOT - 24)
        label = f"{reference.name} {words.number(reference.value, scale.digits)}"
        yield text(label, "ch-note", min(max(x, 70), WIDTH - 70), _TOP - 13, "middle")


def _row(words: Words, axis: _Axis, scale: Scale, row: Bar, y: float) -> Iterator[Markup]:
    yield text(row.name, "ch-label ch-halo", _LEFT, y + 13)
    if row.value is None:
        yield text(words.say("記録なし"), "ch-note ch-halo", WIDTH - _RIGHT, y + 13, "end")
        return
    figures = f"{scale.value(words, row.value)} {scale.error(words, row.error)}"
    yield text(figures, "ch-value ch-halo", WIDTH - _RIGHT, y + 13, "end")
    start, end = sorted((axis.x(0), axis.x(row.value)))
    yield tag("rect", class_="ch-bar", x=start, y=y + 20, width=end - start, height=16, rx=2)
    low, high = short(axis.x(row.value - row.error)), short(axis.x(row.value + row.error))
    yield tag("path", class_="ch-err-halo", d=f"M{low} {short(y + 28)}H{high}")
    yield tag("path", class_="ch-err", d=f"M{low} {short(y + 22)}v12m0-6H{high}m0-6v12")


def _table(words: Words, title: str, rows: Sequence[Bar], scale: Scale, reference: ReferenceLine | None) -> DataTable:
    columns = (words.say("グループ"), words.say("値"), words.say("誤差"), words.say("幅"))
    written = []
    for row in rows:
        if row.value is None:
            written.append((row.name, words.say("記録なし"), "–", "–"))
            continue
        low, high = scale.value(words, row.value - row.error), scale.value(words, row.value + row.error)
        width = words.say("%(low)sから%(high)s", low=low, high=high)
        written.append((row.name, scale.value(words, row.value), scale.error(words, row.error), width))
    if reference:
        written.append((reference.name, scale.value(words, reference.value), "–", "–"))
    return DataTable(title, columns, tuple(written))
