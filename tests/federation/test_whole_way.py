"""A study on four nodes, from draft to release, with its numbers checked against what was put in.

At ε = 100 the noise of a count (scale 1/25) is 0 but for 6e-11 a draw, and that of a sum (scale 8) below 130 but for
1e-7 a draw, so that the tests that compare numbers fail by chance less than once in a million runs.
"""

from decimal import Decimal

import pytest

from consent.lifecycle import acts
from federation import (
    Condition,
    Feature,
    Group,
    NotReadyError,
    Reference,
    StudyState,
    answer,
    approve,
    draft,
    find_study,
    merge,
    outstanding,
    read_release,
    release,
    stored_answer,
)
from pds.records import Category
from pds.vault import RESTORED, Purpose
from tests.federation.studies import (
    CENSUS,
    CLASS_TYPE,
    absence_question,
    admit,
    allow,
    charges,
    count_question,
    exchange,
    mean_question,
    publish,
    purposes,
    run,
    score,
    scores,
    study,
)
from tests.world.prefecture import AOBA, CITY, HIKARI, MINATO, NATION, Prefecture, attendance_record

NOISE = 3 * 130  # three schools; see above


def fill(prefecture: Prefecture) -> None:
    minato, hikari, aoba = prefecture.minato, prefecture.hikari, prefecture.aoba
    admit(minato, ["a1", "a2", "a3"], scores(minato, 500, 520), attributes={"class_type": "small"})
    admit(minato, ["b1", "b2"], scores(minato, 450, 470), attributes={"class_type": "regular"})
    admit(hikari, ["c1", "c2", "c3"], scores(hikari, 900, 100), attributes={"class_type": "small"})  # clamped: 800, 200
    admit(hikari, ["d1"], scores(hikari, 440, None), attributes={"class_type": "regular"})  # one test is missing
    admit(hikari, ["e1"], scores(hikari, 440, 440), attributes={"class_type": "unheard_of"})  # in no public group
    admit(aoba, ["f1"], scores(aoba, 430, 460), attributes={"class_type": "regular"})
    admit(aoba, ["g1"], scores(aoba, 799, 799), agree=(), attributes={"class_type": "regular"})  # has not agreed


def test_a_mean_by_class_type_comes_out_right_with_its_error_bars(prefecture: Prefecture) -> None:
    allow(prefecture)
    fill(prefecture)
    reference = Reference(key=CLASS_TYPE.feature.label, value="regular")
    receipt = run(prefecture, study(mean_question(), reference=reference))
    small, regular = receipt.row("small"), receipt.row("regular")
    assert [small.count.estimate, regular.count.estimate] == [6, 3]
    assert small.value is not None
    assert regular.value is not None
    assert abs(small.value.estimate - Decimal(3 * 1020 + 3 * 1000) / 6) < Decimal(NOISE) / 6
    assert abs(regular.value.estimate - Decimal(2 * 920 + 890) / 3) < Decimal(NOISE) / 3
    assert small.value.low < small.value.estimate < small.value.high
    (difference,) = receipt.differences
    assert difference.value is not None
    assert difference.groups != difference.reference == regular.groups
    assert abs(difference.value.estimate - (small.value.estimate - regular.value.estimate)) < 1
    assert receipt.roster == tuple(sorted((MINATO, HIKARI, AOBA)))
    assert [(part.component, part.scale, part.copies) for part in receipt.noise] == [
        ("count", "1/25", 3),
        ("sum", "8", 3),
    ]
    assert sum(part.epsilon for part in receipt.noise) == receipt.epsilon
    assert receipt.delta == "0"
    assert any("lies within its bounds" in limit.en for limit in receipt.limits)


def test_a_count_of_everybody_opens_no_record(prefecture: Prefecture) -> None:
    allow(prefecture)
    fill(prefecture)
    receipt = run(prefecture, study(count_question()))
    (row,) = receipt.rows
    assert row.count.estimate == 11
    assert (row.value, receipt.differences) == (None, ())
    assert purposes(prefecture.minato, "a1") == []
    assert charges(prefecture.minato.node, prefecture.minato, "a1") == [(receipt.study_id, receipt.epsilon)]


def test_two_keys_and_a_filter(prefecture: Prefecture) -> None:
    allow(prefecture)
    fill(prefecture)
    schools = Group(feature=Feature(kind=Category.ENROLLMENT_INFO, field="school_code"), values=(MINATO, HIKARI))
    reading = Condition(feature=score("reading"), at_least="450")
    receipt = run(prefecture, study(count_question(groups=(schools, CLASS_TYPE), where=(reading,))))
    found = {tuple(row.groups.values()): int(row.count.estimate) for row in receipt.rows}
    assert found == {("small", MINATO): 3, ("small", HIKARI): 3, ("regular", MINATO): 2, ("regular", HIKARI): 0}


def test_a_proportion_counts_days_and_not_rows(prefecture: Prefecture) -> None:
    allow(prefecture)
    school = prefecture.minato

    def absent(*days: str) -> list[object]:
        return [attendance_record(school, "absent", occurred_on=day) for day in days]

    for number in range(6):
        admit(school, [f"often{number}"], lambda _: absent("2026-04-20", "2026-04-21"))  # type: ignore[arg-type,return-value]
        admit(school, [f"once{number}"], lambda _: absent("2026-04-20", "2026-04-20"))  # type: ignore[arg-type,return-value]
        admit(school, [f"never{number}"])
    (row,) = run(prefecture, study(absence_question())).rows
    assert row.count.estimate == 18
    assert row.value is not None
    assert abs(row.value.estimate - Decimal(1) / 3) < Decimal("0.01")  # a sum of ±1 with noise of scale 1/75
    assert 0 < row.value.low <= row.value.estimate <= row.value.high < 1


