"""One spoilt cell, file or manifest at a time, each on disk."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pds.intake import read_oneroster
from tests.pds.intake.oneroster_files import Pupil, School, Table, csv_bytes, guardians_table, manifest, pack, tables
from tests.pds.intake.refusals import Told, told

HANA = Pupil("hana", guardians=("megumi",))
KEN = Pupil("ken", attendance_number="13")
Files = dict[str, Table | bytes]


def valid() -> dict[str, Table]:
    return tables(school=School(), students=[HANA, KEN])


def refused(tmp_path: Path, files: Files) -> list[Told]:
    return told(lambda: read_oneroster(pack(tmp_path / "roster.zip", files)))


@pytest.mark.parametrize(
    ("file", "row", "column", "text", "code"),
    [
        ("academicSessions", 2, "type", "term", "not_in_list"),
        ("academicSessions", 2, "endDate", "2027/03/31", "bad_date"),
        ("academicSessions", 2, "schoolYear", "2027", "out_of_range"),
        ("academicSessions", 2, "schoolYear", "R8", "bad_number"),
        ("academicSessions", 2, "parentSourcedId", "nowhere", "dangling_reference"),
        ("orgs", 3, "identifier", "B113299999903", "bad_school_code"),
        ("orgs", 3, "identifier", "", "missing_value"),
        ("orgs", 3, "identifier", "139998", "duplicate_id"),
        ("orgs", 3, "type", "faculty", "not_in_list"),
        ("courses", 2, "orgSourcedId", "nowhere", "dangling_reference"),
        ("courses", 2, "grades", "4", "not_in_list"),
        ("classes", 2, "classType", "club", "not_in_list"),
        ("classes", 2, "termSourcedIds", "nowhere", "dangling_reference"),
        ("classes", 2, "metadata.jp.specialNeeds", "False", "bad_boolean"),
        ("users", 2, "enabledUser", "TRUE", "bad_boolean"),
        ("users", 2, "givenName", "", "missing_value"),
        ("users", 2, "status", "tobedeleted", "not_in_list"),
        ("users", 2, "userMasterIdentifier", "1122", "bad_uuid"),
        ("users", 3, "userMasterIdentifier", HANA.sourced_id, "duplicate_id"),
        ("users", 3, "username", HANA.username, "duplicate_id"),
        ("users", 2, "grades", "P9", "not_in_list"),
        ("users", 2, "agentSourcedIds", "nowhere", "dangling_reference"),
        ("users", 2, "metadata.jp.homeClass", "nowhere", "dangling_reference"),
        ("users", 2, "preferredFamilyName", "川" * 201, "too_long"),
        ("roles", 2, "role", "parent", "not_in_list"),
        ("roles", 2, "roleType", "main", "not_in_list"),
        ("roles", 2, "userSourcedId", "nowhere", "dangling_reference"),
        ("roles", 2, "beginDate", "2026-13-01", "bad_date"),
        ("enrollments", 2, "classSourcedId", "nowhere", "dangling_reference"),
        ("enrollments", 2, "role", "pupil", "not_in_list"),
        ("enrollments", 2, "primary", "true", "out_of_range"),
        ("enrollments", 2, "primary", "no", "bad_boolean"),
        ("enrollments", 2, "metadata.jp.shussekiNo", "十二", "bad_number"),
        ("demographics", 2, "birthDate", "2016-05-32", "bad_date"),
        ("demographics", 2, "sex", "f", "not_in_list"),
    ],
)
def test_a_wrong_cell_is_named(  # noqa: PLR0917  # the columns of the table above
    tmp_path: Path, file: str, row: int, column: str, text: str, code: str
) -> None:
    made = valid()
    table = made[f"{file}.csv"]
    table[row - 1][table[0].index(column)] = text
    assert (code, f"{file}.csv", row, column) in refused(tmp_path, {**made})


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    made = valid()
    users, demographics = made["users.csv"], made["demographics.csv"]
    users[1][users[0].index("enabledUser")] = "yes"
    users[2][users[0].index("metadata.jp.homeClass")] = "nowhere"
    demographics[2][demographics[0].index("sex")] = "m"
    assert refused(tmp_path, {**made}) == [
        ("bad_boolean", "users.csv", 2, "enabledUser"),
        ("not_in_list", "demographics.csv", 3, "sex"),
        ("dangling_reference", "users.csv", 3, "metadata.jp.homeClass"),
    ]


def test_a_lost_row_raises_no_false_alarm_about_references(tmp_path: Path) -> None:
    made = valid()
    made["users.csv"][1].append("one cell more")
    assert refused(tmp_path, {**made}) == [("ragged_row", "users.csv", 2, None)]


def test_a_sourced_id_stands_once(tmp_path: Path) -> None:
    made = valid()
    made["users.csv"][2][0] = made["users.csv"][1][0]
    assert ("duplicate_id", "users.csv", 3, "sourcedId") in refused(tmp_path, {**made})


def test_a_student_in_a_board_instead_of_a_school_is_refused(tmp_path: Path) -> None:
    made = valid()
    made["roles.csv"][1][-2] = made["orgs.csv"][1][0]
    found = refused(tmp_path, {**made})
    assert ("dangling_reference", "roles.csv", 2, "orgSourcedId") in found


def test_an_enrollment_at_a_school_without_the_role_is_refused(tmp_path: Path) -> None:
    made = valid()
    made["roles.csv"][1][made["roles.csv"][0].index("role")] = "aide"
    assert ("missing_role", "enrollments.csv", 2, "userSourcedId") in refused(tmp_path, {**made})


def test_a_user_without_a_primary_role_is_refused(tmp_path: Path) -> None:
    made = valid()
    made["roles.csv"][1][made["roles.csv"][0].index("roleType")] = "secondary"
    assert refused(tmp_path, {**made}) == [("missing_role", "users.csv", 2, "sourcedId")]


def test_an_enrollment_at_another_school_than_its_class_is_refused(tmp_path: Path) -> None:
    made = valid()
    second = ["second", "", "", "別の小学校", "school", "C113299999919", ""]
    made["orgs.csv"].append(second)
    made["enrollments.csv"][1][made["enrollments.csv"][0].index("schoolSourcedId")] = "second"
    assert ("out_of_range", "enrollments.csv", 2, "schoolSourcedId") in refused(tmp_path, {**made})


def test_a_student_without_any_grade_is_refused(tmp_path: Path) -> None:
    made = valid()
    made["users.csv"][1][made["users.csv"][0].index("grades")] = ""
    made["classes.csv"][1][made["classes.csv"][0].index("grades")] = "P4,P5"
    assert refused(tmp_path, {**made}) == [("missing_value", "users.csv", 2, "grades")]


def test_a_student_in_no_class_of_a_package_of_two_years_is_refused(tmp_path: Path) -> None:
    made = valid()
    made["academicSessions.csv"].append(
        ["other", "", "", "2025年度", "schoolYear", "2025-04-01", "2026-03-31", "", "2025"]
    )
    del made["enrollments.csv"][1]
    made["users.csv"][1][made["users.csv"][0].index("metadata.jp.homeClass")] = ""
    assert refused(tmp_path, {**made}) == [("missing_enrollment", "roles.csv", 2, "userSourcedId")]


def test_a_guardian_of_nobody_is_refused(tmp_path: Path) -> None:
    made = valid()
    made["users.csv"][1][made["users.csv"][0].index("agentSourcedIds")] = ""
    assert refused(tmp_path, {**made}) == [("missing_value", "users.csv", 4, "agentSourcedIds")]


def _without_manifest(made: Files) -> None:
    del made["manifest.csv"]


def _of_version_1_1(made: Files) -> None:
    made["manifest.csv"] = manifest(made, "1.1")


def _as_delta(made: Files) -> None:
    table = manifest(made)
    table[next(i for i, row in enumerate(table) if row[0] == "file.users")][1] = "delta"
    made["manifest.csv"] = table


def _with_results(made: Files) -> None:
    table = manifest(made)
    table[next(i for i, row in enumerate(table) if row[0] == "file.results")][1] = "bulk"
    made["manifest.csv"] = table


def _without_property(made: Files) -> None:
    made["manifest.csv"] = [row for row in manifest(made) if row[0] != "file.orgs"]


def _without_required_file(made: Files) -> None:
    del made["courses.csv"]


def _with_undeclared_file(made: Files) -> None:
    made["results.csv"] = [["sourcedId"]]


def _without_required_column(made: Files) -> None:
    made["roles.csv"] = [[cell for i, cell in enumerate(row) if i != 5] for row in valid()["roles.csv"]]


def _with_a_column_twice(made: Files) -> None:
    made["roles.csv"] = [[*row, row[5]] for row in valid()["roles.csv"]]


def _with_both_spellings(made: Files) -> None:
    table = valid()["enrollments.csv"]
    made["enrollments.csv"] = [[*table[0], "metadata.jp.ShussekiNo"], *([*row, "1"] for row in table[1:])]


def _in_shift_jis(made: Files) -> None:
    made["users.csv"] = csv_bytes(valid()["users.csv"], "cp932")


def _with_byte_order_mark(made: Files) -> None:
    made["users.csv"] = csv_bytes(valid()["users.csv"], "utf-8-sig")


def _in_utf_16(made: Files) -> None:
    made["users.csv"] = csv_bytes(valid()["users.csv"], "utf-16")


def _empty(made: Files) -> None:
    made["users.csv"] = b""


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (_without_manifest, ("missing_manifest", "manifest.csv", None, None)),
        (_of_version_1_1, ("bad_manifest", "manifest.csv", 3, "oneroster.version")),
        (_as_delta, ("bad_manifest", "manifest.csv", 19, "file.users")),
        (_with_results, ("bad_manifest", "manifest.csv", 15, None)),
        (_without_property, ("bad_manifest", "manifest.csv", None, "file.orgs")),
        (_without_required_file, ("missing_file", "courses.csv", None, None)),
        (_with_undeclared_file, ("unexpected_file", "results.csv", None, None)),
        (_without_required_column, ("missing_column", "roles.csv", 1, "role")),
        (_with_a_column_twice, ("duplicate_column", "roles.csv", 1, "column 11")),
        (_with_both_spellings, ("duplicate_column", "enrollments.csv", 1, "column 13")),
        (_in_shift_jis, ("wrong_encoding", "users.csv", 2, None)),
        (_with_byte_order_mark, ("byte_order_mark", "users.csv", 1, None)),
        (_in_utf_16, ("nul_byte", "users.csv", 1, None)),
        (_empty, ("empty_file", "users.csv", 1, None)),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, spoil: Callable[[Files], None], expected: Told) -> None:
    made: Files = {**valid()}
    spoil(made)
    assert refused(tmp_path, made) == [expected]


def test_a_folder_is_no_package(tmp_path: Path) -> None:
    assert told(lambda: read_oneroster(tmp_path))[0][0] == "damaged_zip"


def test_wrong_guardians_are_named(tmp_path: Path) -> None:
    made = valid()
    rows = [("megumi", HANA, "parent", "true"), ("megumi", HANA, "parent", "true"), ("x", KEN, "mother", "1")]
    made["guardians.csv"] = guardians_table(rows)
    assert refused(tmp_path, {**made}) == [
        ("duplicate_row", "guardians.csv", 3, None),
        ("not_in_list", "guardians.csv", 4, "relationship"),
        ("bad_boolean", "guardians.csv", 4, "hasParentalAuthority"),
    ]


def test_a_guardian_of_a_student_of_another_package_is_refused(tmp_path: Path) -> None:
    made = valid()
    made["guardians.csv"] = guardians_table([("x", Pupil("stranger"), "parent", "true")])
    assert refused(tmp_path, {**made}) == [("dangling_reference", "guardians.csv", 2, "studentSourcedId")]


def test_guardians_inside_and_beside_are_refused(tmp_path: Path) -> None:
    made = valid()
    made["guardians.csv"] = guardians_table([("megumi", HANA, "parent", "true")])
    (tmp_path / "guardians.csv").write_bytes(csv_bytes(made["guardians.csv"]))
    assert refused(tmp_path, {**made}) == [("unexpected_file", "guardians.csv", None, None)]
