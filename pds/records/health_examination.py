"""健康診断票: one yearly health examination (education-data section 2.3, kind 17). Never: a hospital's findings."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from pds.records.base import AuthorRole, Category, LongText, Name, Record, RecordKind, Travel

Finding = Literal["none", "observation", "treatment"]  # nothing found; to be watched; to be treated
Eyesight = Literal["A", "B", "C", "D"]  # 1.0 and above; 0.7 to 0.9; 0.3 to 0.6; below 0.3


class HealthExamination(Record):
    """One student's sheet of one year; `occurred_on` is the day it was examined on. Height in cm, weight in kg.

    Nothing is required: a student who was absent from a part has no result there.
    """

    author_role: AuthorRole = "school_nurse"
    height_cm: Annotated[Decimal, Field(ge=30, le=250, max_digits=4, decimal_places=1)] | None = None
    weight_kg: Annotated[Decimal, Field(ge=1, le=300, max_digits=4, decimal_places=1)] | None = None
    nutrition: Literal["good", "attention"] | None = None
    spine_limbs: Finding | None = None
    eyesight_right: Eyesight | None = None
    eyesight_left: Eyesight | None = None
    hearing: Finding | None = None
    eye: Finding | None = None
    ent_skin: Finding | None = None
    teeth: Finding | None = None
    tuberculosis: Finding | None = None
    heart: Finding | None = None
    urine: Finding | None = None
    other: LongText | None = None


KIND = RecordKind(
    "health_examination/1",
    Category.HEALTH_EXAMINATION,
    HealthExamination,
    Travel.STATUTORY,
    Name("健康診断", "Health examination"),
)
