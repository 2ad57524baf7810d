"""Responses: one square for each school, a cross where none came. Never: which school it was, or one left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from portal.charts.drawing import WIDTH, DataTable, drawing, figure, swatch, tag, text, width_of
from portal.language import Words

_CELL, _STEP, _WIDEST = 20, 25, 130.0


@dataclass(frozen=True, slots=True)
class AskedGroup:
    """Schools that were asked together.

    Attributes:
        answered: How many answered, from 0 to `asked`.
        asked: How many were asked.
    """

    name: str
    answered: int
    asked: int


def responses(
    words: Words,
    uid: str,
    title: str,
    groups: Sequence[AskedGroup],
    *,
    notes: Sequence[str] = (),
    level: int = 3,
) -> Markup:
    """The figure.

    Args:
        words: The reader's language.
        uid: Unique on the page, without personal data.
        title: What is shown.
        groups: In their order.
        notes: Whole sentences under the drawing, such as what became of those that did not answer.
        level: Of the title among the page's headings.

    Raises:
        ValueError: more answered than were asked.
    """
    if any(not 0 <= group.answered <= group.asked for group in groups):
        raise ValueError("no more schools answer than were asked")
    answered, asked = sum(group.answered for group in groups), sum(group.asked for group in groups)
    finding = words.say("%(asked)s校のうち%(answered)s校が答えました。", asked=asked, answered=answered)
    told = [
        words.say(
            "%(name)sは、%(asked)s校のうち%(missing)s校が答えていません。",
            name=group.name,
            asked=group.asked,
            missing=group.asked - group.answered,
        )
        for group in groups
        if group.answered < group.asked
    ]
    table = DataTable(
        title,
        (words.say("グループ"), words.say("答えた学校"), words.say("たのんだ学校")),
        tuple((group.name, words.number(group.answered), words.number(group.asked)) for group in groups),
    )
    parts, height = _parts(groups)
    return figure(
        words,
        uid,
        title=title,
        finding=finding,
        body=drawing(uid, title, " ".join([finding, *told]), parts, kind="schools", height=height)
        if asked
        else Markup(),
        legend=[
            swatch(words.say("答えた"), *_square(2, 2, answered=True), square=True),
            swatch(words.say("答えていない"), *_square(2, 2, answered=False), square=True),
        ]
        if asked
        else (),
        notes=notes,
        tables=[table],
        level=level,
    )


def _parts(groups: Sequence[AskedGroup]) -> tuple[list[Markup], float]:
    widest = max([0.0, *(width_of(group.name) for group in groups)])
    beside = widest <= _WIDEST  # a longer name stands above its squares
    left = max(74, widest + 8) if beside else 0
    in_row = int((WIDTH - left) // _STEP)
    parts: list[Markup] = []
    y = 4.0
    for group in groups:
        parts.append(text(group.name, "ch-tick", 0, y + 15))
        y += 0 if beside else _STEP
        for number in range(group.asked):
            x, below = left + number % in_row * _STEP, y + number // in_row * _STEP
            parts += _square(x, below, answered=number < group.answered)
        y += max(1, -(-group.asked // in_row)) * _STEP + 6
    return parts, y - 2


def _square(x: float, y: float, *, answered: bool) -> Iterator[Markup]:
    if answered:
        yield tag("rect", class_="sq sq--y", x=float(x), y=float(y), width=_CELL, height=_CELL, rx=4)
        return
    yield tag("rect", class_="sq sq--n", x=x + 1.0, y=y + 1.0, width=_CELL - 2, height=_CELL - 2, rx=4)
    yield tag("path", class_="sq-x", d=f"M{x + 6:g} {y + 6:g}l8 8m0-8l-8 8")
