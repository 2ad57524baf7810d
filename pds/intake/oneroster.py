"""Reading a OneRoster 1.2 CSV package of the Japan Profile: one zip, all or nothing.

Here: the order of the steps. Never: passwords, deltas, or a package of another version read as if it were this one.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from pds.errors import UsageError
from pds.intake.batch import Batch, Row
from pds.intake.build import FirstSeen
from pds.intake.files import FileSet, open_files
from pds.intake.gaiji import KnownGaiji, no_gaiji
from pds.intake.limits import DEFAULT_LIMITS, Limits
from pds.intake.local_ids import SOURCED_ID
from pds.intake.naming import Names
from pds.intake.oneroster_checks import check_cells, check_references, declared_files, read_tables
from pds.intake.oneroster_files import GUARDIAN_COLUMNS, GUARDIAN_EXTRAS, GUARDIAN_RULES, GUARDIANS_FILE
from pds.intake.oneroster_people import People
from pds.intake.problems import ProblemCode, Report, stop
from pds.intake.tables import Shape, read_table

_SYSTEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


def read_oneroster(
    path: Path, limits: Limits = DEFAULT_LIMITS, gaiji: KnownGaiji = no_gaiji, *, ids_last: str | None = None
) -> Batch:
    """Read a package, and `guardians.csv` inside it or beside it.

    Args:
        path: The zip.
        limits: What it may ask of the machine.
        gaiji: Hands out what people entered for characters of this source that nobody can read; called for the first.
        ids_last: What the school calls the system that made it, if that keeps a student's sourcedId for years: it is a
            numbering then, `oneroster.sourcedId.NAME`, that says who somebody is.

    Raises:
        IntakeError: anything is wrong; all that could be found is listed, and nothing is returned.
        UsageError: no system can be called that.
    """
    numbering = None if ids_last is None else _numbering(ids_last)
    if path.is_dir():
        raise stop(ProblemCode.DAMAGED_ZIP, "a OneRoster package is a zip, not a folder: pack its files", path.name)
    report = Report()
    with open_files(path, limits) as files:
        tables = read_tables(files, declared_files(files, report), report)
        guardians = _guardians(files, path, limits, report)
    if not report.rows_lost:
        check_references(tables, report)
    report.raise_if_any()
    batch = People(tables, report, Names(gaiji, report), numbering).batch(guardians)
    report.raise_if_any()
    return batch


def _numbering(system: str) -> str:
    if not _SYSTEM.fullmatch(system):
        raise UsageError("a system is called by 1 to 32 letters, digits or signs of . _ -, always by the same name")
    return f"{SOURCED_ID}.{system}"


def _guardians(files: FileSet, path: Path, limits: Limits, report: Report) -> Mapping[tuple[str, str], Row]:
    """Rows of guardians.csv by (guardian, student)."""
    beside = (path.parent / GUARDIANS_FILE).exists()
    if GUARDIANS_FILE not in files.names:
        if not beside:
            return {}
        with open_files(path.parent, limits) as folder:
            return _read_guardians(folder, report)
    if beside:
        message = "one guardians.csv is in the zip and one beside it: keep one"
        report.add(ProblemCode.UNEXPECTED_FILE, message, GUARDIANS_FILE)
    return _read_guardians(files, report)


def _read_guardians(files: FileSet, report: Report) -> Mapping[tuple[str, str], Row]:
    shape = Shape(required=GUARDIAN_COLUMNS, allowed={*GUARDIAN_COLUMNS, *GUARDIAN_EXTRAS})
    seen = FirstSeen(report, ProblemCode.DUPLICATE_ROW)
    rows: dict[tuple[str, str], Row] = {}
    for row in read_table(files, GUARDIANS_FILE, shape, report):
        check_cells(row, GUARDIAN_COLUMNS, GUARDIAN_RULES, report)
        key = row.values["guardianSourcedId"], row.values["studentSourcedId"]
        if seen.is_new(key, row, None, "the same guardian and student"):
            rows[key] = row
    return rows
