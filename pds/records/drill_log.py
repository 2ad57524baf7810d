"""デジタルドリル学習履歴: one answer in a drill (education-data section 2.3, kind 10; section 7, `answered`).

Never: who the tool's account belongs to, or an answer that nobody has marked yet.
"""

from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from pds.records.base import AuthorRole, Category, Code, LongText, Name, Record, RecordKind, ShortText, Travel
from pds.records.moments import Moment, check_day
from pds.records.test_result import Score

Iri = Annotated[str, Field(min_length=1, max_length=2000)]
CourseOfStudyCode = Annotated[str, Field(pattern=r"^[0-9A-Z]{16}$")]  # 学習指導要領コード, section 6.3
_ROUNDING = Decimal("0.005")  # tools round the scaled score, some to two places


class DrillLog(Record):
    """One marked answer; the same question answered again is another one.

    `score_scaled` is (raw - min) / (max - min), from 0 to 1, with at most 7 places; `duration_seconds` at most a day.
    `occurred_on` is the day of `timestamp` in Japan.
    """

    author_role: AuthorRole = "tool"
    statement_id: UUID
    timestamp: Moment
    item_iri: Iri
    subject_code: Code | None = None
    unit: ShortText | None = None
    course_of_study_codes: Annotated[tuple[CourseOfStudyCode, ...], Field(max_length=20)] = ()
    difficulty: Code | None = None
    score_raw: Score
    score_min: Score = Decimal(0)
    score_max: Score
    score_scaled: Annotated[Decimal, Field(ge=0, le=1, max_digits=8, decimal_places=7)]
    response: LongText | None = None
    duration_seconds: Annotated[Decimal, Field(ge=0, le=86_400, max_digits=8, decimal_places=3)] | None = None
    attempt_group_iri: Iri | None = None
    question_order: Annotated[int, Field(ge=1, le=9999)] | None = None
    place: Literal["home", "school", "unknown"] | None = None

    @model_validator(mode="after")
    def _score_and_day_fit(self) -> Self:
        check_day(self.timestamp, self.occurred_on)
        if not self.score_min <= self.score_raw <= self.score_max or self.score_min == self.score_max:
            raise ValueError("score_raw lies outside score_min to score_max, or these two are equal")
        scaled = (self.score_raw - self.score_min) / (self.score_max - self.score_min)
        if abs(scaled - self.score_scaled) > _ROUNDING:
            raise ValueError("score_scaled is not (raw - min) / (max - min)")
        return self


KIND = RecordKind("drill_log/1", Category.DRILL_LOG, DrillLog, Travel.CONSENTED, Name("ドリル", "Drills"))
