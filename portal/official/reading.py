"""A release as staff read it: sentences, bars with their errors, a table, who answered.

Here: rounding and words. Never: an unrounded noisy count, a figure of one school, a "differs" that was not corrected.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from federation import (
    Comparison,
    Estimate,
    PairVerdict,
    Release,
    ReleasedRow,
    Study,
    comparisons,
    missing,
    overall,
    schools_of,
)
from pds.node import Node
from portal.charts import AskedGroup, Bar, ReferenceLine, Scale, bars, responses
from portal.language import Words, phrase
from portal.official.estimating import digits_of
from portal.official.wording import group_text, listed, measured, unit_of

_MOST_SENTENCES = 6
_COLUMNS = {"count": phrase("人数"), "mean": phrase("平均"), "proportion": phrase("割合")}
_TEN, _PERCENT = 10, 100


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One row of the table, as it is written.

    Attributes:
        value: Empty where nothing can be said.
        error: ±3.2.
        people: About how many were counted.
        drowned: The noise is as large as the value.
    """

    name: str
    value: str
    error: str
    people: str
    drowned: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A release, written out; `total` is everybody in the table, `counting` says that the values are people."""

    sentences: list[str]
    figure: Markup
    lines: list[ResultLine]
    total: ResultLine | None
    answered: Markup
    column: str
    counting: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A value with its error as they are shown."""

    value: float
    error: float


def read(words: Words, node: Node, release: Release) -> Reading:
    """Write out a release.

    Args:
        words: The reader's language.
        node: Whose directory names the schools.
        release: The verified receipt.
    """
    question, absent = release.study.question, missing(release, node.directory)
    counting = question.measure == "count"
    names = [group_text(words, question, tuple(row.groups.values())) for row in release.rows]
    figures = [_figure(row, question.measure) for row in release.rows]
    everybody = overall(release) if len(release.rows) > 1 else None
    whole = None if everybody is None else _figure(everybody, question.measure)
    known = [figure for figure in figures if figure is not None]
    digits = 0 if counting else max((digits_of(figure.error) for figure in known), default=1)
    scale = Scale(unit_of(words, question), digits)
    lines = [
        _line(words, name, row, figure, scale) for name, row, figure in zip(names, release.rows, figures, strict=True)
    ]
    noisy = [line.name for line in lines if line.drowned]
    unsaid = [name for name, figure in zip(names, figures, strict=True) if figure is None]
    reference = None
    if whole is not None and not counting:
        reference = ReferenceLine(words.say("全体"), whole.value)
    return Reading(
        sentences=[
            *_compared(words, release, comparisons(release, node.directory), len(absent), scale),
            *_drowned(words, noisy),
            *_unsaid(words, unsaid),
        ],
        figure=bars(
            words,
            "bars",
            measured(words, question),
            [Bar(name, f.value, _up(f.error, digits)) for name, f in zip(names, figures, strict=True) if f is not None],
            scale,
            reference=reference,
            level=3,
        ),
        lines=lines,
        total=None if everybody is None else _line(words, words.say("全体"), everybody, whole, scale),
        answered=answers(words, node, release.study, release.roster, final=True),
        column=words.say(_COLUMNS[question.measure]),
        counting=counting,
    )


def answers(words: Words, node: Node, study: Study, roster: Sequence[str], *, final: bool) -> Markup:
    """Who answered: a square for each school, by the board above it.

    Args:
        words: The reader's language.
        node: Whose directory names boards and schools.
        study: Who was asked.
        roster: The schools whose answers are here.
        final: Nobody can come in any more.
    """
    schools = schools_of(study, node.directory, study.scope)
    asked = Counter(str(node.directory.entry(school).parent) for school in schools)
    came = Counter(str(node.directory.entry(school).parent) for school in schools if school in roster)
    absent = len(schools) - sum(came.values())
    notes = []
    if absent and final:
        notes.append(
            words.say("答えていない%(count)s校は、数に入っていません。答えの違いは、誤差に入りません。", count=absent)
        )
    return responses(
        words,
        "schools",
        words.say("答えた学校 %(answered)s / %(asked)s校", answered=sum(came.values()), asked=len(schools)),
        [AskedGroup(node.name_of(board), came[board], count) for board, count in sorted(asked.items())],
        notes=notes,
        level=3,
    )


