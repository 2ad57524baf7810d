"""Radar: the shape across subjects, this term against an earlier one of the same child. Never: another child."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from portal.charts.change import compared, difference
from portal.charts.drawing import DataTable, Number, drawing, figure, marker, number_or_none, short, swatch, tag, text
from portal.language import Words

MOST_AXES, LEAST_AXES = 9, 3
_HEIGHT, _X, _Y, _RADIUS = 340, 180, 174, 114
_RINGS = (25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Axis:
    """One subject in two terms.

    Attributes:
        now: The later term, from 0 to 100; None where there is no record.
        before: The earlier term, likewise.
    """

    name: str
    now: Number | None
    before: Number | None


def radar(
    words: Words,
    uid: str,
    title: str,
    axes: Sequence[Axis],
    *,
    now: str,
    before: str,
    level: int = 2,
) -> Markup:
    """The figure. A subject that lacks one of the terms is in the table and named in a note, but not in the shape.

    Args:
        words: The reader's language.
        uid: Unique on the page, without personal data.
        title: What is shown.
        axes: At most 9 with both values; with fewer than 3 there is no shape, only the table.
        now: The name of the later term.
        before: The name of the earlier term.
        level: Of the title among the page's headings.

    Raises:
        ValueError: too many axes, or a value outside 0 to 100.
    """
    both = [
        (axis.name, float(axis.now), float(axis.before))
        for axis in axes
        if axis.now is not None and axis.before is not None
    ]
    if len(both) > MOST_AXES:
        raise ValueError(f"a radar has at most {MOST_AXES} axes")
    if any(not 0 <= value <= _RINGS[-1] for axis in both for value in axis[1:]):
        raise ValueError("a value of a radar lies outside 0 to 100")
    finding = compared(words, [later - earlier for _, later, earlier in both])
    desc = [words.say("%(before)sと%(now)sの達成度を、0から100の目もりでくらべています。", before=before, now=now)]
    desc += [
        words.say(
            "%(subject)sは%(before)sから%(now)sです。",
            subject=name,
            before=words.number(earlier),
            now=words.number(later),
        )
        for name, later, earlier in both
    ]
    drawable = len(both) >= LEAST_AXES
    missing = [axis.name for axis in axes if None in (axis.now, axis.before)]
    notes = [
        words.say("%(subject)sは、どちらかの学期の記録がないため、この図には入れていません。", subject=name)
        for name in missing
    ]
    table = DataTable(
        words.say("教科ごとの達成度(%%)"),
        (words.say("教科"), before, now, words.say("差")),
        tuple(
            (
                axis.name,
                number_or_none(words, axis.before),
                number_or_none(words, axis.now),
                difference(words, axis.before, axis.now),
            )
            for axis in axes
        ),
    )
    return figure(
        words,
        uid,
        title=title,
        finding=finding,
        body=drawing(uid, title, " ".join(desc), _parts(words, both), kind="radar", height=_HEIGHT)
        if drawable
        else Markup(),
        legend=_legend(now, before) if drawable else (),
        notes=notes if drawable else (),
        tables=[table],
        level=level,
    )


def _parts(words: Words, axes: Sequence[tuple[str, float, float]]) -> list[Markup]:
    count = len(axes)
    laters, earliers = [axis[1] for axis in axes], [axis[2] for axis in axes]
    parts = [
        tag(
            "polygon",
            class_="ch-grid ch-grid--outer" if ring == _RINGS[-1] else "ch-grid",
            points=_points([ring] * count),
        )
        for ring in _RINGS
    ]
    for place in range(count):
        x, y = _at(place, count, _RINGS[-1])
        parts.append(tag("line", class_="ch-grid", x1=_X, y1=_Y, x2=x, y2=y))
    parts.append(tag("polygon", class_="ch-area-now", points=_points(laters)))
    parts.append(tag("polygon", class_="ch-area-prev", points=_points(earliers)))
    parts += [marker(1, *_at(place, count, value), "ch-mark-prev", 3.8) for place, value in enumerate(earliers)]
    parts += [marker(0, *_at(place, count, value), "ch-mark-now", 4.6) for place, value in enumerate(laters)]
    for ring, below in ((50, 4), (100, 12)):
        x, y = _at(0, count, ring)
        parts.append(text(str(ring), "ch-tick ch-halo", x + 5, y + below))
    parts += [_label(words, place, count, name, later) for place, (name, later, _) in enumerate(axes)]
    return parts


def _label(words: Words, place: int, count: int, name: str, value: float) -> Markup:
    angle = _angle(place, count)
    across = math.cos(angle)
    upright = abs(across) < 0.2  # noqa: PLR2004  # nearly above or below the middle
    x = _X + (_RADIUS + (20 if upright else 12)) * across
    y = _Y + (_RADIUS + 22) * math.sin(angle) + 1
    anchor = "middle" if upright else ("start" if across > 0 else "end")
    words_and_value = Markup("{} {}").format(name, tag("tspan", words.number(value), class_="ch-value"))
    return tag("text", words_and_value, class_="ch-label", text_anchor=anchor, x=x, y=y)


def _angle(place: int, count: int) -> float:
    return -math.pi / 2 + 2 * math.pi * place / count


def _at(place: int, count: int, value: float) -> tuple[float, float]:
    far = _RADIUS * value / _RINGS[-1]
    return _X + far * math.cos(_angle(place, count)), _Y + far * math.sin(_angle(place, count))


def _points(values: Sequence[float]) -> str:
    places = (_at(place, len(values), value) for place, value in enumerate(values))
    return " ".join(f"{short(x)},{short(y)}" for x, y in places)


def _legend(now: str, before: str) -> tuple[Markup, Markup]:
    line = "M1 8h26"
    return (
        swatch(now, tag("path", class_="ch-area-now", d=line), marker(0, 14, 8, "ch-mark-now", 4.5)),
        swatch(before, tag("path", class_="ch-area-prev", d=line), marker(1, 14, 8, "ch-mark-prev", 3.9)),
    )
