"""From the fields of the form to a study, or to what is wrong with them, field by field.

Never: a look at data, a study that is stored.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from fastapi import Form

from federation import Condition, Feature, Group, Question, QuestionError, Reference, Study, Term, Title, read_study
from pds.clock import school_year
from pds.identifiers import OrgId
from pds.node import Directory
from pds.records import Category
from portal.language import Words, phrase, words
from portal.official.topics import AMOUNTS, DIVISION_CHOICES, DIVISIONS, EPSILONS, TRAITS
from portal.official.wording import question_text

NO_PLAN = phrase("この組み合わせでは、統計を作れません。別の項目か分け方を選んでください。")
MEASURES = ("proportion", "mean", "count")
_YEARS = 3
_MOST_STUDENTS = 10_000_000
_TITLE = 200


@dataclass(frozen=True, slots=True)
class StudyForm:
    """The form as it was sent; every field is a text."""

    title: Annotated[str, Form()] = ""
    title_en: Annotated[str, Form()] = ""
    measure: Annotated[str, Form()] = "proportion"
    topic: Annotated[str, Form()] = "absent_30"
    groups: Annotated[str, Form()] = "none"
    attribute: Annotated[str, Form()] = ""
    values: Annotated[str, Form()] = ""
    year: Annotated[str, Form()] = ""
    census: Annotated[str, Form()] = ""
    scope: Annotated[str, Form()] = ""
    epsilon: Annotated[str, Form()] = "100000"
    size: Annotated[str, Form()] = "400"


@dataclass(slots=True)
class Drafted:
    """What became of a form.

    Attributes:
        study: None if something is wrong.
        size: Students per row, as entered.
        errors: What to do, by field.
    """

    study: Study | None = None
    size: int = 0
    errors: dict[str, str] = field(default_factory=dict)


def blank(today: date, organisation: OrgId) -> StudyForm:
    """A new form: this school year, everybody below, the smaller cost."""
    year = school_year(today)
    return StudyForm(year=str(year), census=date(year, 5, 1).isoformat(), scope=organisation)


def years(today: date) -> list[int]:
    """The school years that can be asked about."""
    return [school_year(today) - back for back in range(_YEARS)]


def scopes(directory: Directory, organisation: OrgId) -> list[OrgId]:
    """Who can be asked: the organisation itself and the boards below it that have schools."""
    _, *below = directory.at_or_below(organisation)
    boards = sorted(org for org in below if directory.entries[org].kind != "school")
    return [org for org in (organisation, *boards) if directory.schools(org)]


def drafted(say: Words, entered: StudyForm, today: date, directory: Directory, organisation: OrgId) -> Drafted:
    """Make a study of a form, or say what to put right."""
    found = Drafted()
    errors = found.errors
    title = entered.title.strip()
    if not 0 < len(title) <= _TITLE or len(entered.title_en.strip()) > _TITLE:
        errors["title"] = say.say("題を、200文字までで書いてください。")
    size = entered.size.strip()
    if re.fullmatch(r"[0-9]{1,8}", size) and 1 <= int(size) <= _MOST_STUDENTS:
        found.size = int(size)
    else:
        errors["size"] = say.say("人数を、1以上の数字で書いてください。")
    epsilon = int(entered.epsilon) if entered.epsilon in {str(cost) for cost in EPSILONS} else 0
    if not epsilon:
        errors["epsilon"] = say.say("予算を、一覧から選んでください。")
    if entered.scope not in scopes(directory, organisation):
        errors["scope"] = say.say("範囲を、一覧から選んでください。")
    question = _question(say, entered, today, errors)
    if question is None or errors:
        return found
    group = question.groups[0] if question.groups else None
    try:
        found.study = read_study(
            Study(
                question=question,
                title=Title(ja=title, en=entered.title_en.strip() or question_text(words("en"), question)[:_TITLE]),
                epsilon=epsilon,
                scope=OrgId(entered.scope),
                asked_by=organisation,
                reference=Reference(key=group.feature.label, value=group.values[0]) if group else None,
            ).model_dump(mode="json", exclude_none=True)
        )
    except (QuestionError, ValueError):
        errors["topic"] = say.say(NO_PLAN)
    return found


def _question(say: Words, entered: StudyForm, today: date, errors: dict[str, str]) -> Question | None:
    year = int(entered.year) if entered.year in {str(year) for year in years(today)} else None
    if year is None:
        errors["year"] = say.say("年度を、一覧から選んでください。")
    census = _day(entered.census)
    if census is None or (year is not None and school_year(census) != year):
        errors["census"] = say.say("基準日を、選んだ年度の中の日にしてください。")
    if entered.measure not in MEASURES:
        errors["measure"] = say.say("出す値を、一つ選んでください。")
    elif (entered.measure == "mean") != (entered.topic in AMOUNTS):
        errors["topic"] = (
            say.say("平均には、日数か点の項目を選んでください。")
            if entered.measure == "mean"
            else say.say("割合と人数には、「…の児童生徒」の項目を選んでください。")
        )
    elif entered.measure != "mean" and entered.topic not in TRAITS:
        errors["topic"] = say.say("項目を、一覧から選んでください。")
    elif (entered.measure, entered.topic) == ("proportion", "everybody"):
        errors["topic"] = say.say("全員の割合は、いつも100%%です。人数を選ぶか、別の項目を選んでください。")
    groups = _groups(say, entered, errors)
    if errors.keys() & {"year", "census", "measure", "topic", "groups", "attribute", "values"}:
        return None
    asked: dict[str, object] = {}
    if entered.measure == "mean":
        amount = AMOUNTS[entered.topic]
        asked = {"terms": (Term(feature=amount.feature, low=amount.low, high=amount.high),), "step": "1"}
    else:
        asked = _condition(entered.measure, TRAITS[entered.topic].condition)
    return Question.model_validate(
        {"measure": entered.measure, "groups": groups, "school_year": year, "census_date": census, **asked}
    )


def _condition(measure: str, condition: Condition | None) -> dict[str, object]:
    if condition is None:
        return {}
    return {"condition": condition} if measure == "proportion" else {"where": (condition,)}


def _groups(say: Words, entered: StudyForm, errors: dict[str, str]) -> tuple[Group, ...]:
    if entered.groups not in DIVISION_CHOICES:
        errors["groups"] = say.say("分け方を、一覧から選んでください。")
        return ()
    if entered.groups in DIVISIONS:
        return (DIVISIONS[entered.groups].group,)
    if entered.groups == "none":
        return ()
    values = [text.strip() for text in re.split(r"[,、\n]", entered.values) if text.strip()]
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", entered.attribute.strip()):
        errors["attribute"] = say.say("区分の名前を、登録されたとおりに書いてください。例: class_type")
    if not values or any(len(text) > 64 for text in values) or len(values) > 100:  # noqa: PLR2004  # a list people read
        errors["values"] = say.say("区分の値を、「,」で分けて100個までで書いてください。例: small, regular")
    if errors.keys() & {"attribute", "values"}:
        return ()
    feature = Feature(kind=Category.ENROLLMENT_INFO, field=f"attributes.{entered.attribute.strip()}")
    return (Group(feature=feature, values=tuple(values)),)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
