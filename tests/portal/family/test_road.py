"""The history as a list: complete, in order, corrected, with its schools, for those alone who may read it."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pds.records import validate
from pds.vault import in_effect
from portal.family.history import entries_of
from portal.family.road import PAGE, Filters, read_filters, stretches_of
from portal.language import words
from tests.portal.opened import HIKARI, MINATO, attended, scored, stored
from tests.portal.town import Town
from tests.world.prefecture import score_record

JA = words("ja")
DAY = date(2026, 6, 1)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=12))
def test_a_superseded_score_never_appears(targets: list[int]) -> None:
    records = [
        scored(seq, DAY, str(1000 + seq), most="9999", supersedes_id=f"r{target}" if target else None)
        for seq, target in enumerate(targets, 1)
    ]
    shown = " ".join(entry.title for entry in entries_of(JA, in_effect(records)))
    superseded = {target for seq, target in enumerate(targets, 1) if 0 < target < seq}
    for seq in range(1, len(targets) + 1):
        if seq in superseded:
            assert f"{1000 + seq:,}点" not in shown
    assert f"{1000 + len(targets):,}点" in shown  # nothing supersedes the last


def test_an_entry_says_its_school_its_writer_and_who_signed_it() -> None:
    records = [
        scored(1, DAY, "84"),
        scored(2, DAY, "85", issuer=HIKARI),
        stored("reflection/1", 3, DAY, text="わかった", unit="わり算"),
    ]
    own, foreign, school = entries_of(JA, records)
    assert (school.school, school.writer, school.check) == (MINATO, "担任", "ok")
    assert foreign.check == "wait"
    assert (own.writer, own.check, own.title, own.extra) == ("自分", "self", "わり算", "わかった")


def test_plain_days_are_no_entries_and_missed_ones_are() -> None:
    records = [
        attended(1, DAY),
        attended(2, DAY + timedelta(days=1), "absent", absence_reason="illness"),
        attended(3, DAY + timedelta(days=2), late=True, early_leave=True),
        stored("health_observation/1", 4, DAY, observed_by="homeroom_teacher", condition="good"),
    ]
    assert [entry.title for entry in entries_of(JA, records)] == ["遅刻と早退", "欠席(病気)"]


def test_answers_of_one_drill_are_one_entry_with_their_count() -> None:
    records = [
        stored(
            "drill_log/1",
            seq,
            DAY,
            statement_id=f"00000000-0000-4000-8000-{seq:012d}",
            timestamp="2026-06-01T10:00:00+09:00",
            item_iri="https://drill.example/1",
            subject_code="P030",
            unit="わり算",
            score_raw=right,
            score_max=1,
            score_scaled=right,
        )
        for seq, right in enumerate((1, 0, 1), 1)
    ]
    (entry,) = entries_of(JA, records)
    assert (entry.tag, entry.title, entry.extra) == ("算数 ドリル", "わり算", "3問のうち2問できました")


def test_one_terms_marks_are_one_entry() -> None:
    marks: dict[str, Any] = {"term": "1", "viewpoint_knowledge": "A", "viewpoint_thinking": "B"}
    records = [
        stored("grade_evaluation/1", 1, DAY, subject_code="P010", rating=3, **marks),
        stored("grade_evaluation/1", 2, DAY, subject_code="P030", **marks),
    ]
    (entry,) = entries_of(JA, records)
    assert (entry.title, entry.extra) == ("1学期の成績", "国語 評定3 A・B、算数 A・B")


def test_a_change_of_school_stands_between_the_schools_on_its_day() -> None:
    new = date(2026, 4, 8)
    records = [scored(1, date(2025, 6, 1), "70"), scored(2, new + timedelta(days=30), "80", school=HIKARI)]
    joined = stored("enrollment_info/1", 3, new, HIKARI, transfer_in_date=new).record
    later, earlier = stretches_of(list(entries_of(JA, records)), [joined])  # type: ignore[list-item]  # an enrolment
    assert later.move is not None
    assert (later.move.day, later.move.left, later.move.joined) == (new, MINATO, HIKARI)
    assert earlier.move is None


@pytest.mark.parametrize("start", ["", "x", "2026", "2026-", "2026--3", "99999-1", "２０２６-1", "2026-٣"])
def test_an_address_nobody_could_have_chosen_begins_at_the_beginning(start: str) -> None:
    assert read_filters("abc", "x" * 99, ["nonsense", "test"], start) == Filters(None, "", ("test",), None)


def test_every_entry_is_on_exactly_one_page(town: Town) -> None:
    school = town.school
    names = [f"CANARY単元{number:02}" for number in range(PAGE + 5)]
    school.write(
        "minato", *(score_record(school, test_name=name, grade="P5", occurred_on="2026-05-08") for name in names)
    )
    path, seen = f"{town.path('minato')}/road?kind=test", []
    for _ in range(6):
        page = town.student.get(path).text
        seen += [name for name in names if name in page]
        following = page.split('<p class="mk-tl__more">')[1:]
        if not following or "もっと前を見る" not in following[0]:
            break
        path = following[0].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert sorted(seen) == names


def test_filters_leave_the_rest_out(town: Town) -> None:
    page = town.student.get(f"{town.path('minato')}/road?kind=test&subject=P030&year=2026").text
    assert "84点" in page
    assert "81点" in page
    for other in ("90点", "77点", "欠席(病気)", "の成績"):  # another subject, year, kind
        assert other not in page


def test_nothing_found_says_so_and_how_to_go_on(town: Town) -> None:
    answer = town.student.get(f"{town.path('minato')}/road?kind=drill")
    assert answer.status_code == 200
    assert "合う記録は、ありませんでした" in answer.text
    assert "すべて見る" in answer.text


def test_a_correction_shows_on_the_road_and_the_wrong_score_does_not(town: Town) -> None:
    school = town.school
    wrong = score_record(school, "13", grade="P5", test_name="なおす")
    school.write("minato", wrong)
    with school.node.vaults.read(school.guardian_permit("minato"), school.guardian("minato")) as reader:
        (there,) = [item for item in reader.records() if item.record.source_record_id == wrong.source_record_id]
    fields = wrong.model_dump(mode="json", exclude_unset=True)
    school.write("minato", validate("test_result/1", {**fields, "raw_score": "31", "supersedes_id": there.id}))
    for browser in (town.student, town.guardian):
        page = browser.get(f"{town.path('minato')}/road").text
        assert "なおす 31点" in page
        assert "なおす 13点" not in page


def test_hostile_names_are_text(town: Town) -> None:
    school = town.school
    school.write("minato", score_record(school, grade="P5", test_name='<script>alert("x")</script>'))
    page = town.student.get(f"{town.path('minato')}/road").text
    assert "&lt;script&gt;" in page
    assert '<script>alert("x")' not in page


def test_another_familys_guardian_finds_no_road(town: Town) -> None:
    assert town.stranger.get(f"{town.path('minato')}/road").status_code == 404
    assert town.guardian.get(f"{town.path('nozomi')}/road").status_code == 404
