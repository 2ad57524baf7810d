"""Whose guardian a row names: known by the child, whatever numbers the source gives this year."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from consent.lifecycle import guardian_of
from consent.lifecycle.loading import Loaded
from pds.holders import Role
from pds.identifiers import VaultId
from pds.intake import IncomingGuardian, LocalId, OfficeQuestion, Source
from tests.consent.lifecycle.test_whose import MINATO, SORA, Rosters, roster
from tests.world.answers import load_answering

__all__ = ["roster"]
MOTHER, FATHER = "3f0c9a52-6b1e-4c7d-9a4b-1e2d3c4b5a69", "9b2f1c44-0d3e-4a5b-8c6d-7e8f90a1b2c3"


def guardian(student: str, *ids: str, authority: bool = True) -> IncomingGuardian:
    local = tuple(LocalId("userMasterIdentifier" if len(one) > 9 else "parents", one) for one in ids)
    return IncomingGuardian(local, LocalId("old", student), "parent", authority, Source("guardians.csv", 2))


def takes(office: Rosters, rows: Sequence[str], guardians: Sequence[IncomingGuardian], year: int) -> Loaded:
    """A year of a source that numbers anew, whose office knows its children by name and birth date."""
    batch = replace(office.batch(*rows, lasting=False, year=year), guardians=tuple(guardians))

    def say(question: OfficeQuestion) -> str:
        return "yes" if "same name and birth date" in question.en else "no"

    return load_answering(office.school.node, office.school.org, batch, say)


def family(office: Rosters, vault: VaultId) -> set[str]:
    held = office.school.node.vaults.authorisations(vault).holders
    return {name for name, one in held.items() if one.role is Role.GUARDIAN}


def called(office: Rosters, vault: VaultId, number: str) -> str | None:
    return guardian_of(office.school.node, office.school.org, vault, [LocalId("parents", number)])


@pytest.mark.parametrize("ids", [((), ()), ((MOTHER,), (FATHER,))])
def test_a_source_that_numbers_anew_names_no_guardian_of_another_child(
    roster: Rosters,  # the fixture
    ids: tuple[tuple[str, ...], tuple[str, ...]],
) -> None:
    of_minato, of_sora = ids
    known = [guardian("1", "g1", *of_minato), guardian("2", "g2", *of_sora)]
    takes(roster, [f"1 - {MINATO}", f"2 - {SORA}"], known, 2025)
    minato, sora = roster.whose("1"), roster.whose("2")
    assert minato is not None
    assert sora is not None
    before = family(roster, minato), family(roster, sora)
    anew = [guardian("1", "g1", *of_sora, authority=False), guardian("2", "g2", *of_minato)]
    takes(roster, [f"1 - {SORA}", f"2 - {MINATO}"], anew, 2026)
    assert (roster.whose("1"), roster.whose("2")) == (sora, minato)
    assert called(roster, sora, "g1") in family(roster, sora)
    assert called(roster, minato, "g2") in family(roster, minato)
    facts = roster.school.node.vaults.authorisations(minato)
    said = [facts.holders[name].standing for name in family(roster, minato)]
    assert all(one is not None and one.has_parental_authority for one in said)
    if of_minato:  # what decides says that nobody is new
        assert (family(roster, minato), family(roster, sora)) == before


def test_a_number_leads_to_nobody_who_is_known_to_be_somebody_else(
    roster: Rosters,  # the fixture
) -> None:
    takes(roster, [f"1 - {MINATO}"], [guardian("1", "g1", MOTHER)], 2025)
    vault = roster.whose("1")
    assert vault is not None
    [mother] = family(roster, vault)
    takes(roster, [f"7 - {MINATO}"], [guardian("7", "g1", FATHER), guardian("7", "g2", MOTHER)], 2026)
    assert called(roster, vault, "g2") == mother
    assert called(roster, vault, "g1") in family(roster, vault) - {mother}
