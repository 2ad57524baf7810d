"""`pds doctor` says what an operator has to know about a node that still runs."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.output import Exit
from pds.clock import JAPAN
from tests.world.processes import CommandFailedError, pds_here


@pytest.fixture
def node(tmp_path: Path) -> Path:
    pds_here("node", "init", "--recovery", tmp_path / "recovery.json", node=tmp_path / "node")
    return tmp_path / "node"


def installed(place: Path, name: str, *files: str) -> None:
    """A distribution as an installer leaves it behind."""
    folder = place / f"{name}-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (folder / "RECORD").write_text("".join(f"{file},,\n" for file in files))


def doctor(node: Path) -> tuple[int, list[str]]:
    done = CliRunner().invoke(app, ["doctor", "--node", str(node), "--json"])
    return done.exit_code, json.loads(done.stdout)["findings"]


def test_a_stranger_in_one_of_our_packages_is_found(
    node: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path / "site", "gates", "portal/__init__.py", "consent/helper.py")
    monkeypatch.syspath_prepend(tmp_path / "site")
    code, findings = doctor(node)
    assert code == Exit.VERIFICATION
    assert "gates holds files in consent, portal: give this node a Python environment of its own" in findings


def test_a_neighbour_with_files_of_its_own_is_no_stranger(
    node: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = doctor(node)
    installed(tmp_path / "site", "gates", "gates/portal/__init__.py", "gates.pth")
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert doctor(node) == before


def test_weeks_before_the_directory_runs_out_the_operator_is_told(node: Path, tmp_path: Path) -> None:
    pds_here("org", "add", "jp", "--name", "国", "--kind", "nation", node=node)
    today, out = datetime.now(JAPAN).date(), tmp_path / "directory.jws"
    for days, warned in ((30, True), (60, False)):
        last = (today + timedelta(days=days)).isoformat()
        pds_here("org", "publish", "--root", "jp", "--valid-until", last, "--out", out, node=node)
        told = pds_here("doctor", node=node)  # all is well: it is a warning, and no finding
        assert [last in text for text in told["warnings"]] == [True] * warned


def test_what_is_no_address_is_no_parent(node: Path, tmp_path: Path) -> None:
    for wrong in ("", "foo", "ftp://x", "https://"):
        for command in (["node", "parent", wrong], ["node", "init", "--recovery", tmp_path / "r", "--parent", wrong]):
            with pytest.raises(CommandFailedError) as failed:
                pds_here(*command, node=node if "init" not in command else tmp_path / "other")
            assert failed.value.code == Exit.USAGE
            assert "address" in str(failed.value)
    assert not (tmp_path / "other").exists()
    assert pds_here("node", "parent", "https://pds.example.lg.jp/", node=node)["parent"] == "https://pds.example.lg.jp"
    assert pds_here("node", "address", "https://a.example", node=node)["addresses"] == ["https://a.example"]
    assert pds_here("node", "address", node=node)["addresses"] == []
