"""From a noised vector to a table: estimates, 95 % intervals, differences. All of it is post-processing.

Here:   the rows and how they are rounded. Never: data, noise, a signature, a row left out because it looks small.

Sources: `anonymiser.intervals`. A row whose number of students cannot be told from 0 says so in place of a value.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer

from anonymiser import Interval, NoisedMean, TooFew, count_interval, difference_interval, ratio_interval
from federation.plan import Plan

LEVEL = 0.95
_DIGITS = 20  # the last digit shown is at most a twentieth of the half width
_MOST_PLACES = 9

Number = Annotated[Decimal, PlainSerializer(lambda number: format(number, "f"), return_type=str)]


class Estimate(BaseModel):
    """A number with its 95 % interval over the noise; ends rounded outwards. Either end may lie outside the range."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    estimate: Number
    low: Number
    high: Number
    method: str


class ReleasedRow(BaseModel):
    """One cell.

    Attributes:
        groups: Value by key label; empty for a study without groups.
        count: How many students counted.
        value: The mean or proportion; None for a count, and where `count` cannot be told from 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    groups: dict[str, str]
    count: Estimate
    value: Estimate | None


class Difference(BaseModel):
    """A group minus the reference group, the other key being equal.

    Attributes:
        groups: Of the group.
        reference: Of the reference group.
        value: None where one of the two numbers of students cannot be told from 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    groups: dict[str, str]
    reference: dict[str, str]
    value: Estimate | None


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """All rows, in the order of the codebook, and all differences."""

    rows: tuple[ReleasedRow, ...]
    differences: tuple[Difference, ...]


def table(plan: Plan, cells: Sequence[int], copies: int) -> ReleasedTable:
    """Make the table of a released vector.

    Args:
        plan: The compiled study.
        cells: The noised vector.
        copies: Draws of noise in each cell: the number of schools, in mode "local".
    """
    return ReleasedTable(_rows(plan, cells, copies), _differences(plan, cells, copies))


def _rows(plan: Plan, cells: Sequence[int], copies: int) -> tuple[ReleasedRow, ...]:
    noise = plan.components[0].noise(copies)
    return tuple(
        ReleasedRow(
            groups=_groups(plan, place),
            count=estimated(count_interval(cells[place], noise, LEVEL)),
            value=None if plan.question.measure == "count" else _value(plan, noised_mean(plan, cells, copies, place)),
        )
        for place in range(len(plan.groups))
    )


def _differences(plan: Plan, cells: Sequence[int], copies: int) -> tuple[Difference, ...]:
    reference = plan.study.reference
    if reference is None or plan.question.measure == "count":
        return ()
    found = []
    for place in range(len(plan.groups)):
        groups = _groups(plan, place)
        other = groups | {reference.key: reference.value}
        if groups != other:
            pair = [noised_mean(plan, cells, copies, p) for p in (place, _place(plan, other))]
            value = shown(plan, difference_interval(pair[0], pair[1], LEVEL), shift=0)
            found.append(Difference(groups=groups, reference=other, value=value))
    return tuple(found)


def noised_mean(plan: Plan, cells: Sequence[int], copies: int, place: int) -> NoisedMean:
    """The mean of one cell as it was released."""
    count, total = plan.components
    return NoisedMean(
        total=cells[len(plan.groups) + place],
        count=cells[place],
        total_noise=total.noise(copies),
        count_noise=count.noise(copies),
        bound=total.block.bound,
    )


def _value(plan: Plan, mean: NoisedMean) -> Estimate | None:
    return shown(plan, ratio_interval(mean, LEVEL), shift=1 if plan.question.measure == "proportion" else 0)


def shown(plan: Plan, found: Interval | TooFew, shift: int) -> Estimate | None:
    """Round for reading, back into the unit of the data: scaled values by their decimal places, -1 to 1 as 0 to 1."""
    if isinstance(found, TooFew):
        return None
    unit = 2 if plan.question.measure == "proportion" else 10**plan.places
    low, middle, high = ((number + shift) / unit for number in (found.low, found.estimate, found.high))
    return estimated(Interval(estimate=middle, low=low, high=high, level=found.level, method=found.method))


def estimated(found: Interval) -> Estimate:
    """Round an interval for reading: its ends outwards."""
    exponent = _last_place(found)
    middle, low, high = (
        Decimal(number).quantize(Decimal(1).scaleb(exponent), rounding)
        for number, rounding in (
            (found.estimate, ROUND_HALF_EVEN),
            (found.low, ROUND_FLOOR),
            (found.high, ROUND_CEILING),
        )
    )
    return Estimate(estimate=middle, low=low, high=high, method=found.method)


def _last_place(found: Interval) -> int:
    """Power of ten of the last digit shown, at most 0: whole numbers stay whole."""
    width = (found.high - found.low) / 2
    if width <= 0 or isinstance(found.estimate, int):
        return 0
    return max(-_MOST_PLACES, min(0, math.floor(math.log10(width / _DIGITS))))


def _groups(plan: Plan, place: int) -> dict[str, str]:
    keys = [group.feature.label for group in plan.question.groups]
    return dict(zip(keys, plan.groups[place], strict=True))


def _place(plan: Plan, groups: Mapping[str, str]) -> int:
    return plan.cell_of[tuple(groups[group.feature.label] for group in plan.question.groups)]
