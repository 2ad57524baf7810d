"""The fields of one enrolment record from OneRoster rows: names, class, number, and what has no place of its own.

Never: a password, in whatever column.
"""

from collections.abc import Mapping
from typing import Any

from pds.intake.batch import Row
from pds.intake.cells import parts
from pds.intake.days import parse_day

SOURCE_SYSTEM = "oneroster"
_KANA = {
    "kana_family_name": "metadata.jp.kanaFamilyName",
    "kana_given_name": "metadata.jp.kanaGivenName",
    "kana_middle_name": "metadata.jp.kanaMiddleName",
}
COLUMNS: Mapping[str, str] = {  # for messages: the column that a field comes from
    **_KANA,
    "preferred_family_name": "preferredFamilyName",
    "preferred_given_name": "preferredGivenName",
    "preferred_middle_name": "preferredMiddleName",
    "official_family_name": "familyName",
    "official_given_name": "givenName",
    "grade": "grades",
    "class_code": "metadata.jp.homeClass",
    "class_name": "metadata.jp.homeClass",
    "source_record_id": "sourcedId",
}
DEMOGRAPHICS: Mapping[str, str] = {"birth_date": "birthDate", "sex": "sex"}  # the same, of demographics.csv
_READ = frozenset(
    {
        *COLUMNS.values(),
        "status",
        "dateLastModified",
        "enabledUser",
        "username",
        "userMasterIdentifier",
        "agentSourcedIds",
        "primaryOrgSourcedId",
    }
)  # columns of users with a place of their own; all others become extension fields


def enrollment_fields(
    user: Row, role: Row, home: Row | None, lesson: Row | None, demographics: Row | None
) -> dict[str, Any]:
    """The fields that come from one student's rows; school, school year and grade are the caller's.

    Args:
        user: The student in users.csv.
        role: Of roles.csv, at the school.
        home: The home class, if any.
        lesson: The enrollment in it, if any.
        demographics: Birth date and sex, if exported.
    """
    fields: dict[str, Any] = {"source_system": SOURCE_SYSTEM, **_names(user)}
    fields |= _filled({"preferred_middle_name": "preferredMiddleName"}, user)
    fields |= _filled(_KANA, user)
    if demographics:
        fields |= _filled({"sex": DEMOGRAPHICS["sex"]}, demographics)
        if birth := parse_day(demographics.values.get(DEMOGRAPHICS["birth_date"], "")):
            fields["birth_date"] = birth
    if home:
        fields |= _filled({"class_code": "classCode", "class_name": "title"}, home)
        if special := home.values.get("metadata.jp.specialNeeds", ""):
            fields["special_needs_class"] = special == "true"
    if lesson:
        fields |= _filled({"attendance_number": "metadata.jp.shussekiNo"}, lesson)
    extension = _extension(user) | _ends(role, lesson)
    return fields | ({"extension_fields": extension} if extension else {})


def one_grade(user: Row, home: Row | None, *, user_first: bool) -> str | None:
    """The one grade that the user or the home class names; a class of several grades names none."""
    own = parts(user.values.get("grades", ""))
    of_class = parts(home.values.get("grades", "")) if home else []
    order = (own, of_class) if user_first else (of_class, own)
    return next((grades[0] for grades in order if len(grades) == 1), None)


def _names(user: Row) -> dict[str, str]:
    """Preferred names, and the official ones where the file tells them apart (section 5.2: usually it does not)."""
    names: dict[str, str] = {}
    for part in ("family", "given"):
        plain = user.values[f"{part}Name"]
        preferred = user.values.get(f"preferred{part.title()}Name", "") or plain
        names[f"preferred_{part}_name"] = preferred
        if preferred != plain:
            names[f"official_{part}_name"] = plain
    return names


def _filled(fields: Mapping[str, str], row: Row) -> dict[str, str]:
    return {field: text for field, column in fields.items() if (text := row.values.get(column, ""))}


def _extension(user: Row) -> dict[str, str]:
    """Filled columns of users that no field takes; never a password, whatever its column is called."""
    return {
        column: text
        for column, text in user.values.items()
        if text and column not in _READ and "password" not in column.lower()
    }


def _ends(role: Row, lesson: Row | None) -> dict[str, str]:
    """Dates of leaving, kept as they are: sources do not agree on what they mean (section 5.5 no. 18)."""
    ends = {"roles.endDate": role, "enrollments.endDate": lesson}
    return {name: text for name, row in ends.items() if row and (text := row.values.get("endDate", ""))}
