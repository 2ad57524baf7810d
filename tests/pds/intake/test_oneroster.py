from datetime import date
from pathlib import Path

import pytest

from pds.intake import LocalId, read_oneroster
from pds.records import EnrollmentInfo
from tests.pds.intake.oneroster_files import (
    Pupil,
    School,
    Table,
    csv_bytes,
    guardians_table,
    pack,
    stable_uuid,
    tables,
    write_oneroster,
)

HANA = Pupil("hana", guardians=("megumi",))
KEN = Pupil("ken", family="森", given="健", kana_family="モリ", kana_given="ケン", grade="P1", class_code="0102")


def enrollment(path: Path, number: int = 0) -> EnrollmentInfo:
    record = read_oneroster(path).records[number].record
    assert isinstance(record, EnrollmentInfo)
    return record


@pytest.mark.parametrize("version", ["1.2", "1.2.1", "1.2_JP"])
def test_a_valid_package_of_each_version_is_read_whole(tmp_path: Path, version: str) -> None:
    path = write_oneroster(tmp_path, school=School(), students=[HANA, KEN], version=version)
    batch = read_oneroster(path)
    assert [student.ids for student in batch.students] == [
        (
            LocalId("oneroster.sourcedId", pupil.sourced_id),
            LocalId("userMasterIdentifier", pupil.sourced_id),
        )
        for pupil in (HANA, KEN)
    ]
    assert {(student.school_code, student.school_year) for student in batch.students} == {("B113299999902", 2026)}
    assert batch.students[1].source.row == 3
    assert batch.source_system == "oneroster"
    assert batch.consents == ()
    record = enrollment(path)
    assert record.model_dump(exclude_none=True, exclude_defaults=True) == {
        "school_code": "B113299999902",
        "school_year": 2026,
        "grade": "P4",
        "class_code": "0401",
        "class_name": "4年1組",
        "attendance_number": 12,
        "occurred_on": date(2026, 4, 6),
        "source_system": "oneroster",
        "source_record_id": f"{HANA.sourced_id}/B113299999902/2026",
        "preferred_family_name": "小川",
        "preferred_given_name": "はな",
        "kana_family_name": "オガワ",
        "kana_given_name": "ハナ",
        "birth_date": date(2016, 5, 14),
        "sex": "unspecified",
        "special_needs_class": False,
    }


def test_guardians_come_from_roles_and_agents(tmp_path: Path) -> None:
    twin = Pupil("twin", guardians=("megumi", "ichiro"))
    path = write_oneroster(tmp_path, school=School(), students=[HANA, twin])
    links = {(link.ids[0].value, link.student.value) for link in read_oneroster(path).guardians}
    megumi, ichiro = stable_uuid("guardian", "megumi"), stable_uuid("guardian", "ichiro")
    assert links == {(megumi, HANA.sourced_id), (megumi, twin.sourced_id), (ichiro, twin.sourced_id)}
    first = read_oneroster(path).guardians[0]
    assert (first.relationship, first.has_parental_authority) == ("guardian", True)
    assert [found.scheme for found in first.ids] == ["oneroster.sourcedId", "userMasterIdentifier"]


def test_a_guardian_who_names_the_student_is_linked_once(tmp_path: Path) -> None:
    made = tables(school=School(), students=[HANA])
    agents = made["users.csv"][0].index("agentSourcedIds")
    made["users.csv"][2][agents] = HANA.sourced_id
    both = read_oneroster(pack(tmp_path / "both.zip", made)).guardians
    made["users.csv"][1][agents] = ""
    one = read_oneroster(pack(tmp_path / "one.zip", made)).guardians
    assert len(both) == len(one) == 1
    assert one[0].student == both[0].student


@pytest.mark.parametrize("inside", [True, False])
def test_guardians_csv_is_read_inside_and_beside_and_comes_first(tmp_path: Path, inside: bool) -> None:  # noqa: FBT001
    made = tables(school=School(), students=[HANA, KEN])
    table = guardians_table([("megumi", HANA, "parent", "false"), ("aunt", KEN, "other", "true")])
    if inside:
        made["guardians.csv"] = table
    else:
        (tmp_path / "guardians.csv").write_bytes(csv_bytes(table))
    links = read_oneroster(pack(tmp_path / "roster.zip", made)).guardians
    assert [(link.relationship, link.has_parental_authority, len(link.ids)) for link in links] == [
        ("parent", False, 2),
        ("other", True, 1),
    ]
    assert links[1].ids[0] == LocalId("oneroster.sourcedId", stable_uuid("guardian", "aunt"))


def test_unknown_columns_of_users_are_kept_but_never_a_password(tmp_path: Path) -> None:
    extra = {"ext_bus": "3", "metadata.oldPassword": "hunter2", "password": "hunter2", "email": "a@example.jp"}
    path = write_oneroster(tmp_path, school=School(), students=[Pupil("a", extra=extra)])
    assert enrollment(path).model_dump()["extension_fields"] == {"ext_bus": "3", "email": "a@example.jp"}
    assert b"hunter2" not in enrollment(path).model_dump_json().encode()


