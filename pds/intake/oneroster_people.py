"""From checked OneRoster tables to students, enrolment records and guardians. Never: a guess at a person by name."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pds.intake.batch import (
    Batch,
    CaresBy,
    IncomingGuardian,
    IncomingRecord,
    IncomingStudent,
    Leaving,
    Relationship,
    Row,
)
from pds.intake.build import make_record
from pds.intake.cells import parts, truth
from pds.intake.days import parse_day
from pds.intake.leaving import left_by_rows
from pds.intake.local_ids import SOURCED_ID, USER_MASTER_IDENTIFIER, LocalId, as_written
from pds.intake.naming import Names
from pds.intake.oneroster_checks import Tables
from pds.intake.oneroster_enrollment import COLUMNS, DEMOGRAPHICS, SOURCE_SYSTEM, enrollment_fields, one_grade
from pds.intake.problems import ProblemCode, Report
from pds.intake.questions import CellPlace
from pds.records import enrollment_info


class People:
    """Everybody of one package.

    Args:
        tables: The package.
        report: Where problems go.
        names: Reads names.
        ids_last: The numbering that the sourcedIds of students are, if their source keeps them for years.
    """

    def __init__(self, tables: Tables, report: Report, names: Names, ids_last: str | None) -> None:
        self._tables = tables
        self._ids_last = ids_last
        self._report = report
        self._names = names
        self._years = {name: int(row.values["schoolYear"]) for name, row in tables["academicSessions"].items()}
        self._students: dict[tuple[str, str], Row] = {}  # (user, school) → role
        self._guardians: set[str] = set()
        self._lessons: dict[tuple[str, str], list[Row]] = defaultdict(list)  # (user, school) → enrollments
        for row in tables["roles"].values():
            if row.values["role"] == "student":
                self._students.setdefault((row.values["userSourcedId"], row.values["orgSourcedId"]), row)
            elif row.values["role"] == "guardian":
                self._guardians.add(row.values["userSourcedId"])
        for row in tables["enrollments"].values():
            if row.values["role"] == "student":
                self._lessons[row.values["userSourcedId"], row.values["schoolSourcedId"]].append(row)

    def batch(self, guardian_rows: Mapping[tuple[str, str], Row]) -> Batch:
        """Put the batch together; problems go to the report.

        Args:
            guardian_rows: Rows of guardians.csv by (guardian, student); they come before `agentSourcedIds`.
        """
        for place, rows in self._lessons.items():
            if place not in self._students:
                message = "roles.csv does not make this user a student of this school"
                self._add(ProblemCode.MISSING_ROLE, message, rows[0], "userSourcedId")
        students: list[IncomingStudent] = []
        records: list[IncomingRecord] = []
        for (user, school), role in self._students.items():
            row = self._tables["users"][user]
            code = self._tables["orgs"][school].values["identifier"]
            for year, lessons in sorted(self._by_year(row, school, role).items()):
                fields = self._fields(row, role, year, lessons)
                student = LocalId(SOURCED_ID, user, "sourcedId")
                record = make_record(
                    enrollment_info.KIND.schema,
                    student,
                    fields,
                    row.source,
                    columns=COLUMNS,
                    report=self._report,
                    names=self._names,
                    elsewhere=self._elsewhere(user),
                )
                if record:
                    ids = self._ids_of_student(row)
                    students.append(IncomingStudent(ids, code, record.record.school_year, row.source))
                    _, lesson = self._homeroom(row, year, lessons, school)
                    begins = parse_day((lesson or role).values.get("beginDate", ""))
                    records.append(replace(record, begins=begins, left=self._left(row, role, lessons)))
        people = tuple(students), tuple(self._links(guardian_rows))
        questions, widened = tuple(self._report.questions), tuple(self._names.widened)
        lasting = frozenset({self._ids_last} if self._ids_last else ())
        records_read = tuple(records)
        return Batch(
            SOURCE_SYSTEM, *people, records_read, (), questions, is_whole=True, widened=widened, lasting=lasting
        )

    def _left(self, user: Row, role: Row, lessons: list[Row]) -> Leaving | None:
        rooms = [(lesson, self._class_of(lesson).values["classType"] == "homeroom") for lesson in lessons]
        return left_by_rows(user, role, rooms)

    def _elsewhere(self, user: str) -> Mapping[str, CellPlace]:
        """Where the fields of an enrolment stand that do not come from users.csv."""
        row = self._tables.get("demographics", {}).get(user)
        if row is None:
            return {}
        return {field: CellPlace(row.source.file, row.source.row, column) for field, column in DEMOGRAPHICS.items()}

    def _ids_of_student(self, user: Row) -> tuple[LocalId, ...]:
        kept = (LocalId(self._ids_last, user.values["sourcedId"], "sourcedId"),) if self._ids_last else ()
        return (*_ids(user), *kept)

    def _by_year(self, user: Row, school: str, role: Row) -> dict[str, list[Row]]:
        """The student's enrollments at one school by academic session; a home class alone counts as one."""
        found: dict[str, list[Row]] = defaultdict(list)
        for lesson in self._lessons.get((user.values["sourcedId"], school), ()):
            for term in parts(self._class_of(lesson).values["termSourcedIds"]):
                found[term].append(lesson)
        home = self._tables["classes"].get(user.values.get("metadata.jp.homeClass", ""))
        if home and home.values["schoolSourcedId"] == school:
            for term in parts(home.values["termSourcedIds"]):
                found.setdefault(term, [])
        if not found and len(self._years) == 1:
            found[next(iter(self._years))] = []
        if not found:
            message = "in no class, and the package does not have exactly one school year: add the enrollment"
            self._add(ProblemCode.MISSING_ENROLLMENT, message, role, "userSourcedId")
        return found

    def _class_of(self, lesson: Row) -> Row:
        return self._tables["classes"][lesson.values["classSourcedId"]]

    def _homeroom(self, user: Row, year: str, lessons: list[Row], school: str) -> tuple[Row | None, Row | None]:
        """The home class of a year and the enrollment in it: `homeClass` first, else the homeroom entered last."""
        named = user.values.get("metadata.jp.homeClass", "")
        rooms = [lesson for lesson in lessons if self._class_of(lesson).values["classType"] == "homeroom"]
        rooms.sort(key=lambda lesson: (lesson.values["classSourcedId"] == named, lesson.values.get("beginDate", "")))
        if rooms:
            return self._class_of(rooms[-1]), rooms[-1]
        home = self._tables["classes"].get(named)
        fits = home and home.values["schoolSourcedId"] == school and year in parts(home.values["termSourcedIds"])
        return (home if fits else None), None

    def _fields(self, user: Row, role: Row, year: str, lessons: list[Row]) -> dict[str, Any]:
        school = role.values["orgSourcedId"]
        home, lesson = self._homeroom(user, year, lessons, school)
        code = self._tables["orgs"][school].values["identifier"]
        name = user.values["sourcedId"]
        demographics = self._tables.get("demographics", {}).get(name)
        begin = parse_day((lesson or role).values.get("beginDate", ""))
        start = parse_day(self._tables["academicSessions"][year].values["startDate"])
        # A user's grade is that of now; in a package of several years the class of each year knows better.
        grade = one_grade(user, home, user_first=len(self._years) == 1)
        return enrollment_fields(user, role, home, lesson, demographics) | {
            "school_code": code,
            "school_year": self._years[year],
            "occurred_on": begin or start,
            "source_record_id": f"{name}/{code}/{self._years[year]}",
            **({"grade": grade} if grade else {}),
        }

    def _links(self, rows: Mapping[tuple[str, str], Row]) -> Iterator[IncomingGuardian]:
        users = self._tables["users"]
        students = {user for user, _ in self._students}
        linked = set(rows)
        for (guardian, student), row in rows.items():
            if student not in students:
                message = "names no student of this package"
                self._add(ProblemCode.DANGLING_REFERENCE, message, row, "studentSourcedId")
                continue
            ids = _ids(users[guardian]) if guardian in users else _ids_of_row(row)
            yield _guardian(ids, LocalId(SOURCED_ID, student), row)
        for guardian, student, row in self._agents(students):
            if (guardian, student) not in linked:
                linked.add((guardian, student))
                # The profile's guardian is the 保護者 of the law: a parent with authority, or the appointed guardian.
                ids, of = _ids(users[guardian]), LocalId(SOURCED_ID, student)
                yield IncomingGuardian(ids, of, "guardian", True, row.source, is_said=False)
        for guardian in sorted(self._guardians - {guardian for guardian, _ in linked}):
            message = "a guardian of nobody: fill agentSourcedIds, or list the pair in guardians.csv"
            self._add(ProblemCode.MISSING_VALUE, message, users[guardian], "agentSourcedIds")

    def _agents(self, students: set[str]) -> Iterator[tuple[str, str, Row]]:
        for name, row in self._tables["users"].items():
            for other in parts(row.values.get("agentSourcedIds", "")):
                if name in students and other in self._guardians:
                    yield other, name, row
                elif name in self._guardians and other in students:
                    yield name, other, row

    def _add(self, code: ProblemCode, message: str, row: Row, column: str) -> None:
        self._report.add(code, message, row.source.file, row.source.row, column)


