"""Children who join this school: who is offered, what arrived and what it proves, taking it in or refusing it.

For those in charge of moves. Names of seats, and what the records that arrived say of whose they are, are read for it,
and the families see that. Never: a step of a move (`consent.lifecycle.moving`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from consent.decisions import Opener, openers
from consent.lifecycle import joining, moving
from pds.errors import LinkedElsewhereError, RefusedError, UsageError, VerificationError
from pds.holders import Role
from pds.identifiers import VaultId
from pds.intake import LocalId, as_written
from pds.transfer import State, Transfer
from portal.school.desk import find_student, names_of, school_of, student_path, students
from portal.school.moves import BADGES, REASONS, find, number_of, own, why_refused
from portal.school.verdict import Verdict, failed, judge, said
from portal.web import Asked, Staff, StaffActs, opener_rows, redirect, staff_frame, wrong_password

router = APIRouter()
_SCHEME = "oneroster.sourcedId"  # the numbering by which the next import knows the child


@router.get("/school/incoming")
def listing(asked: Staff) -> Response:
    """Children who are offered, on their way, or here."""
    known = own(asked, "receiver")
    return asked.render(
        "school/incoming.html",
        frame=staff_frame(asked, "incoming"),
        waiting=[t for t in known if not t.is_over],
        over=[t for t in known if t.is_over],
        number_of=number_of,
        badges=BADGES,
        who=lambda t: _who(asked, t),
        school=asked.node.name_of,
    )


@router.get("/school/incoming/{transfer}")
def arrival_page(asked: Staff, transfer: str, done: str = "") -> Response:
    """One child: accept, or see what arrived and take it in."""
    return _page(asked, find(asked, transfer, "receiver"), done=done)


@router.post("/school/incoming/{transfer}/accept")
def accept(
    asked: StaffActs,
    transfer: str,
    day: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
    seat: Annotated[str, Form()] = "",
) -> Response:
    """Accept the child from a day on, for a seat if the roster came first; the old school learns the day."""
    known, words = find(asked, transfer, "receiver"), asked.words
    if known.state is not State.OFFERED:
        return redirect(f"/school/incoming/{transfer}")  # sent twice, or answered in another window
    on, errors = _day(day), {}
    if on is None or abs(on - asked.node.today()) > moving.FAR:
        errors["day"] = words.say("転入学の日を入れてください。")
    ids, wrong = _ids(asked, number)
    if wrong:
        errors["number"] = wrong
    taken = find_student(asked, seat).vault if seat else None
    holder = _holder_of(asked, ids)
    if holder not in (None, taken):
        errors["number"] = words.say("この番号の児童・生徒が、もう名簿にいます。同じ人なら、その席をえらんでください。")
    if on is None or errors:
        kept = {"day": day, "number": number, "seat": seat}
        return _page(asked, known, errors=errors, kept=kept, more=[holder] if holder is not None else [])
    try:
        moving.accept(asked.node, transfer, on, ids, seat=taken)
    except RefusedError:
        errors["seat"] = words.say("この席は、ほかの転入の記録を待っているか、転出の手続き中です。")
        return _page(asked, known, errors=errors, kept={"day": day, "number": number, "seat": ""})
    moving.act(asked.node)
    return redirect(f"/school/incoming/{transfer}?done=accepted")


@router.post("/school/incoming/{transfer}/commit")
def commit(
    asked: StaffActs,
    transfer: str,
    compared: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    same: Annotated[str, Form()] = "",
    renumbered: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
) -> Response:
    """Take the history in, after names were compared and the password was given once more.

    Where the records or the seat name another child, only after somebody says that it is the same; where the number
    became another child's since the acceptance, under the one that is given in its place, or under none.
    """
    known, words, errors = find(asked, transfer, "receiver"), asked.words, {}
    if known.state is not State.QUARANTINED:
        return redirect(f"/school/incoming/{transfer}")
    if not compared:
        errors["compared"] = words.say("氏名と生年月日を見くらべたら、しるしをつけてください。")
    if wrong := wrong_password(asked, password):
        errors["password"] = wrong
    ids, flaw = _ids(asked, number)
    if flaw:
        errors["number"] = flaw
    member, kept = asked.person.member, {"compared": compared, "same": same, "number": number}
    try:
        others = moving.differences(asked.node, transfer, member)
        if others and not same:
            errors["same"] = words.say(
                "書類で確かめて、同じ人なら、しるしをつけてください。ちがう人なら、受け取りません。"
            )
        if errors:
            return _page(asked, known, errors=errors, kept=kept | {"renumbered": renumbered})
        by = joining.Actor(asked.person.index, member)
        moving.commit(asked.node, transfer, by, despite=bool(others), ids=ids if renumbered else None)
    except LinkedElsewhereError:
        errors["number"] = words.say(
            "受け入れのあとで、ほかの人の番号になりました。番号を入れなおすか、空にしてください。"
        )
        return _page(asked, known, errors=errors, kept=kept | {"renumbered": "yes"})
    except (UsageError, VerificationError):
        return _page(asked, known, status=HTTPStatus.CONFLICT)
    moving.act(asked.node)
    return redirect(f"/school/incoming/{transfer}?done=committed")


@router.post("/school/incoming/{transfer}/refuse")
def refuse(asked: StaffActs, transfer: str, reason: Annotated[str, Form()] = "") -> Response:
    """Do not take the child's history in; it stays where it was."""
    known = find(asked, transfer, "receiver")
    if known.is_over:
        return redirect(f"/school/incoming/{transfer}")
    if reason not in REASONS:
        return _page(asked, known, errors={"reason": asked.words.say("理由をえらんでください。")})
    moving.refuse(asked.node, transfer, REASONS[reason][0])
    moving.act(asked.node)
    return redirect(f"/school/incoming/{transfer}?done=refused")


