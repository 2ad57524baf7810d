"""As days pass a node ends what ran out, for every child: what is wrong with one vault holds up no other."""

from datetime import timedelta

import pytest

from consent.lifecycle import acts, do_what_is_due
from pds.errors import StoreError
from pds.identifiers import VaultId
from pds.node import Node, open_node
from pds.vault import Purpose
from tests.world.prefecture import Prefecture, School
from tests.world.tampering import flip, run

CHILDREN = ("aiko", "bunta", "chika")


@pytest.fixture
def school(prefecture: Prefecture) -> School:
    """A school with three children, each of whom shows something to another school until tomorrow."""
    school = prefecture.minato
    school.admit(*CHILDREN, agree=())
    for child in CHILDREN:
        end = school.node.today() + timedelta(days=1)
        acts.give(
            school.node,
            school.vault(child),
            school.guardian(child),
            Purpose.TEACHING,
            recipient=prefecture.hikari.org,
            valid_until=end,
        )
    return school


def epochs(node: Node, vaults: list[VaultId]) -> list[int]:
    return [node.vaults.authorisations(vault).epoch for vault in vaults]


@pytest.mark.parametrize("damage", ["a bit of a chain", "no head", "a head of something else"])
def test_a_damaged_vault_holds_up_no_other_and_its_log_line_says_nothing_of_the_child(
    prefecture: Prefecture, school: School, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    first, *others = school.node.vaults.all()
    before = epochs(school.node, others)
    if damage == "a bit of a chain":
        flip(school.node.folder, "entries", "body", "vault = ? AND chain = 'authorisations' AND seq = 2", first)
    else:
        run(school.node.folder, "UPDATE vaults SET head = ? WHERE vault = ?", damage.removeprefix("no head"), first)
    prefecture.clock.advance(days=3)
    with open_node(school.node.folder, prefecture.clock) as node:  # opened anew: it has read no vault before
        done = do_what_is_due(node)
    assert (done.consents_ended, done.vaults_damaged) == (2, 1)
    assert epochs(school.node, others) == [epoch + 1 for epoch in before]
    (line,) = [record.getMessage() for record in caplog.records if record.name == "manabi.duties"]
    assert first in line
    assert not any(child in line for child in CHILDREN)


def test_old_backup_keys_are_destroyed_though_the_store_fails(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = school.node.folder / "backup-keys"
    keys.mkdir()
    (keys / "manabi-20200101T000000Z-00000000.key").write_bytes(bytes(32))

    def full(*_: object) -> None:
        raise StoreError("the store could not be read or written (SQLITE_FULL)")

    monkeypatch.setattr(school.node.store, "drop_over", full)
    with pytest.raises(StoreError, match="SQLITE_FULL"):
        do_what_is_due(school.node)
    assert list(keys.iterdir()) == []
