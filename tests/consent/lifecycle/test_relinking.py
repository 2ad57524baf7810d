"""A number that stands for the wrong child is corrected by two people who say the same, and both vaults say so."""

from datetime import date

import pytest

from consent.lifecycle import relinking
from consent.lifecycle.joining import Actor
from pds.errors import NotFoundError, RefusedError, UsageError
from pds.identifiers import VaultId
from pds.intake import LocalId
from pds.vault import IdentifierLinked, verify_copy
from tests.consent.lifecycle.test_whose import MINATO, SORA, Rosters, roster

__all__ = ["roster"]
A, B, SINCE = Actor("nagaoka"), Actor("mori"), date(2026, 4, 6)


def say(office: Rosters, number: str, vault: VaultId, by: Actor, *, first: date = SINCE, why: str = "swapped") -> bool:
    node, org = office.school.node, office.school.org
    return relinking.relink(node, org, LocalId("old", number), vault, first=first, why=why, by=by)  # type: ignore[arg-type]


def two(office: Rosters) -> tuple[VaultId, VaultId]:
    office.takes(f"S1 - {MINATO}", f"S2 - {SORA}")
    first, second = office.whose("S1"), office.whose("S2")
    assert first is not None and second is not None  # noqa: PT018  # both are there
    return first, second


def test_a_number_in_use_goes_to_another_child_only_when_two_people_say_the_same(
    roster: Rosters,  # the fixture
) -> None:
    minato, sora = two(roster)
    assert not say(roster, "S1", sora, A)
    assert not say(roster, "S1", sora, A)  # one person twice
    assert not say(roster, "S1", sora, B, why="mistyped")  # something else than the first said
    assert roster.whose("S1") == minato
    assert say(roster, "S1", sora, A, why="mistyped")
    assert roster.whose("S1") == sora
    for vault, last in ((minato, date(2026, 4, 5)), (sora, None)):
        events = [one.event for one in roster.school.node.vaults.entered(vault)]
        linked = [one for one in events if isinstance(one, IdentifierLinked)]
        assert [(one.why, one.last, len(set(one.by))) for one in linked] == [("mistyped", last, 2)]
        verify_copy(roster.school.node.vaults.copy(vault), roster.school.node.card)
    assert roster.refuses(f"S1 - {MINATO}") == [("conflict", "enrollment.csv", 2, "number")]
    assert roster.takes(f"S1 - {SORA}").students_new == 0
    assert (roster.whose("S1"), roster.whose("S2")) == (sora, sora)


def test_what_cannot_be_corrected_is_refused(roster: Rosters) -> None:
    minato, sora = two(roster)
    with pytest.raises(RefusedError, match="already"):
        say(roster, "S1", minato, A)
    with pytest.raises(NotFoundError):
        say(roster, "S9", sora, A)
    with pytest.raises(NotFoundError):
        say(roster, "S1", sora, A, first=date(2024, 4, 1))
    with pytest.raises(UsageError):
        say(roster, "S1", sora, A, why="a name")
    assert roster.whose("S1") == minato
