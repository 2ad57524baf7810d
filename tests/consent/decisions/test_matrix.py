"""The matrix of education-data section 2.2, walked in full; of a kind that came later, its row is what was decided."""

import itertools

import pytest

from consent.decisions import POSITIONS, Position, may_read, readable
from consent.decisions.matrix import ROWS, writable
from pds.holders import Role
from pds.records import CATEGORIES, Category

C, P = Category, Position
TEACHERS = {P.HOMEROOM_TEACHER, P.SUBJECT_TEACHER}
HEADS = {P.PRINCIPAL, P.VICE_PRINCIPAL}
FAMILY = {P.STUDENT, P.GUARDIAN}

READERS: dict[Category, set[Position]] = {
    C.ENROLLMENT_INFO: {*FAMILY, *HEADS, P.HOMEROOM_TEACHER, P.SCHOOL_NURSE, P.SCHOOL_OFFICE},
    C.ATTENDANCE: {*FAMILY, *HEADS, *TEACHERS, P.SCHOOL_NURSE, P.SCHOOL_COUNSELOR},
    C.HEALTH_OBSERVATION: {*FAMILY, *HEADS, P.HOMEROOM_TEACHER, P.SCHOOL_NURSE},
    C.DAILY_NOTE: {*HEADS, P.HOMEROOM_TEACHER},
    C.NURSE_OFFICE_VISIT: {P.STUDENT, P.SCHOOL_NURSE},
    C.TEST_RESULT: {*FAMILY, *HEADS, *TEACHERS},
    C.GRADE_EVALUATION: {*FAMILY, *HEADS, *TEACHERS},
    C.DRILL_LOG: {*FAMILY, *HEADS, *TEACHERS},
    C.STUDENT_SURVEY: {P.STUDENT, *HEADS},
    C.MOOD_WEATHER: {P.STUDENT, *HEADS, P.HOMEROOM_TEACHER, P.SCHOOL_NURSE, P.SCHOOL_COUNSELOR},
    C.REFLECTION: {P.STUDENT, *HEADS, *TEACHERS},
    C.PERMANENT_RECORD: HEADS,
    C.HEALTH_EXAMINATION: {*FAMILY, *HEADS, P.SCHOOL_NURSE},
}
WRITERS: dict[Category, set[Position]] = {
    C.ENROLLMENT_INFO: {P.PRINCIPAL, P.SCHOOL_OFFICE},
    C.ATTENDANCE: {P.HOMEROOM_TEACHER},
    C.HEALTH_OBSERVATION: {P.HOMEROOM_TEACHER, P.SCHOOL_NURSE},
    C.DAILY_NOTE: {P.HOMEROOM_TEACHER},
    C.NURSE_OFFICE_VISIT: {P.SCHOOL_NURSE},
    C.TEST_RESULT: {P.SUBJECT_TEACHER},
    C.GRADE_EVALUATION: TEACHERS,
    C.DRILL_LOG: set(),
    C.STUDENT_SURVEY: set(),
    C.MOOD_WEATHER: {P.STUDENT},
    C.REFLECTION: {P.STUDENT},
    C.PERMANENT_RECORD: {P.HOMEROOM_TEACHER, P.PRINCIPAL},
    C.HEALTH_EXAMINATION: {P.SCHOOL_NURSE},
}


@pytest.mark.parametrize(("category", "position"), list(itertools.product(READERS, Position)))
def test_each_position_reads_and_writes_what_the_reference_says_and_nothing_else(
    category: Category, position: Position
) -> None:
    assert may_read(position, category) == (category in readable(position)) == (position in READERS[category])
    assert (category in writable(position)) == (position in WRITERS[category])


def test_every_kind_has_its_row_and_every_row_its_kind() -> None:
    without = sorted(set(CATEGORIES) - set(ROWS))
    assert without == [], f"nobody may read or write {without}: say who may in consent/decisions/matrix.py"
    assert sorted(set(ROWS) - set(CATEGORIES)) == []
    assert len(ROWS) == len(set(ROWS))
    assert set(READERS) == set(WRITERS) == set(Category)


def test_a_kind_without_a_row_is_nobodys() -> None:
    newer = Category("kind_to_come")
    assert not any(newer in readable(position) | writable(position) for position in Position)


def test_no_family_writes_what_a_school_vouches_for() -> None:
    assert writable(P.GUARDIAN) == frozenset()
    assert writable(P.STUDENT) == {C.MOOD_WEATHER, C.REFLECTION}


def test_guardians_never_see_the_weather_of_the_heart_nor_notes_about_other_children() -> None:
    assert readable(P.GUARDIAN).isdisjoint({C.MOOD_WEATHER, C.STUDENT_SURVEY, C.REFLECTION, C.DAILY_NOTE})


def test_only_student_and_guardian_are_positions_of_a_family() -> None:
    assert dict(POSITIONS) == {Role.STUDENT: P.STUDENT, Role.GUARDIAN: P.GUARDIAN}
