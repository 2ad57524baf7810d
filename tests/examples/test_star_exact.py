"""The exact effects, held to figures published before us and to numpy."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from examples.star import exact

PUBLISHED = {  # Stock and Watson, 2nd ed., chapter 13: small, regular+aide; in points
    "k": (13.90, 0.31),
    "1": (29.78, 11.96),
    "2": (19.39, 3.48),
    "3": (15.59, -0.29),
}

EFFECTS = exact.effects()


def columns() -> dict[str, np.ndarray]:
    with gzip.open(exact.DATA, "rt", encoding="utf-8", newline="") as table:
        header, *rows = csv.reader(table)
    return {name: np.array([row[place] for row in rows]) for place, name in enumerate(header)}


@pytest.mark.parametrize("grade", exact.GRADES)
def test_the_effects_are_the_published_ones(grade: str) -> None:
    effects = EFFECTS[grade]
    assert [round(float(effects[kind]), 2) for kind in exact.COMPARED] == list(PUBLISHED[grade])


@pytest.mark.parametrize("grade", exact.GRADES)
def test_the_effects_agree_with_numpy(grade: str) -> None:
    table = columns()
    reading, mathematics, kinds = table[f"read{grade}"], table[f"math{grade}"], table[f"star{grade}"]
    both = (reading != "") & (mathematics != "") & (kinds != "")
    total = reading[both].astype(float) + mathematics[both].astype(float)
    mean = {kind: total[kinds[both] == kind].mean() for kind in ("regular", *exact.COMPARED)}
    for kind in exact.COMPARED:
        assert float(EFFECTS[grade][kind]) == pytest.approx(mean[kind] - mean["regular"], abs=1e-9)


def test_only_pupils_with_both_scores_are_counted() -> None:
    assert exact.counts()["k"] == {"small": 1738, "regular": 2005, "regular+aide": 2043}
    assert {grade: sum(kinds.values()) for grade, kinds in exact.counts().items()} == {
        "k": 5786,
        "1": 6379,
        "2": 6049,
        "3": 5967,
    }


def test_scores_are_not_clamped(tmp_path: Path) -> None:
    header = [f"{name}{grade}" for grade in exact.GRADES for name in ("star", "read", "math")]
    rows = [["small", "900", "100"] * 4, ["regular", "500", "400"] * 4, ["regular+aide", "150", "250"] * 4]
    rows.append(["small", "800", ""] * 4)
    path = tmp_path / "star.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows([header, *rows])
    assert exact.effects(path)["2"] == {"small": 100, "regular+aide": -500}
