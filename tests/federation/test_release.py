"""Tables are honest: intervals hold what they promise, and what cannot be told is not told."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from federation import EnvelopeError, Estimate, Plan, Reference, compile_study, read_release, release
from federation.release import table
from pds.crypto import DocumentType, claimed_document
from tests.anonymiser.statistics import covers_often_enough
from tests.federation.studies import (
    CLASS_TYPE,
    absence_question,
    admit,
    allow,
    count_question,
    mean_question,
    run,
    study,
)
from tests.world.prefecture import CITY, NATION, Prefecture

TRIES = 60  # finds intervals that hold less often than 62 % (99 of 100 times); `tests/anonymiser` has the finer tests
SCHOOLS = 40
REFERENCE = Reference(key=CLASS_TYPE.feature.label, value="regular")


def noised(plan: Plan, cells: Sequence[int], schools: int) -> list[int]:
    """What a sum over so many schools would be."""
    drawn = [sum(part.mechanism.draw(schools)) for part in plan.components for _ in range(len(plan.groups))]
    return [cell + noise for cell, noise in zip(cells, drawn, strict=True)]


def hit(found: Estimate | None, truth: Decimal) -> bool:
    assert found is not None
    return found.low <= truth <= found.high


def test_intervals_at_ordinary_epsilon_hold_the_truth_as_often_as_they_say() -> None:
    plan = compile_study(study(mean_question(), 1_000_000, reference=REFERENCE))
    cells = [1500, 2000, 1500 * -80, 2000 * 30]  # regular: mean 920, small: mean 1030
    hits = {"count": 0, "value": 0, "difference": 0}
    for _ in range(TRIES):
        found = table(plan, noised(plan, cells, SCHOOLS), SCHOOLS)
        hits["count"] += hit(found.rows[0].count, Decimal(1500))
        hits["value"] += hit(found.rows[1].value, Decimal(1030))
        hits["difference"] += hit(found.differences[0].value, Decimal(110))
    for name, number in hits.items():
        assert covers_often_enough(number, TRIES, 0.95), name


def test_a_proportion_is_shown_between_zero_and_one() -> None:
    plan = compile_study(study(absence_question(groups=(CLASS_TYPE,)), reference=REFERENCE))
    found = table(plan, [1000, 1000, 2 * 300 - 1000, 2 * 450 - 1000], 1)
    assert hit(found.rows[0].value, Decimal("0.3"))
    assert hit(found.rows[1].value, Decimal("0.45"))
    assert hit(found.differences[0].value, Decimal("0.15"))
    for shown in (found.rows[0].value, found.rows[1].value, found.differences[0].value):
        assert shown is not None
        assert shown.high - shown.low < Decimal("0.001")


def test_without_noise_to_speak_of_the_table_says_what_went_in() -> None:
    plan = compile_study(study(mean_question(step="0.5"), reference=REFERENCE))
    found = table(plan, [10, 20, 10 * 2 * -80, 20 * 2 * 30], 1)
    assert [row.count.estimate for row in found.rows] == [10, 20]
    values = [row.value for row in found.rows]
    assert values[0] is not None
    assert values[1] is not None
    assert [round(value.estimate) for value in values if value] == [920, 1030]
    difference = found.differences[0].value
    assert difference is not None
    assert round(difference.estimate) == 110
    assert (found.differences[0].groups, found.differences[0].reference) == (
        {REFERENCE.key: "small"},
        {REFERENCE.key: "regular"},
    )


@pytest.mark.parametrize("count", [-30, 0, 10])
def test_a_count_that_could_be_zero_gives_no_mean_and_no_difference(count: int) -> None:
    plan = compile_study(study(mean_question(), 1_000_000, reference=REFERENCE))
    found = table(plan, [count, 5000, 500, 1000], SCHOOLS)
    assert found.rows[0].count.low <= 0
    assert found.rows[0].value is None
    assert found.rows[1].value is not None
    assert found.differences[0].value is None


def test_ends_are_rounded_outwards_and_digits_follow_the_width() -> None:
    plan = compile_study(study(mean_question(), 1_000_000))
    row = table(plan, [1500, 2000, -7, 11], SCHOOLS).rows[1]
    assert row.value is not None
    assert -row.value.estimate.as_tuple().exponent <= 1  # type: ignore[operator]
    assert row.value.low < row.value.estimate < row.value.high
    assert row.count.estimate == int(row.count.estimate)


def test_a_receipt_altered_or_signed_by_another_is_found(prefecture: Prefecture) -> None:
    allow(prefecture)
    admit(prefecture.minato, ["aiko"])
    receipt = run(prefecture, study(count_question()))
    token = release(prefecture.nation, receipt.study_id)
    document = claimed_document(token)
    sign = prefecture.nation.keyring.secret(NATION).sign
    for place in range(0, len(token), 37):
        with pytest.raises(EnvelopeError):
            read_release(prefecture.city, token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :])
    wrong = [
        prefecture.city.keyring.secret(CITY).sign(DocumentType.RELEASE, document),
        sign(DocumentType.RELEASE, document | {"codebook": "0" * 64}),
        sign(DocumentType.RELEASE, document | {"study_id": "0" * 64}),
        sign(DocumentType.RELEASE, document | {"released_by": CITY}),
        sign(DocumentType.RELEASE, document | {"surprise": 1}),
        sign(DocumentType.ANSWER, document),
    ]
    for other in wrong:
        with pytest.raises(EnvelopeError):
            read_release(prefecture.city, other)
    assert read_release(prefecture.city, token) == receipt


def test_the_receipt_of_the_second_backend_carries_its_delta(prefecture: Prefecture) -> None:
    allow(prefecture)
    admit(prefecture.minato, ["aiko"])
    receipt = run(prefecture, study(count_question(), 1_000_000, backend="diffprivlib"))
    assert receipt.backend == "diffprivlib"
    assert 0 < float(receipt.delta) < 1e-12
    assert receipt.noise[0].delta == receipt.delta
    assert float(receipt.noise[0].variance) == pytest.approx(3 * 1.841, rel=0.01)
