"""Reading and checking the tables of a OneRoster package: manifest, cells, references between files.

Never: what becomes of a row (see `oneroster_people`).
"""

from collections.abc import Collection, Iterator, Mapping

from pds.intake.batch import Row
from pds.intake.build import FirstSeen
from pds.intake.cells import Rule, parts, year
from pds.intake.days import parse_day
from pds.intake.files import FileSet
from pds.intake.oneroster_files import FILES, GUARDIANS_FILE, VERSIONS, FileSpec
from pds.intake.problems import ProblemCode, Report
from pds.intake.tables import Shape, read_table

MANIFEST = "manifest.csv"
Tables = Mapping[str, Mapping[str, Row]]  # file without ending → sourcedId → row


def declared_files(files: FileSet, report: Report) -> list[str]:
    """The files the manifest declares as `bulk`, checked against what is there (OneRoster 1.2 CSV binding, manifest).

    Raises:
        IntakeError: there is no usable manifest.
    """
    if MANIFEST not in files.names:
        message = "no manifest.csv at the root of the zip: this is no OneRoster package, or its files stand in a folder"
        report.add(ProblemCode.MISSING_MANIFEST, message, MANIFEST)
        report.raise_if_any()
    shape = Shape(required=("propertyName", "value"))
    said = {row.values["propertyName"]: row for row in read_table(files, MANIFEST, shape, report)}
    _check_property(said, "manifest.version", {"1.0"}, report)
    _check_property(said, "oneroster.version", VERSIONS, report)
    for name, spec in FILES.items():
        _check_property(said, f"file.{name}", {"bulk", "absent"} if spec.optional_file else {"bulk"}, report)
    for name in said:
        if name.startswith("file.") and name.removeprefix("file.") not in FILES:
            _check_property(said, name, {"absent"}, report)
    report.raise_if_any()
    bulk = [name for name in FILES if said[f"file.{name}"].values["value"] == "bulk"]
    _check_presence(files, bulk, report)
    return bulk


def _check_property(said: Mapping[str, Row], name: str, allowed: Collection[str], report: Report) -> None:
    row = said.get(name)
    known = name.startswith(("manifest.", "oneroster.")) or name.removeprefix("file.") in FILES
    if row is None:
        report.add(ProblemCode.BAD_MANIFEST, "the manifest lacks this property", MANIFEST, None, name)
    elif row.values["value"] not in allowed:
        message = f"must be {' or '.join(sorted(allowed))}; only whole (bulk) packages of the Japan Profile are read"
        report.add(ProblemCode.BAD_MANIFEST, message, MANIFEST, row.source.row, name if known else None)


def _check_presence(files: FileSet, bulk: list[str], report: Report) -> None:
    declared = {f"{name}.csv" for name in bulk}
    for name in sorted(declared - files.names):
        report.add(ProblemCode.MISSING_FILE, "the manifest says bulk, but the file is not in the zip", name)
    for name in sorted(files.names - declared - {MANIFEST, GUARDIANS_FILE}):
        message = "the manifest does not declare this file as bulk: declare it or take it out"
        report.add(ProblemCode.UNEXPECTED_FILE, message, name)


def read_tables(files: FileSet, bulk: list[str], report: Report) -> Tables:
    """Read every declared file that is there, check its cells, and index it by sourcedId."""
    return {name: _read(files, name, FILES[name], report) for name in bulk if f"{name}.csv" in files.names}


def _read(files: FileSet, name: str, spec: FileSpec, report: Report) -> Mapping[str, Row]:
    seen = FirstSeen(report, ProblemCode.DUPLICATE_ID)
    rows: dict[str, Row] = {}
    for row in read_table(files, f"{name}.csv", Shape(required=spec.required, aliases=spec.aliases), report):
        check_cells(row, spec.required, spec.rules, report)
        for column in spec.unique:
            value = row.values.get(column, "")
            if value:
                key = value.lower() if column == "userMasterIdentifier" else value
                seen.is_new((column, key), row, column, "the same identifier")
        rows.setdefault(row.values["sourcedId"], row)
    return rows


