"""Two people, public figures only, and predictions that come true."""

import statistics
from collections.abc import Callable

import pytest

from federation import (
    ApprovalError,
    NotReadyError,
    Preview,
    QuestionError,
    Reference,
    StudyState,
    UnknownStudyError,
    approve,
    budget_of,
    compile_study,
    draft,
    find_study,
    merge,
    published,
    registered,
    release,
    titles,
)
from federation.documents import STUDY
from federation.preview import predict
from pds.crypto import DocumentType, claimed_document
from pds.errors import PdsError, RefusedError
from pds.node import Node
from tests.federation.studies import CLASS_TYPE, absence_question, admit, count_question, mean_question, publish, study
from tests.world.prefecture import AOBA, CITY, HIKARI, MINATO, NATION, Prefecture


def test_a_second_person_approves(prefecture: Prefecture) -> None:
    node, asked = prefecture.nation, study(count_question(), 1_000_000)
    draft(node, asked, drafter="Tanaka", group_size=100)
    for nobody in ("Tanaka", " tanaka ", "TANAKA", "", "  "):
        with pytest.raises(ApprovalError) as refused:
            approve(node, asked.id, approver=nobody)
        assert isinstance(refused.value, RefusedError)
    assert node.store.get("study", asked.id) is None
    once = approve(node, asked.id, approver="suzuki")
    prefecture.clock.advance(days=1)
    assert approve(node, asked.id, approver="sato") == once
    assert "tanaka" not in once.lower()
    with pytest.raises(UnknownStudyError):
        approve(node, "0" * 64, approver="suzuki")


def test_a_second_draft_of_the_question_does_not_make_its_first_drafter_a_second_person(prefecture: Prefecture) -> None:
    node, asked = prefecture.nation, study(count_question(), 1_000_000)
    draft(node, asked, drafter="tanaka", group_size=100)
    assert draft(node, asked, drafter="suzuki", group_size=9).drafter == "tanaka"
    with pytest.raises(ApprovalError):
        approve(node, asked.id, approver="tanaka")
    assert [entry.id for entry in registered(node)] == [asked.id]


def test_what_is_shown_before_approval_does_not_depend_on_anybody(prefecture: Prefecture) -> None:
    node, asked = prefecture.nation, study(mean_question(), 1_000_000)
    before = draft(node, asked, drafter="tanaka", group_size=500)
    for school in (prefecture.minato, prefecture.hikari):
        admit(school, ["aiko", "ken"])
    assert find_study(node, asked.id) == before
    assert before.state is StudyState.DRAFT
    assert before.release is None
    preview = before.preview
    assert (preview.schools, preview.cells, preview.epsilon, preview.declared) == (3, 2, 1_000_000, 0)
    publish(prefecture, study(count_question(), 250_000))
    publish(prefecture, study(count_question(census_date="2026-06-01"), 125_000, scope=MINATO))
    assert find_study(node, asked.id).preview.declared == 375_000
    assert find_study(node, study(count_question(), 250_000).id).preview.declared == 125_000


def _predicted(preview: Preview) -> tuple[float, float]:
    assert preview.value_width is not None
    assert preview.difference_width is not None
    return preview.value_width, preview.difference_width


def test_the_predicted_error_is_the_one_the_noise_makes() -> None:
    plan = compile_study(study(mean_question(), 1_000_000))
    preview = predict(plan, 80, 1500, 0)
    value, difference = _predicted(preview)
    # 80 draws of scale 800 and 1,500 students: 1.96 · sqrt(80 · 2 · 800²)/1500 = 13.2
    assert value == pytest.approx(13.2, rel=0.03)
    assert difference == pytest.approx(13.2 * 2**0.5, rel=0.03)
    assert preview.edge_width is not None
    assert preview.edge_width > value * 1.5
    assert preview.count_width == pytest.approx(1.96 * (80 * 2 * 4**2) ** 0.5, rel=0.05)
    count, total = plan.components
    means = [
        sum(sum(total.mechanism.draw(80)) / (1500 + sum(count.mechanism.draw(80))) for _ in range(1))
        for _ in range(400)
    ]
    spread = statistics.pstdev(means) * 1.96
    assert 0.8 * value < spread < 1.2 * value  # 400 draws: five standard errors of a standard deviation are 18 %


