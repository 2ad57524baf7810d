"""Children who leave this school: choose one and the next school, follow the answer, send, see the receipt.

For those in charge of moves. Never: a step of a move (`consent.lifecycle.moving`), a record but the child's name.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response

from consent.decisions import STATUTORY, consented_for_transfer
from consent.lifecycle import moving
from pds.identifiers import OrgId, VaultId
from pds.people import roster
from pds.records import Category
from pds.transfer import Progress, Stage, State, Transfer, state
from portal.language import Words
from portal.school.desk import (
    Student,
    at_the_desk,
    class_of,
    class_title,
    classes,
    find_either,
    names_of,
    seat_title,
)
from portal.school.moves import BADGES, find, number_of, own, under_way, why_refused
from portal.web import Asked, Staff, StaffActs, redirect, ref, staff_frame

router = APIRouter()
Step = tuple[Progress, str, str]  # how far; title; small


@router.get("/school/outgoing")
def listing(asked: Staff) -> Response:
    """Children who are leaving or have left; by their places, so that no vault is opened for it."""
    known = own(asked, "sender")
    seats = roster.seats(asked.node, at_the_desk(asked))
    return asked.render(
        "school/outgoing.html",
        frame=staff_frame(asked, "outgoing"),
        waiting=[t for t in known if not t.is_over],
        over=[t for t in known if t.is_over],
        number_of=number_of,
        badges=BADGES,
        who=lambda t: seat_title(asked.words, seats[t.vault]) if t.vault in seats else asked.words.say("転出ずみ"),
        school=asked.node.name_of,
    )


@router.get("/school/outgoing/new")
def choose(asked: Staff, group: Annotated[str, Query(alias="class")] = "", student: str = "", to: str = "") -> Response:
    """Choose a class, a student of it, and the next school."""
    at_the_desk(asked)
    return _choice(asked, group, student, to, {})


@router.post("/school/outgoing/new")
def offer(
    asked: StaffActs,
    group: Annotated[str, Form(alias="class")] = "",
    student: Annotated[str, Form()] = "",
    to: Annotated[str, Form()] = "",
) -> Response:
    """Tell the next school that this child is coming."""
    school, words, errors = at_the_desk(asked), asked.words, {}
    if not student:
        errors["student"] = words.say("児童・生徒をえらんでください。")
    if to not in _destinations(asked, school):
        errors["to"] = words.say("行き先の学校をえらんでください。")
    if errors:
        return _choice(asked, group, student, to, errors)
    about = find_either(asked, student)
    if under_way(asked, about.vault):
        return _choice(asked, group, student, to, {"student": words.say("この人の手続きは、もう始まっています。")})
    if state.waiting_for_seat(asked.node, school, about.vault):
        told = words.say("この人の前の学校の記録を、待っています。先に、受け入れの手続きを終えてください。")
        return _choice(asked, group, student, to, {"student": told})
    transfer = moving.offer(asked.node, about.vault, OrgId(to), asked.person.member)
    moving.act(asked.node)
    return redirect(f"/school/outgoing/{transfer}?done=offered")


@router.get("/school/outgoing/{transfer}")
def departure_page(asked: Staff, transfer: str, done: str = "") -> Response:
    """One move: how far it is, what travels, what to do next."""
    known, words = find(asked, transfer, "sender"), asked.words
    vault = VaultId(str(known.vault))
    statutory, chosen = _travelling(asked, known)
    sender, receiver = asked.node.name_of(known.origin), asked.node.name_of(known.destination)
    return asked.render(
        "school/departure.html",
        frame=staff_frame(asked, "outgoing"),
        known=known,
        name=_name(asked, known),
        number=number_of(known.transfer),
        sender=sender,
        receiver=receiver,
        steps=steps(words, known),
        lanes=lanes(words, known),
        statutory=statutory,
        chosen=chosen,
        student=ref(asked.node, vault),
        why=why_refused(words, known.reason),
        path=f"/school/outgoing/{known.transfer}",
        done=done,
    )


@router.post("/school/outgoing/{transfer}/send")
def send(asked: StaffActs, transfer: str) -> Response:
    """Seal and send an accepted child's history; sent again, the same bytes go once more."""
    known = find(asked, transfer, "sender")
    if known.state not in (State.ACCEPTED, State.SENT):
        return redirect(f"/school/outgoing/{transfer}")
    moving.send(asked.node, transfer, asked.person.member)
    moving.act(asked.node)
    return redirect(f"/school/outgoing/{transfer}?done={'sent' if known.state is State.ACCEPTED else 'again'}")


