"""What a study will cost and how exact it will be, before anything is spent.

Here:   figures from the question, the directory and earlier studies. Never: a vault, a ledger, a number of consents.
"""

from dataclasses import dataclass

from anonymiser import Interval, NoisedMean, TooFew, count_interval, difference_interval, ratio_interval
from federation.plan import Plan
from federation.release import LEVEL


@dataclass(frozen=True, slots=True)
class Preview:
    """A prediction from public figures; widths are half 95 % intervals, in the unit of the data.

    Attributes:
        epsilon: What each counted student is charged, in micro-ε.
        declared: What published studies of the same school year with an overlapping scope already cost, in micro-ε.
        schools: Schools in the scope, by the directory.
        cells: Rows of the table.
        group_size: Students per row, as the drafter expects them.
        count_width: Of a number of students.
        value_width: Of a mean or proportion in the middle of its range; None for a count, or if a row of that size
            will not be told from 0.
        edge_width: The same for a value at the end of its range: the worst case.
        difference_width: Of a difference of two such values in the middle.
    """

    epsilon: int
    declared: int
    schools: int
    cells: int
    group_size: int
    count_width: float
    value_width: float | None
    edge_width: float | None
    difference_width: float | None


def predict(plan: Plan, schools: int, group_size: int, declared: int) -> Preview:
    """Predict the error of a study.

    Args:
        plan: The compiled study.
        schools: Schools in the scope, at least 1.
        group_size: Students per row, as the drafter expects them, at least 1.
        declared: Micro-ε of earlier published studies that the same students may have answered this school year.
    """
    count_noise = plan.components[0].noise(schools)
    means = plan.question.measure != "count"
    middle = _mean(plan, schools, group_size, at_edge=False) if means else None
    edge = _mean(plan, schools, group_size, at_edge=True) if means else None
    return Preview(
        epsilon=plan.study.epsilon,
        declared=declared,
        schools=schools,
        cells=len(plan.groups),
        group_size=group_size,
        count_width=_width(count_interval(group_size, count_noise, LEVEL)) or 0.0,
        value_width=None if middle is None else _scaled(plan, ratio_interval(middle, LEVEL)),
        edge_width=None if edge is None else _scaled(plan, ratio_interval(edge, LEVEL)),
        difference_width=None if middle is None else _scaled(plan, difference_interval(middle, middle, LEVEL)),
    )


def _mean(plan: Plan, schools: int, group_size: int, *, at_edge: bool) -> NoisedMean:
    count, total = plan.components
    return NoisedMean(
        total=group_size * total.block.bound.sensitivity if at_edge else 0,
        count=group_size,
        total_noise=total.noise(schools),
        count_noise=count.noise(schools),
        bound=total.block.bound,
    )


def _scaled(plan: Plan, found: Interval | TooFew) -> float | None:
    width = _width(found)
    unit = 2 if plan.question.measure == "proportion" else 10**plan.places
    return None if width is None else width / unit


def _width(found: Interval | TooFew) -> float | None:
    return None if isinstance(found, TooFew) else (found.high - found.low) / 2
