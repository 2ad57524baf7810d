"""Who may read and write which kind of record inside a school and a family (education-data section 2.2), as data.

Never: a person, a vault, a consent; whether somebody holds a position is for whoever admits them.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from pds.records import Category


class Position(StrEnum):
    """What somebody is to a student; the columns of the matrix."""

    STUDENT = "student"
    GUARDIAN = "guardian"
    HOMEROOM_TEACHER = "homeroom_teacher"
    SUBJECT_TEACHER = "subject_teacher"
    SCHOOL_NURSE = "school_nurse"
    PRINCIPAL = "principal"
    VICE_PRINCIPAL = "vice_principal"
    SCHOOL_OFFICE = "school_office"
    SCHOOL_COUNSELOR = "school_counselor"


# One row per kind, one letter group per position in the order above: R reads, W writes, - neither.
# The reference's letters with a condition on the row (S summary, C on request, R if shared or named, health items) give
# nothing here: a door opens whole categories, and the rest of them would come along. A subject teacher's K (own part)
# gives the category where the part is a record of its own. What the reference lacks:
# - the vice-principal reads as the principal does; the office keeps the enrolment facts;
# - health examinations: the nurse writes them, the family has a right to the result (学校保健安全法施行規則 9条).
_ROWS = """
                   student  guardian  homeroom  subject  nurse  principal  vice  office  counselor
enrollment_info    R        R         R         -        R      RW         R     RW      -
attendance         R        R         RW        R        R      R          R     -       R
health_observation R        R         RW        -        RW     R          R     -       -
daily_note         -        -         RW        -        -      R          R     -       -
nurse_office_visit R        -         -         -        RW     -          -     -       -
test_result        R        R         R         RW       -      R          R     -       -
grade_evaluation   R        R         RW        RW       -      R          R     -       -
drill_log          R        R         R         R        -      R          R     -       -
student_survey     R        -         -         -        -      R          R     -       -
mood_weather       RW       -         R         -        R      R          R     -       R
reflection         RW       -         R         R        -      R          R     -       -
permanent_record   -        -         W         -        -      RW         R     -       -
health_examination R        R         -         -        RW     R          R     -       -
"""


ROWS = tuple(line.split()[0] for line in _ROWS.strip().splitlines()[1:])  # the kinds that have one; others are nobody's


def _with(letter: str) -> Mapping[Position, frozenset[Category]]:
    rows = [line.split() for line in _ROWS.strip().splitlines()[1:]]
    return MappingProxyType(
        {
            position: frozenset(Category(name) for name, *cells in rows if letter in cells[column])
            for column, position in enumerate(Position)
        }
    )


_READABLE, _WRITABLE = _with("R"), _with("W")


def readable(position: Position) -> frozenset[Category]:
    """The kinds of record that somebody in a position may read."""
    return _READABLE[position]


def writable(position: Position) -> frozenset[Category]:
    """The kinds of record that somebody in a position may write."""
    return _WRITABLE[position]


def may_read(position: Position, category: Category) -> bool:
    """True when somebody in a position may read a kind of record."""
    return category in _READABLE[position]
