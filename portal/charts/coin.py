"""The coin: what a spent ε means, as the odds of a guess beside a coin toss. Never: odds for anything but pure ε."""

import math

from markupsafe import Markup

from portal.charts.drawing import WIDTH, DataTable, drawing, figure, tag, text
from portal.language import Words

_HEIGHT, _SIDE, _LINE = 106.0, 14.0, 52.0


def odds(epsilon: float) -> float:
    """The most often, in percent, that somebody who thought it fifty-fifty can be right after pure ε: e^ε/(1+e^ε)."""
    return 100 / (1 + math.exp(-epsilon))


def coin(words: Words, uid: str, title: str, used: float, cap: float, *, level: int = 2) -> Markup:
    """The figure, on a scale from 50 to 100 %.

    Whether a child is in the data is guessed at no better than `odds(ε)`; what the child's record says, at no better
    than `odds(2ε)`, because replacing a record is taking one out and putting one in.

    Args:
        words: The reader's language.
        uid: Unique on the page, without personal data.
        title: What is shown.
        used: ε spent, 0 or more.
        cap: The limit of ε.
        level: Of the title among the page's headings.

    Raises:
        ValueError: an ε below 0.
    """
    if min(used, cap) < 0:
        raise ValueError("ε is 0 or more")
    now, most = (f"{words.number(odds(epsilon))}%" for epsilon in (used, cap))
    finding = words.say(
        "コイン投げなら50%%のところ、いまは最も多く見積もって%(now)sです。上限まで使うと%(most)sです。",
        now=now,
        most=most,
    )
    table = DataTable(
        words.say("当てられる見込み(最も多く見積もって)"),
        (words.say("問い"), words.say("いま"), words.say("上限まで使ったとき")),
        (
            (words.say("この子は入っているか"), now, most),
            (
                words.say("この子の記録は何か"),
                *(f"{words.number(odds(2 * epsilon))}%" for epsilon in (used, cap)),
            ),
        ),
    )
    return figure(
        words,
        uid,
        title=title,
        finding=finding,
        body=drawing(uid, title, finding, _parts(words, used, cap, now, most), kind="coin", height=_HEIGHT),
        tables=[table],
        level=level,
    )


def _x(percent: float) -> float:
    return _SIDE + (WIDTH - 2 * _SIDE) * (percent - 50) / 50


def _parts(words: Words, used: float, cap: float, now: str, most: str) -> list[Markup]:
    here, limit, end = _x(odds(used)), _x(odds(cap)), WIDTH - _SIDE
    return [
        _line("co-track", end),
        _line("co-cap", limit),
        _line("co-now", here),
        tag("circle", class_="co-coin", cx=_SIDE, cy=_LINE, r=9),
        tag("circle", class_="co-dot", cx=here, cy=_LINE, r=9),
        tag("line", class_="co-lim", x1=limit, y1=_LINE - 16, x2=limit, y2=_LINE + 16),
        tag("line", class_="co-end", x1=end, y1=_LINE - 10, x2=end, y2=_LINE + 10),
        text(words.say("コイン投げ 50%%"), "ch-label", 0, 24),
        text(words.say("いま %(now)s", now=now), "ch-label ch-ink--1", max(here + 8, 40), _LINE + 34, "middle"),
        text(words.say("上限 %(cap)s", cap=most), "ch-label", min(max(limit, 170), WIDTH - 45), 24, "middle"),
        text(words.say("必ず当たる"), "ch-tick", WIDTH, _LINE + 30, "end"),
        text("100%", "ch-tick", WIDTH, _LINE + 46, "end"),
    ]


def _line(class_: str, end: float) -> Markup:
    return tag("line", class_=class_, x1=_SIDE, y1=_LINE, x2=end, y2=_LINE)
