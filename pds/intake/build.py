"""From plain fields to a record, with a model's complaints told as problems of a file.

Never: a rule about a field (the models have them), and never an input value in a message.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from pds.intake.batch import IncomingRecord, Row, Source
from pds.intake.cells import sound
from pds.intake.gaiji import is_name
from pds.intake.local_ids import LocalId
from pds.intake.naming import Names
from pds.intake.plausible import check_age, check_days
from pds.intake.problems import ProblemCode, Report
from pds.intake.questions import CellPlace
from pds.records import EnrollmentInfo, enrollment_info, kind_of_schema

_CODES = {
    "missing": ProblemCode.MISSING_VALUE,
    "literal_error": ProblemCode.NOT_IN_LIST,
    "enum": ProblemCode.NOT_IN_LIST,
    "string_too_long": ProblemCode.TOO_LONG,
    "string_too_short": ProblemCode.MISSING_VALUE,
    "string_pattern_mismatch": ProblemCode.BAD_TEXT,
    "bool_parsing": ProblemCode.BAD_BOOLEAN,
    "value_error": ProblemCode.OUT_OF_RANGE,  # a model's own check: fields that do not go together
}
_CODES_BY_BEGINNING = (
    ("date", ProblemCode.BAD_DATE),
    ("int_", ProblemCode.BAD_NUMBER),
    ("float_", ProblemCode.BAD_NUMBER),
    ("finite_number", ProblemCode.BAD_NUMBER),
    ("decimal_", ProblemCode.BAD_NUMBER),
    ("greater_than", ProblemCode.OUT_OF_RANGE),
    ("less_than", ProblemCode.OUT_OF_RANGE),
)


def make_record(
    schema: str,
    student: LocalId,
    fields: Mapping[str, Any],
    source: Source,
    *,
    columns: Mapping[str, str],
    report: Report,
    names: Names,
    elsewhere: Mapping[str, CellPlace] | None = None,
) -> IncomingRecord | None:
    """Make a record, or report why there is none.

    Args:
        schema: A registered schema.
        student: Whom it is about.
        fields: Fields of the model.
        source: The row they come from.
        columns: The column of each field, for messages.
        report: Where problems go.
        names: The names of this set of files.
        elsewhere: Where fields stand that come from another row.
    """

    def place_of(field: str) -> CellPlace:
        other = (elsewhere or {}).get(field)
        return other or CellPlace(source.file, source.row, columns.get(field, field))

    if schema == enrollment_info.KIND.schema:
        fields = names.read(fields, student, place_of)
    for field, text in fields.items():
        if isinstance(text, str) and not is_name(field) and (finding := sound(text)):
            code, message = finding
            report.add(code, message, *place_of(field))
    try:
        record = kind_of_schema(schema).model.model_validate(fields)
    except ValidationError as error:
        for item in error.errors(include_input=False, include_url=False, include_context=False):
            place = place_of(str(item["loc"][0])) if item["loc"] else CellPlace(source.file, source.row, None)
            report.add(_code(item["type"]), item["msg"].removeprefix("Value error, "), *place)
        return None
    if not isinstance(record, EnrollmentInfo) or check_age(record, student, place_of("birth_date"), report):
        check_days(record, place_of, report)
    return IncomingRecord(student, schema, record, source)


class FirstSeen:
    """Remembers where each key stood first, and reports those that come again."""

    def __init__(self, report: Report, code: ProblemCode) -> None:
        self._report = report
        self._code = code
        self._first: dict[tuple[str, ...], Source] = {}

    def is_new(self, key: tuple[str, ...], row: Row, field: str | None, what: str) -> bool:
        """Remember a key; report it when it was there already."""
        first = self._first.get(key)
        if first is None:
            self._first[key] = row.source
            return True
        message = f"{what} stands in {first.file}, line {first.row} already: keep one of the two"
        self._report.add(self._code, message, row.source.file, row.source.row, field)
        return False


def _code(kind: str) -> ProblemCode:
    if kind in _CODES:
        return _CODES[kind]
    return next((code for beginning, code in _CODES_BY_BEGINNING if kind.startswith(beginning)), ProblemCode.BAD_TEXT)
