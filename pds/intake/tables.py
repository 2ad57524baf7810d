"""One CSV file as checked rows: header, width and quoting. Never: what a column means."""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from pds.intake.batch import Row, Source
from pds.intake.files import Encoding, FileSet, Lines
from pds.intake.problems import IntakeError, ProblemCode, Report, stop


@dataclass(frozen=True, slots=True)
class Shape:
    """What a file must look like.

    Attributes:
        required: Columns that must be there.
        allowed: Columns that may be there; None for any.
        aliases: Other spellings of a column, by the name it is read under.
        encoding: How its text is written.
        delimiter: What stands between cells.
    """

    required: Collection[str]
    allowed: Collection[str] | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    encoding: Encoding = "utf-8"
    delimiter: str = ","


def read_table(files: FileSet, name: str, shape: Shape, report: Report) -> Iterator[Row]:
    """Give the rows of one file; what is wrong goes to the report, and a file that cannot be read on just ends.

    Lines that are quite empty are passed over (RFC 4180 has no word for them, every spreadsheet leaves some).
    """
    try:
        with files.lines(name, shape.encoding) as lines:
            yield from _rows(files, name, shape, lines, report)
    except IntakeError as error:
        report.absorb(error)


def _rows(files: FileSet, name: str, shape: Shape, lines: Lines, report: Report) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=shape.delimiter, strict=True)
    header = _next_row(reader, lines, name)
    if not header:
        raise stop(ProblemCode.EMPTY_FILE, "the first line must name the columns", name, 1)
    columns = [shape.aliases.get(column, column) for column in header]
    if not _header_fits(columns, name, shape, report):
        return
    while (cells := _next_row(reader, lines, name)) is not None:
        if cells:
            files.spend_row(name, lines.row)
            if len(cells) == len(columns):
                yield Row(dict(zip(columns, cells, strict=True)), Source(name, lines.row))
            else:
                message = f"{len(cells)} cells under {len(columns)} columns: look for a missing quote or delimiter"
                report.add(ProblemCode.RAGGED_ROW, message, name, lines.row)


def _next_row(reader: Iterator[list[str]], lines: Lines, name: str) -> list[str] | None:
    lines.begin_row()
    try:
        return next(reader, None)
    except csv.Error:
        message = (
            f"not CSV: a quote is not closed or not doubled, a line ends in a bare CR, "
            f"or a cell exceeds {csv.field_size_limit()} characters"
        )
        raise stop(ProblemCode.MALFORMED_CSV, message, name, lines.row) from None


def _header_fits(columns: list[str], name: str, shape: Shape, report: Report) -> bool:
    """Columns that we do not know are told by position: without a header line, a name may be a person's."""
    before = report.count
    seen: set[str] = set()
    for position, column in enumerate(columns, start=1):
        place = f"column {position}"
        if column in seen:
            report.add(ProblemCode.DUPLICATE_COLUMN, "an earlier column has the same name", name, 1, place)
        elif not column or (shape.allowed is not None and column not in shape.allowed):
            message = "a column that is not expected: take it out, or let the mapping read or ignore it"
            report.add(ProblemCode.UNEXPECTED_COLUMN, message, name, 1, place)
        seen.add(column)
    for column in shape.required:
        if column not in seen:
            report.add(ProblemCode.MISSING_COLUMN, "the header lacks this column: export it too", name, 1, column)
    return report.count == before