def steps(words: Words, known: Transfer) -> list[Step]:
    """The four steps of a move out, as far as it is."""
    titles = {
        Stage.OFFERED: (words.say("知らせる"), words.say("新しい学校へ")),
        Stage.ACCEPTED: (words.say("返事"), words.say("新しい学校から")),
        Stage.SENT: (words.say("送る"), words.say("封をして")),
        Stage.ARRIVED: (words.say("受領"), words.say("控えが届く")),
    }
    return [(known.progress(stage), title, small) for stage, (title, small) in titles.items()]


def lanes(words: Words, known: Transfer) -> tuple[list[Step], list[Step]]:
    """What each school has done and has yet to do: this one's, and the next one's."""
    accepted, sent, arrived = (known.progress(stage) for stage in (Stage.ACCEPTED, Stage.SENT, Stage.ARRIVED))
    day = words.full_day(known.accepted_on) if known.accepted_on else ""
    ours: list[Step] = [
        ("done", words.say("新しい学校に知らせました"), ""),
        (sent, words.say("封をして送りました") if known.is_sealed else words.say("封をして送ります"), ""),
        (
            arrived,
            words.say("受領の控えが届きました") if known.has_arrived else words.say("受領の控えを待ちます"),
            "",
        ),
    ]
    theirs: list[Step] = [
        (
            accepted,
            words.say("受け入れます") if accepted == "done" else words.say("受け入れの返事をします"),
            day,
        ),
        (arrived, words.say("取り込みました") if known.has_arrived else words.say("たしかめて取り込みます"), ""),
    ]
    return ours, theirs


def _destinations(asked: Asked, school: OrgId) -> dict[str, str]:
    """The schools of the directory but this one, by name."""
    directory = asked.node.directory
    names = {str(code): asked.node.name_of(code) for code in directory.schools(directory.root) if code != school}
    return dict(sorted(names.items(), key=lambda item: item[1]))


def _choice(asked: Asked, group: str, student: str, to: str, errors: Mapping[str, str]) -> Response:
    """The form: of a class all names are read, of a student chosen before only that one's."""
    known, words = classes(asked), asked.words
    shown: Sequence[Student] = [find_either(asked, student)] if student else known.get(group, [])
    group = class_of(shown[0]) if shown else ""
    school = at_the_desk(asked)
    return asked.render(
        "school/outgoing_new.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        frame=staff_frame(asked, "outgoing"),
        groups=[(name, class_title(words, name)) for name in known],
        group=group,
        title=class_title(words, group) if group else "",
        options=names_of(asked, shown),
        student=student,
        schools=[("", words.say("えらんでください")), *_destinations(asked, school).items()],
        to=to,
        errors=errors,
    )


def _name(asked: Asked, known: Transfer) -> str:
    """The child's name, while the history is open here; else the place, as the list has it."""
    seats = roster.seats(asked.node, OrgId(known.origin))
    vault = VaultId(str(known.vault))
    if vault not in seats:
        return asked.words.say("転出ずみ")
    student = Student(vault, seats[vault], in_class=False)
    if not known.is_sealed:
        names = names_of(asked, [student])
        if names:
            return names[0][1]
    return seat_title(asked.words, student.seat)


def _travelling(asked: Asked, known: Transfer) -> tuple[list[Category], list[Category]]:
    """The kinds that will open at the next school: on a duty, and on the family's consent."""
    if known.is_over:
        return [], []
    facts = asked.node.vaults.authorisations(VaultId(str(known.vault)))
    consented = (
        {Category(name) for name in facts.move.consented}
        if facts.move is not None
        else consented_for_transfer(facts, asked.node.today(), known.destination)
    )
    return sorted(STATUTORY), sorted(consented - STATUTORY)
