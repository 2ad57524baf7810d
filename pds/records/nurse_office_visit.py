"""保健室利用記録: one visit to the nurse's office (education-data section 2.3, kind 5). Never: a physician's file."""

from typing import Literal, Self

from pydantic import model_validator

from pds.records.base import AuthorRole, Category, LongText, Name, Record, RecordKind, ShortText, Travel
from pds.records.moments import Moment, check_day


class NurseOfficeVisit(Record):
    """When and why a student came, what was done; `occurred_on` is the day of `visited_at` in Japan.

    Place and activity have six values each, which is how studies ask for them (education-data section 9, question 4).
    """

    author_role: AuthorRole = "school_nurse"
    visited_at: Moment
    left_at: Moment | None = None
    reason_class: Literal["injury", "illness", "consultation", "other"]
    symptom: ShortText | None = None
    body_part: ShortText | None = None
    place: Literal["classroom", "gymnasium", "playground", "corridor_stairs", "outside_school", "other"] | None = None
    activity: Literal["lesson", "physical_education", "break", "club", "commuting", "other"] | None = None
    treatment: LongText | None = None
    outcome: Literal["back_to_class", "rest", "early_leave", "hospital"] | None = None
    guardian_contacted: bool | None = None

    @model_validator(mode="after")
    def _the_visit_is_on_its_day(self) -> Self:
        check_day(self.visited_at, self.occurred_on)
        if self.left_at is not None and self.left_at < self.visited_at:
            raise ValueError("left_at is before visited_at")
        return self


KIND = RecordKind(
    "nurse_office_visit/1",
    Category.NURSE_OFFICE_VISIT,
    NurseOfficeVisit,
    Travel.CONSENTED,
    Name("保健室", "Nurse’s office"),
)
