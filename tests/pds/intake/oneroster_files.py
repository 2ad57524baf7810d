"""Writes OneRoster packages of the Japan Profile for tests and demonstrations: valid ones, and tables to spoil.

Never: a real person's data; a rule that the reader should have (this module shares no code with it).
"""

import csv
import io
import uuid
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

NAMESPACE = uuid.UUID("0f6f8a4e-6a8e-4f57-8b58-0d4c6e6c7a11")
Table = list[list[str]]
MANIFEST_FILES = (
    "academicSessions",
    "categories",
    "classes",
    "classResources",
    "courses",
    "courseResources",
    "demographics",
    "enrollments",
    "lineItems",
    "orgs",
    "resources",
    "results",
    "roles",
    "userProfiles",
    "userResources",
    "users",
)


@dataclass(frozen=True)
class School:
    """A school and its board; the codes are fictional and unused."""

    code: str = "B113299999902"
    name: str = "みなと台市立わかば小学校"
    board_code: str = "139998"
    board_name: str = "みなと台市教育委員会"


@dataclass(frozen=True)
class Pupil:
    """One pupil; `key` makes sourcedId and identifiers, the rest are cells as they stand in the files."""

    key: str
    family: str = "小川"
    given: str = "はな"
    kana_family: str = "オガワ"
    kana_given: str = "ハナ"
    grade: str = "P4"
    class_code: str = "0401"
    class_name: str = "4年1組"
    attendance_number: str = "12"
    birth_date: str = "2016-05-14"
    sex: str = "unspecified"
    begin_date: str = "2026-04-06"
    has_master_identifier: bool = True
    guardians: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def sourced_id(self) -> str:
        return stable_uuid("user", self.key)

    @property
    def username(self) -> str:
        return f"user-{self.key}"


def stable_uuid(*parts: str) -> str:
    """A UUID in the form of version 4 that is the same for the same words."""
    digest = uuid.uuid5(NAMESPACE, "/".join(parts)).bytes
    return str(uuid.UUID(bytes=digest, version=4))


def tables(
    *,
    school: School,
    students: Sequence[Pupil],
    school_year: int = 2026,
    version: str = "1.2_JP",
    demographics: bool = True,
    guardians: bool = True,
) -> dict[str, Table]:
    """The files of a package by name, header first, ready to be spoiled or packed.

    Args:
        school: The one school of the package.
        students: Its pupils; the keys in `guardians` of a pupil make users with that role.
        school_year: Starting year.
        version: "1.2", "1.2.1" or "1.2_JP"; decides the columns (education-data section 5.3).
        demographics: Write birth dates and sex.
        guardians: Write guardians as users and roles.
    """
    session = stable_uuid("session", str(school_year))
    board, org = stable_uuid("org", school.board_code), stable_uuid("org", school.code)
    grades = sorted({pupil.grade for pupil in students})
    classes = {(p.grade, p.class_code, p.class_name) for p in students}
    class_ids = {key: stable_uuid("class", school.code, str(school_year), *key) for key in classes}
    people = {key for pupil in students for key in pupil.guardians} if guardians else set()
    made: dict[str, Table] = {
        "academicSessions.csv": [
            _header("sourcedId status dateLastModified title type startDate endDate parentSourcedId schoolYear"),
            _row(
                session,
                f"{school_year}年度",
                "schoolYear",
                f"{school_year}-04-01",
                f"{school_year + 1}-03-31",
                "",
                str(school_year),
            ),
        ],
        "orgs.csv": [
            _header("sourcedId status dateLastModified name type identifier parentSourcedId"),
            _row(board, school.board_name, "district", school.board_code, ""),
            _row(org, school.name, "school", school.code, board),
        ],
        "courses.csv": [
            _header(
                "sourcedId status dateLastModified schoolYearSourcedId title courseCode grades orgSourcedId "
                "subjects subjectCodes"
            ),
            *(
                _row(stable_uuid("course", g), session, f"{school_year}年度第{g[1:]}学年", "", g, org, "", "")
                for g in grades
            ),
        ],
        "classes.csv": [
            _header(
                "sourcedId status dateLastModified title grades courseSourcedId classCode classType location "
                "schoolSourcedId termSourcedIds subjects subjectCodes periods metadata.jp.specialNeeds"
            ),
            *(
                _row(
                    class_ids[key],
                    key[2],
                    key[0],
                    stable_uuid("course", key[0]),
                    key[1],
                    *("homeroom", "", org, session, "", "", "", "false"),
                )
                for key in sorted(classes)
            ),
        ],
        "users.csv": _users(students, sorted(people), version, org, class_ids),
        "roles.csv": [
            _header(
                "sourcedId status dateLastModified userSourcedId roleType role beginDate endDate orgSourcedId "
                "userProfileSourcedId"
            ),
            *(_role(pupil.sourced_id, "student", org) for pupil in students),
            *(_role(stable_uuid("guardian", key), "guardian", org) for key in sorted(people)),
        ],
        "enrollments.csv": _enrollments(students, version, org, class_ids),
    }
    if demographics:
        made["demographics.csv"] = [
            _header(
                "sourcedId status dateLastModified birthDate sex americanIndianOrAlaskaNative asian "
                "blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces "
                "hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation cityOfBirth "
                "publicSchoolResidenceStatus"
            ),
            *(_row(pupil.sourced_id, pupil.birth_date, pupil.sex, *[""] * 11) for pupil in students),
        ]
    return {"manifest.csv": manifest(made, version), **made}


