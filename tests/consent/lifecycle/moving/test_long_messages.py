"""The longest messages there are: what taking them in costs, and that nothing longer is sent."""

import base64
import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from consent.lifecycle import moving
from consent.lifecycle.moving.common import BUNDLE
from pds.errors import UsageError
from pds.identifiers import OrgId
from pds.post import mailbox
from tests.world.lying import accepted
from tests.world.prefecture import Prefecture

ROOT = Path(__file__).parents[4]
MOST_MEMORY = 200 * 1024  # kilobytes
TAKE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from consent.lifecycle import moving
from pds.node import open_node
from pds.post import mailbox
from pds.transfer import state
from tests.world.prefecture import MovableClock
with open_node(Path(sys.argv[1]), MovableClock(datetime.fromisoformat(sys.argv[3]))) as node:
    mailbox.deliver(node, Path(sys.argv[2]).read_text())
    moving.act(node)
    [most] = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
    print(most, *[one.state.value for one in state.listed(node)])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the kernel tells no peak here")
@pytest.mark.parametrize("content", ["noise", "swelling"])
def test_the_longest_message_of_a_harmful_school_takes_little_memory(
    prefecture: Prefecture, tmp_path: Path, content: str
) -> None:
    prefecture.minato.admit("aiko", agree=("statistics", "transfer"))
    sending, old = accepted(prefecture), prefecture.minato
    size = mailbox.MOST_BYTES * 27 // 64 - 4096  # base64 stands in base64 three times
    bundle = sending.bundle_of(os.urandom(size) if content == "noise" else swelling(size))
    mailbox.post(old.node, OrgId(old.org), OrgId(prefecture.hikari.org), BUNDLE, bundle)
    [(_, _, token)] = mailbox.waiting(old.node)
    assert len(token) > mailbox.MOST_BYTES * 0.7
    path = tmp_path / "message"
    path.write_text(token, encoding="ascii")
    clock = prefecture.clock.now().isoformat()
    command = [sys.executable, "-c", TAKE, str(prefecture.hikari.node.folder), str(path), clock]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    most, *ended = done.stdout.split()
    assert ended == ["refused"]
    assert int(most) < MOST_MEMORY


def swelling(size: int) -> bytes:
    """What opens to nearly the most that a history may have, of which one half shrinks away."""
    noise = base64.b64encode(os.urandom(size * 3 // 4 - 40_000)).decode()
    return zlib.compress(f'{{"format":"{noise}{"x" * (15 * 1024 * 1024 - len(noise))}"}}'.encode(), 1)


def test_a_history_too_long_for_a_message_is_not_sent_and_not_frozen(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = prefecture.minato
    old.admit("aiko", agree=("statistics", "transfer"))
    sending = accepted(prefecture, send=False)
    monkeypatch.setattr(mailbox, "MOST_BYTES", 10_000)
    with pytest.raises(UsageError, match="at most 10000"):
        moving.send(old.node, sending.transfer)
    monkeypatch.undo()
    assert old.node.vaults.lives_here(sending.vault)
    assert old.node.vaults.authorisations(sending.vault).move is None
    moving.send(old.node, sending.transfer)
    assert old.node.vaults.authorisations(sending.vault).move is not None
