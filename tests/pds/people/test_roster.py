"""The class list: who sits where, and nothing that names anybody."""

import pytest

from pds.errors import SealBrokenError
from pds.identifiers import OrgId, new_vault_id
from pds.people import Seat, roster
from tests.world import Prefecture

SCHOOL, OTHER = OrgId("B1"), OrgId("B2")


def test_a_later_year_replaces_an_earlier_one_and_never_the_other_way(prefecture: Prefecture) -> None:
    node, vault = prefecture.city, new_vault_id()
    now = Seat(school_year=2026, grade="P5", class_code="2", attendance_number=3)
    roster.put(node, SCHOOL, {vault: now})
    roster.put(node, SCHOOL, {vault: Seat(school_year=2025, grade="P4", class_code="1")})
    assert roster.seats(node, SCHOOL) == {vault: now}
    assert now.class_name == "P5-2"
    assert roster.seats(node, OTHER) == {}


def test_who_has_left_is_on_no_list(prefecture: Prefecture) -> None:
    node, vault = prefecture.city, new_vault_id()
    roster.put(node, SCHOOL, {vault: Seat(school_year=2026)})
    roster.remove(node, SCHOOL, vault)
    roster.remove(node, SCHOOL, vault)
    assert roster.seats(node, SCHOOL) == {}


def test_a_list_that_somebody_else_wrote_is_found(prefecture: Prefecture) -> None:
    node = prefecture.city
    roster.put(node, SCHOOL, {new_vault_id(): Seat(school_year=2026)})
    sealed = node.store.get("roster", SCHOOL)
    assert sealed is not None
    with node.store.transaction():
        node.store.put("roster", OTHER, sealed)
    with pytest.raises(SealBrokenError):
        roster.seats(node, OTHER)
