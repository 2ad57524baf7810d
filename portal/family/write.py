"""書く: a student writes today's mood and what they think of their learning. Never: a record in another's name."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, get_args

from fastapi import APIRouter, Form
from fastapi.responses import Response

from consent.decisions import permit
from pds.clock import school_year
from pds.holders import Role
from pds.identifiers import RecordId, new_record_id
from pds.records import Category, MoodWeather, kind_of, validate
from pds.vault import Action, VaultReader
from portal.family.child import Child, find_child
from portal.family.frame import family_frame
from portal.family.home import viewers
from portal.language import subjects
from portal.web import Asked, Family, FamilyActs, NoSuchPageError, redirect

router = APIRouter()
COMMENT, TITLE, TEXT = 100, 100, 2000  # the most characters of each
WEATHERS: frozenset[str] = frozenset(get_args(MoodWeather.model_fields["weather"].annotation))
_RATINGS = ("1", "2", "3", "4")
_SOURCE = "portal"


@router.get("/child/{child}/write")
def write_forms(asked: Family, child: str) -> Response:
    """The page to write on; the student's alone."""
    return _page(asked, _myself(asked, child), {}, [])


@router.post("/child/{child}/write/mood")
def write_mood(
    asked: FamilyActs, child: str, weather: Annotated[str, Form()] = "", comment: Annotated[str, Form()] = ""
) -> Response:
    """Send today's mood; sent again on the same day, it takes the place of the one before."""
    about, comment = _myself(asked, child), comment.strip()
    wrong = []
    if weather not in WEATHERS:
        wrong.append(("mood-h", asked.words.say("心の天気を、ひとつえらんでください。")))
    if len(comment) > COMMENT:
        wrong.append(("mood-memo", asked.words.say("ひとことは、%(most)s文字までです。", most=COMMENT)))
    if wrong:
        return _page(asked, about, {"weather": weather, "comment": comment}, wrong)
    today = asked.node.today()
    fields: dict[str, object] = {"weather": weather, **({"comment": comment} if comment else {})}
    _append(asked, about, "mood_weather/1", fields, supersedes=_todays_mood(asked, about, today))
    return redirect(f"{about.path}?done=mood")


@router.post("/child/{child}/write")
def write_reflection(
    asked: FamilyActs,
    child: str,
    unit: Annotated[str, Form()] = "",
    subject: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    rating: Annotated[str, Form()] = "",
) -> Response:
    """Write a reflection into the history."""
    about = _myself(asked, child)
    form = {"unit": unit.strip(), "subject": subject, "text": text.strip(), "rating": rating}
    wrong, words = [], asked.words
    if not form["text"]:
        wrong.append(("text", words.say("ふり返りを書いてください。")))
    if len(form["text"]) > TEXT:
        wrong.append(("text", words.say("ふり返りは、%(most)s文字までです。", most=TEXT)))
    if len(form["unit"]) > TITLE:
        wrong.append(("unit", words.say("題は、%(most)s文字までです。", most=TITLE)))
    if wrong:
        return _page(asked, about, form, wrong)
    fields: dict[str, object] = {"text": form["text"]}
    if form["unit"]:
        fields["unit"] = form["unit"]
    if subject in subjects(about.grade or ""):
        fields["subject_code"] = subject
    if rating in _RATINGS:
        fields["self_rating"] = int(rating)
    _append(asked, about, "reflection/1", fields)
    return redirect(f"{about.path}/road?done=written")


def _myself(asked: Asked, child: str) -> Child:
    """The student who asks, about themselves."""
    about = find_child(asked, child)
    if about.role is not Role.STUDENT:
        raise NoSuchPageError("students write for themselves")
    return about


def _page(asked: Asked, child: Child, form: dict[str, str], wrong: list[tuple[str, str]]) -> Response:
    words = asked.words
    return asked.render(
        "family/write.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        frame=family_frame(asked, child, "write"),
        child=child,
        form={"weather": "", "comment": "", "unit": "", "subject": "", "text": "", "rating": "", **form},
        wrong=wrong,
        errors=dict(reversed(wrong)),
        subjects=subjects(child.grade or ""),
        most=TEXT,
        viewers=viewers(words, Category.MOOD_WEATHER),
        readers=viewers(words, Category.REFLECTION),
        ready=_ready(child),
    )


def _ready(child: Child) -> bool:
    """Whether it is known where the student is enrolled; a record says so."""
    return child.school is not None and child.grade is not None


def _todays_mood(asked: Asked, child: Child, today: date) -> RecordId | None:
    with asked.reading(child.vault, Category.MOOD_WEATHER) as reader:
        return mood_of(reader, today)


def mood_of(reader: VaultReader, today: date) -> RecordId | None:
    """The mood that the student wrote here today, if any."""
    written = reader.in_effect(Category.MOOD_WEATHER, years={school_year(today)})
    of_day = [item for item in written if item.record.occurred_on == today and item.record.source_system == _SOURCE]
    return of_day[-1].id if of_day else None


def _append(
    asked: Asked, child: Child, schema: str, fields: dict[str, object], supersedes: RecordId | None = None
) -> None:
    """Write one record in the student's own name, into their own vault."""
    if not _ready(child):
        raise NoSuchPageError("nobody has enrolled this student yet")
    today, number = asked.node.today(), new_record_id()
    record = validate(
        schema,
        {
            "school_code": child.school,
            "school_year": school_year(today),
            "grade": child.grade,
            "occurred_on": today,
            "source_system": _SOURCE,
            "source_record_id": number,
            "author_role": "student",
            **({"supersedes_id": supersedes} if supersedes else {}),
            **fields,
        },
    )
    leave = permit(asked.node, asked.wish(child.vault, Action.WRITE, kind_of(record).category))
    with asked.node.vaults.transact(leave, asked.person.holder) as writer:
        writer.append(record, number)
