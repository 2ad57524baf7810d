"""The kinds of record: what they refuse, so that no wrong number, day or person gets into a history."""

import re
from typing import Any

import pytest

from pds.clock import JAPAN
from pds.errors import InvalidRecordError
from pds.records import (
    CATEGORIES,
    KINDS,
    Category,
    DrillLog,
    NurseOfficeVisit,
    Travel,
    categories,
    categories_among,
    name_of,
    validate,
)

BASE: dict[str, Any] = {
    "school_code": "B113299999902",
    "school_year": 2026,
    "grade": "P6",
    "occurred_on": "2026-05-08",
    "source_system": "test-sis",
    "source_record_id": "1",
}
DAYS = {"lesson_days": 200, "suspended_days": 4, "required_days": 196, "absent_days": 6, "present_days": 190}
DRILL = {
    "statement_id": "4f6d7c1e-0b52-4f43-9a5e-0c5b6d2a9e11",
    "timestamp": "2026-05-08T19:42:10+09:00",
    "item_iri": "https://drill.example.jp/items/4-fraction-017",
    "score_raw": "2",
    "score_max": "3",
    "score_scaled": "0.6666667",
}
SURVEY = {"survey_id": "S", "wave": 1, "item_id": "I1", "item_text_version": "1", "levels": 4, "response": 4}
NOTE = {"author_ref": "staff-7", "category": "good_point", "share_scope": "grade", "text": "手伝っていた"}
VISIT = {"visited_at": "2026-05-08T10:40:00+09:00", "reason_class": "injury"}
FINE: dict[str, dict[str, Any]] = {
    "health_observation/1": {
        "observed_by": "homeroom_teacher",
        "condition": "unwell",
        "symptoms": ["cough", "fever"],
        "temperature_c": "37.8",
    },
    "daily_note/1": NOTE,
    "nurse_office_visit/1": VISIT | {"left_at": "2026-05-08T10:55:00+09:00", "place": "gymnasium"},
    "drill_log/1": DRILL,
    "student_survey/1": SURVEY | {"named": True},
    "mood_weather/1": {"weather": "partly_cloudy"},
    "reflection/1": {"text": "分数がわかった", "self_rating": 4, "shared_with": ["guardian"]},
    "permanent_record/1": DAYS | {"subjects": [{"subject_code": "P030", "rating": 3}], "behaviour": ["fairness"]},
    "health_examination/1": {"height_cm": "148.5", "weight_kg": "40.2", "eyesight_right": "A", "teeth": "treatment"},
}
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("health_observation/1", {"condition": "good"}, "symptoms are not for condition good"),
    ("health_observation/1", {"symptoms": ["cough", "cough"]}, "each choice stands once"),
    ("health_observation/1", {"symptoms": ["love"]}, "symptoms"),
    ("health_observation/1", {"temperature_c": "33.9"}, "temperature_c"),
    ("health_observation/1", {"temperature_c": "378"}, "temperature_c"),
    ("health_observation/1", {"temperature_c": "36.55"}, "temperature_c"),
    ("daily_note/1", {"text": ""}, "text"),
    ("daily_note/1", {"share_scope": "family"}, "share_scope"),
    ("nurse_office_visit/1", {"left_at": "2026-05-08T10:39:59+09:00"}, "left_at is before visited_at"),
    ("nurse_office_visit/1", {"visited_at": "2026-05-08T23:30:00Z"}, "occurred_on is not the day"),
    ("nurse_office_visit/1", {"visited_at": "20260508"}, "a moment is written"),
    ("nurse_office_visit/1", {"visited_at": 1778200000}, "a moment is written"),
    ("drill_log/1", {"score_raw": "4"}, "score_raw lies outside"),
    ("drill_log/1", {"score_min": "3", "score_raw": "3"}, "these two are equal"),
    ("drill_log/1", {"score_scaled": "0.5"}, "score_scaled is not"),
    ("drill_log/1", {"statement_id": "first"}, "statement_id"),
    ("drill_log/1", {"course_of_study_codes": ["分数"]}, "course_of_study_codes"),
    ("drill_log/1", {"timestamp": "2026-05-07T19:42:10+09:00"}, "occurred_on is not the day"),
    ("student_survey/1", {"response": 5}, "response is above levels"),
    ("student_survey/1", {"levels": 3}, "levels"),
    ("student_survey/1", {"author_role": "homeroom_teacher"}, "author_role"),
    ("mood_weather/1", {"author_role": "guardian"}, "author_role"),
    ("mood_weather/1", {"weather": "snow"}, "weather"),
    ("reflection/1", {"self_rating": 5}, "self_rating"),
    ("reflection/1", {"author_role": "tool"}, "author_role"),
    ("permanent_record/1", {"required_days": 197}, "required_days is not"),
    ("permanent_record/1", {"present_days": 191}, "present_days is not"),
    ("permanent_record/1", {"absent_days": 197, "present_days": -1}, "present_days"),
    ("permanent_record/1", {"subjects": [{"subject_code": "P030", "rating": 4}]}, "ratings are"),
    ("permanent_record/1", {"grade": "P2"}, "ratings are"),
    (
        "permanent_record/1",
        {"subjects": [{"subject_code": "P030"}, {"subject_code": "P030"}]},
        "a subject stands twice",
    ),
    ("permanent_record/1", {"behaviour": ["fairness", "fairness"]}, "each choice stands once"),
    ("health_examination/1", {"height_cm": "1485"}, "height_cm"),
]


