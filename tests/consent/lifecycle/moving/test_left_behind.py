"""What the school a child left can still open: its keys, its backup, its papers, and a thief with both databases.

The rows of "The school a student has left" in docs/threat-model.md, each tried.
"""

import shutil
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from consent.lifecycle import moving, ownership
from pds.crypto import b64
from pds.errors import NotFoundError, RefusedError
from pds.holders import Control, Role, SecretHolder, secret_from_bytes
from pds.intake import LocalId
from pds.node import backup, open_node
from pds.node.node import read_recovery_key
from pds.store import SqliteStore
from tests.world.carrier import carry
from tests.world.prefecture import SCHEME, Prefecture, School, attendance_record, score_record
from tests.world.thieves import stolen, written

PASSWORD = "tsuki to hoshi"


def custodial(school: School) -> list[SecretHolder]:
    """The keys that a school's node keeps for the family."""
    facts = school.node.vaults.authorisations(school.vault("aiko"))
    kept = [name for name, admitted in facts.holders.items() if admitted.control is Control.CUSTODIAL]
    return [school.node.keyring.secret(name) for name in kept if school.node.keyring.keeps(name)]


def everything_of(school: School) -> list[SecretHolder]:
    """Every private key that a school has, the recovery key on its paper included."""
    paper = school.node.folder.parent / f"{school.org}.recovery"
    card, secret = read_recovery_key(paper.read_text())
    return [school.node.keyring.secret(school.org), secret_from_bytes(card.id, secret), *custodial(school)]


def move(prefecture: Prefecture, new: School) -> None:
    """The steps of a move that both offices and the post take."""
    old = prefecture.minato
    transfer = moving.offer(old.node, old.vault("aiko"), new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 5, 11), [LocalId(SCHEME, "aiko")])
    carry(prefecture.nodes)
    moving.send(old.node, transfer)
    carry(prefecture.nodes)
    moving.commit(new.node, transfer)
    carry(prefecture.nodes)


@pytest.mark.parametrize("to", ["another node", "the same node"])
def test_no_key_of_the_old_school_opens_what_is_written_after_the_move(
    prefecture: Prefecture, tmp_path: Path, to: str
) -> None:
    old, new = prefecture.minato, prefecture.hikari if to == "another node" else prefecture.aoba
    old.admit("aiko", records=[score_record(old)], agree=["transfer"])
    before, keys = written(old), everything_of(old)
    family = [key for key in keys if key.id not in (old.org, old.node.recovery.id)]
    assert {stolen(old, key, tmp_path) != set() for key in (*family, keys[0])} == {True}
    move(prefecture, new)
    new.write("aiko", attendance_record(new), score_record(new))
    later = written(new) - before
    assert len(later) == 2
    thieves = keys if to == "another node" else family  # the same node has its recovery key still
    for key in thieves:
        assert stolen(new, key, tmp_path) <= before
    assert {key.id for key in custodial(new)}.isdisjoint(key.id for key in keys)


def test_a_backup_of_the_old_school_opens_nothing_that_was_written_after_the_move(
    prefecture: Prefecture, tmp_path: Path
) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", records=[score_record(old)], agree=["transfer"])
    before = written(old)
    copy = backup.back_up(old.node, tmp_path / "backup.db")
    move(prefecture, new)
    new.write("aiko", attendance_record(new))
    shutil.copytree(old.node.folder, tmp_path / "again", ignore=shutil.ignore_patterns("store.db*"))
    backup.restore(copy, tmp_path / "again")
    with open_node(tmp_path / "again", prefecture.clock) as again:
        restored = School(again, old.org)
        keys = [again.keyring.secret(old.org), *custodial(restored)]
        assert len(keys) == 3
        assert all(stolen(new, key, tmp_path) <= before for key in keys)