def check_cells(row: Row, required: Collection[str], rules: Mapping[str, Rule], report: Report) -> None:
    """Check one row: required cells are filled, filled cells keep to their rule."""
    for column in required:
        if not row.values[column]:
            report.add(ProblemCode.MISSING_VALUE, "must not be empty", row.source.file, row.source.row, column)
    for column, rule in rules.items():
        text = row.values.get(column)
        if text and (finding := rule(text)):
            report.add(*finding, row.source.file, row.source.row, column)


def check_references(tables: Tables, report: Report) -> None:
    """Follow every reference, and check what two rows must agree on."""
    for name, rows in tables.items():
        for column, target in FILES[name].references.items():
            if target in tables:
                for row in rows.values():
                    _check_reference(row, column, target, tables, report)
    for row in tables["academicSessions"].values():
        _check_school_year(row, report)
    _check_schools(tables, report)
    for row in tables["enrollments"].values():
        _check_enrollment(row, tables, report)
    with_primary = {
        row.values["userSourcedId"] for row in tables["roles"].values() if row.values["roleType"] == "primary"
    }
    for name, row in tables["users"].items():
        if name not in with_primary:
            _add(report, ProblemCode.MISSING_ROLE, "roles.csv gives this user no primary role", row, "sourcedId")


def _check_reference(row: Row, column: str, target: str, tables: Tables, report: Report) -> None:
    for sourced_id in parts(row.values.get(column, "")):
        if sourced_id not in tables[target]:
            message = f"names a row that {target}.csv does not have: export both files at the same time"
            _add(report, ProblemCode.DANGLING_REFERENCE, message, row, column)


def _check_school_year(row: Row, report: Report) -> None:
    """A school year is 1 April to 31 March and named by its first year (education-data sections 1.3, 5.5 no. 17)."""
    start, end = parse_day(row.values["startDate"]), parse_day(row.values["endDate"])
    if start and end and year(row.values["schoolYear"]) is None:
        first = int(row.values["schoolYear"])
        if (start.isoformat(), end.isoformat()) != (f"{first:04}-04-01", f"{first + 1:04}-03-31"):
            message = "a school year runs from 1 April of the year that names it to 31 March"
            _add(report, ProblemCode.OUT_OF_RANGE, message, row, "schoolYear")


def _check_enrollment(row: Row, tables: Tables, report: Report) -> None:
    values = row.values
    school_class = tables["classes"].get(values["classSourcedId"])
    if school_class and school_class.values["schoolSourcedId"] != values["schoolSourcedId"]:
        message = "is not the school of the class"
        _add(report, ProblemCode.OUT_OF_RANGE, message, row, "schoolSourcedId")
    if values["role"] == "student" and values.get("primary", "") == "true":
        _add(report, ProblemCode.OUT_OF_RANGE, "primary is for teachers: a student has false", row, "primary")


def _check_schools(tables: Tables, report: Report) -> None:
    orgs = tables["orgs"]
    for row in orgs.values():
        if row.values["type"] == "school" and not row.values.get("identifier"):
            _add(report, ProblemCode.MISSING_VALUE, "a school needs its school code", row, "identifier")
    for row, column in _rows_with_school(tables):
        org = orgs.get(row.values[column])
        if org and org.values["type"] != "school":
            _add(report, ProblemCode.DANGLING_REFERENCE, "names an organisation that is no school", row, column)


def _rows_with_school(tables: Tables) -> Iterator[tuple[Row, str]]:
    for name in ("classes", "enrollments"):
        for row in tables[name].values():
            yield row, "schoolSourcedId"
    for row in tables["roles"].values():
        if row.values["role"] == "student":
            yield row, "orgSourcedId"


def _add(report: Report, code: ProblemCode, message: str, row: Row, column: str) -> None:
    report.add(code, message, row.source.file, row.source.row, column)
