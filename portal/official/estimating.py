"""The estimate before a study runs: what it takes of the year's budget, and how far off its values can be.

Here: figures from `federation.preview` and `federation.budget`, written out. Never: anything that depends on a student.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from anonymiser import ONE_EPSILON
from federation import Budget, Plan, Preview, Study, compile_study, predict
from portal.charts import Spent, gauge
from portal.language import Words
from portal.official.topics import EPSILONS
from portal.official.wording import unit_of

_OTHERS = 2  # costs beside the chosen one
_PAIR = 2
Row = tuple[str, list[str], bool]  # cost, errors, whether it is the chosen one


@dataclass(frozen=True, slots=True)
class Estimated:
    """What the page shows before anything is spent.

    Attributes:
        gauge: Figure of the year's budget; none where the node allows nothing.
        fits: The budget suffices.
        heading: Of the table of errors, with their unit.
        columns: Of that table.
        rows: One for each cost.
        notes: What is to be known about it.
        rules: How it is calculated.
    """

    cost: str
    cap: str
    gauge: Markup | None
    fits: bool
    hopeless: bool
    heading: str
    columns: list[str]
    rows: list[Row]
    notes: list[str]
    rules: list[str]


def epsilon_text(words: Words, epsilon: int) -> str:
    """0.10 for 100,000 micro-ε."""
    return words.number(epsilon / ONE_EPSILON, 2)


def estimated(words: Words, study: Study, preview: Preview, budget: Budget, *, spent: bool = False) -> Estimated:
    """Write out an estimate.

    Args:
        words: The reader's language.
        study: What is asked.
        preview: As the register predicts it.
        budget: What other published studies of the year cost.
        spent: The study has run already.
    """
    plan, cost = compile_study(study), epsilon_text(words, study.epsilon)
    fits = spent or budget.suffices_for(study.epsilon)
    sizes = sorted({max(1, preview.group_size // 2), preview.group_size, preview.group_size * 2})
    error = unit_of(words, study.question)
    unit = words.say("ポイント") if error == "%" else error
    shown = gauge(
        words,
        "spent",
        words.say("かかる予算は %(cost)s", cost=cost),
        Spent(
            used=budget.used / ONE_EPSILON,
            cap=budget.cap / ONE_EPSILON,
            this=study.epsilon / ONE_EPSILON,
            reserved=budget.reserved / ONE_EPSILON,
        ),
        digits=2,
        level=3,
    )
    return Estimated(
        cost=cost,
        cap=epsilon_text(words, budget.cap),
        gauge=shown if budget.cap > 0 else None,
        fits=fits,
        hopeless=_error(plan, preview) is None,
        heading=words.say("出る誤差(±%(unit)s)", unit=unit.strip()) if unit else words.say("出る誤差"),
        columns=[
            words.say("予算"),
            words.say("%(size)s人の区分", size=words.number(sizes[0])),
            *(words.say("%(size)s人", size=words.number(size)) for size in sizes[1:]),
        ],
        rows=list(_rows(words, plan, preview, sizes)),
        notes=list(_notes(words, preview, unit)),
        rules=list(_rules(words, plan, preview)),
    )


def component_text(words: Words, component: str) -> str:
    """What a component of a plan holds."""
    return words.say("人数") if component == "count" else words.say("合計")


def error_text(words: Words, error: float | None, unit: str) -> str:
    """±7.2ポイント with two digits that count; where no value will come out, that."""
    if error is None:
        return words.say("出せません")
    return f"±{words.number(*rounded_up(error))}{unit}"


def rounded_up(error: float) -> tuple[float, int]:
    """An error rounded up to two digits that count, with its decimals."""
    digits = digits_of(error)
    return math.ceil(error * 10**digits - 1e-9) / 10**digits, digits


def digits_of(error: float) -> int:
    """Decimals by which two digits of an error are shown."""
    return 0 if error <= 0 else min(6, max(0, 1 - math.floor(math.log10(error))))


def _rows(words: Words, plan: Plan, preview: Preview, sizes: Sequence[int]) -> Iterator[Row]:
    chosen = plan.study.epsilon
    near = sorted(EPSILONS, key=lambda cost: abs(math.log(cost / chosen)))
    for cost in sorted({chosen, *[cost for cost in near if cost != chosen][:_OTHERS]}):
        other = compile_study(plan.study.model_copy(update={"epsilon": cost}))
        found = [predict(other, preview.schools, size, preview.declared) for size in sizes]
        errors = [error_text(words, _error(other, one), "") for one in found]
        yield epsilon_text(words, cost), errors, cost == chosen


def _error(plan: Plan, preview: Preview) -> float | None:
    """What a value can be off by, as it is written: a proportion in points."""
    if plan.question.measure == "count":
        return preview.count_width
    if preview.value_width is None:
        return None
    return preview.value_width * (100 if plan.question.measure == "proportion" else 1)


def _notes(words: Words, preview: Preview, unit: str) -> Iterator[str]:
    yield words.say("20回のうち19回は、この幅に入ります。")
    if preview.difference_width is not None and preview.cells == _PAIR:  # more pairs are told apart later
        width = preview.difference_width * (100 if unit == words.say("ポイント") else 1)
        told = error_text(words, width, unit).removeprefix("±")
        yield words.say("区分どうしの差は、%(error)sより大きいときに分かります。", error=told)
    yield words.say("誤差は、%(schools)s校が答えるとして計算しました。", schools=words.number(preview.schools))


def _rules(words: Words, plan: Plan, preview: Preview) -> Iterator[str]:
    yield words.say(
        "1人の子どもは、1つの区分だけに数えます。区分は%(cells)sつです。", cells=words.number(preview.cells)
    )
    yield words.say("「となり合うデータ」は、1人分を足すか除くかです。")
    for part in plan.components:
        yield words.say(
            "学校は%(name)sに、幅 %(scale)s の離散ラプラス雑音を足します。",
            name=component_text(words, part.name),
            scale=words.number(float(part.mechanism.scale), 1),
        )
    if preview.edge_width is not None and preview.value_width is not None:
        yield words.say(
            "誤差の表は、値が範囲の中ほどにあるときのものです。端では%(times)s倍になります。",
            times=words.number(preview.edge_width / preview.value_width, 1),
        )
    yield words.say("見積りは、公開された数だけで計算します。子どもの記録や同意の数は見ません。")
    yield words.say("誤差は雑音によるものです。答えていない学校の影響は、別に示します。")
    yield words.say("「差がある」は、すべての組をまとめて見ても、まちがいが5%%以下になる幅で決めます。")
