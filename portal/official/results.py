"""One study from its draft to its result: approving, waiting for answers, releasing, the table as a file.

Never: a study of another organisation, a decision of the register's.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from federation import (
    ApprovalError,
    NotReadyError,
    OverBudgetError,
    Registered,
    Release,
    StudyState,
    UnknownStudyError,
    answered,
    approve,
    budget_for,
    find_study,
    merge,
    outstanding,
    release,
)
from pds.clock import JAPAN
from pds.export import Figure, csv_table
from pds.identifiers import OrgId
from portal.language import Words, phrase
from portal.official.asking import day_of, number_of, organisation_of, title_of
from portal.official.estimating import component_text, epsilon_text, estimated
from portal.official.reading import Reading, ResultLine, answers, read
from portal.official.wording import dividing, facts, question_text
from portal.web import Asked, NoSuchPageError, Official, OfficialActs, redirect, staff_frame, wrong_password

router = APIRouter()

_DONE = {
    "drafted": phrase("下書きを登録しました。2人目の承認を待ちます。"),
    "known": phrase("同じ問いが、もうありました。こちらをお使いください。"),
    "approved": phrase("承認しました。学校に知らせます。"),
    "released": phrase("結果を出しました。"),
}
_STEPS = (StudyState.DRAFT, StudyState.APPROVED, StudyState.ANSWERED, StudyState.RELEASED)


@router.get("/studies/{study}")
def show_one(asked: Official, study: str, done: str = "") -> Response:
    """A study as far as it is."""
    return _page(asked, _found(asked, study), done=_DONE.get(done, ""))


@router.post("/studies/{study}/approve")
def approve_one(asked: OfficialActs, study: str, password: Annotated[str, Form()] = "") -> Response:
    """Approve somebody else's draft, which publishes it."""
    entry = _found(asked, study)
    member = asked.person.member
    if wrong := wrong_password(asked, password):
        return _page(asked, entry, error=wrong)
    try:
        approve(asked.node, entry.id, approver="" if member is None else member.id)
    except ApprovalError:
        return _page(
            asked, entry, problem=asked.words.say("下書きした人は、承認できません。ほかの担当者にたのんでください。")
        )
    except OverBudgetError:
        return _page(asked, entry, problem=asked.words.say("年の予算がたりないため、承認できません。"))
    return redirect(f"/studies/{entry.id}?done=approved")


@router.post("/studies/{study}/release")
def release_one(
    asked: OfficialActs, study: str, close: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
) -> Response:
    """Add up the answers and release the table, once; without those who did not answer only if that was said."""
    entry = _found(asked, study)
    if wrong := wrong_password(asked, password):
        return _page(asked, entry, error=wrong, close=close == "yes")
    try:
        merge(asked.node, entry.id, organisation_of(asked), partial=close == "yes")
        release(asked.node, entry.id)
    except (NotReadyError, UnknownStudyError):
        return _page(asked, entry, problem=asked.words.say("まだ答えがそろっていないため、結果を出せません。"))
    return redirect(f"/studies/{entry.id}?done=released")


@router.get("/studies/{study}/table.csv")
def table(asked: Official, study: str) -> Response:
    """The released table as a file, with the figures of the page."""
    entry = _found(asked, study)
    if entry.release is None:
        raise NoSuchPageError("nothing is released yet")
    reading = read(asked.words, asked.node, entry.release)
    return Response(
        _table(asked.words, entry.release, reading),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{number_of(entry.id)}.csv"'},
    )


def _found(asked: Asked, study: str) -> Registered:
    try:
        entry = find_study(asked.node, study)
    except UnknownStudyError:
        raise NoSuchPageError("no such study") from None
    if entry.study.asked_by != organisation_of(asked):
        raise NoSuchPageError("another organisation's study")
    return entry


