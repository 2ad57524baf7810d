"""The report of a replay: its shape, the words for its rows, and how its numbers are written.

Never: a number that is not in the report, or markup.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple, NotRequired, TypedDict

GRADES: Mapping[str, tuple[str, str]] = {
    "k": ("年長", "grade K"),
    "1": ("小1", "grade 1"),
    "2": ("小2", "grade 2"),
    "3": ("小3", "grade 3"),
}
CLASS_TYPES: Mapping[str, tuple[str, str]] = {
    "small": ("少人数", "small"),
    "regular+aide": ("補助員つき", "regular + aide"),
}
MINUS = "−"


class Interval(TypedDict):
    """What the nation was told: an estimate and its 95 % interval, in points."""

    estimate: float
    low: float
    high: float


class Effect(TypedDict):
    """A class type minus regular classes: exactly, from the public file, and as released in mode `local`."""

    exact: float
    local: Interval


class Words(TypedDict):
    """One text in both languages of the page."""

    ja: str
    en: str


class Report(TypedDict):
    """`build/star/report.json`; `intervals` may say how the intervals were computed."""

    pupils: int
    schools: int
    systems: int
    records: int
    transfers_done: int
    transfers_failed: int
    epsilon_spent_max: float
    epsilon_lifetime_max: float
    seconds: float
    peak_rss_mb: float
    years: dict[str, dict[str, Effect]]
    intervals: NotRequired[Words]


class Row(NamedTuple):
    """One effect with the keys that name it."""

    grade: str
    class_type: str
    effect: Effect

    @property
    def name(self) -> Words:
        """How the row is called, such as 「小1・少人数」 and "grade 1, small"."""
        (grade_ja, grade_en), (type_ja, type_en) = GRADES[self.grade], CLASS_TYPES[self.class_type]
        return {"ja": f"{grade_ja}・{type_ja}", "en": f"{grade_en}, {type_en}"}

    @property
    def is_clear(self) -> bool:
        """True when the interval leaves zero out, so that the nation can tell the effect from none."""
        local = self.effect["local"]
        return local["low"] > 0 or local["high"] < 0

    @property
    def is_met(self) -> bool:
        """True when the interval holds the exact effect."""
        local = self.effect["local"]
        return local["low"] <= self.effect["exact"] <= local["high"]


def rows(report: Report) -> tuple[Row, ...]:
    """The eight effects in the order of the page."""
    return tuple(Row(grade, kind, report["years"][grade][kind]) for grade in GRADES for kind in CLASS_TYPES)


def points(value: float) -> str:
    """An effect with its sign and one decimal: "+13.9", "−0.3", "0.0"."""
    text = f"{abs(value):.1f}"
    if float(text) == 0:
        return text
    return f"{'+' if value > 0 else MINUS}{text}"


def plain(value: float) -> str:
    """A count with thousands separated, or a measure with at most one decimal."""
    text = f"{value:,.1f}"
    return text.removesuffix(".0")


def epsilon(value: float) -> str:
    """An ε as charged, to the last of its six decimals (ledgers count in millionths)."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def guess(spent: float) -> str:
    """How often at most a fifty-fifty guess comes true once ε is spent: e^ε / (1 + e^ε), in per cent, rounded up."""
    return plain(math.ceil(1000 / (1 + math.exp(-spent))) / 10)


def finding(report: Report) -> Words:
    """What the intervals allow to say, and no more."""
    found = rows(report)
    clear = [row.name for row in found if row.is_clear]
    largest = max(found, key=lambda row: abs(row.effect["exact"]))
    if not clear:
        return {
            "ja": "どの区間も0をふくむので、はっきり見える効果はありません。",
            "en": "Every interval includes zero, so no effect shows clearly.",
        }
    if clear == [largest.name]:
        return {
            "ja": f"はっきり見えるのは、最も大きな効果({largest.name['ja']})だけです。ほかの区間は0をふくみます。",
            "en": f"Only the largest effect ({largest.name['en']}) shows clearly. Every other interval includes zero.",
        }
    return {
        "ja": f"区間が0をふくまないのは、{'、'.join(name['ja'] for name in clear)}です。",
        "en": f"The intervals that leave zero out: {'; '.join(name['en'] for name in clear)}.",
    }


def missed(report: Report) -> Words:
    """Which intervals do not hold the exact effect."""
    names = [row.name for row in rows(report) if not row.is_met]
    if not names:
        return {
            "ja": "公開データの値は、すべての区間に入っています。",
            "en": "Every interval holds the value from the public file.",
        }
    return {
        "ja": f"公開データの値が区間に入らないのは、{'、'.join(name['ja'] for name in names)}です。",
        "en": f"The intervals that miss the value from the public file: {'; '.join(name['en'] for name in names)}.",
    }
