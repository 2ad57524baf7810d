"""What an office does by command when a child leaves, comes back, or has another guardian than before."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.office import Office, open_office
from tests.cli.town import MINATO
from tests.pds.intake.oneroster_files import Pupil, School, pack, stable_uuid, tables
from tests.world.processes import CommandFailedError

YEAR = 2024  # long before any clock on which the tests run


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office that has imported nothing."""
    return open_office(tmp_path_factory.mktemp("office")).root


@pytest.fixture
def office(empty: Path, tmp_path: Path) -> Office:
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path)


def pupil(key: str, number: str) -> Pupil:
    born, begins = f"{YEAR - 10}-05-14", f"{YEAR}-04-06"
    return Pupil(key, birth_date=born, begin_date=begins, attendance_number=number, guardians=(f"{key}-g",))


AIKO, KEN = pupil("aiko", "1"), pupil("ken", "2")


def imports(office: Office, *pupils: Pupil, options: tuple[str, ...] = ()) -> dict[str, Any]:
    """Hand over a OneRoster package."""
    package = pack(office.root / "roster.zip", dict(tables(school=School(), students=pupils, school_year=YEAR)))
    return office.does("import", "oneroster", package, "--as", MINATO, *options)


def named(of: Pupil) -> str:
    return f"oneroster.sourcedId={of.sourced_id}"


def test_an_import_says_who_is_absent_and_what_to_do_and_ends_nothing_by_itself(office: Office) -> None:
    imports(office, AIKO, KEN)
    told = imports(office, KEN)
    assert told.get("absent") == [{"class": "P4-0401", "number": 1, "school_year": YEAR}]
    assert "--end-absent 1 --left-on DAY" in told["absent_note"]
    assert AIKO.sourced_id not in json.dumps(told)
    with pytest.raises(CommandFailedError) as refused:
        imports(office, KEN, options=("--end-absent", "1"))
    assert refused.value.code == 2
    ended = imports(office, KEN, options=("--end-absent", "1", "--left-on", f"{YEAR}-05-31"))
    assert (ended["absent_ended"], "absent" in ended) == (1, False)
    assert "absent" not in imports(office, KEN)


def test_an_enrolment_is_ended_and_begun_again_by_command(office: Office) -> None:
    imports(office, AIKO, KEN)
    student = (named(AIKO), "--as", MINATO)
    ended = office.does("enrolment", "end", *student, "--on", f"{YEAR}-05-31", "--reason", "withdrawn")
    assert ended == {"last_day": f"{YEAR}-05-31", "reason": "withdrawn", "school_year": YEAR}
    listed = imports(office, AIKO, KEN)
    assert (listed["students_left"], listed.get("listed_after_leaving")) == (0, 1)
    with pytest.raises(CommandFailedError) as refused:
        office.does("enrolment", "end", *student, "--on", f"{YEAR}-06-01", "--reason", "moved")
    assert "one of transferred_out" in refused.value.stderr
    begun = office.does("enrolment", "start", *student, "--on", f"{YEAR}-06-01")
    assert begun == {"first_day": f"{YEAR}-06-01", "school_year": YEAR}
    assert "listed_after_leaving" not in imports(office, AIKO, KEN)


def test_who_decides_and_who_is_invited_is_entered_by_command(office: Office) -> None:
    imports(office, AIKO)
    student = (named(AIKO), "--as", MINATO)
    invited = ("--student", named(AIKO), "--guardian", f"oneroster.sourcedId={stable_uuid('guardian', 'aiko-g')}")
    changes = office.does("guardian", "set", *student, "--guardian", "1", "--authority", "no")
    assert changes == {"changed": True}
    [guardian] = office.does("guardian", "list", *student)["guardians"]
    assert (guardian["number"], guardian["relationship"], guardian["authority"]) == (1, "guardian", False)
    with pytest.raises(CommandFailedError) as refused:
        office.does("account", "invite", "--as", MINATO, *invited)
    assert (refused.value.code, "parental authority" in refused.value.stderr) == (3, True)
    office.does("guardian", "set", *student, "--guardian", "1", "--cares-by", "court")
    assert office.does("account", "invite", "--as", MINATO, *invited)["code"]
    office.does("guardian", "set", *student, "--guardian", "1", "--contact", "no")
    with pytest.raises(CommandFailedError) as refused:
        office.does("account", "invite", "--as", MINATO, *invited)
    assert (refused.value.code, "not to turn to" in refused.value.stderr) == (3, True)
    for wrong in (("--guardian", "2", "--contact", "no"), ("--guardian", "1"), ("--guardian", "1", "--contact", "x")):
        with pytest.raises(CommandFailedError) as refused:
            office.does("guardian", "set", *student, *wrong)
        assert refused.value.code == 2
