"""Files in, one checked batch out: OneRoster packages and any table with a mapping. Never: a vault, a key, a guess."""

from pds.intake.batch import (
    Batch,
    IncomingConsent,
    IncomingGuardian,
    IncomingRecord,
    IncomingStudent,
    LocalId,
    Row,
    Source,
)
from pds.intake.limits import Limits
from pds.intake.mapping import Mapping, load_mapping
from pds.intake.oneroster import read_oneroster
from pds.intake.problems import IntakeError, Problem, ProblemCode
from pds.intake.tabular import read_tables

__all__ = [
    "Batch",
    "IncomingConsent",
    "IncomingGuardian",
    "IncomingRecord",
    "IncomingStudent",
    "IntakeError",
    "Limits",
    "LocalId",
    "Mapping",
    "Problem",
    "ProblemCode",
    "Row",
    "Source",
    "load_mapping",
    "read_oneroster",
    "read_tables",
]
