"""Messages as files on a medium: a file that is none is named, and the others are taken all the same."""

from pathlib import Path

import pytest

from consent.lifecycle import moving
from pds.transfer import state
from tests.world.prefecture import Prefecture
from tests.world.processes import CommandFailedError, pds_here


def test_a_file_that_is_no_message_is_named_and_stops_no_other(prefecture: Prefecture, tmp_path: Path) -> None:
    old, new, medium = prefecture.minato, prefecture.hikari, tmp_path / "medium"
    old.admit("aiko")
    transfer = moving.offer(old.node, old.vault("aiko"), new.org)
    pds_here("transfer", "outbox", medium, node=old.node.folder)
    (medium / "._a.jws").write_bytes(b"\x00\x05\xff\xfe what another system leaves on a medium")
    (medium / "0.jws").mkdir()
    with pytest.raises(CommandFailedError) as failed:
        pds_here("transfer", "inbox", medium, node=new.node.folder)
    assert failed.value.code == 4
    assert [known.transfer for known in state.listed(new.node)] == [transfer]
    for stray in (medium / "._a.jws", medium / "0.jws"):
        stray.rename(stray.with_suffix(""))
    again = pds_here("transfer", "inbox", medium, node=new.node.folder)
    assert again == {"messages": 1, "acted": 0, "refused": []}