def about(estimate: Estimate) -> tuple[int, int]:
    """A noisy count and its error, rounded to the size of the error and at least to tens; never below 0."""
    half = _half(estimate)
    unit = max(_TEN, _TEN ** math.floor(math.log10(half))) if half >= 1 else _TEN
    count = max(0, round(float(estimate.estimate) / unit) * unit)
    off = max(float(estimate.high) - count, count - float(estimate.low))
    return count, math.ceil(off / unit) * unit


def _half(estimate: Estimate) -> float:
    return float(max(estimate.high - estimate.estimate, estimate.estimate - estimate.low))


def _figure(row: ReleasedRow, measure: str) -> Shown | None:
    if measure == "count":
        return Shown(*about(row.count))
    if row.value is None:
        return None
    if measure == "proportion":
        return share(row.value)
    return Shown(float(row.value.estimate), _half(row.value))


def share(value: Estimate) -> Shown:
    """A proportion in per cent: what noise pushed below none or above all is cut there, and its error with it."""
    low, share, high = (min(max(float(n), 0.0), 1.0) for n in (value.low, value.estimate, value.high))
    return Shown(share * _PERCENT, max(high - share, share - low) * _PERCENT)


def _line(words: Words, name: str, row: ReleasedRow, figure: Shown | None, scale: Scale) -> ResultLine:
    count, off = about(row.count)
    people = words.say("約%(count)s人", count=words.number(count)) if count > off else words.say("誤差より少ない")
    if figure is None:
        return ResultLine(name, "", "", people)
    error = _up(figure.error, scale.digits)
    return ResultLine(
        name,
        scale.value(words, figure.value),
        scale.error(words, error),
        people,
        drowned=error >= abs(figure.value),
    )


def _up(error: float, digits: int) -> float:
    times = 10.0**digits
    return math.ceil(error * times - 1e-9) / times


def _compared(words: Words, release: Release, pairs: Sequence[Comparison], absent: int, scale: Scale) -> Iterator[str]:
    kinds = Counter(pair.verdict for pair in pairs)
    if kinds[PairVerdict.WITHHELD]:
        yield words.say(
            "%(count)s校が答えていないため、区分どうしの差は言えません。その学校の子どもが、どの区分にいるか分からないためです。",
            count=absent,
        )
    apart = [pair for pair in pairs if pair.verdict is PairVerdict.DIFFERS and pair.difference is not None]
    apart.sort(key=_doubt)
    for pair in apart[:_MOST_SENTENCES]:
        yield _apart(words, release, pair, scale)
    if len(apart) > _MOST_SENTENCES:
        yield words.say("ほかに%(count)s組も、差があると言えます。", count=len(apart) - _MOST_SENTENCES)
    if kinds[PairVerdict.OPEN] == 1 and not apart:
        yield words.say("2つの区分に、差があるとは言えません。")
    elif kinds[PairVerdict.OPEN] and not apart:
        yield words.say("%(count)s組のどれも、差があるとは言えません。", count=kinds[PairVerdict.OPEN])
    elif kinds[PairVerdict.OPEN]:
        yield words.say("ほかの%(count)s組は、差があるとは言えません。", count=kinds[PairVerdict.OPEN])


def _doubt(pair: Comparison) -> float:
    """How much of a difference could be noise; the most certain first."""
    if pair.difference is None or not pair.difference.estimate:
        return 1.0
    return _half(pair.difference) / abs(float(pair.difference.estimate))


def _apart(words: Words, release: Release, pair: Comparison, scale: Scale) -> str:
    names = [group_text(words, release.study.question, values) for values in (pair.one, pair.other)]
    difference = pair.difference
    assert difference is not None  # noqa: S101  # whoever calls has looked
    if difference.estimate < 0:
        names.reverse()
    share = release.study.question.measure == "proportion"
    size, error = abs(float(difference.estimate)), _half(difference)
    if share:
        size, error = size * _PERCENT, error * _PERCENT
    return words.say(
        "%(more)sは、%(less)sより大きいと言えます。差は%(size)s%(unit)s、誤差は±%(error)sです。",
        more=names[0],
        less=names[1],
        size=words.number(size, scale.digits),
        unit=words.say("ポイント") if share else scale.unit,
        error=words.number(_up(error, scale.digits), scale.digits),
    )


def _drowned(words: Words, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield words.say("%(names)sは、誤差が値より大きく、ほとんど何も分かりません。", names=listed(words, names))


def _unsaid(words: Words, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield words.say("%(names)sは、人数が誤差より少なく、値を出せません。", names=listed(words, names))
