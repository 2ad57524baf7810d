"""The figure of the STAR page as SVG: bar from zero, 95 % error bar, and the exact effect as a diamond below it.

Only presentation attributes, so that it can stand in a page or alone. Never: a script, a style, or a number that is not
the report's (the axis apart).
"""

import math
from html import escape
from pathlib import Path

from examples.star.report import CLASS_TYPES, GRADES, Report, Row, finding, points, rows

WIDTH = 360
LEFT, RIGHT = 10, 10
TOP, HEAD, LANE, FOOT = 62, 26, 58, 44
TICKS = 7
FONT = "'Noto Sans JP','Noto Sans CJK JP','Hiragino Sans','Yu Gothic UI',Meiryo,system-ui,sans-serif"
INK, SOFT_INK, GRID, PAPER = "#1a1a1a", "#4d4d4d", "#cccccc", "#ffffff"
BAR, BAR_EDGE, VALUE, EXACT = "#c0e4ff", "#0066be", "#00428c", "#ac3e00"


class Scale:
    """Points to units across the drawing, on a round grid that holds every mark and zero."""

    def __init__(self, values: list[float]) -> None:
        low, high = min(0.0, *values), max(0.0, *values)
        self.step = _round_step((high - low) / TICKS)
        self.first = math.floor(low / self.step)
        self.last = max(math.ceil(high / self.step), self.first + 1)

    def x(self, value: float) -> float:
        """Where a value stands."""
        share = (value / self.step - self.first) / (self.last - self.first)
        return LEFT + (WIDTH - LEFT - RIGHT) * share

    @property
    def ticks(self) -> list[float]:
        """The values of the grid lines."""
        return [tick * self.step for tick in range(self.first, self.last + 1)]


def svg(report: Report, *, standalone: bool = False) -> str:
    """Draw the figure.

    Args:
        report: The report of a replay.
        standalone: With a namespace, a size and a white ground, for a file of its own.
    """
    effects = rows(report)
    marks = [value for row in effects for value in (row.effect["exact"], *_interval(row))]
    scale = Scale(marks)
    bottom = TOP + len(GRADES) * HEAD + len(effects) * LANE
    height = bottom + FOOT
    alone = f' xmlns="http://www.w3.org/2000/svg" width="{2 * WIDTH}" height="{2 * height}"' if standalone else ""
    look = f'font-family="{FONT}" font-size="14" fill="{INK}"'
    named = 'role="img" aria-labelledby="star-t star-d" focusable="false"'
    body = [
        f'<svg class="chart"{alone} viewBox="0 0 {WIDTH} {height}" {named} {look}>',
        '<title id="star-t">学級の種類の効果 Effect of class type</title>',
        f'<desc id="star-d">{escape(description(report))}</desc>',
        *([f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>'] if standalone else []),
        *_legend(),
        *_axis(scale, bottom),
    ]
    y = TOP
    for grade, (ja, en) in GRADES.items():
        body.append(_text(LEFT, y + 19, f"{ja} {en}", weight=700, fill=SOFT_INK))
        y += HEAD
        for row in (row for row in effects if row.grade == grade):
            body += _lane(scale, y, row)
            y += LANE
    return "\n".join([*body, "</svg>\n"])


def write_svg(report: Report, path: Path) -> Path:
    """Write the figure alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(svg(report, standalone=True), encoding="utf-8")
    return path


def description(report: Report) -> str:
    """The figure in words, from the same numbers as its marks."""
    said = finding(report)
    lines = [
        f"{row.name['ja']} {points(row.effect['local']['estimate'])} [{', '.join(map(points, _interval(row)))}], "
        f"公開データ {points(row.effect['exact'])}"
        for row in rows(report)
    ]
    return f"{said['ja']} {said['en']} {'; '.join(lines)}"


def _interval(row: Row) -> tuple[float, float]:
    return row.effect["local"]["low"], row.effect["local"]["high"]


def _lane(scale: Scale, y: int, row: Row) -> list[str]:
    local, exact = row.effect["local"], row.effect["exact"]
    low, high, zero, end = (scale.x(value) for value in (local["low"], local["high"], 0, local["estimate"]))
    value = f"{points(local['estimate'])} [{points(local['low'])}, {points(local['high'])}]"
    at, middle, below = scale.x(exact), y + 27, y + 45
    bar = f'fill="{BAR}" stroke="{BAR_EDGE}"'
    left_of_mark = at > WIDTH * 0.8
    return [
        _text(LEFT, y + 13, " ".join(CLASS_TYPES[row.class_type])),
        _text(WIDTH - RIGHT, y + 13, value, anchor="end", weight=700, fill=VALUE),
        f'<rect x="{_n(min(zero, end))}" y="{y + 19}" width="{_n(abs(end - zero))}" height="16" {bar}/>',
        f'<path d="M{_n(low)} {middle}H{_n(high)}" stroke="{PAPER}" stroke-width="5"/>',
        f'<path d="M{_n(low)} {y + 21}v12m0-6H{_n(high)}m0-6v12" fill="none" stroke="{INK}" stroke-width="2"/>',
        _diamond(at, below),
        _text(at + (-9 if left_of_mark else 9), below + 5, points(exact), anchor="end" if left_of_mark else "start",
              weight=700, fill=EXACT),
    ]  # fmt: skip


def _legend() -> list[str]:
    return [
        f'<rect x="{LEFT}" y="7" width="20" height="12" fill="{BAR}" stroke="{BAR_EDGE}"/>',
        f'<path d="M{LEFT + 11} 8v10m0-5h18m0-5v10" fill="none" stroke="{INK}" stroke-width="2"/>',
        _text(LEFT + 38, 18, "統計の推定と95%の区間 estimate, 95 %"),
        _diamond(LEFT + 20, 36),
        _text(LEFT + 38, 41, "公開データの正確な値 exact, public file", fill=EXACT),
    ]


def _axis(scale: Scale, bottom: int) -> list[str]:
    lines = []
    for tick in scale.ticks:
        x = _n(scale.x(tick))
        look = f'stroke="{INK}" stroke-width="1.5"' if tick == 0 else f'stroke="{GRID}"'
        lines.append(f'<line x1="{x}" y1="{TOP}" x2="{x}" y2="{bottom}" {look}/>')
        anchor = {scale.ticks[0]: "start", scale.ticks[-1]: "end"}.get(tick, "middle")
        at = scale.x(tick) + {"start": -LEFT, "end": RIGHT, "middle": 0}[anchor]
        lines.append(_text(at, bottom + 18, points(tick).removesuffix(".0"), anchor=anchor, tick=True))
    lines.append(
        _text(WIDTH / 2, bottom + 38, "ふつう学級との差(点) points above regular", anchor="middle", fill=SOFT_INK)
    )
    return lines


def _diamond(x: float, y: float) -> str:
    outline = f"M{_n(x)} {_n(y - 6)}L{_n(x + 6)} {_n(y)}L{_n(x)} {_n(y + 6)}L{_n(x - 6)} {_n(y)}Z"
    return f'<path d="{outline}" fill="{EXACT}" stroke="{PAPER}"/>'


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", weight: int = 400, fill: str = INK, tick: bool = False
) -> str:
    kind = ' class="tick"' if tick else ""
    return (
        f'<text{kind} x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" font-weight="{weight}" fill="{fill}" '
        f'paint-order="stroke" stroke="{PAPER}" stroke-width="3" stroke-linejoin="round">{escape(text)}</text>'
    )


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(max(least, 0.1)))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
