"""The exact effects of class type, straight from the public file: what the private answers are compared with.

Never: anything of this project, not even the reader beside it, so that no mistake is shared; never clamping.
"""

import csv
import gzip
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

DATA = Path(__file__).with_name("data") / "star.csv.gz"
GRADES = ("k", "1", "2", "3")
BASE = "regular"
COMPARED = ("small", "regular+aide")


def sums(path: Path = DATA) -> dict[str, dict[str, list[Fraction]]]:
    """Reading plus mathematics of every pupil who has both, by grade and class type."""
    found: dict[str, dict[str, list[Fraction]]] = {grade: defaultdict(list) for grade in GRADES}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            for grade in GRADES:
                kind, reading, mathematics = row[f"star{grade}"], row[f"read{grade}"], row[f"math{grade}"]
                if kind and reading and mathematics:
                    found[grade][kind].append(Fraction(reading) + Fraction(mathematics))
    return {grade: dict(by_type) for grade, by_type in found.items()}


def counts(path: Path = DATA) -> dict[str, dict[str, int]]:
    """How many pupils with both scores the public file holds, by grade and class type; never a released figure."""
    return {grade: {kind: len(values) for kind, values in kinds.items()} for grade, kinds in sums(path).items()}


def effects(path: Path = DATA) -> dict[str, dict[str, Fraction]]:
    """Mean of a class type minus mean of regular classes, by grade, in points of reading plus mathematics."""
    return {
        grade: {kind: _mean(kinds[kind]) - _mean(kinds[BASE]) for kind in COMPARED}
        for grade, kinds in sums(path).items()
    }


def _mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)
