"""Who lives in ひかり市: as many as promised, of the right age, in families of every kind."""

from collections import Counter
from datetime import date, timedelta

import pytest

from examples.hikari.names import BOYS, FAMILY, GIRLS, PARENTS
from examples.hikari.people import Student, families
from examples.hikari.school_days import first_day, holidays, school_days, term_ends
from examples.hikari.seats import MOVING, moving_day, seats
from examples.hikari.town import GRADES, MIDORI, NAGISA, SCHOOLS, STUDENTS, subjects
from pds.intake.cells import school_code

YEAR = 2026
TODAY = date(2026, 11, 24)
EVERYBODY = families(1, YEAR)


def test_there_are_600_students_and_each_is_one() -> None:
    assert STUDENTS == len(EVERYBODY) == len({student.number for student in EVERYBODY}) == 600
    places = Counter((student.school.name, student.grade) for student in EVERYBODY)
    assert places == {(school.name, grade): n for school in SCHOOLS for grade, n in school.seats.items()}


def test_a_seed_always_draws_the_same_people_and_another_seed_draws_others() -> None:
    assert families(1, YEAR) == EVERYBODY
    assert families(2, YEAR) != EVERYBODY


@pytest.mark.parametrize("student", EVERYBODY[:60], ids=lambda student: student.number)
def test_a_student_is_of_the_age_of_the_grade(student: Student) -> None:
    turned_six_by = YEAR - GRADES.index(student.grade)  # the school year in which P1 began, from 1 April on
    assert date(turned_six_by - 7, 4, 2) <= student.birth_date <= date(turned_six_by - 6, 4, 1)


def test_there_are_families_with_one_guardian_with_two_and_with_two_living_apart() -> None:
    kinds = Counter((len(student.guardians), student.apart) for student in EVERYBODY)
    assert set(kinds) == {(1, False), (2, False), (2, True)}
    assert min(kinds.values()) >= 20


def test_guardians_have_one_two_or_three_children_who_all_have_names_of_their_own() -> None:
    children = Counter(student.guardians[0].number for student in EVERYBODY)
    assert set(children.values()) == {1, 2, 3}
    names = {(student.guardians[0].number, student.given[0]) for student in EVERYBODY}
    assert len(names) == len(EVERYBODY)


def test_the_family_of_the_demo_has_a_child_in_p5_one_in_j1_and_one_in_p1() -> None:
    aoyama = [student for student in EVERYBODY if student.guardians[0].number == "G0001a"]
    assert [(s.given[0], s.school.name, s.grade) for s in aoyama] == [
        ("みなと", "midori", "P5"),
        ("そら", "hikari", "J1"),
        ("はな", "midori", "P1"),
    ]
    assert all(len(student.guardians) == 2 for student in aoyama)


def test_names_are_written_with_their_reading_in_full_width_katakana() -> None:
    for written, kana in (*FAMILY, *GIRLS, *BOYS, *PARENTS):
        assert written
        assert all("ァ" <= sign <= "ヴ" or sign == "ー" for sign in kana), written
    assert min(len(names) for names in (FAMILY, GIRLS, BOYS, PARENTS)) >= 30


def test_school_codes_have_their_check_digits() -> None:
    assert [school_code(school.code) for school in SCHOOLS] == [None] * 3
    assert len({school.code for school in SCHOOLS}) == 3


@pytest.mark.parametrize("year", range(2024, 2040))
def test_a_school_year_has_about_200_days_none_of_them_free(year: int) -> None:
    days = school_days(year)
    assert 188 <= len(days) <= 206
    assert not set(days) & (holidays(year) | holidays(year + 1))
    assert all(day.weekday() < 5 for day in days)
    assert days[0] == first_day(year)
    assert set(term_ends(year)) <= set(days)


def test_holidays_move_off_sundays_and_fill_the_day_between_two() -> None:
    assert {date(2026, 5, 6), date(2026, 9, 22), date(2026, 9, 23)} <= holidays(2026)
    assert date(2025, 2, 24) in holidays(2025)
    assert date(2026, 3, 20) in holidays(2026)


def test_subjects_are_those_of_the_grade() -> None:
    assert [len(subjects(grade)) for grade in GRADES] == [6, 6, 7, 7, 9, 9, 9, 9, 9]


def test_everybody_is_promoted_each_april_and_only_one_changes_schools() -> None:
    past = {seat.student.number: seat for seat in seats(EVERYBODY, YEAR - 1, YEAR, TODAY)}
    now = seats(EVERYBODY, YEAR, YEAR, TODAY)
    assert {seat.student.number for seat in now} == {student.number for student in EVERYBODY}
    moved = set()
    for seat in now:
        before = past.get(seat.student.number)
        if before is None:
            assert seat.grade in ("P1", "J1")
        else:
            assert GRADES.index(seat.grade) == GRADES.index(before.grade) + 1
            if seat.school != before.school:
                moved.add(seat.student.number)
    assert moved == {MOVING}


def test_attendance_numbers_of_a_class_go_from_one_on_in_the_order_of_readings() -> None:
    rooms: dict[tuple[str, str, str], list[int]] = {}
    for seat in seats(EVERYBODY, YEAR, YEAR, TODAY):
        rooms.setdefault((seat.school.name, seat.grade, seat.class_code), []).append(seat.attendance_number)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in rooms.values())


@pytest.mark.parametrize("today", [date(2026, 4, 1), date(2026, 4, 8), date(2026, 8, 10), date(2027, 3, 31)])
def test_on_any_day_the_moving_student_leaves_one_school_the_day_before_the_other_takes_it_in(today: date) -> None:
    old, new = (
        next(s for s in seats(EVERYBODY, YEAR, YEAR, today) if s.student.number == MOVING and s.school == school)
        for school in (NAGISA, MIDORI)
    )
    assert old.last is not None
    assert old.first <= old.last
    assert new.moved_in == new.first == moving_day(today, YEAR) == old.last + timedelta(days=1)