def manifest(files: Iterable[str], version: str = "1.2_JP") -> Table:
    """The manifest that declares these files, and no others, as bulk."""
    present = {name.removesuffix(".csv") for name in files}
    return [
        ["propertyName", "value"],
        ["manifest.version", "1.0"],
        ["oneroster.version", version],
        *([f"file.{name}", "bulk" if name in present else "absent"] for name in MANIFEST_FILES),
        ["source.systemName", ""],
        ["source.systemCode", ""],
    ]


def guardians_table(pairs: Iterable[tuple[str, Pupil, str, str]]) -> Table:
    """A guardians.csv: guardian's key, pupil, relationship, parental authority."""
    return [
        ["studentSourcedId", "guardianSourcedId", "relationship", "hasParentalAuthority"],
        *([p.sourced_id, stable_uuid("guardian", key), relation, authority] for key, p, relation, authority in pairs),
    ]


def csv_bytes(table: Table, encoding: str = "utf-8") -> bytes:
    """A table as the profile writes it: every cell quoted, lines ended by CRLF."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(table)
    return text.getvalue().encode(encoding)


def pack(path: Path, files: Mapping[str, Table | bytes]) -> Path:
    """Write a zip of tables, or of bytes as they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, bytes) else csv_bytes(content))
    return path


def write_oneroster(
    path: Path,
    *,
    school: School,
    students: Sequence[Pupil],
    school_year: int = 2026,
    version: str = "1.2_JP",
    demographics: bool = True,
    guardians: bool = True,
) -> Path:
    """Write a valid package; arguments as in `tables`.

    Args:
        path: A zip file, or a folder in which the package gets the name that the profile prescribes.
        school: See `tables`.
        students: See `tables`.
        school_year: See `tables`.
        version: See `tables`.
        demographics: See `tables`.
        guardians: See `tables`.

    Returns:
        The zip.
    """
    if path.is_dir():
        path = path / f"RO_{date(school_year, 4, 10):%Y%m%d}_{school.code}.zip"
    return pack(
        path,
        tables(
            school=school,
            students=students,
            school_year=school_year,
            version=version,
            demographics=demographics,
            guardians=guardians,
        ),
    )


def _header(text: str) -> list[str]:
    return text.split()


def _row(sourced_id: str, *cells: str) -> list[str]:
    return [sourced_id, "", "", *cells]


def _role(user: str, role: str, org: str) -> list[str]:
    return _row(stable_uuid("role", user), user, "primary", role, "", "", org, "")


def _users(
    students: Sequence[Pupil],
    guardians: list[str],
    version: str,
    org: str,
    class_ids: Mapping[tuple[str, str, str], str],
) -> Table:
    extra = sorted({column for pupil in students for column in pupil.extra})
    header = [
        *_header(
            "sourcedId status dateLastModified enabledUser username userIds givenName familyName middleName identifier "
            "email sms phone agentSourcedIds grades password userMasterIdentifier"
        ),
        *(["resourceSourcedIds"] if version == "1.2" else []),
        *_header(
            "preferredGivenName preferredMiddleName preferredFamilyName primaryOrgSourcedId pronouns "
            "metadata.jp.kanaGivenName metadata.jp.kanaFamilyName metadata.jp.kanaMiddleName metadata.jp.homeClass"
        ),
        *(
            []
            if version == "1.2"
            else [f"metadata.jp.kanaPreferred{part}Name" for part in ("Family", "Given", "Middle")]
        ),
    ]
    header += [column for column in extra if column not in header]
    rows = [header]
    for pupil in students:
        cells = {
            "sourcedId": pupil.sourced_id,
            "enabledUser": "true",
            "username": pupil.username,
            "givenName": pupil.given,
            "familyName": pupil.family,
            "agentSourcedIds": ",".join(stable_uuid("guardian", key) for key in pupil.guardians if key in guardians),
            "grades": pupil.grade,
            "userMasterIdentifier": pupil.sourced_id if pupil.has_master_identifier else "",
            "preferredGivenName": pupil.given,
            "preferredFamilyName": pupil.family,
            "primaryOrgSourcedId": org,
            "metadata.jp.kanaGivenName": pupil.kana_given,
            "metadata.jp.kanaFamilyName": pupil.kana_family,
            "metadata.jp.homeClass": class_ids[pupil.grade, pupil.class_code, pupil.class_name],
            **pupil.extra,
        }
        rows.append([cells.get(column, "") for column in header])
    for key in guardians:
        name = stable_uuid("guardian", key)
        cells = {
            "sourcedId": name,
            "enabledUser": "true",
            "username": f"guardian-{key}",
            "givenName": "恵",
            "familyName": "小川",
            "userMasterIdentifier": name,
        }
        rows.append([cells.get(column, "") for column in header])
    return rows


def _enrollments(
    students: Sequence[Pupil], version: str, org: str, class_ids: Mapping[tuple[str, str, str], str]
) -> Table:
    number, public = ("shussekiNo", "publicFlg") if version == "1.2_JP" else ("ShussekiNo", "PublicFlg")
    return [
        [
            *_header(
                "sourcedId status dateLastModified classSourcedId schoolSourcedId userSourcedId role primary "
                "beginDate endDate"
            ),
            f"metadata.jp.{number}",
            f"metadata.jp.{public}",
        ],
        *(
            _row(
                stable_uuid("enrollment", pupil.sourced_id),
                class_ids[pupil.grade, pupil.class_code, pupil.class_name],
                org,
                pupil.sourced_id,
                *("student", "false", pupil.begin_date, "", pupil.attendance_number, "true"),
            )
            for pupil in students
        ),
    ]
