"""A canary search over raw bytes: no name, birth date, score, remark or local identifier leaves the vault unsealed."""

import base64
import logging
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from consent.lifecycle import acts, load
from pds.errors import PdsError
from pds.node.backup import back_up
from pds.vault import Action, Purpose
from tests.world import canaries
from tests.world.canaries import CANARIES, STUDENT, found, found_below
from tests.world.prefecture import Prefecture, School, open_prefecture

ROOT = Path(__file__).parents[3]


@pytest.fixture
def school(prefecture: Prefecture) -> School:
    school = prefecture.minato
    load(school.node, school.org, canaries.batch(school))
    return school


@pytest.mark.parametrize("name", CANARIES)
def test_the_search_finds_every_canary_in_every_writing(name: str) -> None:
    word = CANARIES[name]
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp932"):
        assert found(b"...." + word.encode(encoding) + b"....")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        for before in (b"", b"a", b"ab", b"abc"):
            data = before + word.encode(encoding) + b" and so on"
            for text in (base64.b64encode(data), base64.urlsafe_b64encode(data), data.hex(), data.hex().upper()):
                assert found(text if isinstance(text, bytes) else text.encode())
    assert found(repr({"x": word.encode()}).encode())


def test_ordinary_bytes_raise_no_alarm() -> None:
    assert found(bytes(range(256)) * 64 + "学校の記録 2026-05-08 87.5".encode()) == []


def use(school: School, other: str) -> None:
    """Everything a vault goes through in a year."""
    vault, guardian = school.vault(STUDENT), school.guardian(STUDENT)
    school.write(STUDENT, *canaries.records(school))
    consent = acts.give(school.node, vault, guardian, Purpose.TEACHING, recipient=other)  # type: ignore[arg-type]
    assert len(school.read(STUDENT)) == 8
    acts.withdraw(school.node, vault, guardian, consent)
    with school.node.vaults.read(school.guardian_permit(STUDENT)) as reader:
        assert any(stored.record.model_dump().get("test_name") == CANARIES["test"] for stored in reader.records())
        assert len(list(reader.access_log())) > 1
    load(school.node, school.org, canaries.batch(school))


def test_neither_database_nor_wal_nor_backup_holds_a_canary(
    prefecture: Prefecture, school: School, tmp_path: Path
) -> None:
    use(school, prefecture.hikari.org)
    folder = school.node.folder
    assert (folder / "store.db-wal").stat().st_size > 0  # what is searched has not been tidied away
    back_up(school.node, tmp_path / "backups")
    assert found_below(folder) == []
    assert found_below(tmp_path / "backups") == []
    assert found_below(tmp_path) == []  # the other nodes and the recovery files as well


def test_the_closed_database_holds_no_canary_either(tmp_path: Path) -> None:
    with open_prefecture(tmp_path) as prefecture:
        load(prefecture.minato.node, prefecture.minato.org, canaries.batch(prefecture.minato))
        use(prefecture.minato, prefecture.hikari.org)
    assert found_below(tmp_path) == []


def test_the_search_would_have_seen_an_unsealed_record(school: School) -> None:
    with school.node.store.transaction():
        text = canaries.records(school)[0].model_dump_json()
        school.node.store.put("note", "careless", text.encode())
    assert len(found_below(school.node.folder)) >= 5


def test_nothing_is_logged_that_was_recorded(
    prefecture: Prefecture, school: School, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    use(school, prefecture.hikari.org)
    for mistake in canaries.mistakes(school):
        with pytest.raises(PdsError):
            mistake()
    assert caplog.records
    assert found(caplog.text.encode()) == []


def causes(error: BaseException | None) -> list[str]:
    """Messages and representations of an error and of everything a traceback would show beneath it."""
    if error is None:
        return []
    below = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return [str(error), repr(error), "".join(traceback.format_exception(error)), *causes(below)]


def test_no_error_says_what_was_recorded(school: School) -> None:
    for number, mistake in enumerate(canaries.mistakes(school)):
        with pytest.raises(PdsError) as raised:
            mistake()
        said = "\n".join(causes(raised.value))
        assert found(said.encode()) == [], f"mistake {number}"
        assert found(repr(getattr(raised.value, "problems", ())).encode()) == [], f"mistake {number}"


def test_nothing_a_programmer_prints_shows_what_was_recorded(school: School) -> None:
    school.permit(STUDENT, Purpose.TEACHING, Action.READ)
    for thing in canaries.mentions(school):
        assert found(f"{thing!r} {thing}".encode()) == [], type(thing).__name__


def test_a_process_that_logs_everything_shows_no_canary(tmp_path: Path) -> None:
    with open_prefecture(tmp_path) as prefecture:
        folder, org = prefecture.minato.node.folder, prefecture.minato.org
    command = [sys.executable, "-m", "tests.world.canaries", str(folder), org]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert ran.stderr.count(b"Traceback") >= 10
    assert found(ran.stdout + ran.stderr) == []
