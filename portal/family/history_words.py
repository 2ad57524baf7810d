"""Each kind of record in a family's words: picture, title, and what more there is to say.

A kind that deserves better than the names of its fields (`history_plain`) has a function here. Never: a record of
another child, a name of staff.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

from pds.records import (
    Attendance,
    DailyNote,
    DrillLog,
    EnrollmentInfo,
    GradeEvaluation,
    HealthExamination,
    HealthObservation,
    MoodWeather,
    NurseOfficeVisit,
    PermanentRecord,
    Record,
    Reflection,
    StudentSurvey,
    TestResult,
    kind_of,
)
from portal.family import history_body as body
from portal.family.history_plain import figure, told
from portal.language import Words, vocabulary


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry says.

    Attributes:
        picture: test, work, self, body, try or school, as the template's macro knows them.
        what: The kind of record.
    """

    picture: str
    what: str
    title: str = field(repr=False)
    extra: str = field(default="", repr=False)
    subject: str = ""


@singledispatch
def said(record: Record, words: Words, _group: Sequence[Any]) -> Said | None:
    """What records that belong together say, by the kind of the last of them; None for what is no entry."""
    what = vocabulary.category(words, kind_of(record).category)
    title, more = told(words, record)
    code = getattr(record, "subject_code", None)
    return Said("work", what, title or what, more, vocabulary.subject(words, code) if code else "")


@said.register(EnrollmentInfo)
@said.register(PermanentRecord)
@said.register(DailyNote)
def _no_entry(_record: Record, _words: Words, _group: Sequence[Any]) -> None:
    """Enrolments head the stretches of the list; the other two are the school's own."""


@said.register
def _test(record: TestResult, words: Words, _group: Sequence[Any]) -> Said:
    what, subject = vocabulary.test(words, record.test_kind), vocabulary.subject(words, record.subject_code)
    title = words.say("%(test)s %(score)s", test=record.test_name, score=scored(words, record))
    return Said("test", what, title, record.domain_name or "", subject)


@said.register
def _marks(record: GradeEvaluation, words: Words, group: Sequence[GradeEvaluation]) -> Said:
    title = words.say("%(term)sの成績", term=vocabulary.term(words, record.term))
    subject = vocabulary.subject(words, record.subject_code) if len(group) == 1 else ""
    return Said("test", words.say("成績"), title, words.say("、").join(mark(words, one) for one in group), subject)


@said.register
def _drill(record: DrillLog, words: Words, group: Sequence[DrillLog]) -> Said:
    right = sum(one.score_scaled == 1 for one in group)
    answered = words.say("%(all)s問のうち%(right)s問できました", all=len(group), right=right)
    subject = vocabulary.subject(words, record.subject_code) if record.subject_code else ""
    return Said("try", words.say("ドリル"), record.unit or words.say("ドリル"), answered, subject)


@said.register
def _reflection(record: Reflection, words: Words, _group: Sequence[Any]) -> Said:
    subject = vocabulary.subject(words, record.subject_code) if record.subject_code else ""
    return Said("self", words.say("ふり返り"), record.unit or words.say("ふり返り"), record.text or "", subject)


@said.register
def _mood(record: MoodWeather, words: Words, _group: Sequence[Any]) -> Said:
    weather, mood = vocabulary.weather(words, record.weather), vocabulary.mood(words, record.weather)
    title = words.say("%(weather)s(%(mood)s)", weather=weather, mood=mood)
    return Said("self", words.say("心の天気"), title, record.comment or "")


@said.register
def _survey(_record: StudentSurvey, words: Words, group: Sequence[Any]) -> Said:
    return Said("self", words.say("アンケート"), words.say("%(count)s問に答えました", count=len(group)))


@said.register
def _day(record: Attendance, words: Words, _group: Sequence[Any]) -> Said | None:
    status = body.day(words, record)
    return Said("school", words.say("出欠"), status, record.reason_text or "") if status else None


@said.register
def _morning(record: HealthObservation, words: Words, _group: Sequence[Any]) -> Said | None:
    seen = body.morning(words, record)
    return Said("body", words.say("健康観察"), *seen) if seen else None


@said.register
def _examination(record: HealthExamination, words: Words, _group: Sequence[Any]) -> Said:
    return Said("body", words.say("体と健康"), words.say("健康診断"), body.examination(words, record))


@said.register
def _visit(record: NurseOfficeVisit, words: Words, _group: Sequence[Any]) -> Said:
    return Said("body", words.say("保健室"), *body.visit(words, record))


def scored(words: Words, record: TestResult) -> str:
    """A score with its scale: 84点(100点満点)."""
    score, most = figure(words, record.raw_score), figure(words, record.max_score)
    if record.min_score == 0:
        return words.say("%(score)s点(%(most)s点満点)", score=score, most=most)
    least = figure(words, record.min_score)
    return words.say("%(score)s点(%(least)sから%(most)sの目もり)", score=score, least=least, most=most)


def mark(words: Words, one: GradeEvaluation) -> str:
    """One subject's marks of a term: 国語 評定3 A・B・A."""
    subject = vocabulary.subject(words, one.subject_code)
    given = [one.viewpoint_knowledge, one.viewpoint_thinking, one.viewpoint_attitude]
    views = "・".join(view for view in given if view)
    if one.rating is None:
        return words.say("%(subject)s %(views)s", subject=subject, views=views)
    rated = words.say("%(subject)s 評定%(rating)s", subject=subject, rating=one.rating)
    return words.say("%(subject)s %(views)s", subject=rated, views=views) if views else rated
