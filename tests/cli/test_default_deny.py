"""Every command tried as nobody (no node), as a school this node is not for, and as the wrong school."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from cli.main import app
from tests.cli.town import HIKARI, MINATO, NATION, SURNAME, Town, build_town

COMMANDS = {
    "node parent": ["http://127.0.0.1:9"],
    "node address": ["https://a.example"],
    "node tick": [],
    "node backup": ["{tmp}/backup"],
    "node restore": ["{tmp}/missing-key-2026-01-01.db"],
    "node confirm": [],
    "org add": ["x", "--name", "x", "--kind", "school", "--parent", "139998"],
    "org admit": ["{tmp}/missing", "--out", "{tmp}/out"],
    "org collect": ["{tmp}/missing"],
    "org publish": ["--root", NATION, "--valid-until", "2030-01-01", "--out", "{tmp}/out"],
    "org directory": ["{tmp}/missing"],
    "org contacts": ["{school}", "{tmp}/missing.toml"],
    "account end": ["nobody"],
    "account invite": ["--student", "town=aiko", "--as", "{school}"],
    "import oneroster": ["{tmp}/missing.zip", "--as", "{school}"],
    "import csv": ["{files}", "--as", "{school}", "--mapping", "{mapping}"],
    "import gaiji": ["--as", "{school}", "--source", "x"],
    "enrolment end": ["town=aiko", "--as", "{school}", "--on", "2026-05-01"],
    "enrolment start": ["town=aiko", "--as", "{school}", "--on", "2026-05-01"],
    "guardian list": ["town=aiko", "--as", "{school}"],
    "guardian set": ["town=aiko", "--as", "{school}", "--guardian", "1", "--contact", "yes"],
    "vault show": ["town=aiko", "--as", "{school}"],
    "vault verify": ["town=aiko", "--as", "{school}"],
    "vault records": ["town=aiko", "--as", "{school}"],
    "vault expect": ["town=aiko", "--as", "{school}"],
    "vault join": ["town=aiko", "town=aiko", "--as", "{school}", "--by", "a"],
    "vault part": ["town=aiko", "--as", "{school}", "--by", "a"],
    "vault confirm": ["town=aiko", "--as", "{school}", "--by", "b"],
    "vault relink": [
        *("town=aiko", "town=aiko", "--as", "{school}", "--from", "2026-05-01", "--why", "swapped", "--by", "a")
    ],
    "consent grant": ["town=aiko", "--as", "{school}", "--purpose", "teaching", "--signed-on", "2026-05-01"],
    "consent withdraw": ["town=aiko", "00000000-0000-4000-8000-000000000000", "--as", "{school}"],
    "consent explain": ["town=aiko", "--as", "{school}", "--purpose", "teaching"],
    "transfer offer": ["town=aiko", "--as", "{school}", "--to", NATION],
    "transfer accept": ["00000000-0000-4000-8000-000000000000", "--on", "2026-05-01"],
    "transfer consent": ["00000000-0000-4000-8000-000000000000", "--signed-on", "2026-05-01"],
    "transfer send": ["00000000-0000-4000-8000-000000000000"],
    "transfer receive": ["00000000-0000-4000-8000-000000000000"],
    "transfer show": ["00000000-0000-4000-8000-000000000000"],
    "transfer status": [],
    "transfer outbox": ["{tmp}/box"],
    "transfer inbox": ["{tmp}/box"],
    "study draft": ["{tmp}/missing.json", "--by", "a", "--group-size", "10"],
    "study approve": ["0" * 64, "--by", "b"],
    "study answer": ["0" * 64],
    "study merge": ["0" * 64, "--as", "139998"],
    "study release": ["0" * 64],
    "study show": ["0" * 64],
    "study allowance": [],
    "audit privacy": [],
    "doctor": [],
}
MAKES_A_NODE = {"node init"}
SERVES = {"serve"}
ABOUT_ONE_STUDENT = [name for name, arguments in COMMANDS.items() if "{school}" in arguments and "import" not in name]


def every_command() -> Iterator[str]:
    root = typer.main.get_command(app)
    for name, command in sorted(root.commands.items()):  # type: ignore[attr-defined]
        children = getattr(command, "commands", None)
        yield from ([name] if children is None else [f"{name} {child}" for child in sorted(children)])


def run(command: str, node: Path, **fill: object) -> tuple[int, str]:
    arguments = [text.format(**fill) for text in COMMANDS[command]]
    done = CliRunner().invoke(app, [*command.split(), *arguments, "--node", str(node), "--json"])
    assert done.exception is None or isinstance(done.exception, SystemExit), (command, done.exception)
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    built = build_town(tmp_path_factory.mktemp("town"), "2099-12-31")
    built.import_files(MINATO, ["aiko"], 2026)
    built.import_files(HIKARI, ["mio"], 2026)
    return built


def test_the_walk_goes_over_every_command() -> None:
    assert set(every_command()) == set(COMMANDS) | MAKES_A_NODE | SERVES


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_nobody_gets_anything_without_a_node(command: str, tmp_path: Path) -> None:
    fill = {"tmp": tmp_path, "school": MINATO, "files": tmp_path, "mapping": tmp_path / "missing.toml"}
    code, output = run(command, tmp_path / "no-node", **fill)
    assert code in {2, 3}
    assert "Traceback" not in output
    assert not (tmp_path / "no-node" / "store.db").exists()


@pytest.mark.parametrize("command", ABOUT_ONE_STUDENT)
@pytest.mark.parametrize("school", [HIKARI, "B1-nobody"])
def test_the_wrong_school_gets_nothing_of_another_schools_student(
    command: str, school: str, town: Town, tmp_path: Path
) -> None:
    fill = {"tmp": tmp_path, "school": school, "files": tmp_path, "mapping": tmp_path}
    for node in (MINATO, HIKARI):
        code, output = run(command, town.node(node), **fill)
        assert code in {2, 3}
        assert SURNAME not in output


def test_a_file_set_of_another_school_is_refused_and_the_store_is_unchanged(town: Town, tmp_path: Path) -> None:
    files = town.files(HIKARI, ["zoe"], 2026)
    before = (town.node(MINATO) / "store.db").read_bytes()
    fill = {"tmp": tmp_path, "school": MINATO, "files": files, "mapping": town.root / "mapping.toml"}
    code, output = run("import csv", town.node(MINATO), **fill)
    assert code == 2
    problems = json.loads(output.strip().splitlines()[-1])["problems"]
    assert {problem["code"] for problem in problems} == {"dangling_reference"}
    assert (town.node(MINATO) / "store.db").read_bytes() == before
