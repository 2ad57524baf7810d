"""ようす: what a guardian sees of a child first: one sentence each, two figures, the days of school.

Every sentence is computed from the numbers of the figures below it. Never: another child, a mood.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fastapi.responses import Response
from markupsafe import Markup

from pds.clock import school_year
from pds.records import Category, GradeEvaluation
from pds.vault import StoredRecord
from portal import charts
from portal.charts import Axis, Break, Day, SchoolTerm, Series
from portal.family.child import Child
from portal.family.digest_terms import Marks, When, days_of, terms_of
from portal.family.frame import family_frame, note_seen
from portal.family.history import Names
from portal.language import Words, vocabulary
from portal.web import Asked

_KINDS = (Category.TEST_RESULT, Category.GRADE_EVALUATION, Category.ATTENDANCE)
_YEARS, _AXES, _SERIES, _LONGEST, _MIDDLE = 3, 9, 4, 120, 50
_USUAL = ("P010", "P020", "P030", "J030", "P040", "P100")  # subjects that lines are drawn of first


@dataclass(frozen=True, slots=True)
class Digest:
    """What a guardian's page shows.

    Attributes:
        terms: The terms that have tests, oldest first.
        days: Of the present school year.
        comment: The latest comment in the marks with its writer's position; None when there is none.
        wait: How many of the tests were not signed by the school they name.
    """

    year: int
    terms: Mapping[When, Marks]
    days: Sequence[Day] = field(repr=False)
    comment: tuple[str, str] | None = field(repr=False)
    wait: int

    @property
    def tests(self) -> dict[str, int]:
        """How many tests of each school the figures rest on."""
        found: dict[str, int] = {}
        for marks in self.terms.values():
            for school, count in marks.tests.items():
                found[school] = found.get(school, 0) + count
        return found


def digest_page(asked: Asked, child: Child) -> Response:
    """A guardian's first page about a child."""
    words, year = asked.words, school_year(asked.node.today())
    with asked.reading(child.vault, *_KINDS) as reader:
        note_seen(asked, child.vault, reader)
        opened = reader.in_effect(years=set(range(year - _YEARS + 1, year + 1)))
    digest = look(words, opened, year)
    names = asked.node.name_of
    return asked.render(
        "family/digest.html",
        frame=family_frame(asked, child, "home"),
        child=child,
        digest=digest,
        sentences=list(sentences(words, digest)),
        term=term_name(words, *list(digest.terms.items())[-1]) if digest.terms else "",
        radar=radar(words, digest.terms),
        lines=lines(words, digest.terms, names),
        calendar=calendar(words, digest),
        school=names,
        today=asked.node.today(),
    )


def look(words: Words, records: Sequence[StoredRecord], year: int) -> Digest:
    """The numbers of the page, from records in effect.

    Args:
        words: The reader's language, for the names of subjects.
        records: Tests, marks and days of attendance.
        year: The present school year, whose days are shown.
    """
    tests = [item for item in records if item.category is Category.TEST_RESULT]
    this_year = [item for item in records if item.record.school_year == year]
    comments = sorted(
        (item for item in records if isinstance(item.record, GradeEvaluation) and item.record.text_comment),
        key=lambda item: (item.record.occurred_on, item.seq),
    )
    comment = None
    if comments and isinstance(latest := comments[-1].record, GradeEvaluation):
        comment = (vocabulary.position(words, latest.author_role), latest.text_comment or "")
    return Digest(
        year=year,
        terms=terms_of(words, tests),
        days=days_of(words, this_year),
        comment=comment,
        wait=sum(item.issuer != item.record.school_code for item in tests),
    )


def sentences(words: Words, digest: Digest) -> Iterator[str]:
    """What there is to say first, each from the numbers shown below."""
    if len(digest.terms) > 1:
        yield _largest_rise(words, digest.terms)
    if digest.days:
        missed = sum(day.status == "absent" for day in digest.days)
        required = sum(day.status != "suspended" for day in digest.days)
        yield words.say(
            "今年度の出席は、%(day)sまでに記録のある、出るべき%(required)s日のうち%(present)s日です。",
            day=words.day(digest.days[-1].day),
            required=words.number(required),
            present=words.number(required - missed),
        )
    if digest.comment is not None:
        writer, text = digest.comment
        short = text if len(text) <= _LONGEST else words.say("%(text)s…", text=text[:_LONGEST])
        yield words.say("%(writer)sから「%(text)s」", writer=writer, text=short)


