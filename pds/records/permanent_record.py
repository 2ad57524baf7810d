"""指導要録, 指導に関する記録: one yearly sheet (education-data section 3.3). Never: the 学籍 part, or a draft."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from pds.records.base import AuthorRole, Category, Code, Grade, LongText, Name, Record, RecordKind, Travel, each_once
from pds.records.grade_evaluation import Viewpoint

Behaviour = Literal[
    "basic_habits",
    "health_fitness",
    "autonomy",
    "responsibility",
    "creativity",
    "compassion",
    "respect_life_nature",
    "work_service",
    "fairness",
    "public_spirit",
]
SpecialActivity = Literal["class_activity", "student_council", "club", "school_events"]
Days = Annotated[int, Field(ge=0, le=366)]


class SubjectMarks(BaseModel):
    """One subject's marks of the year."""

    model_config = ConfigDict(extra="allow", frozen=True)

    subject_code: Code
    viewpoint_knowledge: Viewpoint | None = None
    viewpoint_thinking: Viewpoint | None = None
    viewpoint_attitude: Viewpoint | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None


class PermanentRecord(Record):
    """One student's sheet of one year at one school; a year at two schools has two.

    Lists of behaviours and special activities hold what is marked ○. The five numbers of the 出欠の記録 are days;
    they begin with the day of transfer in and end with the day of leaving.
    """

    author_role: AuthorRole = "homeroom_teacher"
    subjects: Annotated[tuple[SubjectMarks, ...], Field(max_length=40)] = ()
    moral: LongText | None = None
    foreign_language_activity: LongText | None = None
    integrated_study_activity: LongText | None = None
    integrated_study_viewpoint: LongText | None = None
    integrated_study_evaluation: LongText | None = None
    special_activities: Annotated[tuple[SpecialActivity, ...], AfterValidator(each_once)] = ()
    special_activities_viewpoint: LongText | None = None
    behaviour: Annotated[tuple[Behaviour, ...], AfterValidator(each_once)] = ()
    overall_comment: LongText | None = None
    lesson_days: Days
    suspended_days: Days
    required_days: Days
    absent_days: Days
    present_days: Days
    attendance_remarks: LongText | None = None

    @model_validator(mode="after")
    def _days_add_up(self) -> Self:
        if self.required_days != self.lesson_days - self.suspended_days:
            raise ValueError("required_days is not lesson_days - suspended_days")
        if self.present_days != self.required_days - self.absent_days:
            raise ValueError("present_days is not required_days - absent_days")
        return self

    @model_validator(mode="after")
    def _ratings_are_of_the_grade(self) -> Self:
        best = _best_rating(self.grade)
        if any(marks.rating is not None and marks.rating > best for marks in self.subjects):
            raise ValueError("ratings are 1 to 3 in P3 to P6, 1 to 5 in J and H, and none before")
        if len({marks.subject_code for marks in self.subjects}) != len(self.subjects):
            raise ValueError("a subject stands twice")
        return self


def _best_rating(grade: Grade) -> int:
    if grade[0] in "JH":
        return 5
    return 3 if grade in {"P3", "P4", "P5", "P6"} else 0


KIND = RecordKind(
    "permanent_record/1",
    Category.PERMANENT_RECORD,
    PermanentRecord,
    Travel.STATUTORY,
    Name("指導要録", "Cumulative record"),
)
