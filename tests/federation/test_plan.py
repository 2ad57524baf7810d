"""A plan follows from the question alone, its cost is exact, and its numbers cannot leave 64 bits."""

import inspect
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymiser import MAX_COST, MicroEpsilon
from federation import Feature, Group, QuestionError, Reference, Study, Term, compile_study
from federation.plan import split
from pds.records import Category
from tests.federation.studies import CLASS_TYPE, absence_question, count_question, mean_question, score, study


@given(st.integers(4, MAX_COST))
def test_the_parts_of_epsilon_sum_to_the_whole_exactly(cost: int) -> None:
    assert split(MicroEpsilon(cost), 1) == [cost]
    count, total = split(MicroEpsilon(cost), 2)
    assert count + total == cost
    assert 0 < count <= total
    for question in (mean_question(), absence_question(), count_question()):
        components = compile_study(study(question, cost)).components
        assert sum(component.mechanism.epsilon for component in components) == cost


def test_noise_is_scaled_to_what_one_student_can_move() -> None:
    count, total = compile_study(study(mean_question(step="10"), 1_000_000)).components
    assert (count.mechanism.scale, total.mechanism.scale) == (Fraction(4), Fraction(60) / Fraction(3, 4))
    decimals = (
        Term(feature=score("reading"), low="0", high="2.5"),
        Term(feature=score("mathematics"), low="0", high=1),
    )
    plan = compile_study(study(mean_question(terms=decimals, step="0.25"), 1_000_000))
    assert plan.places == 2
    bound = plan.components[1].block.bound
    assert (bound.low, bound.high, bound.step, bound.sensitivity) == (0, 350, 25, 7)


def test_a_plan_takes_a_study_and_nothing_else() -> None:
    assert [parameter.annotation for parameter in inspect.signature(compile_study).parameters.values()] == [Study]
    once = compile_study(study(mean_question()))
    compile_study.cache_clear()
    again = compile_study(study(mean_question()))
    assert once is not again
    assert once.document == again.document
    assert once.codebook == again.codebook
    assert once.groups == (("regular",), ("small",))


def _many(prefix: str, count: int) -> Group:
    feature = Feature(kind=Category.ENROLLMENT_INFO, field=f"attributes.{prefix}")
    return Group(feature=feature, values=tuple(f"{prefix}{number}" for number in range(count)))


@pytest.mark.parametrize(
    "changes",
    [
        {"question": mean_question(step="7")},  # 1200 is no whole number of sevens
        {"question": mean_question(step="0")},
        {"question": mean_question(step="-1")},
        {"question": count_question(groups=(_many("a", 101), _many("b", 100)))},
        {
            "question": mean_question(
                terms=(Term(feature=score("reading"), low="0", high="999999999999999"),), step="0.000001", groups=()
            )
        },
        {"question": mean_question(), "reference": Reference(key=CLASS_TYPE.feature.label, value="large")},
        {"question": mean_question(), "reference": Reference(key="enrollment_info.sex", value="male")},
        {"question": mean_question(step="1"), "epsilon": 4, "backend": "diffprivlib"},  # beyond what it is trusted with
    ],
)
def test_a_plan_that_could_go_wrong_does_not_compile(changes: dict[str, Any]) -> None:
    with pytest.raises(QuestionError):
        compile_study(study(**changes))


def test_the_limits_hold_in_a_plan_that_does_compile() -> None:
    assert compile_study(study(count_question(groups=(_many("a", 100), _many("b", 100))))).cells == 10_000
