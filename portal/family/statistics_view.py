"""統計への協力 as values: the studies that counted a child, what they cost, scaled to a year's limit of 100. Pure.

Never: a result for one child, a decision whether the child is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from consent.decisions import ALL
from federation import Announcement
from pds.vault import Charge, spent
from portal.charts import odds
from portal.family.consents_view import kind_names
from portal.language import Words

LIMIT = 100  # what families read a year's allowance as


@dataclass(frozen=True, slots=True)
class CountingStudy:
    """One study that counted the child.

    Attributes:
        title: Empty when the study's announcement is not on this node.
        by: The organisation that asked; its code.
        cost: Of `LIMIT`.
        used: The kinds of record its question reads.
        unused: The kinds it does not.
    """

    title: str
    by: str
    published_on: date | None
    cost: float
    used: str
    unused: str
    released: bool


@dataclass(frozen=True, slots=True)
class Privacy:
    """What was spent, in ε, and as families read it.

    Attributes:
        year: ε of this school year.
        life: ε of all school years.
        allowance: ε of one year; 0 lets nobody be counted.
        planned: ε of published studies of this year that the child's school has not answered yet.
    """

    year: float
    life: float
    allowance: float
    planned: float

    @property
    def of_limit(self) -> float:
        """The year's share of `LIMIT`."""
        return self.scaled(self.year)

    @property
    def reached(self) -> bool:
        """True when nothing of the year is left."""
        return self.year >= self.allowance

    def scaled(self, epsilon: float) -> float:
        """An ε as a share of the year's limit."""
        return LIMIT * epsilon / self.allowance if self.allowance else 0.0


def privacy(charges: Sequence[Charge], school_year: int, allowance: int, planned: int) -> Privacy:
    """Add up a child's charges.

    Args:
        charges: The ledger.
        school_year: This year.
        allowance: The node's, in micro-ε.
        planned: Of studies not answered yet, in micro-ε.
    """
    one = 1_000_000
    return Privacy(
        year=spent(charges, school_year) / one,
        life=spent(charges) / one,
        allowance=allowance / one,
        planned=planned / one,
    )


def counted(
    words: Words, charge: Charge, known: Announcement | None, allowance: int, *, released: bool
) -> CountingStudy:
    """One charge in words; a study whose announcement is gone still shows its cost."""
    cost = LIMIT * charge.cost / allowance if allowance else 0.0
    if known is None:
        return CountingStudy("", "", None, cost, "", "", released)
    study, used = known.study, known.study.question.categories
    return CountingStudy(
        title=study.title.en if words.language == "en" else study.title.ja,
        by=study.asked_by,
        published_on=known.published_on,
        cost=cost,
        used=kind_names(words, used) if used else words.say("人数だけ"),
        unused=kind_names(words, ALL - used),
        released=released,
    )


def bounds(words: Words, epsilon: float) -> tuple[str, str]:
    """How often a guesser is right at most: whether the child is in it, and what the child's record says."""
    return tuple(f"{words.number(odds(times * epsilon))}%" for times in (1, 2))  # type: ignore[return-value]  # two
