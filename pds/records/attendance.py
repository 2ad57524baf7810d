"""出欠情報: one day of one student (education-data section 2.3, kind 2). Never: the yearly sums of the 指導要録."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pds.records.base import Category, LongText, Name, Record, RecordKind, Travel


class Attendance(Record):
    """Whether a student was there; `occurred_on` is the day. Late and early leave are still present days."""

    period_no: Annotated[int, Field(ge=1, le=8)] | None = None
    day_kind: Literal["lesson_day", "closed_all", "closed_part"] = "lesson_day"
    status: Literal["present", "absent", "suspended", "bereavement", "excused_other"]
    late: bool = False
    early_leave: bool = False
    absence_reason: Literal["illness", "accident_other", "economic", "school_refusal", "other"] | None = None
    suspension_basis: Literal["infection", "discipline", "infectious_disease_law", "class_closure"] | None = None
    reported_by: Literal["guardian", "student", "school"] | None = None
    reason_text: LongText | None = None

    @model_validator(mode="after")
    def _reasons_fit_the_status(self) -> Self:
        if self.absence_reason is not None and self.status != "absent":
            raise ValueError("absence_reason is only for status absent")
        if self.suspension_basis is not None and self.status != "suspended":
            raise ValueError("suspension_basis is only for status suspended")
        if (self.late or self.early_leave) and self.status != "present":
            raise ValueError("late and early_leave are only for status present")
        return self


KIND = RecordKind("attendance/1", Category.ATTENDANCE, Attendance, Travel.CONSENTED, Name("出欠", "Attendance"))
