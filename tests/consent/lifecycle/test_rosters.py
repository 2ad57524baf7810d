"""Rosters of every kind, year after year: no record in another child's vault, no child with two, no vault with two."""

import random
from datetime import date
from pathlib import Path

import pytest

from consent.lifecycle import leaving, load, moving
from pds.errors import PdsError
from pds.identifiers import VaultId
from pds.intake import IntakeError, LocalId
from tests.consent.lifecycle import test_whose
from tests.world.answers import load_answering
from tests.world.carrier import carry
from tests.world.prefecture import Prefecture, open_prefecture
from tests.world.rosters import MISTAKES, Child, Rosters, Row, truth

HERE = 20  # a portion, which `make test` has the time for


def play(prefecture: Prefecture, office: test_whose.Rosters, roster: Rosters, owners: dict[VaultId, Child]) -> None:
    """Three years of one roster, each with a clerk's mistake first, against what the world knows.

    In the last one a child's history may come from another school, before the roster or after it.
    """
    school, node = office.school, office.school.node
    for year in (2024, 2025, 2026):
        here, system = roster.of(year), roster.system(year)
        rows = [roster.row(child, year, place) for place, child in enumerate(here)]
        more = {"system": system, "lasting": roster.lasting, "year": year}
        if year == 2026 and roster.history_comes == "before the roster":  # the last of the years
            roster.mover.vault = moves_in(prefecture, roster, rows[here.index(roster.mover)][0])
            owners[roster.mover.vault] = roster.mover
        for mistake, fields in MISTAKES.items():
            wrong = spoiled(roster, rows, here, mistake, year)
            if wrong is not None:
                place, row = wrong
                batch = office.batch(*(" ".join(r) for r in [row]), **more)  # type: ignore[arg-type]
                with pytest.raises(IntakeError) as refused:
                    load(node, school.org, batch)
                told = [(one.file, one.row, one.field) for one in refused.value.problems]
                assert any(told == [("enrollment.csv", 2, field)] for field in fields), (mistake, place, told)
        takes(office, roster, year, here, rows, owners)
        if year == 2026 and roster.history_comes == "after the roster":
            young, number = roster.mover.vault, rows[here.index(roster.mover)][0]
            assert young is not None
            roster.mover.vault = moves_in(prefecture, roster, number)
            owners[roster.mover.vault] = owners.pop(young)
            takes(office, roster, year, here, rows, owners)
        for child in here:
            if child.last_year == year < 2026:  # the last of the years
                assert child.vault is not None
                leaving.end(node, school.org, child.vault, date(year + 1, 3, 31), "graduated")


def takes(  # noqa: PLR0917  # a roster, of a year, and what is known of it
    office: test_whose.Rosters,
    roster: Rosters,
    year: int,
    here: list[Child],
    rows: list[Row],
    owners: dict[VaultId, Child],
) -> None:
    """Import a true roster: each row leads to its own child's vault, and to the one the child had."""
    school, node, system = office.school, office.school.node, roster.system(year)
    batch = office.batch(*(" ".join(row) for row in rows), system=system, lasting=roster.lasting, year=year)
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


def spoiled(roster: Rosters, rows: list[Row], here: list[Child], mistake: str, year: int) -> tuple[int, Row] | None:
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


def moves_in(prefecture: Prefecture, roster: Rosters, number: str) -> VaultId:
    """The mover's history comes from Aoba, into the seat that the roster has made, or before there is one.

    Returns:
        Its vault, which is the one it had at Aoba.
    """
    old, new, child = prefecture.aoba, prefecture.minato, roster.mover
    old.admit(
        f"{roster.name}-moves",
        agree=[],
        official_family_name=child.family,
        official_given_name=child.given,
        birth_date=child.born.isoformat(),
    )
    history = old.vault(f"{roster.name}-moves")
    transfer = moving.offer(old.node, history, new.org)
    carry(prefecture.nodes)
    numbers = [LocalId(roster.system(2026), number)] if roster.lasting else []  # one that lasts for a year says nothing
    moving.accept(new.node, transfer, new.node.today(), numbers, seat=child.vault)
    carry(prefecture.nodes)
    moving.send(old.node, transfer)
    carry(prefecture.nodes)
    assert moving.commit(new.node, transfer) == history
    carry(prefecture.nodes)
    return history


def generated(prefecture: Prefecture, folder: Path, count: int, first: int = 0) -> dict[str, str]:
    """Play so many rosters at one school; what went wrong, by roster."""
    office, owners, wrong = test_whose.Rosters(prefecture.minato, folder / "roster"), dict[VaultId, Child](), {}
    for number in range(first, first + count):
        roster = Rosters(f"r{number}", random.Random())  # no secret
        try:
            play(prefecture, office, roster, owners)
        except (AssertionError, PdsError, pytest.fail.Exception) as error:
            wrong[roster.name] = f"{type(error).__name__}: {error}"
    if len(owners) != len({id(child) for child in owners.values()}):
        wrong["all"] = "one child has two vaults"
    return wrong


def rosters(folder: Path, count: int, first: int) -> dict[str, str]:
    """A portion for `make prove`; what went wrong, by roster."""
    with open_prefecture(folder / "prefecture") as prefecture:
        return generated(prefecture, folder, count, first)


def test_generated_rosters_follow_the_table(prefecture: Prefecture, tmp_path: Path) -> None:
    assert generated(prefecture, tmp_path, HERE) == {}
