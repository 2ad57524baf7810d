"""The kinds of record a vault can hold, as versioned models and their registry. Never: keys, storage, access rules."""

from pds.records.attendance import Attendance
from pds.records.base import GRADES, Category, Grade, Kind, Record, Travel
from pds.records.enrollment_info import EnrollmentInfo
from pds.records.grade_evaluation import GradeEvaluation
from pds.records.registry import KINDS, categories, describe, kind_of, kind_of_schema, validate
from pds.records.test_result import TestResult

__all__ = [
    "GRADES",
    "KINDS",
    "Attendance",
    "Category",
    "EnrollmentInfo",
    "Grade",
    "GradeEvaluation",
    "Kind",
    "Record",
    "TestResult",
    "Travel",
    "categories",
    "describe",
    "kind_of",
    "kind_of_schema",
    "validate",
]
