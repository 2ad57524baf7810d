"""What one round of a node's work does beside the post: what is over by its day is gone."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.output import Exit
from consent.lifecycle import INVITATION
from federation import exchange
from pds.node import create_node, open_node
from pds.people import codes, sessions
from pds.post import mailbox
from tests.world import MovableClock
from tests.world.prefecture import Prefecture
from tests.world.processes import free_port, pds_here
from tests.world.tampering import flip

DAY = timedelta(days=1)


@pytest.fixture
def old_key(prefecture: Prefecture) -> Path:
    """A backup key of a school's node that is long over."""
    key = prefecture.minato.node.folder / "backup-keys" / "manabi-20200101T000000Z-00000000.key"
    key.parent.mkdir()
    key.write_bytes(bytes(32))
    return key


def test_a_round_says_that_a_vault_is_damaged_and_does_all_the_rest(prefecture: Prefecture, old_key: Path) -> None:
    school = prefecture.minato
    school.admit("aiko", "bunta")
    flip(
        school.node.folder,
        "entries",
        "body",
        "chain = 'authorisations' AND seq = 2 AND vault = ?",
        school.vault("aiko"),
    )
    done = CliRunner().invoke(app, ["node", "tick", "--node", str(school.node.folder), "--json"])
    assert done.exit_code == Exit.VERIFICATION
    said = json.loads(done.stdout)
    assert said["vaults_damaged"] == 1
    assert said["backup_keys_destroyed"] == ["2020-01-01"]
    assert not old_key.exists()


def test_a_nodes_own_duties_are_done_though_its_parent_is_away(prefecture: Prefecture, old_key: Path) -> None:
    folder = prefecture.minato.node.folder
    exchange.set_parent(prefecture.minato.node, f"http://127.0.0.1:{free_port()}")
    done = CliRunner().invoke(app, ["node", "tick", "--node", str(folder), "--json"])
    assert done.exit_code == Exit.INTERRUPTED
    assert not old_key.exists()


def test_a_round_deletes_what_is_over_by_its_day_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    create_node(folder, tmp_path / "recovery.json")
    with open_node(folder, MovableClock(datetime.now(UTC) - 100 * DAY)) as node:
        codes.issue(node, INVITATION, {}, 14 * DAY)
        sessions.begin(node, {}, DAY / 24)
        mailbox.set_aside(node, "no message", "why")
    with open_node(folder) as node:
        codes.issue(node, INVITATION, {"still": True}, 14 * DAY)
        mailbox.set_aside(node, "no message either", "why")
    assert pds_here("node", "tick", node=folder)["documents_deleted"] == 3
    with open_node(folder) as node:
        assert [len(node.store.all(kind)) for kind in ("invitation", "session", "failed")] == [1, 0, 1]
        assert node.recovery.id
    assert pds_here("node", "tick", node=folder)["documents_deleted"] == 0