def test_the_old_node_keeps_no_key_of_the_family_once_the_receipt_is_there(prefecture: Prefecture) -> None:
    old = prefecture.minato
    old.admit("aiko", agree=["transfer"])
    names = [key.id for key in custodial(old)]
    assert len(names) == 2
    move(prefecture, prefecture.hikari)
    for name in names:
        with pytest.raises(NotFoundError):
            old.node.keyring.secret(name)


@pytest.mark.parametrize("to", ["another node", "the same node", "there and back"])
@pytest.mark.parametrize("anew", [False, True])
def test_no_paper_that_the_old_school_printed_is_a_way_in_after_the_move(
    prefecture: Prefecture, to: str, *, anew: bool
) -> None:
    old, new = prefecture.minato, prefecture.aoba if to == "the same node" else prefecture.hikari
    old.admit("aiko", agree=["transfer"])
    vault, guardian = old.vault("aiko"), old.guardian("aiko").id
    if anew:  # a paper for somebody who had lost the way in
        first = ownership.invite_family(old.node, vault, guardian)
        person = ownership.first_sign_in(old.node, first, "haruka", PASSWORD, "青山はるか")
        guardian = person.holder.id if person.holder else ""
    paper = ownership.invite_family(old.node, vault, guardian, anew=anew)
    prefecture.clock.advance(hours=73)  # it waits no longer for the others of the family
    move(prefecture, new)
    nodes = [old.node, new.node]
    if to == "there and back":
        back = moving.offer(new.node, vault, old.org)
        carry(prefecture.nodes)
        moving.accept(old.node, back, date(2026, 5, 12))
        carry(prefecture.nodes)
        moving.send(new.node, back)
        carry(prefecture.nodes)
        moving.commit(old.node, back)
        carry(prefecture.nodes)
    before = {node: node.vaults.authorisations(vault).holders for node in nodes}
    for node in nodes:
        with pytest.raises(RefusedError):
            ownership.first_sign_in(node, paper, "insider", PASSWORD, "だれか")
    assert {node: node.vaults.authorisations(vault).holders for node in nodes} == before


def test_a_thief_of_both_databases_without_a_master_key_has_no_key(prefecture: Prefecture, tmp_path: Path) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", records=[score_record(old)], agree=["transfer"])
    keys = everything_of(old)
    move(prefecture, new)
    keys += everything_of(new)
    loot_of_both = b""
    for number, school in enumerate((old, new)):
        copy = tmp_path / f"{number}.db"
        school.node.store._db.conn.execute("VACUUM INTO ?", (str(copy),))  # type: ignore[attr-defined]
        loot_of_both += copy.read_bytes()
        with closing(SqliteStore(copy)) as store:
            assert store.head(school.vault("aiko"))
    for key in keys:
        for secret in (key.hpke_private, key.signing_private):
            assert all(form not in loot_of_both for form in (secret, secret.hex().encode(), b64(secret).encode()))


def test_who_has_not_signed_in_yet_loses_nothing_by_the_move(prefecture: Prefecture) -> None:
    """No consent to more than the statutory part: the new school opens little, the guardian everything as before."""
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", records=[score_record(old)], agree=[])
    with old.node.vaults.read(old.guardian_permit("aiko")) as reader:
        before, lines = [r.record for r in reader.records()], len(list(reader.access_log()))
    move(prefecture, new)
    new.write("aiko", attendance_record(new))
    with new.node.vaults.read(new.guardian_permit("aiko")) as reader:
        assert [r.record for r in reader.records()][: len(before)] == before
        assert len(list(reader.access_log())) > lines
        assert {(line.purpose, line.organisation) for line in reader.access_log()} >= {("transfer", old.org)}
    code = ownership.invite_family(new.node, new.vault("aiko"), new.guardian("aiko").id)
    person = ownership.first_sign_in(new.node, code, "haruka", PASSWORD, "青山はるか")
    assert person.vaults == {new.vault("aiko"): Role.GUARDIAN}
    assert len(new.read("aiko")) == 2  # what the law sends, and what was written here
