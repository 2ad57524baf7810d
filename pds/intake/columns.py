"""How one row's cells become one field, as a mapping says. Never: a rule of a record model, or a cell's value aloud."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from pds.intake.batch import CaresBy, Relationship, Row
from pds.intake.cells import Finding, Rule, boolean, categories, number, one_of, parts, school_code, year
from pds.intake.days import day_in
from pds.intake.local_ids import LocalId, as_written, flaw_of
from pds.intake.mapping import Attribute, Column, PersonColumn, Table, leaf_types_of
from pds.intake.problems import ProblemCode, Report
from pds.records import KINDS

_PEOPLE_DAYS = frozenset({"signed_on"})
_PEOPLE_RULES: Mapping[str, Rule] = {
    "school_code": school_code,
    "school_year": year,
    "recipient": school_code,
    "categories": categories,
    "relationship": one_of(*get_args(Relationship)),
    "has_parental_authority": boolean,
    "cares_by": one_of(*get_args(CaresBy)),
    "contact_allowed": boolean,
    "protected_from": boolean,
    "purpose": one_of("statistics", "transfer", "teaching"),
    "decision": one_of("given", "refused", "withdrawn"),
}
_RECORD_RULES: Mapping[str, Rule] = {"school_code": school_code}


@dataclass(frozen=True, slots=True)
class FieldReader:
    """Reads one field of a table.

    Attributes:
        field: The field it fills.
        spec: Where it comes from.
        is_day: The text is a day.
        is_number: The text is a number, in ASCII.
        is_whole: Without a fraction.
        is_list: The text is words separated by commas.
        rule: A rule that the model of a record does not have, if any.
    """

    field: str
    spec: Column
    is_day: bool
    is_number: bool
    is_whole: bool
    is_list: bool
    rule: Rule | None

    def read(self, row: Row, report: Report) -> Any:  # noqa: ANN401  # a field's value, None when absent
        """Give the field's value, or None when the cell is empty or wrong; what is wrong goes to the report."""
        spec = self.spec
        text = spec.value if spec.column is None else _looked_up(row, spec.column, spec, report)
        if not text:
            return None
        text = spec.prefix + text
        if self.is_day:
            return self._day(text, row, report)
        finding = self._finding(text)
        if finding:
            report.add(*finding, row.source.file, row.source.row, spec.column or self.field)
            return None
        return parts(text) if self.is_list else text

    def _finding(self, text: str) -> Finding:
        if self.is_number:
            return number(text, whole=self.is_whole)
        return self.rule(text) if self.rule else None

    def _day(self, text: str, row: Row, report: Report) -> date | None:
        pattern = self.spec.format
        found = day_in(text, pattern)
        if found is None:
            message = f"not a day of the form {pattern or 'YYYY-MM-DD'}"
            if pattern is None:
                message += "; if the source writes days in another form, declare it as format in the mapping"
            report.add(ProblemCode.BAD_DATE, message, row.source.file, row.source.row, self.spec.column or self.field)
        return found


def _field_readers(table: Table) -> tuple[FieldReader, ...]:
    """The readers of a table's fields."""
    model = KINDS[table.kind].model.model_fields if table.kind in KINDS else {}
    types_of = leaf_types_of({field: model[field].annotation for field in table.columns if field in model})
    readers = []
    for field, spec in table.columns.items():
        types = types_of.get(field, frozenset())
        readers.append(
            FieldReader(
                field,
                spec,
                is_day=date in types or (not model and field in _PEOPLE_DAYS),
                is_number=bool(types & {int, float, Decimal}),
                is_whole=not types & {float, Decimal},
                is_list=tuple in types,
                rule=_RECORD_RULES.get(field) if model else _PEOPLE_RULES.get(field),
            )
        )
    return tuple(readers)


def _read_attributes(table: Table, row: Row, report: Report) -> dict[str, str]:
    """The declared attributes of an enrolment; a value that its public list lacks is refused."""
    found = {}
    for name, spec in table.attributes.items():
        text = _looked_up(row, spec.column, spec, report)
        if text and text not in spec.values:
            message = f"must be one of {', '.join(spec.values)}"
            report.add(ProblemCode.NOT_IN_LIST, message, row.source.file, row.source.row, spec.column)
        elif text:
            found[name] = text
    return found


def _read_person(spec: PersonColumn, row: Row, report: Report) -> LocalId | None:
    """A person's identifier; None when the cell is empty or wrong."""
    text = row.values[spec.column]
    if not text:
        if not spec.optional:
            _missing(row, spec.column, report)
        return None
    value = as_written(spec.scheme, spec.prefix + text)
    if flaw := flaw_of(value, spec.scheme):
        report.add(flaw[0], f"an identifier {flaw[1]}", row.source.file, row.source.row, spec.column)
        return None
    return LocalId(spec.scheme, value, spec.column)


def _looked_up(row: Row, column: str, spec: Column | Attribute, report: Report) -> str | None:
    text: str | None = row.values[column]
    if spec.map is not None and (text or "" in spec.map):
        text = spec.map.get(text or "")
        if text is None:
            message = "the mapping's map has no such entry: add it there, or correct the file"
            report.add(ProblemCode.NOT_IN_LIST, message, row.source.file, row.source.row, column)
            return None
    if not text and not spec.optional:
        _missing(row, column, report)
    return text


def _missing(row: Row, column: str, report: Report) -> None:
    message = "must not be empty: fill it, or let the mapping call it optional"
    report.add(ProblemCode.MISSING_VALUE, message, row.source.file, row.source.row, column)


@dataclass(frozen=True, slots=True)
class RowParts:
    """One row, read: who it is about, who else is named, and the fields; absent fields are not there."""

    row: Row
    student: LocalId
    guardian: LocalId | None
    other_ids: tuple[LocalId, ...]
    fields: dict[str, Any]

    def __repr__(self) -> str:
        return f"<RowParts {self.row.source}>"


class RowReader:
    """Reads the rows of one table.

    Cells repeat: what a text was read as, and found to be fine, is remembered for each field.
    """

    _REMEMBERED = 500  # texts of one field; grades, classes and days fit, names do not and are read each time

    def __init__(self, table: Table, report: Report) -> None:
        self.table = table
        self._fields: list[tuple[FieldReader, str | None, dict[str | None, Any]]] = [
            (reader, reader.spec.column, {}) for reader in _field_readers(table)
        ]
        self._report = report

    def read(self, row: Row) -> RowParts | None:
        """Read one row, or report everything that is wrong with its cells."""
        table, report = self.table, self._report
        before = report.count
        student = _read_person(table.student, row, report)
        guardian = _read_person(table.guardian, row, report) if table.guardian else None
        others = tuple(found for spec in table.other_ids if (found := _read_person(spec, row, report)))
        fields = {}
        for reader, column, known in self._fields:
            text = None if column is None else row.values[column]
            value = known.get(text)
            if value is None:
                value = reader.read(row, report)
                if value is not None and len(known) < self._REMEMBERED:
                    known[text] = value
            if value is not None:
                fields[reader.field] = value
        if table.attributes:
            fields["attributes"] = _read_attributes(table, row, report)
        if student is None or report.count != before:
            return None
        return RowParts(row, student, guardian, others, fields)
