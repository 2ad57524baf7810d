"""The present enrolment is one: of the latest year that has begun, at the school that took the history in last."""

from datetime import date
from typing import Any

import pytest

from pds.holders import new_holder
from pds.identifiers import OrgId, new_vault_id
from pds.records import validate
from pds.vault import Authorisations, Enrolled, StoredRecord, apply, enrolments, nothing
from pds.vault.events import AnyEvent, Created, Entered, TransferCommitted, TransferSealed
from pds.vault.head import first_head
from tests.world.records import as_stored

OLD, NEW = OrgId("B1-old"), OrgId("B1-new")
TODAY = date(2026, 10, 8)


def enrolled(school: OrgId, year: int, month: int = 4, day: int = 1) -> Enrolled:
    return Enrolled(school=school, school_year=year, on=date(year + (month < 4), month, day))


def facts(*entered: Enrolled) -> Authorisations:
    """A vault's state after enrolments; where the school changes, the history moves there before."""
    state, home = nothing(new_vault_id()), OLD
    sent = first_head(state.vault, OLD).sign(new_holder(OLD))

    def enter(event: AnyEvent, signer: str) -> None:
        nonlocal state
        item = Entered(
            vault=state.vault, seq=state.revision + 1, time="2026-01-01T00:00:00Z", signer=signer, event=event
        )
        state = apply(state, item)

    enter(Created(home=new_holder(OLD).public), OLD)
    for one in entered:
        if one.school != home:
            enter(TransferSealed(transfer="t", to=one.school, statutory=(), consented=()), home)
            card, number = new_holder(one.school).public, state.home_number + 1
            enter(TransferCommitted(transfer="t", home=card, home_number=number, sender_head=sent), one.school)
            home = one.school
        enter(one, home)
    return state


def test_an_older_year_entered_late_replaces_nothing() -> None:
    state = facts(enrolled(OLD, 2026), enrolled(OLD, 2025))
    assert (state.enrolment, state.school_year) == (enrolled(OLD, 2026), 2026)
    assert state.enrolment_on(TODAY) == enrolled(OLD, 2026)
    assert state.enrolment_on(date(2026, 3, 31)) == enrolled(OLD, 2025)
    assert state.enrolment_on(date(2025, 3, 31)) is None
    assert state.enrolled_at(OLD, TODAY)


def test_after_a_move_the_new_school_counts_from_its_first_day_on() -> None:
    state = facts(enrolled(OLD, 2026), enrolled(OLD, 2027), enrolled(NEW, 2026, 2, 10), enrolled(NEW, 2024))
    assert state.enrolment == enrolled(NEW, 2026, 2, 10)
    assert state.enrolment_on(date(2027, 2, 9)) == enrolled(OLD, 2026)
    assert state.enrolment_on(date(2027, 2, 10)) == enrolled(NEW, 2026, 2, 10)
    assert state.enrolment_on(date(2027, 4, 8)) == enrolled(NEW, 2026, 2, 10)
    back = facts(enrolled(OLD, 2025), enrolled(NEW, 2026), enrolled(OLD, 2026, 9, 1))
    assert [back.enrolled_at(OLD, day) for day in (date(2026, 8, 31), date(2026, 9, 1))] == [False, True]


def row(seq: int, school: OrgId, year: int, **changes: Any) -> StoredRecord:
    common = {
        "school_code": school,
        "school_year": year,
        "grade": f"P{year - 2022}",
        "occurred_on": date(year, 4, 6),
        "source_system": "sis",
        "source_record_id": str(seq),
    }
    return as_stored(validate("enrollment_info/1", {**common, **changes}), seq, school)


@pytest.mark.parametrize(
    ("records", "at", "expected"),
    [
        ([], None, None),
        ([row(1, OLD, 2026), row(2, OLD, 2025)], enrolled(OLD, 2026), "1"),  # an older year, written later
        ([row(1, OLD, 2025), row(2, OLD, 2026), row(3, OLD, 2027)], enrolled(OLD, 2026), "2"),  # next year's list
        ([row(1, OLD, 2028), row(2, OLD, 2027)], None, "1"),  # none has begun
        ([row(1, OLD, 2026), row(2, NEW, 2026), row(3, OLD, 2026)], enrolled(NEW, 2026), "2"),
        ([row(1, NEW, 2026), row(2, OLD, 2026)], None, "2"),
        ([row(1, OLD, 2026, transfer_in_date=date(2026, 9, 1)), row(2, OLD, 2026)], enrolled(OLD, 2026), "1"),
        (
            [row(1, OLD, 2026), row(2, OLD, 2026, admission_date=date(2022, 4, 1), occurred_on=date(2026, 4, 1))],
            enrolled(OLD, 2026),
            "1",  # both are there from April: the one that says a later day
        ),
        ([row(1, NEW, 2025), row(2, OLD, 2026)], enrolled(NEW, 2025), "1"),  # left before that year
        ([row(1, OLD, 2026)], enrolled(NEW, 2025), "1"),  # nobody says anything else
    ],
)
def test_the_present_one_comes_first(records: list[StoredRecord], at: Enrolled | None, expected: str | None) -> None:
    found = enrolments(records, at, TODAY)
    assert (found[0].source_record_id if found else None) == expected
    assert enrolments(reversed(records), at, TODAY) == found
