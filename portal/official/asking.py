"""Pages that ask: all studies of a board or the nation, and the form from which one is drafted.

Never: a study of another organisation, anything that depends on a student.
"""

from dataclasses import asdict
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from fastapi.responses import Response

from federation import (
    QuestionError,
    Registered,
    Study,
    StudyState,
    UnknownStudyError,
    budget_for,
    draft,
    estimate,
    find_study,
    registered,
)
from pds.clock import JAPAN, parse_timestamp
from pds.identifiers import OrgId
from portal.language import Words, phrase
from portal.official.drafting import MEASURES, NO_PLAN, Drafted, StudyForm, blank, drafted, scopes, years
from portal.official.estimating import epsilon_text, estimated
from portal.official.topics import AMOUNTS, DIVISION_CHOICES, EPSILONS, TRAITS
from portal.official.wording import amount_name, facts, question_text
from portal.web import Asked, NoSuchPageError, Official, OfficialActs, redirect, staff_frame

router = APIRouter()

_MEASURES = {
    "proportion": (phrase("割合"), phrase("あてはまる児童生徒は何%%か")),
    "mean": (phrase("平均"), phrase("日数や点の平均")),
    "count": (phrase("人数"), phrase("あてはまる児童生徒は何人か")),
}
_KINDS = {StudyState.DRAFT: "wait", StudyState.APPROVED: "wait", StudyState.ANSWERED: "info", StudyState.RELEASED: "ok"}


def organisation_of(asked: Asked) -> OrgId:
    """Whose studies this person sees."""
    if asked.person.organisation is None:
        raise NoSuchPageError("a page for boards and the nation")
    return asked.person.organisation


def own(asked: Asked) -> list[Registered]:
    """The studies of this person's organisation, newest first."""
    organisation = organisation_of(asked)
    found = registered(asked.node, organisation)
    return sorted(found, key=lambda entry: entry.drafted_at, reverse=True)


def title_of(words: Words, study: Study) -> str:
    """What people read, in their language."""
    return study.title.ja if words.language == "ja" else study.title.en


def number_of(study: str) -> str:
    """How people name a study: the first letters of its identifier."""
    return f"ST-{study[:8].upper()}"


def badge_of(words: Words, state: StudyState) -> tuple[str, str]:
    """How far a study is: kind of badge and words."""
    texts = {
        StudyState.DRAFT: words.say("承認を待っています"),
        StudyState.APPROVED: words.say("学校の答えを待っています"),
        StudyState.ANSWERED: words.say("結果を出せます"),
        StudyState.RELEASED: words.say("結果が出ました"),
    }
    return _KINDS[state], texts[state]


def day_of(entry: Registered) -> date:
    """The latest day that a study's register knows, in Japan."""
    if entry.release is not None:
        return parse_timestamp(entry.release.released_at).astimezone(JAPAN).date()
    return entry.published_on or entry.drafted_at.astimezone(JAPAN).date()


@router.get("/studies")
def show_all(asked: Official) -> Response:
    """All studies of this organisation."""
    say = asked.words
    rows = [
        {
            "href": f"/studies/{entry.id}",
            "title": title_of(say, entry.study),
            "question": question_text(say, entry.study.question),
            "day": say.day(day_of(entry)),
            "epsilon": epsilon_text(say, entry.study.epsilon),
            "badge": badge_of(say, entry.state),
        }
        for entry in own(asked)
    ]
    board = asked.node.name_of(organisation_of(asked))
    return asked.render("official/studies.html", frame=staff_frame(asked, "studies"), rows=rows, board=board)


@router.get("/studies/new")
def ask(asked: Official) -> Response:
    """The form, empty."""
    return _form(asked, blank(asked.node.today(), organisation_of(asked)), Drafted())


@router.post("/studies/new")
def take(
    asked: OfficialActs, entered: Annotated[StudyForm, Depends()], step: Annotated[str, Form()] = "estimate"
) -> Response:
    """Back to the form, on to the estimate, or into the register, by the button that was pressed."""
    if step == "edit":
        return _form(asked, entered, Drafted())
    today, organisation = asked.node.today(), organisation_of(asked)
    found = drafted(asked.words, entered, today, asked.node.directory, organisation)
    if found.study is None:
        return _form(asked, entered, found)
    try:
        if step == "draft":
            return _entered(asked, found.study, found.size)
        preview = estimate(asked.node, found.study, group_size=found.size)
    except QuestionError:
        found.errors["topic"] = asked.words.say(NO_PLAN)
        return _form(asked, entered, found)
    return asked.render(
        "official/estimate.html",
        frame=staff_frame(asked, "studies"),
        title=title_of(asked.words, found.study),
        question=question_text(asked.words, found.study.question),
        facts=facts(asked.words, asked.node, found.study),
        view=estimated(asked.words, found.study, preview, budget_for(asked.node, found.study)),
        kept=asdict(entered),
        known=_known(asked, found.study.id),
        schools=preview.schools,
    )


def _entered(asked: Asked, study: Study, size: int) -> Response:
    member = asked.person.member
    if member is None:
        raise NoSuchPageError("only a member of staff drafts")
    known = _known(asked, study.id)
    entry = draft(asked.node, study, drafter=member.id, group_size=size)
    return redirect(f"/studies/{entry.id}?done={'known' if known else 'drafted'}")


def _known(asked: Asked, study: str) -> str:
    """The address of a study that asks the same already, or nothing."""
    try:
        return f"/studies/{find_study(asked.node, study).id}"
    except UnknownStudyError:
        return ""


def _form(asked: Asked, entered: StudyForm, found: Drafted) -> Response:
    say, directory = asked.words, asked.node.directory
    organisation = organisation_of(asked)
    options: dict[str, Any] = {
        "measures": [(value, say.say(_MEASURES[value][0]), say.say(_MEASURES[value][1])) for value in MEASURES],
        "topics": [
            *((name, say.say(trait.name)) for name, trait in TRAITS.items()),
            *((name, amount_name(say, amount)) for name, amount in AMOUNTS.items()),
        ],
        "groups": [(name, say.say(text)) for name, text in DIVISION_CHOICES.items()],
        "years": [(str(year), say.school_year(year)) for year in years(asked.node.today())],
        "scopes": [(org, asked.node.name_of(org)) for org in scopes(directory, organisation)],
        "epsilons": [(str(cost), epsilon_text(say, cost)) for cost in EPSILONS],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if found.errors else HTTPStatus.OK
    errors = dict.fromkeys(asdict(entered), "") | found.errors
    wrong = list(found.errors.items())
    frame = staff_frame(asked, "studies")
    return asked.render(
        "official/new.html", status, frame=frame, entered=entered, errors=errors, wrong=wrong, **options
    )