def test_the_end_of_a_role_is_kept_as_the_file_says_it(tmp_path: Path) -> None:
    made = tables(school=School(), students=[HANA])
    made["roles.csv"][1][made["roles.csv"][0].index("endDate")] = "2026-09-30"
    made["enrollments.csv"][1][made["enrollments.csv"][0].index("endDate")] = "2026-09-29"
    record = enrollment(pack(tmp_path / "r.zip", made))
    assert record.model_dump()["extension_fields"] == {
        "roles.endDate": "2026-09-30",
        "enrollments.endDate": "2026-09-29",
    }
    assert record.enrollment_status == "enrolled"


def test_a_family_name_that_differs_from_the_preferred_one_is_official(tmp_path: Path) -> None:
    pupil = Pupil("a", family="小川", extra={"familyName": "陳"})
    record = enrollment(write_oneroster(tmp_path, school=School(), students=[pupil]))
    assert (record.preferred_family_name, record.official_family_name) == ("小川", "陳")
    assert record.official_given_name is None


def test_kana_are_composed_and_kanji_are_left_alone(tmp_path: Path) -> None:
    pupil = Pupil("a", family="\ufa19田", kana_family="カ\u3099ワ")
    record = enrollment(write_oneroster(tmp_path, school=School(), students=[pupil]))
    assert (record.preferred_family_name, record.kana_family_name) == ("\ufa19田", "ガワ")


def test_a_student_without_master_identifier_has_the_sourced_id_alone(tmp_path: Path) -> None:
    path = write_oneroster(tmp_path, school=School(), students=[Pupil("a", has_master_identifier=False)])
    assert [found.scheme for found in read_oneroster(path).students[0].ids] == ["oneroster.sourcedId"]


def test_demographics_may_be_absent(tmp_path: Path) -> None:
    record = enrollment(write_oneroster(tmp_path, school=School(), students=[HANA], demographics=False))
    assert (record.birth_date, record.sex) == (None, None)


def test_a_home_class_without_enrollment_still_names_the_class(tmp_path: Path) -> None:
    made = tables(school=School(), students=[HANA])
    del made["enrollments.csv"][1:]
    record = enrollment(pack(tmp_path / "r.zip", made))
    assert (record.class_code, record.attendance_number, record.occurred_on) == ("0401", None, date(2026, 4, 1))


def test_a_student_in_no_class_is_enrolled_in_the_only_school_year(tmp_path: Path) -> None:
    made = tables(school=School(), students=[HANA])
    del made["enrollments.csv"][1:]
    made["users.csv"][1][made["users.csv"][0].index("metadata.jp.homeClass")] = ""
    record = enrollment(pack(tmp_path / "r.zip", made))
    assert (record.school_year, record.class_code, record.grade) == (2026, None, "P4")


def test_a_subject_group_is_no_home_class(tmp_path: Path) -> None:
    made = tables(school=School(), students=[HANA])
    made["users.csv"][1][made["users.csv"][0].index("metadata.jp.homeClass")] = ""
    made["classes.csv"][1][made["classes.csv"][0].index("classType")] = "scheduled"
    assert enrollment(pack(tmp_path / "r.zip", made)).class_name is None


def test_a_class_of_several_grades_leaves_the_grade_to_the_student(tmp_path: Path) -> None:
    made = tables(school=School(), students=[HANA])
    made["classes.csv"][1][made["classes.csv"][0].index("grades")] = "P3,P4"
    assert enrollment(pack(tmp_path / "r.zip", made)).grade == "P4"


def test_two_school_years_give_two_records_with_the_grade_of_each_class(tmp_path: Path) -> None:
    before = tables(school=School(), students=[Pupil("hana", grade="P3", class_code="0301")], school_year=2025)
    made = tables(school=School(), students=[Pupil("hana", begin_date="")])
    for name in ("academicSessions.csv", "courses.csv", "classes.csv"):
        made[name] += before[name][1:]
    earlier = before["enrollments.csv"][1]
    earlier[0] = "another"
    made["enrollments.csv"].append(earlier)
    batch = read_oneroster(pack(tmp_path / "r.zip", made))
    assert sorted((found.record.school_year, found.record.grade) for found in batch.records) == [
        (2025, "P3"),
        (2026, "P4"),
    ]
    assert sorted(found.school_year for found in batch.students) == [2025, 2026]


def test_columns_may_stand_in_any_order_and_lines_may_be_empty(tmp_path: Path) -> None:
    made = tables(school=School(), students=[HANA])
    made["users.csv"] = [row[::-1] for row in made["users.csv"]]
    files: dict[str, Table | bytes] = {**made, "roles.csv": csv_bytes(made["roles.csv"]) + b"\r\n\r\n"}
    assert len(read_oneroster(pack(tmp_path / "r.zip", files)).students) == 1
