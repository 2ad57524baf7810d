"""The demo as a whole, with a few families: built over real processes and HTTP, opened again, and nothing lost."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from rich.progress import Progress

from consent.decisions import Refused, Request, ask
from examples.hikari import __main__ as hikari
from examples.hikari.demo import Demo, opened
from examples.hikari.imports import City, awaited, import_year, take_in
from examples.hikari.journal import Journal
from examples.hikari.nodes import open_one
from examples.hikari.seats import MOVING
from examples.hikari.sign_ins import person_of
from examples.hikari.town import CITY, MIDORI, NAGISA, NATION
from examples.star import __main__ as star
from federation import StudyState, registered
from pds.chain import Chain
from pds.clock import JAPAN, SystemClock
from pds.holders import Role
from pds.records import Category
from pds.transfer import State, state
from pds.vault import Action, Purpose, verify_copy

SHARE = 60
INTERRUPTED = 20  # enough children that a build takes its time


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small city, built once."""
    folder: Path = tmp_path_factory.mktemp("hikari")
    with Progress(disable=True) as progress, opened(folder, progress, share=SHARE):
        pass
    return folder


def heads(root: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("city", "midori", "nagisa"):
        with open_one(root, name) as node:
            found |= {f"{name}/{vault}": node.store.head(vault) for vault in node.vaults.all()}
    return found


@dataclass(frozen=True)
class Again:
    """The city opened a second time, with what was there before."""

    demo: Demo
    heads: dict[str, str]
    journal: bytes


@pytest.fixture(scope="module")
def again(root: Path) -> Iterator[Again]:
    before, journal = heads(root), (root / "journal.json").read_bytes()
    with Progress(disable=True) as progress, opened(root, progress, share=SHARE) as demo:
        yield Again(demo, before, journal)


@pytest.mark.slow
def test_a_second_start_serves_every_node_and_builds_nothing_anew(again: Again, root: Path) -> None:
    for address in again.demo.addresses.values():
        with urllib.request.urlopen(f"{address}/health", timeout=20) as answer:  # noqa: S310  # the loopback
            assert answer.status == 200
    assert heads(root) == again.heads
    assert (root / "journal.json").read_bytes() == again.journal


@pytest.mark.slow
def test_the_student_who_moved_lives_at_the_new_school_alone_with_the_whole_history(root: Path) -> None:
    with open_one(root, NAGISA.node) as old, open_one(root, MIDORI.node) as new:
        vault = new.vaults.find(MIDORI.code, "hikari.student", MOVING)
        assert vault is not None
        assert {one.state for one in state.listed(old) if one.vault == vault} == {State.CLOSED}
        assert new.vaults.head(vault).home == MIDORI.code
        assert new.vaults.head(vault).tips[Chain.RECORDS].length > old.vaults.head(vault).tips[Chain.RECORDS].length
        request = Request(
            vault=vault,
            actor=NAGISA.code,
            organisation=NAGISA.code,
            purpose=Purpose.TEACHING,
            action=Action.READ,
            categories=frozenset({Category.TEST_RESULT}),
        )
        assert isinstance(ask(new, request), Refused)


@pytest.mark.slow
def test_one_history_waits_verified_for_the_new_school_to_decide(root: Path) -> None:
    with open_one(root, MIDORI.node) as new:
        waiting = [one for one in state.listed(new) if one.state is State.QUARANTINED]
        assert [one.destination for one in waiting] == [MIDORI.code]
        student = awaited(City(root, 2026, SystemClock().now().astimezone(JAPAN).date(), SHARE)).student.number
        assert new.vaults.find(MIDORI.code, "hikari.student", student) is None


@pytest.mark.slow
def test_nation_and_city_have_each_released_a_table_and_one_draft_waits(root: Path) -> None:
    for name, organisation, states in (
        ("nation", NATION, [StudyState.RELEASED]),
        ("city", CITY, [StudyState.RELEASED, StudyState.DRAFT]),
    ):
        with open_one(root, name) as node:
            found = registered(node)
            assert [one.state for one in found] == states
            assert {one.study.asked_by for one in found} == {organisation}


@pytest.mark.slow
def test_everybody_on_the_list_can_sign_in_where_the_list_says(again: Again, root: Path) -> None:
    people = {}
    for sign_in in again.demo.sign_ins:
        with open_one(root, sign_in.node) as node:
            people[sign_in.key] = person_of(node, sign_in)
    assert None not in people.values()
    guardian, other, student = people["guardian"], people["other_guardian"], people["student"]
    assert guardian is not None
    assert other is not None
    assert student is not None
    assert set(guardian.vaults.values()) == {Role.GUARDIAN}
    assert len(guardian.vaults) == 2
    assert guardian.vaults.keys() == other.vaults.keys()
    assert set(student.vaults.values()) == {Role.STUDENT}
    assert student.vaults.keys() <= guardian.vaults.keys()
    assert guardian.holder != other.holder


@pytest.mark.slow
def test_sign_ins_stand_in_a_file_for_its_owner_alone_and_in_no_log(again: Again, root: Path) -> None:
    for name in ("demo.json", "journal.json"):
        assert stat.S_IMODE((root / name).stat().st_mode) == 0o600
    document = json.loads((root / "demo.json").read_text(encoding="utf-8"))
    assert {one["key"] for one in document["sign_ins"]} >= {
        "student",
        "guardian",
        "other_guardian",
        "teacher",
        "office",
    }
    logs = b"".join(log.read_bytes() for log in root.glob("*.log"))
    assert not any(sign_in.password.encode() in logs for sign_in in again.demo.sign_ins)


@pytest.mark.slow
def test_a_school_year_that_is_imported_twice_adds_nothing(root: Path) -> None:
    today = SystemClock().now().astimezone(JAPAN).date()
    city = City(root, 2026, today, SHARE)
    assert import_year(city, MIDORI, city.year - 1) == 0


@pytest.mark.slow
def test_ctrl_c_stops_a_build_without_a_traceback_and_the_next_one_goes_on(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "examples.hikari", "--root", str(tmp_path), "--share", str(INTERRUPTED), "--once"]
    building = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    while not Journal(tmp_path).has("nodes") and building.poll() is None:
        time.sleep(0.05)
    time.sleep(0.5)  # into the imports
    os.killpg(building.pid, signal.SIGINT)
    out, err = building.communicate(timeout=60)
    assert building.returncode == 5, err
    assert b"Traceback" not in out + err
    assert b"run it again" in err
    city = City(tmp_path, 2026, SystemClock().now().astimezone(JAPAN).date(), INTERRUPTED)
    take_in(city, Journal(tmp_path), lambda _records: None)
    with open_one(tmp_path, MIDORI.node) as node:
        seats = [seat for seat in city.seats(MIDORI, city.year) if seat.moved_in is None]
        assert len(node.vaults.all()) == len(seats)
        verified = [verify_copy(node.vaults.copy(vault), node.card).records for vault in node.vaults.all()]
    assert min(verified) > 0


@pytest.mark.parametrize("example", [hikari, star])
def test_workers_that_ctrl_c_ended_first_are_no_traceback(
    example: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ended(*_: object, **__: object) -> None:
        raise BrokenProcessPool("a process was terminated abruptly")

    monkeypatch.setattr(hikari, "opened", ended)
    monkeypatch.setattr(star, "Replay", ended)
    monkeypatch.setattr(sys, "argv", ["example", "--root", str(tmp_path)])
    assert example.main() == 5
    assert "run it again" in capsys.readouterr().err


def test_an_interrupted_build_remembers_what_is_done(tmp_path: Path) -> None:
    Journal(tmp_path).note("import midori 2025", 7)
    again = Journal(tmp_path)
    assert again.has("import midori 2025")
    assert again.result("import midori 2025") == 7
    assert not again.has("import midori 2026")
