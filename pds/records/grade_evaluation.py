"""成績評定情報: one subject in one term (education-data section 2.3, kind 8). Never: a draft, only what was issued."""

from typing import Annotated, Literal

from pydantic import Field

from pds.records.base import Category, Code, LongText, Name, Record, RecordKind, Travel

Viewpoint = Literal["A", "B", "C"]


class GradeEvaluation(Record):
    """Viewpoint marks and the rating (P3 to P6: 1 to 3, J and H: 1 to 5, P1 and P2: none)."""

    term: Literal["1", "2", "3", "year"]
    subject_code: Code
    viewpoint_knowledge: Viewpoint | None = None
    viewpoint_thinking: Viewpoint | None = None
    viewpoint_attitude: Viewpoint | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    text_comment: LongText | None = None


KIND = RecordKind(
    "grade_evaluation/1", Category.GRADE_EVALUATION, GradeEvaluation, Travel.CONSENTED, Name("成績", "Grades")
)
