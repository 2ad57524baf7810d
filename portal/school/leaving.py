"""Who has left the school, and who is missing from its last whole file: the office ends enrolments here, and undoes it.

For those in charge. By places on the class list, so that no vault is opened for it. Never: a file, a move (`outgoing`).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, get_args

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response

from consent.lifecycle import leaving
from pds.errors import UsageError
from pds.people import roster
from pds.records import WhyLeft
from portal.language import Words, phrase
from portal.school.desk import Student, at_the_desk, find_leaver, find_student, leavers, seat_title, students
from portal.web import Asked, Staff, StaffActs, redirect, ref, staff_frame

router = APIRouter()


@router.get("/school/leaving")
def leaving_page(asked: Staff, student: str = "", done: Annotated[str, Query(max_length=10)] = "") -> Response:
    """Who is missing, who has left; with a student, the form for that one."""
    return _page(asked, [student] if student else [], done=done)


@router.post("/school/leaving")
def end(
    asked: StaffActs,
    student: Annotated[list[str] | None, Form()] = None,
    day: Annotated[str, Form()] = "",
    why: Annotated[str, Form()] = "",
) -> Response:
    """End the enrolments of those who are ticked: of all of them, or of nobody."""
    school, words, wanted = at_the_desk(asked), asked.words, student or []
    errors: dict[str, str] = {}
    about = [find_student(asked, one) for one in wanted]
    on, reason = _day(day), next((one for one in get_args(WhyLeft) if one == why), None)
    if not about:
        errors["student"] = words.say("在籍をおわらせる人をえらんでください。")
    if on is None or on > asked.node.today():
        errors["day"] = words.say("在籍の最後の日を入れてください。先の日は、その日になってから入れます。")
    if reason is None:
        errors["why"] = words.say("理由をえらんでください。")
    if not errors and on is not None and reason is not None:
        try:
            with asked.node.transaction():
                for one in about:
                    leaving.end(asked.node, school, one.vault, on, reason, member=asked.person.member)
        except UsageError:
            errors["day"] = words.say("この日は、在籍のはじまりより前です。日を直してください。")
    if errors:
        return _page(asked, wanted, day=day, why=why, errors=errors)
    return redirect("/school/leaving?done=ended")


@router.post("/school/leaving/back")
def back(asked: StaffActs, student: Annotated[str, Form()] = "") -> Response:
    """Enrol somebody again from the day after the last one: the end was a mistake."""
    school, about = at_the_desk(asked), find_leaver(asked, student)
    if about.seat.left_on is not None:
        first = about.seat.left_on + timedelta(days=1)
        leaving.start(asked.node, school, about.vault, first, member=asked.person.member)
    return redirect("/school/leaving?done=back")


def _page(
    asked: Asked,
    chosen: Sequence[str],
    *,
    day: str = "",
    why: str = "",
    errors: dict[str, str] | None = None,
    done: str = "",
) -> Response:
    at_the_desk(asked)
    words, known = asked.words, students(asked)
    missing = [one for one in known if one.seat.missing_since is not None]
    also = [find_student(asked, one) for one in chosen]
    shown = [*missing, *(one for one in also if one not in missing)]
    return asked.render(
        "school/leaving.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        frame=staff_frame(asked, "roster"),
        options=[(ref(asked.node, one.vault), seat_title(words, one.seat), _since(words, one)) for one in shown],
        chosen=chosen,
        missing=len(missing),
        reasons=[("", words.say("えらんでください")), *((code, words.say(text)) for code, text in REASONS.items())],
        day=day,
        why=why,
        errors=errors or {},
        gone=[(ref(asked.node, one.vault), one.seat, seat_title(words, one.seat)) for one in leavers(asked)],
        done=done,
    )


def missing_from_the_last_file(asked: Asked) -> int:
    """How many students of the class list the last whole file set did not have."""
    seats = roster.seats(asked.node, at_the_desk(asked))
    return sum(seat.missing_since is not None for seat in seats.values())


def _since(words: Words, student: Student) -> str:
    if student.seat.missing_since is None:
        return ""
    return words.say("%(day)sのファイルにいません", day=words.day(student.seat.missing_since))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


REASONS = MappingProxyType(
    {
        "left": phrase("はなれた（理由は書かない）"),
        "transferred_out": phrase("転学"),
        "graduated": phrase("卒業"),
        "withdrawn": phrase("退学"),
        "deferred": phrase("就学猶予"),
        "exempted": phrase("就学免除"),
        "whereabouts_unknown": phrase("居所不明"),
        "deceased": phrase("死亡"),
    }
)
