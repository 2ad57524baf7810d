"""What all charts share: elements with escaped text, the figure around a drawing, its tables, marks and legends.

Here: presentation attributes and classes only, 360 units wide. Never: a style attribute, a script, a number of its own.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from markupsafe import Markup, escape

from portal.components import icon
from portal.language import Words

WIDTH = 360.0  # units; a phone's width, so that text of 14 units can be read on one
LINE = 19  # units between two labels, at least
Number = float | Decimal  # an int is a float to the type checker

_WIDE, _NARROW = 15.0, 8.5  # units of a letter in a label


def tag(name: str, content: Markup | str = "", /, **attributes: object) -> Markup:
    """One element. Text and attributes are escaped here; `class_` is class, `a_b` is a-b; None leaves one out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_written(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{written}>{escape(content)}</{name}>")  # noqa: S704  # every part is escaped above


def _written(value: object) -> object:
    return short(value) if isinstance(value, float) else value


def short(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def joined(parts: Iterable[Markup]) -> Markup:
    """Elements one after the other."""
    return Markup("").join(parts)


def text(content: str, class_: str, x: float, y: float, anchor: str | None = None) -> Markup:
    """Words in a drawing; anchor is "middle" or "end"."""
    return tag("text", content, class_=class_, text_anchor=anchor, x=float(x), y=float(y))


def width_of(content: str) -> float:
    """About how many units a label takes."""
    return sum(_WIDE if unicodedata.east_asian_width(letter) in "WFA" else _NARROW for letter in content)


def cut(content: str, room: float) -> str:
    """As much of a label as has room; what is left out stands in the table."""
    if width_of(content) <= room:
        return content
    kept = content
    while kept and width_of(kept + "…") > room:
        kept = kept[:-1]
    return kept + "…"


def marker(kind: int, x: float, y: float, class_: str, size: float = 4.4) -> Markup:
    """The mark of a series, a shape of its own for each of four: circle, square, triangle, diamond."""
    if kind == 0:
        return tag("circle", class_=class_, cx=float(x), cy=float(y), r=float(size))
    if kind == 1:
        side = size * 0.9
        return tag("rect", class_=class_, x=x - side, y=y - side, width=side * 2, height=side * 2)
    if kind == 2:  # noqa: PLR2004  # the third shape
        wide, low = size * 1.1, size * 0.8
        path = f"M{short(x)} {short(y - size * 1.15)}L{short(x + wide)} {short(y + low)}H{short(x - wide)}Z"
        return tag("path", class_=class_, d=path)
    far = size * 1.25
    corners = ((x, y - far), (x + far, y), (x, y + far), (x - far, y))
    return tag("path", class_=class_, d=f"M{'L'.join(f'{short(a)} {short(b)}' for a, b in corners)}Z")


def spread(places: Sequence[float], least: float = LINE) -> tuple[float, ...]:
    """Where labels go that want to stand at `places`: in their order, none nearer to another than `least`."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    for above, below in pairwise(order):
        moved[below] = max(moved[below], moved[above] + least)
    return tuple(moved)


def drawing(
    uid: str,
    title: str,
    desc: str,
    parts: Iterable[Markup],
    *,
    kind: str,
    height: float,
    width: float = WIDTH,
) -> Markup:
    """The picture, `width` × `height` units: announced by its title and its description, styled by its kind."""
    return tag(
        "svg",
        tag("title", title, id=f"{uid}-t") + tag("desc", desc, id=f"{uid}-d") + joined(parts),
        class_=f"mk-chart mk-chart--{kind}",
        viewBox=f"0 0 {short(width)} {short(height)}",
        role="img",
        aria_labelledby=f"{uid}-t {uid}-d",
        focusable="false",
    )


@dataclass(frozen=True, slots=True)
class DataTable:
    """The numbers of a figure; a row's first cell is its head.

    Attributes:
        numeric: The other cells are figures and stand to the right.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: bool = True

    def markup(self) -> Markup:
        """The table as it stands in the disclosure under a figure; wide ones scroll by themselves."""
        class_ = "num" if self.numeric else None
        first, *others = self.columns
        head = tag("th", first, scope="col") + joined(tag("th", it, scope="col", class_=class_) for it in others)
        rows = (
            tag("tr", tag("th", row[0], scope="row") + joined(tag("td", cell, class_=class_) for cell in row[1:]))
            for row in self.rows
        )
        table = tag(
            "table",
            tag("caption", self.caption) + tag("thead", tag("tr", head)) + tag("tbody", joined(rows)),
            class_="mk-table",
            data_size="s",
        )
        return tag("div", table, class_="mk-scroll", tabindex="0", role="group", aria_label=self.caption)


def swatch(name: str, *marks: Markup, square: bool = False) -> Markup:
    """One entry of a legend: its marks on 28 × 16 units, or on a square of 24."""
    picture = tag(
        "svg",
        joined(marks),
        data_sq="" if square else None,
        viewBox="0 0 24 24" if square else "0 0 28 16",
        aria_hidden="true",
        focusable="false",
    )
    return tag("li", picture + tag("span", name))


def figure(
    words: Words,
    uid: str,
    *,
    title: str,
    finding: str,
    body: Markup,
    tables: Sequence[DataTable],
    legend: Sequence[Markup] = (),
    notes: Sequence[str] = (),
    level: int = 2,
) -> Markup:
    """The whole figure: title and finding, drawing, legend, notes, and the numbers in tables.

    Args:
        words: The reader's language.
        uid: Unique on the page; the title's element is `{uid}-h`. It carries no personal data.
        title: What is shown.
        finding: One sentence, from the same numbers as the drawing.
        body: The drawing; empty when there is too little to draw, and then the tables stand open.
        tables: Every number of the drawing.
        legend: Entries made by `swatch`.
        notes: Whole sentences under the legend.
        level: Of the title among the page's headings, from 2.
    """
    caption = tag(f"h{level}", title, class_="mk-fig__title", id=f"{uid}-h")
    caption += tag("p", finding, class_="mk-fig__say")
    inside = body
    if legend:
        inside += tag("ul", joined(legend), class_="mk-legend")
    inside += joined(tag("p", note, class_="mk-note") for note in notes)
    numbers = joined(table.markup() for table in tables)
    if len(tables) > 1:
        numbers = tag("div", numbers, class_="mk-cols", data_cols="2")
    if body:
        summary = tag("summary", icon("chevron") + tag("span", words.say("数字を表で見る")))
        numbers = tag("details", summary + tag("div", numbers, class_="mk-more__body"), class_="mk-more")
    return tag(
        "figure",
        tag("figcaption", caption) + (tag("div", inside, class_="mk-fig__body") if inside else "") + numbers,
        class_="mk-fig",
    )


def number_or_none(words: Words, value: Number | None, digits: int = 0) -> str:
    """A figure for a table; where there is none it says so, and never 0."""
    return words.say("記録なし") if value is None else words.number(value, digits)
