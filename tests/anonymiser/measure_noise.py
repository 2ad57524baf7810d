"""Measure the noise libraries for docs/adr/0003: `python -m tests.anonymiser.measure_noise`. Takes about a minute."""

import contextlib
import json
import math
import statistics
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from fractions import Fraction
from functools import partial

import diffprivlib
from diffprivlib import mechanisms

from anonymiser import Backend, DiscreteLaplace, NoiseSum, NoiseTerm, half_width, read_epsilon
from tests.anonymiser.statistics import chi_square_p

RELEASES = 20_000


def seconds_to_import(module: str) -> float:
    """Median of five fresh processes, the start of the interpreter taken off."""

    def once(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - start

    return statistics.median(once(f"import {module}") - once("pass") for _ in range(5))


def seconds(ask: Callable[[], object]) -> float:
    """Median of five runs after one that warms up."""

    def once() -> float:
        start = time.perf_counter()
        ask()
        return time.perf_counter() - start

    return statistics.median([once() for _ in range(6)][1:])


def attainable(released: float, count: int) -> bool:
    """True if any float noise at all, added to the count, rounds to what was released."""
    noise = released - count
    around = noise, math.nextafter(noise, -math.inf), math.nextafter(noise, math.inf)
    return any(count + candidate == released for candidate in around)


def disclosed_by_low_bits(count: int, neighbour: int) -> float:
    """Part of float Laplace releases of the count at ε = 1 that the neighbouring count could never have given."""
    laplace = mechanisms.Laplace(epsilon=1.0, sensitivity=1)
    return sum(not attainable(laplace.randomise(count), neighbour) for _ in range(RELEASES)) / RELEASES


def disclosed_by_sum(students: int) -> float:
    """Part of `tools.sum` releases of that many tens in [10, 20] that one more student could never have given."""
    least_with_one_more = 10 * (students + 1)
    sums = (diffprivlib.tools.sum([10.0] * students, epsilon=1.0, bounds=(10, 20)) for _ in range(2000))
    return sum(float(released) < least_with_one_more for released in sums) / 2000


def overspent() -> dict[str, float]:
    """How often eight threads overspend one accountant with ε = 1, in twenty tries, and the most they spent."""
    before, spent = sys.getswitchinterval(), []
    sys.setswitchinterval(1e-5)
    for _ in range(20):
        accountant, together = diffprivlib.BudgetAccountant(epsilon=1.0), threading.Barrier(8)

        def spend(
            accountant: diffprivlib.BudgetAccountant = accountant, together: threading.Barrier = together
        ) -> None:
            together.wait()
            with contextlib.suppress(diffprivlib.utils.BudgetError):
                for _ in range(30):
                    accountant.spend(1 / 64, 0)

        threads = [threading.Thread(target=spend) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        spent.append(sum(epsilon for epsilon, _ in accountant.spent_budget))
    sys.setswitchinterval(before)
    return {"overspent_of_20": sum(total > 1 for total in spent), "most": max(spent)}


def main() -> None:
    """Print all figures as one JSON object."""
    warnings.simplefilter("ignore")  # diffprivlib warns of data of its own making
    small = {name: DiscreteLaplace(sensitivity=1, epsilon=read_epsilon("0.5"), backend=name) for name in Backend}
    large = {name: DiscreteLaplace(sensitivity=2**16, epsilon=read_epsilon("1"), backend=name) for name in Backend}
    noises = NoiseSum(Fraction(50), 2), NoiseSum(Fraction(1), 2)
    coefficients = iter(range(1, 1000))
    figures = {
        "import_seconds": {name: seconds_to_import(name) for name in ("anonymiser", "opendp.prelude", "diffprivlib")},
        "draw_10000_seconds": {name: seconds(partial(m.draw, 10_000)) for name, m in large.items()},
        "chi_square_p_40000": {
            name: [chi_square_p(m.draw(40_000), m.scale, width=w) for m, w in ((small[name], 1), (large[name], 4096))]
            for name in Backend
        },
        "delta_at_scale_2_and_65536": {name: [small[name].delta(1), large[name].delta(1)] for name in Backend},
        "half_width_seconds": seconds(
            lambda: half_width([NoiseTerm(1.0, noises[0]), NoiseTerm(next(coefficients) / 7, noises[1])])
        ),
        "float_laplace_disclosed": {
            f"{count} not {neighbour}": disclosed_by_low_bits(count, neighbour)
            for count, neighbour in ((0, 1), (1, 0), (1, 2), (3, 4), (7, 8), (31, 32), (100, 101))
        },
        "tools_sum_disclosed": {f"{students} students": disclosed_by_sum(students) for students in (0, 1, 10, 100)},
        "accountant_of_1_spent": overspent(),
    }
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
