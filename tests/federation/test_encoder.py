"""Whatever a student's records say, the student's part stays within the bounds that the noise is scaled to."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from federation import Condition, Feature, Group, Plan, Term, compile_study
from federation.encoder import encode
from pds.identifiers import OrgId
from pds.records import KINDS, Category, Record, validate
from pds.vault import StoredRecord, in_effect
from tests.federation.studies import YEAR, absence_question, count_question, mean_question, score, study
from tests.world.records import as_stored, twins

SEX = Group(feature=Feature(kind=Category.ENROLLMENT_INFO, field="sex"), values=("male", "female"))
GRADE = Group(feature=Feature(kind=Category.TEST_RESULT, field="grade"), values=("P1", "P2", "P3", "J1", "H3"))
ANY_SCORE = Feature(kind=Category.TEST_RESULT, field="raw_score")
RATING = Feature(kind=Category.GRADE_EVALUATION, field="rating")
PLANS = [
    compile_study(study(question, 1_000_003))
    for question in (
        mean_question(),
        mean_question(terms=(Term(feature=ANY_SCORE, low="-5", high="20.5"),), step="0.5", groups=(GRADE, SEX)),
        mean_question(terms=(Term(feature=RATING, low=1, high=5), Term(feature=ANY_SCORE, low=0, high=99)), groups=()),
        absence_question(groups=(SEX,)),
        absence_question(condition=Condition(feature=RATING, one_of=("4", "5"))),
        count_question(groups=(GRADE,), where=(Condition(feature=ANY_SCORE, at_least="1.5", at_most="500000"),)),
        count_question(where=(Condition(feature=Feature(kind=Category.ATTENDANCE, field="late"), one_of=(True,)),)),
    )
]


@st.composite
def histories(draw: st.DrawFn) -> list[StoredRecord]:
    """Any records of one student: valid ones of every kind, some of this year, some superseding others."""
    schemas = draw(st.lists(st.sampled_from(sorted(KINDS)), max_size=6))
    stored: list[StoredRecord] = []
    for seq, schema in enumerate(schemas, 1):
        changes: dict[str, Any] = {"school_year": draw(st.sampled_from([YEAR, YEAR, YEAR, YEAR - 1]))}
        if draw(st.integers(0, 4)) == 0:
            changes["supersedes_id"] = f"r{draw(st.integers(1, 6))}"
        if schema == "test_result/1":
            changes["subject_code"] = draw(st.sampled_from(["reading", "mathematics"]))
        if schema == "enrollment_info/1":
            changes["attributes"] = {"class_type": draw(st.sampled_from(["small", "regular", "other"]))}
        record = draw(twins(schema))[0].model_copy(update=changes)
        stored.append(keep(record, seq))
    return stored


def keep(record: Record, seq: int) -> StoredRecord:
    return as_stored(record, seq, OrgId("s"))


def part_of(plan: Plan, records: Iterable[StoredRecord]) -> dict[int, int]:
    """A student's part, of all records there are."""
    return encode(plan, in_effect(records, {YEAR}))


def total(plan: Plan, students: Sequence[list[StoredRecord]]) -> list[int]:
    cells = [0] * plan.cells
    for records in students:
        for place, steps in part_of(plan, records).items():
            cells[place] += steps
    return cells


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(histories(), max_size=3), histories())
def test_a_student_more_or_less_moves_the_vector_no_further_than_the_noise_covers(
    others: list[list[StoredRecord]], student: list[StoredRecord]
) -> None:
    for plan in PLANS:
        without, with_student = total(plan, others), total(plan, [*others, student])
        moved = [abs(a - b) for a, b in zip(with_student, without, strict=True)]
        assert sum(1 for place in range(len(plan.groups)) if any(moved[place :: len(plan.groups)])) <= 1
        spent = Fraction(0)
        for number, component in enumerate(plan.components):
            part = moved[number * len(plan.groups) : (number + 1) * len(plan.groups)]
            assert sum(part) <= component.mechanism.sensitivity
            spent += sum(part) / component.mechanism.scale
        assert spent * 1_000_000 <= plan.study.epsilon  # the privacy loss of independent discrete Laplace noise


def fields(**changes: Any) -> dict[str, Any]:
    common = {
        "school_code": "s",
        "school_year": YEAR,
        "grade": "P3",
        "occurred_on": "2026-06-01",
        "source_system": "t",
        "source_record_id": "1",
    }
    return common | changes


