"""What every page of a school needs: whose school, who is in charge, the class list, one student by address.

Here: from an address to a student of this school, and who may stand at the office's desk. Never: what a page shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from consent.decisions import IN_CHARGE, TEACHING_A_CLASS, Position, open_many, readable
from consent.decisions import Request as Wish
from pds.identifiers import OrgId, VaultId
from pds.people import Seat, roster
from pds.records import Category, EnrollmentInfo
from pds.vault import Action
from portal.language import Words
from portal.web import Asked, NoSuchPageError, ref, tell_the_family, vault_of

NO_CLASS = "-"  # how a page's address names the students who stand in no class


@dataclass(frozen=True, slots=True)
class Student:
    """A student of this school, as the class list knows them; the name is in the vault."""

    vault: VaultId
    seat: Seat
    in_class: bool


def school_of(asked: Asked) -> OrgId:
    """Where this member of staff works."""
    if asked.person.organisation is None:
        raise NoSuchPageError("a page for schools")
    return asked.person.organisation


def position_of(asked: Asked) -> Position:
    """What this member of staff is there."""
    return Position(str(asked.person.position))


def is_in_charge(asked: Asked) -> bool:
    """True for those who carry out moves and invitations."""
    return position_of(asked) in IN_CHARGE


def at_the_desk(asked: Asked) -> OrgId:
    """The school whose moves and invitations this person carries out.

    Raises:
        NoSuchPageError: the person is not in charge of them.
    """
    if not is_in_charge(asked):
        raise NoSuchPageError("the school office or the principal does this")
    return school_of(asked)


def students(asked: Asked) -> list[Student]:
    """Everybody on this school's class list, by class and number."""
    own = set(asked.person.classes)
    found = [
        Student(vault, seat, seat.class_name in own)
        for vault, seat in roster.seats(asked.node, school_of(asked)).items()
    ]
    return sorted(found, key=lambda s: (s.seat.class_name or "", s.seat.attendance_number or 0, s.vault))


def leavers(asked: Asked) -> list[Student]:
    """Everybody who has left this school and whose history is still here, the latest first."""
    gone = roster.leavers(asked.node, school_of(asked)).items()
    return [Student(vault, seat, in_class=False) for vault, seat in sorted(gone, key=_last_day, reverse=True)]


def _last_day(gone: tuple[VaultId, Seat]) -> tuple[date, VaultId]:
    return gone[1].left_on or date.min, gone[0]


def find_leaver(asked: Asked, wanted: str) -> Student:
    """The one who has left this school and is called so. Raises NoSuchPageError."""
    known = {student.vault: student for student in leavers(asked)}
    vault = vault_of(asked.node, wanted, known)
    if vault is None:
        raise NoSuchPageError("nobody who has left this school is called so")
    return known[vault]


def find_either(asked: Asked, wanted: str) -> Student:
    """The student who is called so, at this school or after leaving it; raises as `find_student`."""
    known = {student.vault: student for student in leavers(asked)}
    vault = vault_of(asked.node, wanted, known)
    return find_student(asked, wanted) if vault is None else known[vault]


def class_of(student: Student) -> str:
    """How addresses name a student's class."""
    return student.seat.class_name or NO_CLASS


def classes(asked: Asked) -> dict[str, list[Student]]:
    """The classes that are for this person, with their students: a teacher's own, for others all of the school."""
    only_own = position_of(asked) in TEACHING_A_CLASS
    found: dict[str, list[Student]] = {}
    for student in students(asked):
        if student.in_class or not only_own:
            found.setdefault(class_of(student), []).append(student)
    return found


def find_student(asked: Asked, wanted: str) -> Student:
    """The student of this school that is called so; in which class is for the permit to judge.

    Raises:
        NoSuchPageError: no student of this school; a family elsewhere is told of the attempt.
    """
    known = {student.vault: student for student in students(asked)}
    vault = vault_of(asked.node, wanted, known)
    if vault is None:
        tell_the_family(asked, wanted, lambda other: asked.staff_wish(other, Action.READ))
        raise NoSuchPageError("no student of this school is called so")
    return known[vault]


def wish(asked: Asked, student: Student, *categories: Category) -> Wish:
    """A request to read kinds of a student's records for teaching, in this person's hands."""
    return asked.staff_wish(student.vault, Action.READ, *categories, in_class=student.in_class)


def open_to(asked: Asked, *wanted: Category) -> tuple[Category, ...]:
    """Those of the wanted kinds that this position reads at all."""
    kinds = readable(position_of(asked))
    return tuple(category for category in wanted if category in kinds)


def student_path(asked: Asked, vault: VaultId) -> str:
    """The page of one student."""
    return f"/school/student/{ref(asked.node, vault)}"


def full_name(enrolment: EnrollmentInfo | None) -> str:
    """The name a school calls a student by; empty when none can be read."""
    if enrolment is None:
        return ""
    family = enrolment.preferred_family_name or enrolment.official_family_name or ""
    given = enrolment.preferred_given_name or enrolment.official_given_name or ""
    return f"{family} {given}".strip()


def names_of(asked: Asked, group: Sequence[Student]) -> list[tuple[str, str, str]]:
    """Address, name and place of students to pick from; each family sees that the name was read."""
    wishes = (wish(asked, student, Category.ENROLLMENT_INFO) for student in group)
    with open_many(asked.node, wishes) as readers:
        names = {vault: full_name(reader.enrolment(asked.node.today())) for vault, reader in readers.items()}
    return [
        (ref(asked.node, student.vault), names[student.vault], seat_title(asked.words, student.seat))
        for student in group
        if student.vault in names
    ]


def class_title(words: Words, name: str) -> str:
    """小学5年2組 for "P5-2"; a class's own name as the school writes it."""
    grade, _, room = name.partition("-")
    if not grade or not room:
        return words.say("クラス未定")
    return words.say("%(grade)s%(room)s組", grade=words.grade(grade), room=room)


def seat_title(words: Words, seat: Seat) -> str:
    """Where a student sits, for lists without names: 小学5年2組 3番."""
    title = class_title(words, seat.class_name or NO_CLASS)
    if seat.attendance_number is None:
        return title
    return words.say("%(title)s %(number)s番", title=title, number=seat.attendance_number)
