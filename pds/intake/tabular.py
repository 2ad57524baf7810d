"""Reading any tabular source through its mapping: a folder or zip of CSV files becomes one batch, all or nothing.

Here: rows to students, guardians, records, consents. Never: a column that no mapping names.
"""

from pathlib import Path

from pds.intake.batch import Batch
from pds.intake.collecting import Collected
from pds.intake.columns import RowReader
from pds.intake.files import open_files
from pds.intake.gaiji import KnownGaiji, no_gaiji
from pds.intake.limits import DEFAULT_LIMITS, Limits
from pds.intake.mapping import Mapping, Table
from pds.intake.naming import Names
from pds.intake.problems import ProblemCode, Report
from pds.intake.tables import Shape, read_table


def read_tables(
    folder_or_zip: Path, mapping: Mapping, limits: Limits = DEFAULT_LIMITS, gaiji: KnownGaiji = no_gaiji
) -> Batch:
    """Read every file that the mapping names; other files of the set are left alone.

    A record's student need not be in a table of students: the node may know the student already.

    Args:
        folder_or_zip: The files.
        mapping: What they mean (`load_mapping`).
        limits: What they may ask of the machine.
        gaiji: Hands out what people entered for characters of this source that nobody can read; called for the first.

    Raises:
        IntakeError: anything is wrong; all that could be found is listed, and nothing is returned.
    """
    report = Report()
    collected = Collected(mapping, report, Names(gaiji, report))
    by_file: dict[str, list[Table]] = {}
    for table in mapping.table:
        by_file.setdefault(table.file, []).append(table)
    with open_files(folder_or_zip, limits) as files:
        for name, tables in by_file.items():
            if name not in files.names:
                if any(table.required for table in tables):
                    report.add(ProblemCode.MISSING_FILE, "the mapping needs this file: export it too", name)
                continue
            readers = [RowReader(table, report) for table in tables]
            for row in read_table(files, name, _shape(mapping, tables), report):
                for reader in readers:
                    if (parts := reader.read(row)) is not None:
                        collected.take(reader.table, parts)
    report.raise_if_any()
    return collected.batch()


def _shape(mapping: Mapping, tables: list[Table]) -> Shape:
    """What a file must look like to all the tables that are read from it."""
    columns = {column for table in tables for column in table.file_columns()}
    ignored = {column for table in tables for column in table.ignore}
    return Shape(sorted(columns), columns | ignored, {}, mapping.encoding, mapping.delimiter)