def _page(
    asked: Asked,
    known: Transfer,
    *,
    done: str = "",
    errors: Mapping[str, str] | None = None,
    kept: Mapping[str, str] | None = None,
    more: Sequence[VaultId] = (),
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    words = asked.words
    return asked.render(
        "school/arrival.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if errors else status,
        frame=staff_frame(asked, "incoming"),
        known=known,
        who=_who(asked, known),
        verdict=_verdict(asked, known) if known.state is State.QUARANTINED else None,
        seats=_seats(asked, more) if known.state is State.OFFERED else [],
        number=number_of(known.transfer),
        sender=asked.node.name_of(known.origin),
        receiver=asked.node.name_of(known.destination),
        reasons=[(code, words.say(text), "") for code, (_, text) in REASONS.items()],
        why=why_refused(words, known.reason),
        student=student_path(asked, VaultId(known.vault)) if known.vault else "",
        path=f"/school/incoming/{known.transfer}",
        done=done,
        errors=errors or {},
        kept={
            "day": asked.node.today().isoformat(),
            "number": "",
            "seat": "",
            "compared": "",
            "same": "",
            "renumbered": "",
            **(kept or {}),
        },
    )


def _verdict(asked: Asked, known: Transfer) -> Verdict:
    node = asked.node
    try:
        arrival = moving.arrival(node, known.transfer)
        others = moving.differences(node, known.transfer, asked.person.member)
    except (UsageError, VerificationError):
        return failed(asked.words)
    offered = moving.offered_subject(node, known.transfer)
    sender, receiver = node.name_of(known.origin), node.name_of(known.destination)
    verdict = judge(asked.words, arrival, offered, sender, receiver, node.directory.serial, others)
    found = openers(arrival.verified.authorisations)
    return replace(verdict, openers=opener_rows(asked.words, found, lambda one: _party(asked, one)))


def _party(asked: Asked, one: Opener) -> str:
    """Somebody with keys, as an office reads it: a member of the family by what they are to the child."""
    family = {Role.STUDENT: asked.words.say("本人"), Role.GUARDIAN: asked.words.say("保護者")}
    return family.get(one.role) or asked.node.name_of(one.holder) if one.role else one.holder


def _seats(asked: Asked, more: Sequence[VaultId]) -> list[tuple[str, str]]:
    """The seats to pick from: who is expected here, and more that the office asked for by their numbers."""
    wanted = {*moving.expected(asked.node, school_of(asked)), *more}
    found = names_of(asked, [student for student in students(asked) if student.vault in wanted])
    return [(address, f"{title} {name}") for address, name, title in found]


def _holder_of(asked: Asked, ids: Sequence[LocalId]) -> VaultId | None:
    """The child on this school's list who has a number already."""
    school = school_of(asked)
    found = [asked.node.vaults.find(school, local.scheme, local.value) for local in ids]
    listed = {student.vault for student in students(asked)}
    return next((vault for vault in found if vault in listed), None)


def _ids(asked: Asked, number: str) -> tuple[list[LocalId], str]:
    """The identifier that an office typed, if it did, and what is wrong with how it is written."""
    try:
        return ([LocalId(_SCHEME, as_written(_SCHEME, number))] if number.strip() else []), ""
    except UsageError:
        return [], asked.words.say("番号は、見えない文字や空白のない、名簿にあるとおりの形で入れてください。")


def _who(asked: Asked, known: Transfer) -> str:
    """Whom an offer is about; what cannot be read is said to be so, and hides no other."""
    if moving.names_nobody(asked.node, known.transfer):
        return asked.words.say("だれのことか、読めない知らせです")
    return said(asked.words, moving.offered_subject(asked.node, known.transfer))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