def _largest_rise(words: Words, terms: Mapping[When, Marks]) -> str:
    (earlier, before), (_, now) = list(terms.items())[-2:]
    rises = {s: now.means[s] - before.means[s] for s in now.means if s in before.means}
    if not rises:
        return words.say("前の学期とくらべられる教科は、まだありません。")
    subject = max(rises, key=lambda name: rises[name])
    values = {
        "subject": subject,
        "term": term_name(words, earlier, before),
        "before": words.number(before.means[subject]),
        "now": words.number(now.means[subject]),
    }
    if rises[subject] > 0:
        rise = words.number(rises[subject])
        return words.say(
            "%(subject)sが、%(term)sより%(rise)sポイント上がりました(%(before)s%%から%(now)s%%)。", rise=rise, **values
        )
    if rises[subject] == 0:
        return words.say(
            "%(subject)sは、%(term)sと同じです(%(now)s%%)。", subject=subject, term=values["term"], now=values["now"]
        )
    return words.say("%(term)sより上がった教科は、ありませんでした。", term=values["term"])


def term_name(words: Words, when: When, marks: Marks) -> str:
    """小学5年1学期."""
    term = vocabulary.term(words, str(when.term))
    return words.say("%(grade)s%(term)s", grade=words.grade(marks.grade), term=term)


def radar(words: Words, terms: Mapping[When, Marks]) -> Markup | None:
    """The shape across subjects, the latest term against the one before; None before there are two."""
    if len(terms) < 2:  # noqa: PLR2004  # this term and the one before
        return None
    (earlier, before), (later, now) = list(terms.items())[-2:]
    subjects = list(dict.fromkeys([*now.means, *before.means]))
    both = [subject for subject in subjects if subject in now.means and subject in before.means][:_AXES]
    axes = [
        Axis(subject, now.means.get(subject), before.means.get(subject))
        for subject in subjects
        if subject in both or not (subject in now.means and subject in before.means)
    ]
    title = words.say("教科ごとの達成度")
    return charts.radar(
        words, "rd", title, axes, now=term_name(words, later, now), before=term_name(words, earlier, before)
    )


def lines(words: Words, terms: Mapping[When, Marks], school: Names) -> Markup | None:
    """Change over the terms, of the subjects with most of them; None before there is a test."""
    if not terms:
        return None
    usual = [vocabulary.subject(words, code) for code in _USUAL]
    counts: dict[str, int] = {}
    for marks in terms.values():
        for subject in marks.means:
            counts[subject] = counts.get(subject, 0) + 1
    chosen = sorted(counts, key=lambda name: (-counts[name], usual.index(name) if name in usual else len(usual)))
    series = [Series(name, tuple(marks.means.get(name) for marks in terms.values())) for name in chosen[:_SERIES]]
    xs = [
        SchoolTerm(term_name(words, when, marks), str(when.term), words.grade(marks.grade))
        for when, marks in terms.items()
    ]
    high_enough = all(value >= _MIDDLE for one in series for _, value in one.known)
    return charts.lines(
        words,
        "ln",
        words.say("学期ごとの変化"),
        xs,
        series,
        low=_MIDDLE if high_enough else 0,
        step=10 if high_enough else 20,
        change=change_of_school(list(terms.values()), school),
    )


def change_of_school(terms: Sequence[Marks], school: Names) -> Break | None:
    """The latest change of school among the terms, if there was one."""
    for at in range(len(terms) - 1, 0, -1):
        if terms[at].school != terms[at - 1].school:
            return Break(at, school(terms[at - 1].school), school(terms[at].school))
    return None


def calendar(words: Words, digest: Digest) -> Markup | None:
    """The days of the school year; None when there are none."""
    if not digest.days:
        return None
    title = words.say("出欠カレンダー(%(year)s)", year=words.school_year(digest.year))
    return charts.attendance(words, "at", title, digest.days)
