"""Files in, one checked batch out: OneRoster packages and any table with a mapping. Never: a vault, a key, a guess."""

from pds.intake.batch import (
    Batch,
    CaresBy,
    IncomingConsent,
    IncomingGuardian,
    IncomingRecord,
    IncomingStudent,
    Leaving,
    Row,
    Source,
)
from pds.intake.confirming import COLUMNS, NO_ANSWERS, Answers, read_answers, read_gaiji, rows_of
from pds.intake.gaiji import NO_GAIJI, Gaiji, KnownGaiji, is_right, widened
from pds.intake.limits import Limits
from pds.intake.local_ids import SOURCED_ID, USER_MASTER_IDENTIFIER, LocalId, as_written
from pds.intake.mapping import Mapping, load_mapping
from pds.intake.oneroster import read_oneroster
from pds.intake.oneroster_enrollment import SOURCE_SYSTEM as ONEROSTER
from pds.intake.problems import IntakeError, Problem, ProblemCode
from pds.intake.questions import NO, YES, CellPlace, OfficeQuestion, QuestionCode
from pds.intake.tabular import read_tables

__all__ = [
    "COLUMNS",
    "NO",
    "NO_ANSWERS",
    "NO_GAIJI",
    "ONEROSTER",
    "SOURCED_ID",
    "USER_MASTER_IDENTIFIER",
    "YES",
    "Answers",
    "Batch",
    "CaresBy",
    "CellPlace",
    "Gaiji",
    "IncomingConsent",
    "IncomingGuardian",
    "IncomingRecord",
    "IncomingStudent",
    "IntakeError",
    "KnownGaiji",
    "Leaving",
    "Limits",
    "LocalId",
    "Mapping",
    "OfficeQuestion",
    "Problem",
    "ProblemCode",
    "QuestionCode",
    "Row",
    "Source",
    "as_written",
    "is_right",
    "load_mapping",
    "read_answers",
    "read_gaiji",
    "read_oneroster",
    "read_tables",
    "rows_of",
    "widened",
]
