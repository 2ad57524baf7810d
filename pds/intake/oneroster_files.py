"""Files and columns of OneRoster 1.2 CSV in the Japan Profile, as data (education-data section 5.2).

Never: code that reads them; a rule about two files at once beyond "this column names a row of that file".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from pds.intake.batch import CaresBy, Relationship
from pds.intake.cells import (
    Rule,
    attendance_number,
    boolean,
    day,
    grades,
    identifier,
    one_of,
    school_code,
    uuid4,
    year,
)

VERSIONS = frozenset({"1.2", "1.2.1", "1.2_JP"})  # second edition; 1.2.1 and models 4.00, 5.00; K-12 and 6.00


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One file of the package.

    Attributes:
        required: Columns that must be there, filled in each row.
        rules: What a filled cell may say.
        references: The file whose row a filled cell names; several rows when separated by commas.
        unique: Columns whose filled cells never repeat.
        aliases: Other spellings of a column.
        optional_file: The manifest may declare the file absent.
    """

    required: tuple[str, ...]
    rules: Mapping[str, Rule] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    unique: tuple[str, ...] = ("sourcedId",)
    aliases: Mapping[str, str] = field(default_factory=dict)
    optional_file: bool = False


_EVERY_FILE: Mapping[str, Rule] = {"sourcedId": identifier, "status": one_of()}  # bulk rows have no status

FILES: Mapping[str, FileSpec] = {
    "academicSessions": FileSpec(
        required=("sourcedId", "title", "type", "startDate", "endDate", "schoolYear"),
        rules={
            **_EVERY_FILE,
            "type": one_of("schoolYear"),
            "startDate": day,
            "endDate": day,
            "schoolYear": year,
        },
        references={"parentSourcedId": "academicSessions"},
        unique=("sourcedId", "schoolYear"),
    ),
    "orgs": FileSpec(
        required=("sourcedId", "name", "type"),
        rules={**_EVERY_FILE, "type": one_of("district", "school"), "identifier": school_code},
        references={"parentSourcedId": "orgs"},
        unique=("sourcedId", "identifier"),
    ),
    "courses": FileSpec(
        required=("sourcedId", "title", "orgSourcedId"),
        rules={**_EVERY_FILE, "grades": grades},
        references={"schoolYearSourcedId": "academicSessions", "orgSourcedId": "orgs"},
    ),
    "classes": FileSpec(
        required=("sourcedId", "title", "courseSourcedId", "classType", "schoolSourcedId", "termSourcedIds"),
        rules={
            **_EVERY_FILE,
            "grades": grades,
            "classType": one_of("homeroom", "scheduled"),
            "metadata.jp.specialNeeds": boolean,
        },
        references={"courseSourcedId": "courses", "schoolSourcedId": "orgs", "termSourcedIds": "academicSessions"},
    ),
    "users": FileSpec(
        required=("sourcedId", "enabledUser", "username", "givenName", "familyName"),
        rules={
            **_EVERY_FILE,
            "enabledUser": boolean,
            "grades": grades,
            "userMasterIdentifier": uuid4,
        },
        references={"agentSourcedIds": "users", "primaryOrgSourcedId": "orgs", "metadata.jp.homeClass": "classes"},
        unique=("sourcedId", "username", "userMasterIdentifier"),
    ),
    "roles": FileSpec(
        required=("sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId"),
        rules={
            **_EVERY_FILE,
            "roleType": one_of("primary", "secondary"),
            "role": one_of(  # the profile closes the list: no parent, no relative
                "student",
                "teacher",
                "guardian",
                "aide",
                "counselor",
                "districtAdministrator",
                "principal",
                "proctor",
                "siteAdministrator",
                "systemAdministrator",
            ),
            "beginDate": day,
            "endDate": day,
        },
        references={"userSourcedId": "users", "orgSourcedId": "orgs", "userProfileSourcedId": "userProfiles"},
    ),
    "enrollments": FileSpec(
        required=("sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
        rules={
            **_EVERY_FILE,
            "role": one_of("student", "teacher", "administrator", "proctor", "guardian"),
            "primary": boolean,
            "beginDate": day,
            "endDate": day,
            "metadata.jp.shussekiNo": attendance_number,
            "metadata.jp.publicFlg": boolean,
        },
        references={"classSourcedId": "classes", "schoolSourcedId": "orgs", "userSourcedId": "users"},
        aliases={
            "metadata.jp.ShussekiNo": "metadata.jp.shussekiNo",
            "metadata.jp.PublicFlg": "metadata.jp.publicFlg",
        },
    ),
    "demographics": FileSpec(
        required=("sourcedId",),
        rules={**_EVERY_FILE, "birthDate": day, "sex": one_of("male", "female", "unspecified", "other")},
        references={"sourcedId": "users"},
        optional_file=True,
    ),
    "userProfiles": FileSpec(
        required=("sourcedId", "userSourcedId", "profileType", "vendorId", "credentialType", "username"),
        rules=_EVERY_FILE,
        references={"userSourcedId": "users"},
        optional_file=True,
    ),
}

GUARDIANS_FILE = "guardians.csv"
GUARDIAN_COLUMNS = ("studentSourcedId", "guardianSourcedId", "relationship", "hasParentalAuthority")
GUARDIAN_EXTRAS = (
    "guardianUserMasterIdentifier",
    "guardianUsername",
    "caresBy",
    "contactAllowed",
    "protectedFrom",
)
GUARDIAN_RULES: Mapping[str, Rule] = {
    "guardianSourcedId": identifier,
    "relationship": one_of(*get_args(Relationship)),
    "hasParentalAuthority": boolean,
    "caresBy": one_of(*get_args(CaresBy)),
    "contactAllowed": boolean,
    "protectedFrom": boolean,
    "guardianUserMasterIdentifier": uuid4,
}
