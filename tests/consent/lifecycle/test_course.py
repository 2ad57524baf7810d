"""The course of an enrolment: years by their days, who left, who is absent from a whole file, who comes back."""

from datetime import date
from pathlib import Path

import pytest

from consent.lifecycle import AbsentLeft, leaving, moving
from federation.counting import count_students
from federation.documents import plan_of
from pds.errors import UsageError
from pds.intake import LocalId
from pds.people import roster
from pds.records import Category
from pds.vault import Action, Authorisations, Purpose
from tests.consent.lifecycle.rolls import Roll
from tests.federation.studies import LARGE, allow, count_question, publish, study
from tests.pds.intake.oneroster_files import Pupil
from tests.world.carrier import carry
from tests.world.prefecture import SCHEME, Prefecture

AGREED = ("aiko,g-aiko,statistics,given,2026-04-10,", "ken,g-ken,statistics,given,2026-04-10,")
GUARDIANS = ("aiko,g-aiko,parent,true,,", "ken,g-ken,parent,true,,")


@pytest.fixture
def roll(prefecture: Prefecture, tmp_path: Path) -> Roll:
    """The files of みなと小学校."""
    return Roll(prefecture.minato, tmp_path)


def facts(roll: Roll, student: str = "aiko") -> Authorisations:
    return roll.school.node.vaults.authorisations(roll.school.vault(student))


def seated(roll: Roll, student: str = "aiko") -> str | None:
    """The class in which a student sits, "" for none; None for who is not on the list."""
    seat = roster.seats(roll.school.node, roll.school.org).get(roll.school.vault(student))
    return None if seat is None else (seat.class_code or "")


def counted(prefecture: Prefecture, day: str) -> int:
    """How many students of みなと a study of a census date counts, before noise."""
    question = count_question(census_date=date.fromisoformat(day))
    identifier = publish(prefecture, study(question))
    school = prefecture.minato
    return count_students(school.node, plan_of(school.node, identifier), [school.org], 10 * LARGE)[school.org][0]


def test_a_file_set_with_two_years_ends_at_the_latest_by_its_days_whichever_row_comes_first(roll: Roll) -> None:
    rows = ("aiko 2026 2 row=9 in=2026-09-01", "aiko 2025 1", "aiko 2026 3 row=1")
    for order in (rows, tuple(reversed(rows))):
        roll.imports(*order)
        present = facts(roll).enrolment
        assert present is not None
        assert present.school_year == 2026
        assert seated(roll) == "2"
    assert [enrolled.on for _, enrolled in facts(roll).enrolments] == [date(2026, 4, 1), date(2025, 4, 1)]


def test_last_years_file_afterwards_sets_nobody_back_and_takes_nobody_out_of_a_study(
    prefecture: Prefecture, roll: Roll
) -> None:
    allow(prefecture)
    roll.imports("aiko 2026 2", "ken 2026 1", guardians=GUARDIANS, consents=AGREED)
    before = facts(roll)
    done = roll.imports("aiko 2025 9 out=2026-03-31", "ken 2025 8 out=2026-03-31")
    assert (done.students_left, done.absent) == (0, ())
    after = facts(roll)
    assert (after.epoch, after.school_year, after.left) == (before.epoch, 2026, None)
    assert seated(roll) == "2"
    assert counted(prefecture, "2026-05-11") == 2
    with roll.school.node.vaults.read(roll.school.permit("aiko", Purpose.TEACHING, Action.READ)) as reader:
        present = reader.enrolment(date(2026, 5, 11))
    assert present is not None
    assert present.class_code == "2"


def test_of_two_rows_of_a_year_the_one_that_begins_later_is_the_present_one_in_whatever_file_it_comes(
    roll: Roll,
) -> None:
    roll.imports("aiko 2026 2 row=2 in=2026-05-07")
    roll.imports("aiko 2026 1 row=1")
    assert seated(roll) == "2"
    roll.imports("aiko 2026 3 row=2 in=2026-05-06")  # the same row, corrected
    assert seated(roll) == "3"


