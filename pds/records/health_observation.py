"""健康観察記録: how a student was one morning (education-data section 2.3, kind 3). Never: a diagnosis."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from pds.records.base import Category, LongText, Name, Record, RecordKind, Travel, each_once

Symptom = Literal[
    "headache",
    "sore_throat",
    "runny_nose",
    "fatigue",
    "joint_pain",
    "muscle_pain",
    "cough",
    "nausea",
    "stomachache",
    "diarrhoea",
    "fever",
    "other",
]
Temperature = Annotated[Decimal, Field(ge=34, le=42, max_digits=3, decimal_places=1)]  # °C


class HealthObservation(Record):
    """The morning's look at a student; `occurred_on` is the day, `temperature_c` in °C from 34.0 to 42.0."""

    observed_by: Literal["homeroom_teacher", "subject_teacher", "school_nurse", "guardian"]
    condition: Literal["good", "unwell", "absent"]
    symptoms: Annotated[tuple[Symptom, ...], AfterValidator(each_once)] = ()
    temperature_c: Temperature | None = None
    sleep: Literal["good", "poor"] | None = None
    appetite: Literal["good", "poor"] | None = None
    note: LongText | None = None

    @model_validator(mode="after")
    def _who_is_well_has_no_symptoms(self) -> Self:
        if self.symptoms and self.condition == "good":
            raise ValueError("symptoms are not for condition good")
        return self


KIND = RecordKind(
    "health_observation/1",
    Category.HEALTH_OBSERVATION,
    HealthObservation,
    Travel.CONSENTED,
    Name("健康観察", "Morning health check"),
)