@pytest.mark.parametrize("schema", FINE)
def test_a_record_of_each_kind_is_taken_as_it_is(schema: str) -> None:
    record = validate(schema, BASE | FINE[schema])
    assert type(record) is KINDS[schema].model


@pytest.mark.parametrize(("schema", "change", "complaint"), WRONG)
def test_what_cannot_be_true_is_refused_by_name_of_field_and_rule(
    schema: str, change: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(InvalidRecordError, match=complaint) as refused:
        validate(schema, BASE | FINE[schema] | change)
    assert "手伝っていた" not in str(refused.value)


def test_a_moment_without_an_offset_is_one_in_japan() -> None:
    visit = validate("nurse_office_visit/1", BASE | VISIT | {"visited_at": "2026-05-08 00:10"})
    assert isinstance(visit, NurseOfficeVisit)
    assert visit.visited_at.isoformat() == "2026-05-08T00:10:00+09:00"


def test_an_evening_at_home_counts_on_its_day_in_japan_however_the_tool_wrote_it() -> None:
    drill = validate("drill_log/1", BASE | DRILL | {"timestamp": "2026-05-07T15:00:00Z"})
    assert isinstance(drill, DrillLog)
    assert drill.timestamp.astimezone(JAPAN).date() == drill.occurred_on


def test_a_scaled_score_may_be_rounded_to_two_places_and_begin_above_zero() -> None:
    assert validate("drill_log/1", BASE | DRILL | {"score_scaled": "0.67"})
    assert validate("drill_log/1", BASE | DRILL | {"score_min": "1", "score_scaled": "0.5"})


def test_ratings_reach_five_in_junior_high_school() -> None:
    sheet = DAYS | {"grade": "J1", "subjects": [{"subject_code": "J030", "rating": 5}]}
    assert validate("permanent_record/1", BASE | sheet)


def test_a_category_is_any_well_formed_name_but_what_a_sealed_key_opens_besides() -> None:
    assert Category("kind_to_come") == Category("kind_to_come") == "kind_to_come"
    assert {Category("kind_to_come"), "kind_to_come"} == {"kind_to_come"}
    for wrong in ("root", "log", "Club", "kind to come", "", "x" * 41, "クラブ"):
        with pytest.raises(ValueError, match="not a valid Category"):
            Category(wrong)


def test_every_kind_is_called_something_in_both_languages() -> None:
    names = [kind.name for kind in KINDS.values()]
    assert all(name.ja.strip() and re.fullmatch(r"[A-Z][A-Za-z’ ]+", name.en) for name in names)
    assert categories_among(["attendance", "kind_to_come", "log", "?"]) == {"attendance", "kind_to_come"}
    assert name_of("attendance") == ("出欠", "Attendance")
    assert name_of("kind_to_come") is None


def test_what_travels_by_law_by_consent_and_never_is_as_the_reference_says() -> None:
    assert categories(Travel.STATUTORY) == {
        Category.ENROLLMENT_INFO,
        Category.PERMANENT_RECORD,
        Category.HEALTH_EXAMINATION,
    }
    assert categories(Travel.NEVER) == {Category.DAILY_NOTE, Category.STUDENT_SURVEY, Category.MOOD_WEATHER}
    assert categories() == frozenset(CATEGORIES)