def test_a_group_too_small_to_be_told_from_nothing_says_so(prefecture: Prefecture) -> None:
    allow(prefecture)
    fill(prefecture)
    receipt = run(prefecture, study(mean_question(), epsilon=400_000, reference=None))
    for row in receipt.rows:  # a handful of students under counts with noise of scale 10 from three schools
        if row.count.low <= 0:
            assert row.value is None
        assert row.count.high - row.count.low > 40


def test_asking_again_costs_nothing_and_returns_the_same_bytes(prefecture: Prefecture) -> None:
    allow(prefecture)
    fill(prefecture)
    asked = study(mean_question())
    receipt = run(prefecture, asked)
    school, node = prefecture.minato, prefecture.nation
    once = release(node, asked.id)
    answered = stored_answer(school.node, asked.id, school.org)
    prefecture.clock.advance(days=2)
    rephrased = study(
        mean_question(terms=tuple(reversed(mean_question().terms)), step=1),
        title={"ja": "別の題", "en": "Another title"},
    )
    shown = draft(node, rephrased, drafter="sato", group_size=3)
    assert (shown.id, shown.state, shown.release) == (asked.id, StudyState.RELEASED, receipt)
    assert answer(school.node, asked.id)[school.org] == answered
    assert merge(prefecture.city, asked.id, CITY) == stored_answer(node, asked.id, CITY)
    assert release(node, asked.id) == once
    assert read_release(node, once) == receipt
    assert charges(school.node, school, "a1") == [(asked.id, asked.epsilon)]
    assert exchange(prefecture) == []


def test_states_follow_the_documents(prefecture: Prefecture) -> None:
    asked = study(count_question(), epsilon=100_000)
    node = prefecture.nation
    assert draft(node, asked, drafter="tanaka", group_size=500).state is StudyState.DRAFT
    publish(prefecture, asked)
    assert find_study(node, asked.id).state is StudyState.APPROVED
    assert outstanding(prefecture.city, asked.id, CITY) == sorted((MINATO, HIKARI, AOBA))
    for school in (prefecture.minato, prefecture.hikari):
        answer(school.node, asked.id)
    exchange(prefecture)
    assert outstanding(prefecture.city, asked.id, CITY) == []
    merge(prefecture.city, asked.id, CITY)
    exchange(prefecture)
    merge(node, asked.id, NATION)
    assert find_study(node, asked.id).state is StudyState.ANSWERED
    release(node, asked.id)
    assert find_study(node, asked.id).state is StudyState.RELEASED


def test_a_city_may_ask_about_its_own_schools_and_the_nation_hears_nothing(prefecture: Prefecture) -> None:
    allow(prefecture)
    fill(prefecture)
    asked = study(count_question(), asked_by=CITY)
    draft(prefecture.city, asked, drafter="tanaka", group_size=500)
    approve(prefecture.city, asked.id, approver="suzuki")
    exchange(prefecture)
    for school in (prefecture.minato, prefecture.hikari):
        answer(school.node, asked.id)
    exchange(prefecture)
    merge(prefecture.city, asked.id, CITY)
    assert read_release(prefecture.city, release(prefecture.city, asked.id)).rows[0].count.estimate == 11
    assert exchange(prefecture) == []
    assert prefecture.nation.store.get("study", asked.id) is None


def test_a_school_may_ask_about_itself(prefecture: Prefecture) -> None:
    allow(prefecture)
    fill(prefecture)
    node = prefecture.minato.node
    asked = study(count_question(), asked_by=MINATO, scope=MINATO)
    draft(node, asked, drafter="tanaka", group_size=30)
    approve(node, asked.id, approver="suzuki")
    assert list(answer(node, asked.id)) == [MINATO]
    receipt = read_release(node, release(node, asked.id))
    assert receipt.rows[0].count.estimate == 5
    assert receipt.roster == (MINATO,)
    assert exchange(prefecture) == []


def test_a_restored_node_answers_nothing_until_it_is_confirmed(prefecture: Prefecture) -> None:
    identifier = publish(prefecture, study(count_question(), 1_000_000))
    node = prefecture.hikari.node
    with node.store.transaction():
        node.documents.put(RESTORED, RESTORED.name, b"")
    with pytest.raises(NotReadyError):
        answer(node, identifier)
    assert stored_answer(node, identifier, HIKARI) is None


def test_a_student_enrolled_after_the_census_is_not_counted(prefecture: Prefecture) -> None:
    allow(prefecture)
    school = prefecture.minato
    admit(school, ["early"])
    admit(school, ["late"], transfer_in_date="2026-05-02")
    (row,) = run(prefecture, study(count_question())).rows
    assert CENSUS.isoformat() == "2026-05-01"
    assert row.count.estimate == 1
    assert charges(school.node, school, "late") == []


def test_a_refusal_after_publication_is_in_time(prefecture: Prefecture) -> None:
    allow(prefecture)
    school = prefecture.minato
    admit(school, ["stays", "leaves"])
    asked = study(count_question())
    publish(prefecture, asked)
    acts.refuse(school.node, school.vault("leaves"), school.guardian("leaves"), Purpose.STATISTICS)
    (row,) = run(prefecture, asked).rows
    assert row.count.estimate == 1
    assert charges(school.node, school, "leaves") == []
