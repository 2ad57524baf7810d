"""Rosters of every kind, year after year: no record in another child's vault, no child with two, no vault with two."""

import random
from datetime import date
from pathlib import Path

import pytest

from consent.lifecycle import leaving, load
from pds.errors import PdsError
from pds.intake import IntakeError, LocalId
from tests.consent.lifecycle import test_whose
from tests.world.answers import load_answering
from tests.world.prefecture import Prefecture
from tests.world.rosters import MISTAKES, Child, Rosters, truth

HERE = 20  # a portion, which `make test` has the time for


def play(office: test_whose.Rosters, roster: Rosters, owners: dict[str, Child]) -> None:
    """Three years of one roster, each with a clerk's mistake first, against what the world knows."""
    school, node = office.school, office.school.node
    for year in (2024, 2025, 2026):
        here, system = roster.of(year), roster.system(year)
        rows = [roster.row(child, year, place) for place, child in enumerate(here)]
        more = {"system": system, "lasting": roster.lasting, "year": year}
        for mistake, fields in MISTAKES.items():
            wrong = spoiled(roster, rows, here, mistake, year)
            if wrong is not None:
                place, row = wrong
                batch = office.batch(*(" ".join(r) for r in [row]), **more)  # type: ignore[arg-type]
                with pytest.raises(IntakeError) as refused:
                    load(node, school.org, batch)
                told = [(one.file, one.row, one.field) for one in refused.value.problems]
                assert any(told == [("enrollment.csv", 2, field)] for field in fields), (mistake, place, told)
        batch = office.batch(*(" ".join(row) for row in rows), **more)  # type: ignore[arg-type]
        try:
            load_answering(node, school.org, batch, truth(here, owners))
        except PdsError as error:
            raise AssertionError(f"a true roster was refused: {error}") from error
        for row, child in zip(rows, here, strict=True):
            vault = node.vaults.find(school.org, system, LocalId(system, row[0]).value)
            assert vault is not None
            assert owners.setdefault(vault, child) is child, "one vault has two children's rows"
            child.vault = child.vault or vault
            assert child.vault == vault, "one child has two vaults"
            if child.last_year == year < 2026:  # the last of the years
                leaving.end(node, school.org, vault, date(year + 1, 3, 31), "graduated")


def spoiled(
    roster: Rosters, rows: list[tuple[str, str, str, str, str]], here: list[Child], mistake: str, year: int
) -> tuple[int, tuple[str, str, str, str, str]] | None:
    """A row of one known child with what belongs to another; None where the school could not know yet."""
    known = [place for place, child in enumerate(here) if child.vault and child.last_year >= 2026]
    if len(known) < 2 or not roster.lasting or roster.changes_system:  # one and another
        return None
    one, other = (rows[place] for place in roster.chance.sample(known, 2))
    if mistake == "number of another":
        return (0, (other[0], "-", *one[2:])) if one[4] != other[4] else None
    if "-" in (one[1], other[1]) or roster.uuids_from >= year:
        return None
    return 0, (one[0], other[1], *one[2:])


def test_generated_rosters_follow_the_table(prefecture: Prefecture, tmp_path: Path) -> None:
    office, owners = test_whose.Rosters(prefecture.minato, tmp_path / "roster"), dict[str, Child]()
    for number in range(HERE):
        play(office, Rosters(f"r{number}", random.Random()), owners)  # no secret
    assert len(owners) == len({id(child) for child in owners.values()})
