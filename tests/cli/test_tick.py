"""What one round of a node's work does beside the post: what is over by its day is gone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from consent.lifecycle import INVITATION
from pds.node import create_node, open_node
from pds.people import codes, sessions
from pds.post import mailbox
from tests.world import MovableClock
from tests.world.processes import pds_here

DAY = timedelta(days=1)


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