def _page(
    asked: Asked, entry: Registered, *, done: str = "", problem: str = "", error: str = "", close: bool = False
) -> Response:
    """The study; `problem` is why nothing was done, `error` what is wrong with the password that was typed."""
    say, study = asked.words, entry.study
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem or error else HTTPStatus.OK
    spent = entry.state is not StudyState.DRAFT
    member = asked.person.member
    return asked.render(
        "official/study.html",
        status,
        frame=staff_frame(asked, "studies"),
        entry=entry,
        state=entry.state.value,
        path=f"/studies/{entry.id}",
        number=number_of(entry.id),
        title=title_of(say, study),
        question=question_text(say, study.question),
        facts=facts(say, asked.node, study),
        steps=_steps(say, entry),
        view=estimated(say, study, entry.preview, budget_for(asked.node, study), spent=spent),
        mine=member is not None and member.id == entry.drafter,
        done=say.say(done) if done else "",
        problem=problem,
        error=error,
        close=close,
        waiting=_waiting(asked, entry) if entry.state is StudyState.APPROVED else None,
        reading=None if entry.release is None else read(say, asked.node, entry.release),
        receipt=None if entry.release is None else _receipt(say, entry.release),
        groups=dividing(say, study.question) or say.say("グループ"),
    )


def _steps(words: Words, entry: Registered) -> list[tuple[str, str, str]]:
    """Where the study is on its way: state, name, day."""
    names = (words.say("下書き"), words.say("承認"), words.say("学校の答え"), words.say("結果"))
    days = {
        StudyState.DRAFT: words.day(entry.drafted_at.astimezone(JAPAN).date()),
        StudyState.APPROVED: "" if entry.published_on is None else words.day(entry.published_on),
        StudyState.RELEASED: "" if entry.release is None else words.day(day_of(entry)),
    }
    here = min(_STEPS.index(entry.state) + 1, len(_STEPS) - 1)
    finished = entry.state is StudyState.RELEASED
    return [
        (
            "done" if place < here or finished else "now" if place == here else "todo",
            name,
            days.get(step, "") if place < here or finished else words.say("いまここ") if place == here else "",
        )
        for place, (name, step) in enumerate(zip(names, _STEPS, strict=True))
    ]


def _waiting(asked: Asked, entry: Registered) -> Mapping[str, object]:
    """Who has answered so far, by rosters and the directory; nothing of what they answered."""
    node, organisation = asked.node, OrgId(entry.study.asked_by)
    came = answered(node, entry.id, organisation)
    left = outstanding(node, entry.id, organisation)
    return {
        "figure": answers(asked.words, node, entry.study, came, final=False),
        "left": [node.name_of(org) for org in left],
        "any": bool(came),
    }


def _receipt(words: Words, receipt: Release) -> Mapping[str, object]:
    rows = [
        (words.say("しくみ"), words.say("学校ごとの離散ラプラス雑音")),
        ("ε", epsilon_text(words, receipt.epsilon)),
        ("δ", receipt.delta),
        *(
            (
                words.say(
                    "%(name)sの雑音",
                    name=component_text(words, noise.component),
                ),
                words.say("幅 %(scale)s を%(copies)s回", scale=noise.scale, copies=words.number(noise.copies)),
            )
            for noise in receipt.noise
        ),
        (words.say("数え方のしるし"), receipt.codebook[:16]),
    ]
    limits = [limit.ja if words.language == "ja" else limit.en for limit in receipt.limits]
    return {"rows": rows, "limits": limits}


def _table(words: Words, receipt: Release, reading: Reading) -> bytes:
    """The table as a file."""
    keys = dividing(words, receipt.study.question) or words.say("グループ")
    people = receipt.study.question.measure != "count"
    heading = [keys, reading.column, words.say("誤差"), *([words.say("人数(およそ)")] if people else [])]
    lines = (*reading.lines, *((reading.total,) if reading.total else ()))
    return csv_table(heading, [_row(words, line, people=people) for line in lines])


def _row(words: Words, line: ResultLine, *, people: bool) -> list[str]:
    figures = (line.value or words.say("値を出せません"), line.error, *((line.people,) if people else ()))
    return [line.name, *map(Figure, figures)]
