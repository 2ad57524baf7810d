"""The year's budget, and what has been published. Never: what a student has really spent."""

from fastapi import APIRouter
from fastapi.responses import Response

from federation import StudyState, budget_of, published
from pds.clock import school_year
from portal.language import Words
from portal.official.asking import day_of, organisation_of, own, title_of
from portal.official.estimating import epsilon_text
from portal.official.wording import question_text
from portal.web import Official, staff_frame

router = APIRouter()


@router.get("/studies/budget")
def show_budget(asked: Official, year: str = "") -> Response:
    """The budget of a school year: left, used, reserved, and by what."""
    say, today, organisation = asked.words, asked.node.today(), organisation_of(asked)
    known = sorted({study.question.school_year for study in published(asked.node)} | {school_year(today)}, reverse=True)
    chosen = next((one for one in known if str(one) == year), known[0])
    budget = budget_of(asked.node, organisation, chosen)
    mine = {entry.id: entry for entry in own(asked)}
    rows = [
        {
            "title": title_of(say, post.study),
            "href": f"/studies/{post.study.id}" if post.study.id in mine else "",
            "by": asked.node.name_of(post.study.asked_by),
            "epsilon": epsilon_text(say, post.study.epsilon),
            "badge": _badge(say, answered=post.answered, released=_released(mine.get(post.study.id))),
        }
        for post in reversed(budget.posts)
    ]
    left = max(0, budget.cap - budget.spoken_for)
    numbers = [
        (say.say("残り"), epsilon_text(say, left)),
        (say.say("使った"), epsilon_text(say, budget.used)),
        (say.say("予約"), epsilon_text(say, budget.reserved)),
        (say.say("年の上限"), epsilon_text(say, budget.cap)),
    ]
    return asked.render(
        "official/budget.html",
        frame=staff_frame(asked, "budget"),
        year=say.school_year(chosen),
        years=[(str(one), say.school_year(one)) for one in known],
        chosen=str(chosen),
        numbers=numbers,
        rows=rows,
    )


@router.get("/studies/published")
def show_published(asked: Official) -> Response:
    """Results of this organisation, and what families here were told about besides."""
    say, organisation = asked.words, organisation_of(asked)
    results = [
        {
            "href": f"/studies/{entry.id}",
            "title": title_of(say, entry.study),
            "question": question_text(say, entry.study.question),
            "day": say.full_day(day_of(entry)),
        }
        for entry in own(asked)
        if entry.state is StudyState.RELEASED
    ]
    others = [
        (title_of(say, study), asked.node.name_of(study.asked_by), epsilon_text(say, study.epsilon))
        for study in reversed(published(asked.node))
        if study.asked_by != organisation
    ]
    return asked.render(
        "official/published.html", frame=staff_frame(asked, "published"), results=results, others=others
    )


def _released(entry: object) -> bool:
    return getattr(entry, "state", None) is StudyState.RELEASED


def _badge(words: Words, *, answered: bool, released: bool) -> tuple[str, str]:
    if released:
        return "ok", words.say("公表ずみ")
    return ("info", words.say("答えずみ")) if answered else ("wait", words.say("予約"))
