"""Which groups of a released table differ: all pairs at once, and the value of everybody in the table.

Here:   post-processing of a release. Never: data, a difference between tables in which a school is missing.

All pairs are looked at together: each interval is made at level 1 - 0.05/pairs (Bonferroni), so that with probability
0.95 over the noise not one of them says "differs" of two equal values. A school that did not answer has students in
every group, as far as anybody knows, so that nothing is said about differences then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from anonymiser import NoisedMean, TooFew, count_interval, difference_interval, ratio_interval
from federation.plan import Plan, compile_study
from federation.release import LEVEL, Estimate, ReleasedRow, estimated, noised_mean, shown
from federation.releasing import Release
from federation.study import schools_of
from federation.vectors import decode
from pds.identifiers import OrgId
from pds.node import Directory

MOST_PAIRS = 250  # beyond it the level leaves what the noise's distribution is computed for


class PairVerdict(StrEnum):
    """What can be said about two groups."""

    DIFFERS = "differs"
    OPEN = "open"
    TOO_FEW = "too_few"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two groups of a release.

    Attributes:
        one: Group values, in the order of the question's keys.
        other: Those of the second group.
        difference: One minus other, at the corrected level; None where nothing can be said.
    """

    one: tuple[str, ...]
    other: tuple[str, ...]
    verdict: PairVerdict
    difference: Estimate | None


def missing(release: Release, directory: Directory) -> list[OrgId]:
    """Schools of the scope that are not in the release, by the directory of today."""
    study = release.study
    return [school for school in schools_of(study, directory, study.scope) if school not in release.roster]


def comparisons(release: Release, directory: Directory) -> list[Comparison]:
    """All pairs of groups; none for a count, or when there are more than `MOST_PAIRS`.

    Raises:
        VectorError: the vector is malformed.
    """
    plan = compile_study(release.study)
    pairs = list(combinations(range(len(plan.groups)), 2))
    if plan.question.measure == "count" or not 0 < len(pairs) <= MOST_PAIRS:
        return []
    if missing(release, directory):
        return [Comparison(plan.groups[a], plan.groups[b], PairVerdict.WITHHELD, None) for a, b in pairs]
    level = 1 - (1 - LEVEL) / len(pairs)
    cells, copies = decode(release.vector, plan.cells), len(release.roster)
    means = [noised_mean(plan, cells, copies, place) for place in range(len(plan.groups))]
    return [_compared(plan, a, b, means, level) for a, b in pairs]


def overall(release: Release) -> ReleasedRow:
    """The row of everybody in the table, from the same vector: its noise is that of all cells together.

    Raises:
        VectorError: the vector is malformed.
    """
    plan = compile_study(release.study)
    cells, copies, width = decode(release.vector, plan.cells), len(release.roster), len(plan.groups)
    noises = [component.noise(copies * width) for component in plan.components]
    count = sum(cells[:width])
    value = None
    if plan.question.measure != "count":
        mean = NoisedMean(
            total=sum(cells[width:]),
            count=count,
            total_noise=noises[1],
            count_noise=noises[0],
            bound=plan.components[1].block.bound,
        )
        value = shown(plan, ratio_interval(mean, LEVEL), shift=1 if plan.question.measure == "proportion" else 0)
    return ReleasedRow(groups={}, count=estimated(count_interval(count, noises[0], LEVEL)), value=value)


def _compared(plan: Plan, a: int, b: int, means: Sequence[NoisedMean], level: float) -> Comparison:
    found = difference_interval(means[a], means[b], level)
    if isinstance(found, TooFew):
        return Comparison(plan.groups[a], plan.groups[b], PairVerdict.TOO_FEW, None)
    difference = shown(plan, found, shift=0)
    verdict = PairVerdict.OPEN if found.low <= 0 <= found.high else PairVerdict.DIFFERS
    return Comparison(plan.groups[a], plan.groups[b], verdict, difference)
