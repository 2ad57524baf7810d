"""The kinds of record a vault can hold, as versioned models and their registry. Never: keys, storage, access rules."""

from pds.records import enrollment_info
from pds.records.attendance import Attendance
from pds.records.base import (
    GRADES,
    AttributeName,
    AttributeValue,
    Called,
    Category,
    Code,
    Grade,
    Name,
    Record,
    RecordKind,
    Travel,
    called,
)
from pds.records.daily_note import DailyNote
from pds.records.drill_log import DrillLog
from pds.records.enrollment_info import EnrollmentInfo, WhyLeft
from pds.records.grade_evaluation import GradeEvaluation
from pds.records.health_examination import HealthExamination
from pds.records.health_observation import HealthObservation
from pds.records.mood_weather import MoodWeather
from pds.records.nurse_office_visit import NurseOfficeVisit
from pds.records.permanent_record import PermanentRecord
from pds.records.reflection import Reflection
from pds.records.registry import (
    CATEGORIES,
    KINDS,
    categories,
    categories_among,
    describe,
    field_called,
    kind_of,
    kind_of_schema,
    name_of,
    validate,
)
from pds.records.student_survey import StudentSurvey
from pds.records.test_result import TestResult
from pds.records.width import slack

__all__ = [
    "CATEGORIES",
    "GRADES",
    "KINDS",
    "Attendance",
    "AttributeName",
    "AttributeValue",
    "Called",
    "Category",
    "Code",
    "DailyNote",
    "DrillLog",
    "EnrollmentInfo",
    "Grade",
    "GradeEvaluation",
    "HealthExamination",
    "HealthObservation",
    "MoodWeather",
    "Name",
    "NurseOfficeVisit",
    "PermanentRecord",
    "Record",
    "RecordKind",
    "Reflection",
    "StudentSurvey",
    "TestResult",
    "Travel",
    "WhyLeft",
    "called",
    "categories",
    "categories_among",
    "describe",
    "enrollment_info",
    "field_called",
    "kind_of",
    "kind_of_schema",
    "name_of",
    "slack",
    "validate",
]
