"""The student's home: today's mood, this week and what was learned lately, from the records alone."""

from datetime import date

from pds.vault import in_effect
from portal.family.home import cards, look
from portal.language import words
from tests.portal.opened import attended, scored, stored
from tests.portal.town import Town

JA = words("ja")
THURSDAY = date(2026, 10, 8)


def test_the_week_has_its_moods_and_what_was_done_on_its_days() -> None:
    records = [
        stored("mood_weather/1", 1, date(2026, 10, 6), weather="sunny"),
        stored("mood_weather/1", 2, date(2026, 10, 6), weather="rainy"),
        attended(3, date(2026, 10, 7), "absent", absence_reason="illness"),
        scored(4, date(2026, 10, 5), "84"),
        stored("mood_weather/1", 5, date(2026, 10, 1), weather="thunder"),  # the week before
    ]
    home = look(JA, records, THURSDAY)
    assert (home.first, home.last) == (date(2026, 10, 5), date(2026, 10, 9))
    assert [(day.number, day.state, day.said) for day in home.week] == [
        ("5", "past", "記録なし"),
        ("6", "past", "雨"),
        ("7", "past", "記録なし"),
        ("8", "today", "まだです"),
        ("9", "next", "これから"),
    ]
    assert list(home.week[0].items) == [("算数 単元テスト", "")]
    assert home.week[2].note == "欠席(病気)"
    assert home.mood is None


def test_todays_mood_is_the_one_that_was_sent_last() -> None:
    records = [
        stored("mood_weather/1", 1, THURSDAY, weather="sunny"),
        stored("mood_weather/1", 2, THURSDAY, weather="cloudy", supersedes_id="r1"),
    ]
    mood = look(JA, in_effect(records), THURSDAY).mood
    assert mood is not None
    assert mood.weather == "cloudy"


def test_cards_are_the_latest_of_each_subject_and_at_most_three() -> None:
    records = [
        scored(1, date(2026, 10, 1), "20", most="25"),
        scored(2, date(2026, 9, 20), "50"),  # the same subject, earlier
        scored(3, date(2026, 9, 30), "70", "P010"),
        scored(4, date(2026, 9, 29), "60", "P020"),
        scored(5, date(2026, 9, 28), "90", "P040"),
        scored(6, date(2026, 10, 9), "99", "P060"),  # tomorrow
    ]
    found = [(card.subject, card.said, card.done) for card in cards(JA, records, THURSDAY)]
    assert found == [("算数", "20点(25点満点)", 80), ("国語", "70点(100点満点)", 70), ("社会", "60点(100点満点)", 60)]


def test_what_is_older_than_two_months_is_not_lately() -> None:
    assert cards(JA, [scored(1, date(2026, 7, 1), "20")], THURSDAY) == []


def test_a_first_day_has_words_and_a_next_step() -> None:
    home = look(JA, [], THURSDAY)
    assert (home.cards, home.stretches, home.mood) == ([], [], None)


def test_a_home_shows_the_childs_own_records_and_no_one_elses(town: Town) -> None:
    page = town.student.get(town.path("minato")).text
    assert "みなとさん、こんにちは" in page
    assert "2学期のまとめ 84点(100点満点)" in page
    assert town.student.get(town.path("nozomi")).status_code == 404
    assert town.student.get(town.path("sora")).status_code == 404


def test_the_home_speaks_english(town: Town) -> None:
    town.student.client.cookies.set("manabi-language", "en")
    page = town.student.get(town.path("minato")).text
    assert "Learning road" in page
    assert "心の天気" not in page