@pytest.mark.parametrize(
    ("row", "day", "reason"),
    [
        ("aiko 2026 2 out=2026-05-02", "2026-05-02", "transferred_out"),
        ("aiko 2026 2 status=退学 out=2026-05-03", "2026-05-03", "withdrawn"),
        ("aiko 2026 2 status=退学", "2026-05-11", "withdrawn"),
    ],
)
def test_who_left_by_a_row_is_off_the_list_from_that_day_and_in_no_later_study(
    prefecture: Prefecture, roll: Roll, row: str, day: str, reason: str
) -> None:
    allow(prefecture)
    roll.imports("aiko 2026 2", "ken 2026 1", guardians=GUARDIANS, consents=AGREED)
    prefecture.clock.advance(hours=1)
    assert roll.imports(row, "ken 2026 1").students_left == 1
    left = facts(roll).left
    assert left is not None
    assert (left.on.isoformat(), left.reason) == (day, reason)
    assert seated(roll) is None
    prefecture.clock.advance(days=2)
    assert counted(prefecture, "2026-05-01") == 2
    assert counted(prefecture, "2026-05-13") == 1
    again = roll.imports(row, "ken 2026 1")
    assert (again.students_left, again.listed_after_leaving) == (0, 0)
    assert facts(roll).left == left


def test_a_last_day_to_come_ends_nothing_yet(roll: Roll) -> None:
    assert roll.imports("aiko 2026 2 out=2027-03-31").students_left == 0
    assert facts(roll).left is None
    assert seated(roll) == "2"


def test_in_oneroster_a_disabled_user_and_a_role_or_home_class_that_is_over_say_that_a_pupil_left(roll: Roll) -> None:
    pupils = [Pupil("a"), Pupil("b"), Pupil("c"), Pupil("d")]
    roll.imports_oneroster(*pupils)
    gone = [Pupil("a", extra={"enabledUser": "false"}), *pupils[1:]]
    ends = {"roles": {"b": "2026-05-01"}, "enrollments": {"c": "2026-05-02", "d": "2026-05-12"}}
    assert roll.imports_oneroster(*gone, ends=ends).students_left == 3
    node, school = roll.school.node, roll.school.org
    found = [node.vaults.find(school, "oneroster.sourcedId", pupil.sourced_id) for pupil in pupils]
    days = [left.on.isoformat() if (left := node.vaults.authorisations(v).left) else "" for v in found if v]
    assert days == ["2026-05-11", "2026-05-01", "2026-05-02", ""]
    assert [vault in roster.seats(node, school) for vault in found] == [False, False, False, True]
    assert roll.imports_oneroster(*gone, ends=ends).students_left == 0


def test_who_is_absent_from_a_whole_file_is_listed_and_left_only_when_the_office_says_so(roll: Roll) -> None:
    roll.imports("aiko 2026 2", "ken 2026 1", "mio 2026 1")
    done = roll.imports("ken 2026 1")
    assert [(seat.class_name, seat.school_year) for seat in done.absent] == [("P5-1", 2026), ("P5-2", 2026)]
    assert [facts(roll, name).left for name in ("aiko", "mio")] == [None, None]
    assert (seated(roll), seated(roll, "mio")) == ("2", "1")
    with pytest.raises(UsageError, match="2 students of the class list are not in this file set, and not 1"):
        roll.imports("ken 2026 1", absent_left=AbsentLeft(1, date(2026, 4, 30), "left"))
    assert facts(roll).left is None
    done = roll.imports("ken 2026 1", absent_left=AbsentLeft(2, date(2026, 4, 30), "left"))
    assert (done.absent, done.absent_ended) == ((), 2)
    assert (seated(roll), seated(roll, "mio"), seated(roll, "ken")) == (None, None, "1")
    assert roll.imports("ken 2026 1").absent == ()


def test_last_years_whole_file_misses_nobody_who_came_this_year(roll: Roll) -> None:
    roll.imports("aiko 2026 2", "ken 2026 1")
    assert roll.imports("ken 2025 1").absent == ()


