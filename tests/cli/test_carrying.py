"""Messages as files on a medium: a file that is none is named, and the others are taken all the same."""

from pathlib import Path

import pytest

from consent.lifecycle import moving
from pds.crypto import DocumentType, b64, canonical
from pds.transfer import state
from tests.world.prefecture import CITY, NATION, Prefecture
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


def test_a_file_whose_header_has_fields_of_other_types_stops_no_other(prefecture: Prefecture, tmp_path: Path) -> None:
    old, new, medium = prefecture.minato, prefecture.hikari, tmp_path / "medium"
    old.admit("aiko")
    transfer = moving.offer(old.node, old.vault("aiko"), new.org)
    pds_here("transfer", "outbox", medium, node=old.node.folder)
    odd_fields: list[dict[str, object]] = [
        {"crit": 5},
        {"crit": ["x"]},
        {"b64": 1},
        {"jwk": 7},
        {"kid": ["a"]},
        {"typ": {}},
    ]
    for number, odd in enumerate(odd_fields):
        header = {"alg": "Ed25519", "kid": NATION, "typ": DocumentType.MESSAGE.value, **odd}
        (medium / f"-{number}.jws").write_text(".".join((b64(canonical(header)), b64(b"{}"), b64(bytes(64)))))
    with pytest.raises(CommandFailedError) as failed:
        pds_here("transfer", "inbox", medium, node=new.node.folder)
    assert failed.value.code == 4
    assert [known.transfer for known in state.listed(new.node)] == [transfer]


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_medium_that_is_not_there_is_no_empty_one(prefecture: Prefecture, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandFailedError) as failed:
        pds_here("transfer", "inbox", tmp_path / name, node=prefecture.minato.node.folder)
    assert failed.value.code == 2
    assert str(tmp_path / name) in failed.value.stderr


def test_what_cannot_be_written_is_said_in_a_sentence_and_no_key_is_drawn(
    prefecture: Prefecture, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    node = prefecture.minato.node
    before = node.organisations()
    with pytest.raises(CommandFailedError) as failed:
        pds_here("transfer", "outbox", tmp_path / "file", node=node.folder)
    assert failed.value.code == 2
    named = ("jp2", "--name", "x", "--kind", "school", "--parent", CITY, "--out", tmp_path / "missing" / "card")
    with pytest.raises(CommandFailedError) as failed:
        pds_here("org", "add", *named, node=node.folder)
    assert failed.value.code == 2
    assert node.organisations() == before
