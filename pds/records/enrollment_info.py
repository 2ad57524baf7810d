"""学籍情報: who is enrolled where, in which class (education-data section 2.3, kind 1).

Never: guardians, who are holders of keys.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from pds.records.base import AttributeName, AttributeValue, Category, Code, Name, Record, RecordKind, ShortText, Travel

WhyLeft = Literal[
    "transferred_out",
    "graduated",
    "withdrawn",
    "deferred",
    "exempted",
    "deceased",
    "whereabouts_unknown",
    "left",
]
"""Why an enrolment ended: a status of an enrolment that is over (在籍状態), or "left" where a source says no more."""


class EnrollmentInfo(Record):
    """One row per student, school and school year; names and birth date live here and nowhere else.

    `attributes` are declared by the mapping that imported them; their values come from public lists.
    """

    official_family_name: ShortText | None = None
    official_given_name: ShortText | None = None
    preferred_family_name: ShortText | None = None
    preferred_given_name: ShortText | None = None
    kana_family_name: ShortText | None = None
    kana_given_name: ShortText | None = None
    birth_date: date | None = None
    sex: Literal["male", "female", "unspecified", "other"] | None = None
    class_name: ShortText | None = None
    attendance_number: Annotated[int, Field(ge=0, le=9999)] | None = None
    enrollment_status: Literal[
        "enrolled",
        "transferred_out",
        "graduated",
        "withdrawn",
        "deferred",
        "exempted",
        "deceased",
        "whereabouts_unknown",
    ] = "enrolled"
    admission_date: date | None = None
    transfer_in_date: date | None = None
    left_school_date: date | None = None
    transfer_out_date: date | None = None
    graduation_date: date | None = None
    local_code: Code | None = None
    attributes: dict[AttributeName, AttributeValue] = Field(default_factory=dict)


KIND = RecordKind(
    "enrollment_info/1", Category.ENROLLMENT_INFO, EnrollmentInfo, Travel.STATUTORY, Name("在籍", "Enrolment")
)
