"""The first page about a child: the student's home, or the guardian's look back (`digest`).

Here: today's mood, this week, what was learned lately. Never: a guardian's view of a mood.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from consent.decisions import POSITIONS, Position, may_read, readable
from pds.clock import school_year
from pds.holders import Role
from pds.records import Category, DrillLog, MoodWeather, Reflection, TestResult
from pds.vault import StoredRecord
from portal.family import digest
from portal.family.child import find_child
from portal.family.frame import family_frame, note_seen
from portal.family.history import HistoryEntry, entries_of
from portal.family.history_words import scored
from portal.family.road import Stretch, enrolments_of, stretches_of
from portal.language import Words, vocabulary
from portal.web import Family

router = APIRouter()
_SCHOOL_DAYS, _LATELY, _CARDS, _LATEST = 5, timedelta(days=60), 3, 6


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One day of the week, as the macro `week` shows it.

    Attributes:
        state: past, today or next.
        said: The day's weather in words, or that there is none.
        items: What was done that day and how much of it.
    """

    state: str
    number: str
    weekday: str
    weather: str
    said: str
    note: str
    items: Sequence[tuple[str, str]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Card:
    """One piece of recent learning, as the macro `recent` shows it.

    Attributes:
        done: From 0 to 100, or None.
    """

    picture: str
    subject: str
    title: str = field(repr=False)
    said: str = field(repr=False)
    done: int | None
    next: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """What the student's home shows."""

    mood: MoodWeather | None = field(repr=False)
    first: date
    last: date
    week: Sequence[WeekDay]
    cards: Sequence[Card]
    stretches: Sequence[Stretch]


@router.get("/child/{child}")
def home_page(asked: Family, child: str, done: str = "") -> Response:
    """The student's home, or the guardian's look back."""
    about = find_child(asked, child)
    if about.role is not Role.STUDENT:
        return digest.digest_page(asked, about)
    today = asked.node.today()
    kinds = readable(POSITIONS[about.role])
    with asked.reading(about.vault, *kinds) as reader:
        note_seen(asked, about.vault, reader)
        year = school_year(today)
        years = [y for y in reader.school_years() if y <= year][:1] or [year]
        records = reader.in_effect(years={year, *years})
    return asked.render(
        "family/home.html",
        frame=family_frame(asked, about, "home"),
        child=about,
        today=today,
        home=look(asked.words, records, today),
        viewers=viewers(asked.words, Category.MOOD_WEATHER),
        school=asked.node.name_of,
        done=done,
    )


def viewers(words: Words, category: Category) -> str:
    """Who of the school and the family may see a kind of record beside the student, as the matrix has it."""
    others = [p for p in Position if p is not Position.STUDENT and may_read(p, category)]
    named = words.say("、").join(vocabulary.position(words, position) for position in others)
    return words.say("見る人:%(people)sだけです。", people=named)


def look(words: Words, records: Sequence[StoredRecord], today: date) -> Home:
    """The home of a student on a day, from records in effect."""
    monday = today - timedelta(days=today.weekday())
    entries: list[HistoryEntry] = []
    for entry in entries_of(words, records):
        if len(entries) >= _LATEST and entry.day < monday:
            break
        entries.append(entry)
    felt = moods(records)
    week = [monday + timedelta(days=number) for number in range(_SCHOOL_DAYS)]
    return Home(
        mood=felt.get(today),
        first=week[0],
        last=week[-1],
        week=[_day(words, day, today, felt, entries) for day in week],
        cards=cards(words, records, today),
        stretches=stretches_of(entries[:_LATEST], enrolments_of(records)),
    )


def moods(current: Iterable[StoredRecord]) -> dict[date, MoodWeather]:
    """The latest mood of each day, of records that stand."""
    written = sorted(current, key=lambda item: item.seq)
    return {item.record.occurred_on: item.record for item in written if isinstance(item.record, MoodWeather)}


def _day(
    words: Words, day: date, today: date, felt: dict[date, MoodWeather], entries: Sequence[HistoryEntry]
) -> WeekDay:
    state = "today" if day == today else "past" if day < today else "next"
    weather = felt[day].weather if day in felt else "none"
    said = {"past": words.say("記録なし"), "today": words.say("まだです"), "next": words.say("これから")}[state]
    of_day = [entry for entry in entries if entry.day == day and entry.category is not Category.MOOD_WEATHER]
    missed = [entry.title for entry in of_day if entry.category is Category.ATTENDANCE]
    return WeekDay(
        state=state,
        number=str(day.day),
        weekday=words.weekday(day),
        weather=weather,
        said=vocabulary.weather(words, weather) if day in felt else said,
        note=words.say("、").join(missed),
        items=[(entry.tag, "") for entry in reversed(of_day) if entry.category is not Category.ATTENDANCE],
    )


def cards(words: Words, current: Iterable[StoredRecord], today: date) -> list[Card]:
    """The latest pieces of learning within two months, each of another subject or kind, at most three."""
    groups: dict[tuple[object, ...], list[StoredRecord]] = {}
    for item in sorted(current, key=lambda one: (one.record.occurred_on, one.seq), reverse=True):
        record = item.record
        if today - _LATELY <= record.occurred_on <= today:
            match record:
                case DrillLog():
                    groups.setdefault(("drill", record.subject_code, record.unit), []).append(item)
                case TestResult():
                    groups.setdefault(("test", record.subject_code), []).append(item)
                case Reflection():
                    groups.setdefault(("self", record.subject_code), []).append(item)
    return [_card(words, group) for group in list(groups.values())[:_CARDS]]


def _card(words: Words, group: Sequence[StoredRecord]) -> Card:
    record = group[0].record
    code = getattr(record, "subject_code", None)
    subject = vocabulary.subject(words, code) if code else words.say("自分の記録")
    if isinstance(record, TestResult):
        width = record.max_score - record.min_score
        done = round(100 * (record.raw_score - record.min_score) / width) if width else None
        return Card("sheet", subject, record.test_name, scored(words, record), done)
    if isinstance(record, DrillLog):
        answers = [item.record for item in group if isinstance(item.record, DrillLog)]
        right = sum(answer.score_scaled == 1 for answer in answers)
        said = words.say("%(all)s問のうち%(right)s問できました", all=len(answers), right=right)
        return Card("pen", subject, record.unit or words.say("ドリル"), said, 100 * right // len(answers))
    unit = record.unit if isinstance(record, Reflection) else None
    return Card("book", subject, unit or words.say("ふり返り"), words.say("ふり返りを書きました"), None)
