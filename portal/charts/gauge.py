"""The gauge: how much of a year's privacy budget is used, by this study, reserved, left. Never: a bare percentage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from portal.charts.drawing import WIDTH, DataTable, drawing, figure, short, swatch, tag, text, width_of
from portal.language import Words

_HEIGHT, _BAR, _THICK, _HATCH = 66.0, 18.0, 26.0, 9.0


@dataclass(frozen=True, slots=True)
class Spent:
    """A year's budget of one student, all in the same unit.

    Attributes:
        used: Gone already, 0 or more.
        cap: The year's limit, above 0.
        this: What the study on this page takes, 0 or more.
        reserved: Promised to approved studies, 0 or more.
    """

    used: float
    cap: float
    this: float = 0.0
    reserved: float = 0.0

    @property
    def left(self) -> float:
        """What nobody has spoken for; below 0 when the limit does not suffice."""
        return self.cap - self.used - self.this - self.reserved


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    amount: float
    written: str
    class_: str

    @property
    def label(self) -> str:
        return f"{self.name} {self.written}"


def gauge(
    words: Words,
    uid: str,
    title: str,
    spent: Spent,
    *,
    digits: int = 0,
    notes: Sequence[str] = (),
    level: int = 2,
) -> Markup:
    """The figure: solid is used, yellow this study, hatched reserved, white left; every part is in the legend too.

    Args:
        words: The reader's language.
        uid: Unique on the page, without personal data.
        title: What is shown.
        spent: The amounts.
        digits: Decimals of an amount: 0 for a limit of 100, 2 for ε.
        notes: Whole sentences under the drawing.
        level: Of the title among the page's headings.

    Raises:
        ValueError: a negative amount, or a limit of 0.
    """
    if spent.cap <= 0 or min(spent.used, spent.this, spent.reserved) < 0:
        raise ValueError("amounts of a budget are not negative, and its limit is above 0")
    cap = words.number(spent.cap, digits)
    parts = _parts(words, spent, digits)
    if spent.left < 0:
        finding = words.say("上限の%(cap)sに、%(over)sたりません。", cap=cap, over=words.number(-spent.left, digits))
    else:
        finding = words.say("上限の%(cap)sのうち、残りは%(left)sです。", cap=cap, left=words.number(spent.left, digits))
    told = [words.say("%(name)sは%(amount)sです。", name=part.name, amount=part.written) for part in parts]
    rows = (*((part.name, part.written) for part in parts), (words.say("上限"), cap))
    return figure(
        words,
        uid,
        title=title,
        finding=finding,
        body=drawing(
            uid, title, " ".join([finding, *told]), _drawn(words, spent, parts, cap), kind="gauge", height=_HEIGHT
        ),
        legend=[swatch(part.label, *_sample(part.class_), square=True) for part in parts],
        notes=notes,
        tables=[DataTable(title, (words.say("区分"), words.say("量")), rows)],
        level=level,
    )


def _parts(words: Words, spent: Spent, digits: int) -> list[_Part]:
    amounts = (
        (words.say("使った"), spent.used, "ga-used"),
        (words.say("今回"), spent.this, "sp-this"),
        (words.say("予約"), spent.reserved, "ga-reserve"),
        (words.say("残り"), max(spent.left, 0.0), "ga-track"),
    )
    always = {"ga-used", "ga-track"}
    return [
        _Part(name, amount, words.number(amount, digits), class_)
        for name, amount, class_ in amounts
        if amount or class_ in always
    ]


def _drawn(words: Words, spent: Spent, parts: Sequence[_Part], cap: str) -> Iterator[Markup]:
    yield tag("rect", class_="ga-track", x=1, y=_BAR, width=WIDTH - 2, height=_THICK, rx=4)
    sum_, below, end = 0.0, _BAR + _THICK + 16, words.say("上限 %(cap)s", cap=cap)
    for part in parts:
        start, stop = _x(spent, sum_), _x(spent, sum_ + part.amount)
        sum_ += part.amount
        if part.class_ != "ga-track" and stop > start:
            yield tag("rect", class_=part.class_, x=start, y=_BAR, width=stop - start, height=_THICK)
        if part.class_ == "ga-reserve":
            yield from _hatch(start, stop)
        middle, wide = (start + stop) / 2, width_of(part.label)
        if part.class_ != "sp-this" and stop - start >= wide:
            yield text(part.label, "ch-note", middle, _BAR - 6, "middle")
        if part.class_ == "sp-this" and 20 + wide / 2 < middle < WIDTH - width_of(end) - wide / 2:
            yield text(part.label, "ch-note", middle, below, "middle")
    yield text("0", "ch-tick", 1, below)
    yield text(end, "ch-tick", WIDTH - 1, below, "end")


def _x(spent: Spent, amount: float) -> float:
    return 1 + (WIDTH - 2) * min(amount, spent.cap) / spent.cap


def _hatch(start: float, stop: float) -> Iterator[Markup]:
    x = start + 7
    while x < stop - 5:
        yield tag("path", class_="ga-hatch", d=f"M{short(x - 4)} {short(_BAR + _THICK - 3)}l8 -20")
        x += _HATCH


def _sample(class_: str) -> list[Markup]:
    box = tag("rect", class_=class_, x=0.5, y=0.5, width=23, height=23, rx=4)
    return [box, tag("path", class_="ga-hatch", d="m6 20 6-16m0 16 6-16")] if class_ == "ga-reserve" else [box]
