"""How a benchmark is measured: alternating pairs, medians, and one JSON file. Never: what is measured."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PAIRS = 5


@dataclass(frozen=True, slots=True)
class Result:
    """One benchmark.

    Attributes:
        value: The median, in `unit`; a ratio where the unit is "x".
        baseline: The baseline's median in the same unit, or None where there is none.
        runs: Every single value.
    """

    name: str
    value: float
    unit: str
    baseline: float | None
    runs: list[float]


def seconds(work: Callable[[], object]) -> float:
    """How long some work takes, by the wall clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def alternating(name: str, pair: Callable[[], tuple[float, float]], pairs: int = PAIRS) -> Result:
    """The baseline's seconds divided by ours, over alternating pairs: 0.5 is half as fast as the baseline."""
    runs = [reference / ours for reference, ours in (pair() for _ in range(pairs))]
    return Result(name, round(statistics.median(runs), 4), "x", 1.0, [round(run, 4) for run in runs])


def rate(name: str, work: Callable[[], object], units: int, baseline: Callable[[], object] | None = None) -> Result:
    """How many units of work per second, beside a baseline of as many units."""
    ours, theirs = [], []
    for _ in range(PAIRS):
        if baseline is not None:
            theirs.append(units / seconds(baseline))
        ours.append(units / seconds(work))
    reference = round(statistics.median(theirs), 1) if theirs else None
    return Result(name, round(statistics.median(ours), 1), "1/s", reference, [round(run, 1) for run in ours])


def took(name: str, work: Callable[[], object], unit: str = "s", factor: float = 1.0) -> Result:
    """How long some work takes."""
    runs = [round(seconds(work) * factor, 3) for _ in range(PAIRS)]
    return Result(name, round(statistics.median(runs), 3), unit, None, runs)


def write(results: list[Result], path: Path) -> None:
    """Write `{name: {value, unit, baseline, runs}}`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {r.name: {"value": r.value, "unit": r.unit, "baseline": r.baseline, "runs": r.runs} for r in results}
    path.write_text(json.dumps(document, indent=2) + "\n")
