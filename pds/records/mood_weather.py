"""心の天気: how a student says to feel (education-data section 2.3, kind 13). Never: a judgement by somebody else."""

from typing import Literal

from pds.records.base import Category, LongText, Name, Record, RecordKind, Travel


class MoodWeather(Record):
    """One input a day, or one in each slot; only the student writes it."""

    author_role: Literal["student"] = "student"
    slot: Literal["morning", "daytime", "end_of_day"] | None = None
    weather: Literal["sunny", "partly_cloudy", "cloudy", "rainy", "thunder"]
    comment: LongText | None = None


KIND = RecordKind("mood_weather/1", Category.MOOD_WEATHER, MoodWeather, Travel.NEVER, Name("心の天気", "How I feel"))
