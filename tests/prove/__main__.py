"""`make prove [NAME]`: runs all harnesses, or those that are named, in portions, and writes build/prove.json.

What is done is noted: interrupted, it goes on with the next portion; finished, it begins anew. All of them take at most
100 minutes on 2 cores.
"""

import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from anonymiser import Backend, DiscreteLaplace, MicroEpsilon
from pds.intake import Batch, IntakeError, read_oneroster
from pds.records import KINDS
from tests.anonymiser import coverage
from tests.anonymiser.statistics import FALSE_ALARM, chi_square_p
from tests.consent.lifecycle.test_rosters import rosters
from tests.pds.intake.test_properties import whole_package
from tests.pds.vault.test_sealing import check_pairs
from tests.prove import faults
from tests.world.crashes import append_kills, import_kills
from tests.world.hostile_post import hostile_post
from tests.world.transfer_kills import transfer_kills

OUT = Path("build/prove.json")
NOTES = Path("build/prove.notes.json")
_BAD_INPUT = 2
_INTERRUPTED = 5


@dataclass(frozen=True)
class Harness:
    """One harness.

    Attributes:
        count: How many times in all.
        portion: How many times between two notes.
        run: Takes a folder, a count and a seed; hands back how often it went wrong, or by name what did.
    """

    count: int
    portion: int
    run: Callable[[Path, int, int], int | Mapping[str, str]]


def draws(backend: Backend) -> Callable[[Path, int, int], int]:
    """Draws against the exact mass function; a portion fails if its p-value is below one in a million."""

    def run(_folder: Path, count: int, _seed: int) -> int:
        scale = Fraction(7, 3)
        mechanism = DiscreteLaplace(sensitivity=7, epsilon=MicroEpsilon(3_000_000), backend=backend)
        return int(chi_square_p(mechanism.draw(count), scale, width=1) < FALSE_ALARM)

    return run


def hostile_packages(folder: Path, count: int, seed: int) -> int:
    """Altered bytes in a OneRoster package: a batch or a list of problems, and nothing else."""
    rng = random.Random(seed)
    whole = whole_package()
    failures = 0
    for number in range(count):
        content = bytearray(whole)
        for _ in range(rng.randint(1, 8)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        file = folder / f"{number}.zip"
        file.write_bytes(content[: rng.randint(1, len(content))] if rng.random() < 0.2 else content)
        try:
            failures += not isinstance(read_oneroster(file), Batch)
        except IntakeError:
            pass
        except Exception:  # noqa: BLE001  # anything else is what the harness is looking for
            failures += 1
        file.unlink()
    return failures


def coverage_of_means(_folder: Path, count: int, _seed: int) -> dict[str, str]:
    """So many releases of each mean; what is wrong with their intervals, by mean."""
    coverage.fresh()
    return {str(mean): said for mean in coverage.MEANS if (said := coverage.mean_fault(mean, count))}


def coverage_of_differences(_folder: Path, count: int, _seed: int) -> dict[str, str]:
    """So many releases of each difference; what is wrong with their intervals, by difference."""
    coverage.fresh()
    return {str(case): said for case in coverage.DIFFERENCES if (said := coverage.difference_fault(case, count))}


def stored_sizes(_folder: Path, count: int, _seed: int) -> dict[str, str]:
    """So many pairs of each kind of record; the first pair that is stored in two sizes, by kind."""
    wrong = {}
    for schema in sorted(KINDS):
        try:
            check_pairs(schema, count)
        except AssertionError as error:
            wrong[schema] = str(error)
    return wrong


HARNESSES = {
    "faults": Harness(len(faults.read().fault), 1, faults.prove),
    "append_kills": Harness(100, 10, append_kills),
    "import_kills": Harness(100, 10, import_kills),
    "transfer_kills": Harness(100, 10, transfer_kills),
    "hostile_post": Harness(100_000, 5_000, hostile_post),
    "rosters": Harness(2_000, 100, rosters),
    "hostile_packages": Harness(20_000, 1000, hostile_packages),
    "coverage_of_means": Harness(2_000, 200, coverage_of_means),
    "coverage_of_differences": Harness(2_000, 1_000, coverage_of_differences),
    "stored_sizes": Harness(2_000, 200, stored_sizes),
    "draws_opendp": Harness(10_000_000, 1_000_000, draws(Backend.OPENDP)),
    "draws_diffprivlib": Harness(10_000_000, 1_000_000, draws(Backend.DIFFPRIVLIB)),
}


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of its own, on the disk that `build` is on."""
    place = Path(tempfile.mkdtemp(prefix="prove-", dir=OUT.parent))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def main(names: Sequence[str]) -> int:
    """Run what is left of the named harnesses, note each portion, and write the result at the end."""
    if unknown := [name for name in names if name not in HARNESSES]:
        print(f"no harness is called {', '.join(unknown)}; there are {', '.join(HARNESSES)}", file=sys.stderr)
        return _BAD_INPUT
    OUT.parent.mkdir(exist_ok=True)
    notes: dict[str, dict[str, Any]] = _read(NOTES)
    chosen = names or list(HARNESSES)
    try:
        with Progress(console=Console()) as progress:
            for name in chosen:
                _go_on(name, notes, progress)
    except KeyboardInterrupt:
        print("interrupted; run it again to go on", file=sys.stderr)
        return _INTERRUPTED
    done = {name: notes.pop(name) for name in chosen}
    kept = {name: result for name, result in _read(OUT).items() if name in HARNESSES}
    OUT.write_text(json.dumps(kept | done, indent=2) + "\n")
    NOTES.write_text(json.dumps(notes))
    print(json.dumps(done, indent=2))
    return int(any(note["failures"] for note in done.values()))


def _go_on(name: str, notes: dict[str, dict[str, Any]], progress: Progress) -> None:
    """The portions of one harness that have not been run."""
    harness = HARNESSES[name]
    note = notes.setdefault(name, {"count": 0, "failures": 0, "seconds": 0.0})
    task = progress.add_task(name, total=harness.count, completed=note["count"])
    while note["count"] < harness.count:
        start = time.monotonic()
        with folder() as place:
            wrong = harness.run(place, harness.portion, note["count"])
        if isinstance(wrong, Mapping):
            note.setdefault("detail", {}).update(wrong)
        note["failures"] += wrong if isinstance(wrong, int) else len(wrong)
        note["seconds"] = round(note["seconds"] + time.monotonic() - start, 1)
        note["count"] += harness.portion
        NOTES.write_text(json.dumps(notes))
        progress.update(task, completed=note["count"])


def _read(file: Path) -> dict[str, dict[str, Any]]:
    documents: dict[str, dict[str, Any]] = json.loads(file.read_text()) if file.exists() else {}
    return documents


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