def _guardian(ids: tuple[LocalId, ...], student: LocalId, row: Row) -> IncomingGuardian:
    """What a row of guardians.csv says."""
    relationship: Relationship = row.values["relationship"]  # type: ignore[assignment]  # checked by its rule
    cares_by: CaresBy | None = row.values.get("caresBy") or None  # type: ignore[assignment]  # likewise
    return IncomingGuardian(
        ids,
        student,
        relationship,
        row.values["hasParentalAuthority"] == "true",
        row.source,
        cares_by=cares_by,
        contact_allowed=truth(row.values.get("contactAllowed")),
        protected_from=truth(row.values.get("protectedFrom")),
    )


def _ids(user: Row) -> tuple[LocalId, ...]:
    """What may say who a user is; a user name and a mail address never do, for both are given to others again."""
    return _named(user, "sourcedId", "userMasterIdentifier")


def _ids_of_row(row: Row) -> tuple[LocalId, ...]:
    return _named(row, "guardianSourcedId", "guardianUserMasterIdentifier")


def _named(row: Row, number: str, uuid: str) -> tuple[LocalId, ...]:
    master = as_written(USER_MASTER_IDENTIFIER, row.values.get(uuid, ""))
    issued = (LocalId(USER_MASTER_IDENTIFIER, master, uuid),) if master else ()
    return (LocalId(SOURCED_ID, row.values[number], number), *issued)
