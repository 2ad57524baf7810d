"""A permit is leave for one request: this vault, this purpose, these kinds, these sixty seconds."""

import ast
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.decisions import Request, permit
from consent.lifecycle import acts
from pds.errors import PdsError, PermitError
from pds.holders import new_holder
from pds.identifiers import OrgId, VaultId
from pds.records import Category
from pds.vault import LIFETIME, Action, Charge, Permit, Purpose, VaultWriter
from tests.world.prefecture import Prefecture, School, attendance_record, score_record

TREE = Path(__file__).parents[3]
PACKAGES = ("pds", "consent", "anonymiser", "federation", "portal", "cli")


@pytest.fixture
def school(prefecture: Prefecture) -> School:
    school = prefecture.minato
    school.admit("aiko", records=[score_record(school), attendance_record(school)])
    return school


def opens(school: School, permit: Permit) -> list[str]:
    with school.node.vaults.read(permit) as reader:
        return [stored.category.value for stored in reader.records()]


ACTS: dict[Action, Callable[[VaultWriter, School], object]] = {
    Action.WRITE: lambda writer, school: writer.append(score_record(school)),
    Action.AUTHORISE: lambda writer, _: writer.turn_epoch([], "because"),
    Action.CHARGE: lambda writer, school: writer.charge(
        Charge(study="s", cost=1, school_year=2026, answered_by=school.org), 1
    ),
}


def test_a_permit_lives_sixty_seconds_and_not_one_more(prefecture: Prefecture, school: School) -> None:
    one, other = (school.permit("aiko", Purpose.TEACHING, Action.READ) for _ in range(2))
    assert timedelta(seconds=60) == LIFETIME
    prefecture.clock.advance(seconds=59.999)
    assert opens(school, one)
    prefecture.clock.advance(seconds=0.001)
    with pytest.raises(PermitError, match="expired"):
        opens(school, other)


@pytest.mark.parametrize("seconds", [61, 3600, 10**8])
def test_a_permit_for_longer_than_a_request_is_none(prefecture: Prefecture, school: School, seconds: int) -> None:
    permit = school.permit("aiko", Purpose.TEACHING, Action.READ)
    long = replace(permit, expires_at=prefecture.clock.now() + timedelta(seconds=seconds))
    with pytest.raises(PermitError):
        opens(school, long)


def test_a_permit_is_good_for_one_request_and_the_family_sees_the_second(school: School) -> None:
    permit = school.permit("aiko", Purpose.TEACHING, Action.READ)
    assert opens(school, permit)
    for _ in range(2):
        with pytest.raises(PermitError, match="used before"):
            pytest.fail(f"opened again: {opens(school, permit)}")
    with school.node.vaults.read(school.guardian_permit("aiko")) as reader:
        seen = [(line.outcome, line.purpose) for line in reader.access_log()]
    assert seen[-4:-1] == [("read", "teaching"), ("refused", "teaching"), ("refused", "teaching")]


@pytest.mark.parametrize("act", list(ACTS))
def test_a_permit_to_write_writes_once(school: School, act: Action) -> None:
    purpose = Purpose.STATISTICS if act is Action.CHARGE else Purpose.TEACHING
    permit = school.permit("aiko", purpose, act)
    with school.node.vaults.transact(permit):
        pass
    with pytest.raises(PermitError, match="used before"), school.node.vaults.transact(permit):
        pytest.fail("written again")


def test_a_clock_set_back_does_not_bring_an_old_permit_to_life(prefecture: Prefecture, school: School) -> None:
    permit = school.permit("aiko", Purpose.TEACHING, Action.READ)
    prefecture.clock.advance(seconds=-1)
    with pytest.raises(PermitError):
        opens(school, permit)


def test_any_change_of_the_authorisations_ends_the_permits_issued_before(school: School) -> None:
    permits = [school.permit("aiko", Purpose.TEACHING, action) for action in (Action.READ, Action.WRITE)]
    acts.give(school.node, school.vault("aiko"), school.guardian("aiko"), Purpose.TRANSFER)
    with pytest.raises(PermitError, match="changed"):
        opens(school, permits[0])
    with pytest.raises(PermitError, match="changed"), school.node.vaults.transact(permits[1]) as writer:
        writer.append(score_record(school))
    with pytest.raises(PermitError):
        opens(school, replace(permits[0], revision=permits[0].revision + 2))


@pytest.mark.parametrize("action", [Action.READ, Action.WRITE])
def test_who_waits_for_another_writer_is_held_to_what_that_one_wrote(school: School, action: Action) -> None:
    permit = school.permit("aiko", Purpose.TEACHING, action)
    vaults, told = school.node.vaults, list[str]()

    def use() -> None:
        try:
            with vaults.read(permit) if action is Action.READ else vaults.transact(permit):
                told.append("opened")
        except PermitError as error:
            told.append(str(error))

    waiting = Thread(target=use)
    with school.node.transaction():
        acts.give(school.node, school.vault("aiko"), school.guardian("aiko"), Purpose.TRANSFER)
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
    waiting.join()
    assert ["changed" in text for text in told] == [True]


