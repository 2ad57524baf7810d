"""A new kind of record touches three files, and is then imported, read, shown, counted, moved and refused like any."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from tests.house.source import ROOT
from tests.prove.faults import copy_of

MODULE = '''"""部活動の記録: one day of a student in a club (学習指導要領 総則). Never: a judgement."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from pds.records.base import Called, Category, LongText, Name, Record, RecordKind, ShortText, Travel

Role = Literal["member", "club_head"]
ROLE = Called("役わり", "Role", member=("部員", "Member"), club_head=("部長", "Captain"))


class ClubActivity(Record):
    """What a student did in a club on a day; `hours` of it."""

    club: Annotated[ShortText, Called("部の名前", "Club")]
    role: Annotated[Role, ROLE]
    hours: Annotated[Decimal, Field(ge=0, le=24, max_digits=4, decimal_places=2), Called("時間", "Hours")]
    remark: Annotated[LongText | None, Called("ひとこと", "Remark")] = None


KIND = RecordKind("club_activity/1", Category("club_activity"), ClubActivity, Travel.CONSENTED, Name("部活動", "Clubs"))
'''
LISTED = (
    ("    attendance,\n", "    attendance,\n    club_activity,\n"),
    ("attendance.KIND,\n", "attendance.KIND,\n            club_activity.KIND,\n"),
)
ROW = "club_activity      R        R         RW        -        -      R          R     -       -\n"
READERS = {"student", "guardian", "homeroom_teacher", "principal", "vice_principal"}


def write_the_kind(tree: Path) -> None:
    """The three files."""
    (tree / "pds/records/club_activity.py").write_text(MODULE, encoding="utf-8")
    change(tree / "pds/records/registry.py", *LISTED)
    change(tree / "consent/decisions/matrix.py", ("drill_log          R", f"{ROW}drill_log          R"))


def change(file: Path, *pairs: tuple[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("town")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Mapping[str, Any]:
    tree = copy_of(ROOT, tmp_path_factory.mktemp("tree"))
    write_the_kind(tree)
    command = [sys.executable, "-P", "-B", "-W", "error", "-m", "tests.world.new_kind", str(folder)]
    done = subprocess.run(
        command,
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return MappingProxyType(json.loads(done.stdout))


def test_its_rows_come_in_through_a_mapping_and_once(story: Mapping[str, Any]) -> None:
    assert story["import"] == {
        "first": {"records": 3, "records_known": 0},
        "again": {"records": 0, "records_known": 3},
    }


def test_those_whom_the_matrix_names_read_it_and_nobody_else(story: Mapping[str, Any]) -> None:
    assert story["guardian"] == 2
    assert {position for position, found in story["staff"].items() if found == 2} == READERS
    others = {found for position, found in story["staff"].items() if position not in READERS}
    assert others == {"some of the requested kinds of record are not open for this purpose"}


def test_a_family_sees_it_by_its_names_in_both_languages_and_never_a_code(story: Mapping[str, Any]) -> None:
    road, english = story["pages"]["road"], story["pages"]["english"]
    for said in ("部活動", "合唱部", "役わり:部長", "時間:1.5", "ひとこと:CANARY夏の大会", "そのほか"):
        assert said in road, said
    for said in ("Clubs", "合唱部", "Role: Captain", "Hours: 1.5"):
        assert said in english, said
    for page in story["pages"].values():
        assert "club_activity" not in page.replace('value="club_activity"', "")
        assert "club_head" not in page
    assert "合唱部" in story["pages"]["others"]
    assert "単元テスト" not in story["pages"]["others"]
    assert "部活動" in story["pages"]["consents"]


def test_a_study_counts_it_and_it_goes_along_with_a_consent_that_names_it(story: Mapping[str, Any]) -> None:
    assert story["study"] == 1
    assert story["next school"] == ["ClubActivity", "EnrollmentInfo"]
