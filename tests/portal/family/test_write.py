"""What a student writes: in their own name, into their own history, corrected on the same day."""

from datetime import date

import pytest

from pds.records import Category, MoodWeather, Reflection
from pds.vault import Action, Purpose, StoredRecord
from tests.portal.town import Town

_READ = Purpose.TEACHING, Action.READ


def written(town: Town, student: str = "minato") -> list[StoredRecord]:
    """What stands in a history of the student's own kinds, as the school's permit opens it."""
    school = town.school
    with school.node.vaults.read(school.permit(student, *_READ)) as reader:
        return reader.in_effect(Category.MOOD_WEATHER, Category.REFLECTION)


def test_a_mood_is_written_in_the_students_name_and_seen_on_the_home(town: Town) -> None:
    answer = town.student.post(f"{town.path('minato')}/write/mood", {"weather": "rainy", "comment": " ねむい "})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{town.path('minato')}?done=mood")
    (item,) = written(town)
    assert isinstance(item.record, MoodWeather)
    assert (item.record.weather, item.record.comment, item.record.author_role) == ("rainy", "ねむい", "student")
    assert (item.record.occurred_on, item.record.school_year, item.record.grade) == (date(2026, 10, 8), 2026, "P5")
    page = town.student.get(town.path("minato")).text
    assert 'value="rainy" checked' in page
    assert "おくり直す" in page


def test_a_second_mood_of_a_day_takes_the_place_of_the_first(town: Town) -> None:
    path = f"{town.path('minato')}/write/mood"
    town.student.post(path, {"weather": "rainy", "comment": "CANARY"})
    town.student.post(path, {"weather": "sunny"})
    (item,) = written(town)
    assert isinstance(item.record, MoodWeather)
    assert (item.record.weather, item.record.comment) == ("sunny", None)
    assert "CANARY" not in town.student.get(town.path("minato")).text
    assert "CANARY" not in town.student.get(f"{town.path('minato')}/road").text


def test_the_next_day_has_a_mood_of_its_own(town: Town) -> None:
    path = f"{town.path('minato')}/write/mood"
    town.student.post(path, {"weather": "rainy"})
    town.prefecture.clock.advance(days=1)
    again = town.signed_in("minato")
    assert "まだです" in again.get(town.path("minato")).text
    again.post(path, {"weather": "sunny"})
    assert len(written(town)) == 2


@pytest.mark.parametrize("weather", ["", "hail", "none"])
def test_a_mood_that_is_none_is_asked_again_and_the_words_stay(town: Town, weather: str) -> None:
    answer = town.student.post(f"{town.path('minato')}/write/mood", {"weather": weather, "comment": "のこる"})
    assert answer.status_code == 422
    assert 'value="のこる"' in answer.text
    assert "1か所、直してください" in answer.text
    assert written(town) == []


def test_a_reflection_goes_onto_the_road_as_ones_own(town: Town) -> None:
    form = {"text": "図をかいたら分かった", "unit": "わり算", "subject": "P030", "rating": "3"}
    answer = town.student.post(f"{town.path('minato')}/write", form)
    assert answer.headers["location"] == f"{town.path('minato')}/road?done=written"
    (item,) = written(town)
    assert isinstance(item.record, Reflection)
    assert (item.record.text, item.record.unit) == ("図をかいたら分かった", "わり算")
    assert (item.record.subject_code, item.record.self_rating) == ("P030", 3)
    page = town.student.get(answer.headers["location"]).text
    assert "図をかいたら分かった" in page
    assert "自分で書いた" in page


@pytest.mark.parametrize(
    ("form", "message"), [({"text": " "}, "ふり返りを書いてください"), ({"text": "あ" * 2001}, "2000文字まで")]
)
def test_a_reflection_that_does_not_fit_keeps_what_was_typed(town: Town, form: dict[str, str], message: str) -> None:
    answer = town.student.post(f"{town.path('minato')}/write", {**form, "unit": "わり算"})
    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="わり算"' in answer.text
    assert form["text"].strip() in answer.text
    assert written(town) == []


def test_made_up_subjects_and_ratings_are_left_out(town: Town) -> None:
    form = {"text": "x", "subject": "J030", "rating": "99"}
    town.student.post(f"{town.path('minato')}/write", form)
    (item,) = written(town)
    assert isinstance(item.record, Reflection)
    assert (item.record.subject_code, item.record.self_rating) == (None, None)


def test_only_the_student_writes(town: Town) -> None:
    path = f"{town.path('minato')}/write"
    for browser in (town.guardian, town.other_guardian, town.stranger):
        assert browser.get(path).status_code == 404
        assert browser.post(path, {"text": "x"}).status_code == 404
        assert browser.post(f"{path}/mood", {"weather": "sunny"}).status_code == 404
    assert town.student.get(f"{town.path('sora')}/write").status_code == 404
    assert town.student.post(f"{town.path('sora')}/write/mood", {"weather": "sunny"}).status_code == 404
    assert written(town) == written(town, "sora") == []


def test_who_will_see_it_stands_above_before_it_is_sent(town: Town) -> None:
    page = town.student.get(f"{town.path('minato')}/write").text
    assert "見る人:担任、保健室の先生、校長、教頭、スクールカウンセラーだけです。" in page
    assert "見る人:担任、教科の先生、校長、教頭だけです。" in page