def test_a_permit_to_read_does_not_write_and_one_to_write_does_not_read(school: School) -> None:
    for action in (Action.WRITE, Action.AUTHORISE):
        with pytest.raises(PermitError, match="not for read"):
            opens(school, school.permit("aiko", Purpose.TEACHING, action))
    with pytest.raises(PermitError, match="not for read"):
        opens(school, school.permit("aiko", Purpose.STATISTICS, Action.CHARGE))


@pytest.mark.parametrize("action", list(ACTS))
@pytest.mark.parametrize("act", list(ACTS))
def test_a_writer_does_only_what_its_permit_is_for(school: School, action: Action, act: Action) -> None:
    purpose = Purpose.STATISTICS if action is Action.CHARGE else Purpose.TEACHING
    permit = school.permit("aiko", purpose, action)
    with school.node.vaults.transact(permit) as writer:
        if act is action:
            ACTS[act](writer, school)
        else:
            with pytest.raises(PermitError, match=f"for {action.value}, not for {act.value}"):
                ACTS[act](writer, school)


def test_a_permit_for_one_student_opens_no_other(school: School) -> None:
    school.admit("bunta", records=[score_record(school), score_record(school)])
    permit = school.permit("aiko", Purpose.TEACHING, Action.READ)
    with school.node.vaults.read(permit) as reader:
        seen = {stored.id for stored in reader.records()}
    with school.node.vaults.read(school.permit("bunta", Purpose.TEACHING, Action.READ)) as reader:
        assert not seen & {stored.id for stored in reader.records()}


def test_a_permit_opens_the_kinds_it_names_and_no_other(school: School) -> None:
    wanted = frozenset({Category.TEST_RESULT})
    permit = school.permit("aiko", Purpose.TEACHING, Action.READ, categories=wanted)
    with school.node.vaults.read(permit) as reader:
        assert [stored.category.value for stored in reader.records()] == ["test_result"]
        assert list(reader.records(Category.ATTENDANCE)) == []
        assert list(reader.records(Category.ENROLLMENT_INFO)) == []


def test_a_permit_to_write_takes_the_kinds_it_names_and_no_other(school: School) -> None:
    permit = school.permit("aiko", Purpose.TEACHING, Action.WRITE, categories=frozenset({Category.TEST_RESULT}))
    records = [score_record(school), attendance_record(school)]
    with pytest.raises(PermitError, match="attendance"), school.node.vaults.transact(permit) as writer:
        list(map(writer.append, records))
    assert len(school.read("aiko")) == 3  # all or nothing


def test_keys_are_handed_on_by_nobody_who_reads_for_statistics(school: School) -> None:
    with (
        school.node.vaults.read(school.permit("aiko", Purpose.STATISTICS, Action.READ)) as reader,
        pytest.raises(PermitError),
    ):
        reader.wrap_keys(new_holder("x").public, "x")


def test_a_school_that_was_only_let_in_hands_no_keys_on(prefecture: Prefecture) -> None:
    home, guest = prefecture.minato, prefecture.aoba
    home.admit("aiko")
    acts.give(home.node, home.vault("aiko"), home.guardian("aiko"), Purpose.TEACHING, recipient=guest.org)
    request = Request(
        vault=home.vault("aiko"),
        actor=guest.org,
        organisation=guest.org,
        purpose=Purpose.TEACHING,
        action=Action.READ,
    )
    with home.node.vaults.read(permit(home.node, request)) as reader, pytest.raises(PermitError):
        reader.wrap_keys(new_holder("x").public, "x")


def test_a_permit_cannot_be_altered_in_hand(school: School) -> None:
    permit = school.permit("aiko", Purpose.TEACHING, Action.READ)
    with pytest.raises(FrozenInstanceError):
        permit.purpose = Purpose.OWN_USE  # type: ignore[misc]


@given(st.integers(-(10**6), 10**6), st.integers(0, 5), st.sampled_from(Action), st.sampled_from(Action))
def test_a_permit_holds_for_its_action_its_revision_and_its_time_alone(
    offset: int, revision: int, has: Action, wants: Action
) -> None:
    start = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)
    permit = Permit(
        vault=VaultId("v"),
        actor="a",
        organisation=OrgId("a"),
        purpose=Purpose.TEACHING,
        action=has,
        categories=frozenset(),
        basis="b",
        reference=None,
        revision=2,
        expires_at=start + LIFETIME,
    )
    good = has is wants and revision == 2 and 0 <= offset < 60_000
    try:
        permit.check(wants, start + timedelta(milliseconds=offset), revision)
    except PermitError:
        assert not good
    else:
        assert good


def test_permits_are_made_in_one_place_only() -> None:
    makers = []
    for package in PACKAGES:
        for file in sorted((TREE / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and _name(node.func) in {"Permit", "replace"}:
                    text = ast.unparse(node).lower()
                    if _name(node.func) == "Permit" or "permit" in text:
                        makers.append(str(file.relative_to(TREE)))
    assert makers == ["consent/decisions/decision.py"]


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_the_door_takes_nothing_but_a_permit(school: School) -> None:
    for thing in (None, school.vault("aiko"), school.request("aiko", Purpose.TEACHING, Action.READ)):
        with pytest.raises((PdsError, AttributeError, TypeError)), school.node.vaults.read(thing):  # type: ignore[arg-type]
            pytest.fail("opened without a permit")