def test_small_groups_are_announced_as_hopeless() -> None:
    preview = predict(compile_study(study(mean_question(), 1_000_000)), 80, 20, 0)
    assert (preview.value_width, preview.difference_width) == (None, None)
    proportion = predict(compile_study(study(absence_question(), 1_000_000)), 3, 500, 0)
    assert proportion.value_width is not None
    assert proportion.value_width < 0.02
    assert predict(compile_study(study(count_question(), 1_000_000)), 3, 500, 0).value_width is None


def test_a_study_that_cannot_be_is_refused_at_the_draft(prefecture: Prefecture) -> None:
    label = CLASS_TYPE.feature.label
    cases = [
        (prefecture.nation, study(count_question(), scope="nowhere")),
        (prefecture.city, study(count_question(), scope=NATION, asked_by=CITY)),
        (prefecture.city, study(count_question())),  # the nation asks, and is not here
        (prefecture.nation, study(mean_question(), reference=Reference(key=label, value="none"))),
    ]
    for node, asked in cases:
        with pytest.raises(QuestionError):
            draft(node, asked, drafter="tanaka", group_size=10)
        assert registered(node) == []
    for drafter, size in ((" ", 10), ("tanaka", 0)):
        with pytest.raises(QuestionError):
            draft(prefecture.nation, study(count_question()), drafter=drafter, group_size=size)
    with pytest.raises(UnknownStudyError):
        find_study(prefecture.nation, "0" * 64)


def test_steps_are_taken_in_order(prefecture: Prefecture) -> None:
    asked = study(count_question(), 100_000)
    draft(prefecture.nation, asked, drafter="tanaka", group_size=10)
    steps: tuple[Callable[[], object], ...] = (
        lambda: merge(prefecture.nation, asked.id, NATION),
        lambda: release(prefecture.nation, asked.id),
    )
    for step in steps:
        with pytest.raises(UnknownStudyError):
            step()
    publish(prefecture, asked)
    with pytest.raises(NotReadyError):
        release(prefecture.nation, asked.id)
    with pytest.raises(NotReadyError):
        release(prefecture.city, asked.id)
    with pytest.raises(NotReadyError):
        merge(prefecture.city, asked.id, CITY)
    with pytest.raises(NotReadyError):
        merge(prefecture.city, asked.id, CITY, partial=True)
    assert find_study(prefecture.nation, asked.id).preview.schools == len({MINATO, HIKARI, AOBA})


def test_one_study_that_no_longer_holds_takes_no_other_away_and_its_cost_stays_spent(prefecture: Prefecture) -> None:
    city = prefecture.city
    good, bad = (study(count_question(), cost, asked_by=CITY) for cost in (200_000, 300_000))
    for asked in (good, bad):
        draft(city, asked, drafter="tanaka", group_size=500)
        approve(city, asked.id, approver="suzuki")
    said = claimed_document(city.documents.get(STUDY, bad.id) or "") | {"codebook": "0" * 64}
    with city.transaction():
        city.documents.put(STUDY, bad.id, city.keyring.secret(CITY).sign(DocumentType.STUDY, said), owner=CITY)
        city.store.put("study", "broken", b"no study", owner=CITY, key=str(good.question.school_year))
    assert listed(city) == [good.id]
    assert list(titles(city)) == [good.id]
    assert good.id in [entry.id for entry in registered(city)]
    assert budget_of(city, CITY, good.question.school_year).spoken_for == 500_000


def listed(node: Node) -> list[str] | str:
    """The published studies, or what stood in the way."""
    try:
        return [one.id for one in published(node)]
    except PdsError as error:
        return str(error)