def test_row(subject: str, value: object, seq: int, **changes: Any) -> StoredRecord:
    test = {"test_id": "T", "test_name": "T", "test_kind": "unit", "subject_code": subject}
    return keep(validate("test_result/1", fields(**test, raw_score=value, max_score=10**6, **changes)), seq)


test_row.__test__ = False  # type: ignore[attr-defined]


def enrolled(class_type: str | None, seq: int = 1, **changes: Any) -> StoredRecord:
    attributes = {} if class_type is None else {"class_type": class_type}
    return keep(validate("enrollment_info/1", fields(attributes=attributes, **changes)), seq)


REGULAR, SMALL = 0, 1
MEAN = compile_study(study(mean_question()))


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([enrolled("small"), test_row("reading", 500, 2), test_row("mathematics", 450, 3)], {1: 1, 3: -50}),
        ([enrolled("regular"), test_row("reading", 500, 2), test_row("mathematics", 600, 3)], {0: 1, 2: 100}),
        ([enrolled("small"), test_row("reading", 9999, 2), test_row("mathematics", 0, 3)], {1: 1, 3: 0}),
        ([enrolled("small"), test_row("reading", "500.5", 2), test_row("mathematics", "500", 3)], {1: 1, 3: 0}),
        ([enrolled("small"), test_row("reading", 500, 2)], {}),
        ([test_row("reading", 500, 2), test_row("mathematics", 450, 3)], {}),
        ([enrolled("huge"), test_row("reading", 500, 2), test_row("mathematics", 450, 3)], {}),
        (
            [
                enrolled("small"),
                test_row("reading", 500, 2),
                test_row("mathematics", 450, 3),
                test_row("reading", 700, 4, supersedes_id="r2"),
            ],
            {1: 1, 3: 150},
        ),
        (
            [
                enrolled("small"),
                test_row("reading", 500, 2, supersedes_id="r3"),
                test_row("reading", 700, 3, supersedes_id="r4"),
                test_row("mathematics", 450, 4, supersedes_id="r2"),
            ],
            {1: 1, 3: 150},  # only what was written before can be corrected
        ),
        (
            [
                enrolled("small"),
                test_row("reading", 500, 2, school_year=YEAR - 1),
                test_row("mathematics", 450, 3),
            ],
            {},
        ),
        (
            [
                enrolled("small", occurred_on="2026-09-01"),
                enrolled("regular", 2, occurred_on="2026-04-08"),
                enrolled(None, 5, occurred_on="2026-10-01"),
                test_row("reading", 500, 3),
                test_row("mathematics", 500, 4),
            ],
            {1: 1, 3: 0},
        ),
    ],
)
def test_what_counts(records: list[StoredRecord], expected: dict[int, int]) -> None:
    assert {place: steps for place, steps in part_of(MEAN, records).items() if steps or place < 2} == {
        place: steps for place, steps in expected.items() if steps or place < 2
    }
    assert part_of(MEAN, reversed(records)) == part_of(MEAN, records)


def test_days_are_different_days_and_a_student_without_any_has_zero() -> None:
    def day(on: str, status: str, seq: int) -> StoredRecord:
        return keep(validate("attendance/1", fields(status=status, occurred_on=on)), seq)

    plan = compile_study(study(absence_question()))
    once = [day("2026-05-08", "absent", 1), day("2026-05-08", "absent", 2), day("2026-05-09", "present", 3)]
    assert part_of(plan, []) == {0: 1, 1: -1}
    assert part_of(plan, once) == {0: 1, 1: -1}
    assert part_of(plan, [*once, day("2026-05-10", "absent", 4)]) == {0: 1, 1: 1}


def test_a_field_nobody_declared_is_not_there() -> None:
    odd = enrolled("small").record.model_copy(update={"grade": None, "sex": 1.5, "raw_score": Decimal("NaN")})
    plan = compile_study(study(count_question(groups=(SEX,))))
    assert part_of(plan, [keep(odd, 1)]) == {}
    broken = test_row("reading", 1, 2).record.model_copy(update={"raw_score": Decimal("NaN")})
    lowest = compile_study(study(mean_question(terms=(Term(feature=score("reading"), low=0, high=1),), groups=())))
    assert part_of(lowest, [keep(broken, 2)]) == {}
