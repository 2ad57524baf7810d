"""The class list page: which classes there are, and one class's board.

Opening a class reads each student's vault, and each family sees it. Never: a rule about who may read (`consent`).
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from consent.decisions import open_many
from consent.insights import Chair, by_day, make_board, moods_by_day
from pds.clock import school_year
from pds.records import Category
from pds.vault import VaultReader
from portal.school.desk import (
    Student,
    class_title,
    classes,
    full_name,
    is_in_charge,
    open_to,
    student_path,
    wish,
)
from portal.school.leaving import missing_from_the_last_file
from portal.web import Asked, Staff, staff_frame

router = APIRouter()
_LOCK = 180  # seconds that a board may stand alone
_KINDS = (Category.ENROLLMENT_INFO, Category.ATTENDANCE, Category.MOOD_WEATHER)


@router.get("/school")
def class_list(asked: Staff, group: Annotated[str, Query(alias="class")] = "", view: str = "") -> Response:
    """One class; the list of classes until one is chosen, so that a class is opened on purpose.

    The view "names" is for a projector: it opens names alone.
    """
    known = classes(asked)
    frame, title = staff_frame(asked, "roster"), {name: class_title(asked.words, name) for name in known}
    if group not in known:
        in_charge = is_in_charge(asked)
        missing = missing_from_the_last_file(asked) if in_charge else 0
        return asked.render(
            "school/classes.html", frame=frame, known=known, title=title, in_charge=in_charge, missing=missing
        )
    kinds = open_to(asked, *((Category.ENROLLMENT_INFO,) if view == "names" else _KINDS))
    board = make_board(open_class(asked, known[group], kinds), asked.node.today())
    return asked.render(
        "school/board.html",
        frame=frame,
        board=board,
        chosen=group,
        names_only=view == "names",
        lock_seconds=_LOCK,
        title=title,
        moods=Category.MOOD_WEATHER in kinds,
        attendance=Category.ATTENDANCE in kinds,
        today=asked.node.today(),
        path=lambda vault: student_path(asked, vault),
    )


def open_class(asked: Asked, group: list[Student], kinds: Sequence[Category]) -> list[Chair]:
    """Everybody in a class, with these kinds of record: one permit and one log line for each student."""
    if not kinds:
        return [_chair(asked, student, None) for student in group]
    with open_many(asked.node, (wish(asked, student, *kinds) for student in group)) as readers:
        return [_chair(asked, student, readers.get(student.vault)) for student in group]


def _chair(asked: Asked, student: Student, reader: VaultReader | None) -> Chair:
    number = student.seat.attendance_number
    if reader is None:
        return Chair(student.vault, number, "")
    today = asked.node.today()
    records = [stored.record for stored in reader.in_effect(*_KINDS[1:], years={school_year(today)})]
    return Chair(
        vault=student.vault,
        number=number,
        name=full_name(reader.enrolment(today)),
        days=by_day(records),
        moods=moods_by_day(records),
    )
