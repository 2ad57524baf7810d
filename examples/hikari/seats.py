"""Who sits where in which school year: grade, class, attendance number, and the one move that the demo is about.

Never: a guardian, a record.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from examples.hikari.people import YEARS, Student
from examples.hikari.school_days import first_day, school_days
from examples.hikari.town import GRADES, NAGISA, School

MOVING = "H0001"  # 青山みなと
_SINCE_THE_MOVE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Seat:
    """A student's place at one school in one school year, or in a part of it.

    Attributes:
        class_code: The class within the grade, such as "1".
        first: The first day here in this school year.
        last: The last day, or None for the end of the year.
        admitted: The day of admission to this school.
        moved_in: The day of transfer in, for a student who came from another school.
    """

    student: Student
    school: School
    school_year: int
    grade: str
    class_code: str
    attendance_number: int
    first: date
    last: date | None
    admitted: date | None
    moved_in: date | None


def moving_day(today: date, school_year: int) -> date:
    """The day on which the demo's student changes schools: two months ago, or as early as the school year allows."""
    earlier = [day for day in school_days(school_year)[1:] if day <= today - _SINCE_THE_MOVE]
    return earlier[-1] if earlier else school_days(school_year)[1]


def seats(students: Iterable[Student], school_year: int, now: int, today: date) -> list[Seat]:
    """All seats of a school year.

    Args:
        students: Everybody who goes to school now.
        school_year: The year asked for.
        now: The current school year.
        today: Today, in Japan.
    """
    rooms: dict[tuple[str, str, str], list[tuple[Student, School]]] = defaultdict(list)
    for student, school, grade in _present(students, now - school_year):
        room = 1 + int(student.number[1:]) % school.classes
        rooms[school.name, grade, str(room)].append((student, school))
    found = []
    moved_on = moving_day(today, now)
    for (_, grade, class_code), members in rooms.items():
        members.sort(key=lambda member: (member[0].family[1], member[0].given[1], member[0].number))
        for number, (student, school) in enumerate(members, 1):
            here, leaves = first_day(school_year), None
            admitted: date | None = first_day(school_year - int(grade[1]) + 1)
            moved_in = None
            if student.number == MOVING and school_year == now:
                leaves = moved_on - timedelta(days=1) if school == NAGISA else None
                if school != NAGISA:
                    here, moved_in, admitted = moved_on, moved_on, None
            found.append(
                Seat(
                    student=student,
                    school=school,
                    school_year=school_year,
                    grade=grade,
                    class_code=class_code,
                    attendance_number=number,
                    first=here,
                    last=leaves,
                    admitted=admitted,
                    moved_in=moved_in,
                )
            )
    return found


def _present(students: Iterable[Student], years_ago: int) -> Iterator[tuple[Student, School, str]]:
    """Who was at which school in which grade; junior high students were not in ひかり市's schools before."""
    if years_ago >= YEARS:
        return
    for student in students:
        place = GRADES.index(student.grade) - years_ago
        if place < 0 or (student.grade[0] == "J") != (GRADES[place][0] == "J"):
            continue
        if student.number == MOVING:
            yield student, NAGISA, GRADES[place]
            if years_ago == 0:
                yield student, student.school, GRADES[place]
        else:
            yield student, student.school, GRADES[place]
