"""The figures of a guardian's page: computed from the child's own records, superseded ones left out."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from pds.records import Category
from pds.vault import in_effect
from portal.family.digest import change_of_school, lines, look, radar, sentences
from portal.family.digest_terms import When, days_of, terms_of, when
from portal.language import words
from tests.portal.opened import HIKARI, MINATO, attended, scored, stored
from tests.portal.town import Town

JA = words("ja")
JUNE, OCTOBER, FEBRUARY = date(2026, 6, 20), date(2026, 10, 2), date(2026, 2, 10)


def test_a_term_goes_by_the_day_of_the_test() -> None:
    assert when(date(2026, 4, 1)) == When(2026, 1)
    assert when(date(2026, 8, 31)) == When(2026, 1)
    assert when(date(2026, 9, 1)) == When(2026, 2)
    assert when(date(2027, 1, 8)) == When(2026, 3)
    assert when(date(2027, 3, 31)) == When(2026, 3)


def test_a_mean_scales_each_test_to_100_and_rounds_halves_up() -> None:
    tests = [
        scored(1, JUNE, "41", most="50"),  # 82
        scored(2, JUNE, "71"),
        scored(3, JUNE, "550", most="800", min_score="300"),  # (550 - 300) / 500 = 50
        scored(4, JUNE, "12", "P010", most="16"),  # 75
        scored(5, JUNE, "0.5", "P020", most="100"),  # 0.5, up to 1
    ]
    marks = terms_of(JA, tests)[When(2026, 1)]
    assert marks.means == {"国語": Decimal(75), "社会": Decimal(1), "算数": Decimal(68)}  # (82 + 71 + 50) / 3 = 67.67
    assert marks.tests == {MINATO: 5}


def test_a_test_whose_scale_has_no_width_is_left_out() -> None:
    assert terms_of(JA, [scored(1, JUNE, "0", most="0")]) == {}


def test_a_corrected_score_takes_the_place_of_the_wrong_one() -> None:
    records = [scored(1, JUNE, "40"), scored(2, JUNE, "90", supersedes_id="r1")]
    assert terms_of(JA, in_effect(records))[When(2026, 1)].means == {"算数": Decimal(90)}


def test_the_largest_rise_is_said_with_both_numbers() -> None:
    records = [
        scored(1, FEBRUARY, "68"),
        scored(2, JUNE, "77"),
        scored(3, FEBRUARY, "80", "P010"),
        scored(4, JUNE, "84", "P010"),
    ]
    assert list(sentences(JA, look(JA, records, 2026))) == [
        "算数が、小学5年3学期より9ポイント上がりました(68%から77%)。"
    ]


def test_a_fall_is_not_called_a_rise_and_nobody_is_blamed() -> None:
    records = [scored(1, FEBRUARY, "68"), scored(2, JUNE, "60")]
    assert list(sentences(JA, look(JA, records, 2026))) == ["小学5年3学期より上がった教科は、ありませんでした。"]
    same = [scored(1, FEBRUARY, "68"), scored(2, JUNE, "68")]
    assert list(sentences(JA, look(JA, same, 2026))) == ["算数は、小学5年3学期と同じです(68%)。"]


def test_subjects_of_one_term_alone_are_compared_with_nothing() -> None:
    records = [scored(1, FEBRUARY, "68"), scored(2, JUNE, "60", "P100")]
    assert list(sentences(JA, look(JA, records, 2026))) == ["前の学期とくらべられる教科は、まだありません。"]


def test_days_that_need_no_presence_are_no_absences() -> None:
    records = [
        attended(1, date(2026, 9, 1)),
        attended(2, date(2026, 9, 2), late=True),
        attended(3, date(2026, 9, 3), "absent", absence_reason="illness"),
        attended(4, date(2026, 9, 4), "suspended", suspension_basis="infection"),
        attended(5, date(2026, 9, 7), "bereavement"),
        attended(6, date(2025, 9, 8), "absent"),  # another school year
        attended(7, date(2026, 9, 8), "absent", day_kind="closed_all"),
    ]
    assert list(sentences(JA, look(JA, records, 2026))) == [
        "今年度の出席は、9月7日(月)までに記録のある、出るべき3日のうち2日です。"
    ]


def test_a_corrected_absence_is_counted_once() -> None:
    day = date(2026, 9, 3)
    records = [attended(1, day, "absent"), attended(2, day, supersedes_id="r1")]
    assert [(one.day, one.status) for one in days_of(JA, in_effect(records))] == [(day, "present")]


def test_a_day_written_by_lessons_is_absent_only_when_all_are() -> None:
    first, second = date(2026, 9, 3), date(2026, 9, 4)
    records = [
        attended(1, first, "absent", period_no=1),
        attended(2, first, "present", period_no=2),
        attended(3, second, "absent", period_no=1),
        attended(4, second, "absent", period_no=2),
    ]
    assert [one.status for one in days_of(JA, records)] == ["late", "absent"]


def test_a_comment_of_the_marks_is_said_with_who_wrote_it() -> None:
    marks: dict[str, Any] = {"term": "1", "subject_code": "P010", "author_role": "homeroom_teacher"}
    records = [
        stored("grade_evaluation/1", 1, JUNE, text_comment="よく聞いています", **marks),
        stored("grade_evaluation/1", 2, FEBRUARY, text_comment="前の年", **marks),
    ]
    assert list(sentences(JA, look(JA, records, 2026))) == ["担任から「よく聞いています」"]


def test_one_term_has_no_comparison_but_its_table() -> None:
    terms = terms_of(JA, [scored(1, JUNE, "70")])
    assert radar(JA, terms) is None
    figure = str(lines(JA, terms, str))
    assert "mk-chart--lines" not in figure
    assert "70" in figure


def test_the_change_of_school_stands_before_the_first_term_there() -> None:
    terms = terms_of(
        JA, [scored(1, FEBRUARY, "68"), scored(2, JUNE, "77", school=HIKARI), scored(3, OCTOBER, "7", school=HIKARI)]
    )
    change = change_of_school(list(terms.values()), lambda code: f"<{code}>")
    assert change is not None
    assert (change.at, change.left, change.joined) == (1, f"<{MINATO}>", f"<{HIKARI}>")


def test_a_guardian_sees_the_childs_own_numbers_and_where_they_come_from(town: Town) -> None:
    page = town.guardian.get(town.path("minato")).text
    assert "国語が、小学5年1学期より3ポイント上がりました(69%から72%)。" in page
    assert (
        "今年度の出席は、10月7日(水)までに記録のある、出るべき26日のうち24日です。" in page
    )  # 27 days, 1 suspended, 2 absent
    assert "みなと小学校 20件" in page
    assert "すべて、書いた学校の電子署名を確認ずみです。" in page
    assert "心の天気は、ここには出ません" in page


def test_a_guardian_never_sees_a_mood(town: Town) -> None:
    town.student.post(f"{town.path('minato')}/write/mood", {"weather": "thunder", "comment": "CANARYつらい"})
    for page in ("", "/road", "/road?kind=self"):
        answer = town.guardian.get(f"{town.path('minato')}{page}")
        assert answer.status_code == 200
        assert "CANARY" not in answer.text
        assert "かみなり" not in answer.text


def test_a_child_without_records_has_an_empty_page_with_a_next_step(town: Town) -> None:
    page = town.guardian.get(town.path("sora")).text
    assert "記録は、まだありません" in page
    assert '<svg class="mk-chart' not in page


def test_the_title_and_address_name_nobody(town: Town) -> None:
    for browser in (town.guardian, town.student):
        page = browser.get(town.path("minato"))
        assert not re.search("みなと|青山", re.findall("<title>(.*?)</title>", page.text)[0])


def test_a_look_back_is_one_line_in_the_log_and_opens_no_more_than_it_shows(town: Town) -> None:
    guardian, vault = town.guardian, town.vault("minato")
    guardian.get(town.path("minato"))
    before = town.school.node.vaults.head(vault).tips["access"].length  # type: ignore[index]  # the chain's name
    guardian.get(town.path("minato"))
    after = town.school.node.vaults.head(vault).tips["access"].length  # type: ignore[index]  # the chain's name
    assert after == before + 1
    line = _last_line(town)
    kinds = {Category.TEST_RESULT, Category.GRADE_EVALUATION, Category.ATTENDANCE}
    assert set(line) == kinds


def _last_line(town: Town) -> tuple[str, ...]:
    school = town.school
    with school.node.vaults.read(school.guardian_permit("minato"), school.guardian("minato")) as reader:
        return list(reader.access_log())[-2].categories
