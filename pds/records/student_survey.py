"""児童生徒アンケート結果: one answer to one question (education-data section 2.3, kind 12).

Never: an answer of a teacher, or one by which a class is counted.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pds.records.base import Category, Code, LongText, Name, Record, RecordKind, Travel

QUScore = Annotated[int, Field(ge=0, le=100)]


class StudentSurvey(Record):
    """One answer on a scale of `levels` steps: 1 is the least, `levels` the most; the top two are positive.

    Q-U scores and groups go with the class-satisfaction survey of that name.
    """

    author_role: Literal["student"] = "student"
    survey_id: Code
    wave: Annotated[int, Field(ge=1, le=99)]
    item_id: Code
    item_text_version: Code
    levels: Annotated[int, Field(ge=4, le=5)]
    response: Annotated[int, Field(ge=1, le=5)]
    named: bool
    lesson_id: Code | None = None
    free_text: LongText | None = None
    qu_approval_score: QUScore | None = None
    qu_violation_score: QUScore | None = None
    qu_group: Literal["satisfied", "needs_support", "other"] | None = None

    @model_validator(mode="after")
    def _answer_is_on_its_scale(self) -> Self:
        if self.response > self.levels:
            raise ValueError("response is above levels")
        return self


KIND = RecordKind(
    "student_survey/1", Category.STUDENT_SURVEY, StudentSurvey, Travel.NEVER, Name("アンケート", "Surveys")
)