def test_an_end_by_mistake_is_undone_by_a_new_beginning_and_the_place_is_the_old_one(
    prefecture: Prefecture, roll: Roll
) -> None:
    roll.imports("aiko 2026 2")
    node, school, vault = roll.school.node, roll.school.org, roll.school.vault("aiko")
    leaving.end(node, school, vault, date(2026, 5, 10), "withdrawn")
    with pytest.raises(UsageError, match="left already"):
        leaving.end(node, school, vault, date(2026, 5, 11), "withdrawn")
    done = roll.imports("aiko 2026 2")
    assert (done.listed_after_leaving, seated(roll)) == (1, None)  # a file of before says nothing new, and it is told
    with pytest.raises(UsageError, match="2026-05-11"):
        leaving.start(node, school, vault, date(2026, 5, 10))
    leaving.start(node, school, vault, date(2026, 5, 11))
    after = facts(roll)
    assert [after.enrolled_at(school, date(2026, 5, day)) for day in (10, 11)] == [True, True]
    assert (after.left, after.epoch, seated(roll)) == (None, 1, "2")
    with pytest.raises(UsageError, match="enrolled already"):
        leaving.start(node, school, vault, date(2026, 5, 12))
    assert prefecture.clock.now().date() == date(2026, 5, 11)


def test_who_comes_back_by_a_file_is_enrolled_from_that_day(prefecture: Prefecture, roll: Roll) -> None:
    roll.imports("aiko 2026 2")
    roll.imports("aiko 2026 2 out=2026-05-01")
    prefecture.clock.advance(days=40)
    done = roll.imports("aiko 2026 2 out=2026-05-01", "aiko 2026 4 row=2 in=2026-06-15")
    after = facts(roll)
    assert (done.students_left, after.left, seated(roll)) == (0, None, "4")
    days = ("2026-05-01", "2026-05-02", "2026-06-14", "2026-06-15")
    assert [after.enrolled_at(roll.school.org, date.fromisoformat(day)) for day in days] == [True, False, False, True]


def test_who_leaves_in_march_does_not_begin_in_april_by_next_years_list(prefecture: Prefecture, roll: Roll) -> None:
    prefecture.clock.advance(days=310)  # 2027-03-17
    roll.imports("aiko 2026 2", "aiko 2027 1")
    leaving.end(roll.school.node, roll.school.org, roll.school.vault("aiko"), date(2027, 3, 12), "transferred_out")
    assert facts(roll).enrolment_on(date(2027, 4, 1)) is None
    leaving.start(roll.school.node, roll.school.org, roll.school.vault("aiko"), date(2027, 4, 1))
    assert facts(roll).enrolled_at(roll.school.org, date(2027, 4, 1))


def test_a_day_that_cannot_be_the_last_one_is_refused(roll: Roll) -> None:
    roll.imports("aiko 2026 2")
    node, school, vault = roll.school.node, roll.school.org, roll.school.vault("aiko")
    with pytest.raises(UsageError, match="yet to come"):
        leaving.end(node, school, vault, date(2026, 5, 12), "left")
    with pytest.raises(UsageError, match="before the first day"):
        leaving.end(node, school, vault, date(2026, 3, 31), "left")
    assert facts(roll).left is None


def test_the_family_of_who_left_reads_on_and_the_history_can_still_move(prefecture: Prefecture, roll: Roll) -> None:
    roll.imports("aiko 2026 2", guardians=GUARDIANS[:1])
    old, new, vault = prefecture.minato, prefecture.hikari, roll.school.vault("aiko")
    leaving.end(old.node, old.org, vault, date(2026, 5, 10), "transferred_out")
    with old.node.vaults.read(old.guardian_permit("aiko"), old.guardian("aiko")) as reader:
        assert len(list(reader.records(Category.ENROLLMENT_INFO))) == 1
    transfer = moving.offer(old.node, vault, new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 5, 12), [LocalId(SCHEME, "aiko")])
    carry(prefecture.nodes)
    moving.send(old.node, transfer)
    carry(prefecture.nodes)
    moving.commit(new.node, transfer, despite=True)  # the rolls of these tests name nobody
    there = new.node.vaults.authorisations(vault)
    schools = [one.school if (one := there.enrolment_on(date(2026, 5, day))) else None for day in (10, 11, 12)]
    assert schools == [old.org, None, new.org]
