"""What was stored and sent in the first version opens today: vaults, keys, directory, bundle."""

import hashlib
import json
import lzma
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from consent.decisions import Request, permit
from consent.lifecycle import moving
from federation import compile_study, read_release
from federation.answers import verify_answer
from pds.chain import Chain
from pds.errors import RefusedError
from pds.holders import secret_from_bytes
from pds.identifiers import OrgId, VaultId
from pds.node import create_node, open_node
from pds.node.directory import verify_directory
from pds.node.node import read_recovery_key
from pds.post import mailbox
from pds.records import Category, kind_of
from pds.vault import Action, Purpose, verify_copy
from tests.golden.make_1 import FOLDER, MOVES, STAYS
from tests.world.prefecture import MovableClock, School, score_record
from tests.world.thieves import loot

EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text())
NOW = datetime(2026, 5, 11, 1, 0, 1, tzinfo=UTC)
KINDS_THEN = {Category.ENROLLMENT_INFO, Category.ATTENDANCE, Category.TEST_RESULT, Category.GRADE_EVALUATION}
AIKO = VaultId(EXPECTED["vaults"][STAYS])


@pytest.fixture
def minato(tmp_path: Path) -> Iterator[School]:
    yield from opened("minato", tmp_path)


@pytest.fixture
def hikari(tmp_path: Path) -> Iterator[School]:
    yield from opened("hikari", tmp_path)


def opened(name: str, folder: Path) -> Iterator[School]:
    """A copy of a golden node, opened as any other: the original must not change."""
    (folder / name).mkdir()
    shutil.copyfile(FOLDER / name / "master.key", folder / name / "master.key")
    (folder / name / "store.db").write_bytes(lzma.decompress((FOLDER / name / "store.db.xz").read_bytes()))
    with open_node(folder / name, MovableClock(NOW)) as node:
        yield School(node, OrgId(EXPECTED["schools"][name]))


def test_a_node_of_then_has_the_tables_that_a_new_one_is_given(minato: School, tmp_path: Path) -> None:
    create_node(tmp_path / "new", tmp_path / "new.recovery")
    assert tables(minato.node.folder) == tables(tmp_path / "new")


def tables(folder: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "store.db")) as connection:
        return set(connection.execute("SELECT name, sql FROM sqlite_master"))


def test_the_folder_is_small_and_has_no_leftovers() -> None:
    files = {str(path.relative_to(FOLDER)): path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()}
    nodes = {f"{name}/{file}" for name in ("minato", "hikari") for file in ("master.key", "store.db.xz")}
    assert set(files) == nodes | {
        "minato.recovery",
        "directory.jws",
        "bundle.jws.xz",
        "message.jws",
        "answer.jws",
        "release.jws",
        "expected.json",
    }
    assert sum(files.values()) < 300_000


def test_every_vault_verifies(minato: School) -> None:
    for vault in minato.node.vaults.all():
        verified = verify_copy(minato.node.vaults.copy(vault), minato.node.card)
        assert verified.erased == 0
    assert set(minato.node.vaults.all()) == set(EXPECTED["vaults"].values())
    head = minato.node.vaults.head(AIKO)
    assert hashlib.sha256(head.canonical()).hexdigest() == EXPECTED["head"]


def test_the_school_reads_every_record_as_it_was_given(minato: School) -> None:
    with minato.node.vaults.read(minato.permit(STAYS, Purpose.TEACHING, Action.READ)) as reader:
        read = [stored.record for stored in reader.records()]
    dumped = [r.model_dump(mode="json", exclude_unset=True) | {"schema": kind_of(r).schema} for r in read]
    assert dumped == EXPECTED["records"]
    assert {kind_of(record).category for record in read} == KINDS_THEN


def test_the_family_reads_records_log_and_ledger(minato: School) -> None:
    assert minato.guardian(STAYS).id == EXPECTED["guardian"]
    with minato.node.vaults.read(minato.guardian_permit(STAYS)) as reader:
        assert len(list(reader.records())) == len(EXPECTED["records"])
        assert sorted({line.purpose for line in reader.access_log()}) == EXPECTED["readers"]
        assert [charge.model_dump() for charge in reader.ledger()] == EXPECTED["charges"]


def test_the_consents_stand_as_they_stood(minato: School) -> None:
    facts = minato.node.vaults.authorisations(AIKO)
    standing = sorted([given.consent, given.purpose] for given in facts.consents.values())
    assert standing == EXPECTED["consents"]
    assert (facts.epoch, facts.revision) == (EXPECTED["epoch"], EXPECTED["revision"])
    friend = OrgId(EXPECTED["schools"]["hikari"])
    asked = Request(vault=AIKO, actor=friend, organisation=friend, purpose=Purpose.TEACHING, action=Action.READ)
    with pytest.raises(RefusedError):
        permit(minato.node, asked)


def test_the_recovery_key_opens_everything(minato: School) -> None:
    card, secret = read_recovery_key((FOLDER / "minato.recovery").read_text())
    assert card == minato.node.recovery
    minato.node.close()
    opens = loot(minato.node.folder / "store.db", AIKO, secret_from_bytes(card.id, secret))
    assert len(opens) == len(EXPECTED["records"])


def test_the_directory_holds_under_the_pinned_root(minato: School) -> None:
    token = (FOLDER / "directory.jws").read_text()
    directory = verify_directory(token, EXPECTED["root"], date(2026, 5, 11))
    assert set(EXPECTED["schools"].values()) <= set(directory.entries)
    assert minato.node.directory == directory


def test_todays_code_writes_on(minato: School) -> None:
    minato.write(STAYS, score_record(minato, "12"))
    assert len(minato.read(STAYS)) == len(EXPECTED["records"]) + 1
    verify_copy(minato.node.vaults.copy(AIKO), minato.node.card)


def test_the_bundle_is_taken_in_verified_and_read(hikari: School) -> None:
    message = mailbox.deliver(hikari.node, lzma.decompress((FOLDER / "bundle.jws.xz").read_bytes()).decode())
    transfers = [name for name, _ in hikari.node.store.all("offer")]
    assert len(transfers) == 1
    assert moving.act(hikari.node) == 1
    assert message.kind == "transfer.bundle"
    assert moving.verification(hikari.node, transfers[0]).records == 2
    assert moving.commit(hikari.node, transfers[0]) == EXPECTED["vaults"][MOVES]
    read = hikari.read(MOVES, Category.TEST_RESULT)
    assert [record.model_dump(mode="json")["raw_score"] for record in read] == EXPECTED["moved_scores"]
    copy = hikari.node.vaults.copy(hikari.vault(MOVES))
    assert verify_copy(copy, hikari.node.card).head.home_number == 2
    assert len(copy.entries[Chain.RECORDS]) == 2


def test_the_envelope_the_answer_and_the_release_hold(minato: School) -> None:
    node = minato.node
    message = mailbox.read(node, (FOLDER / "message.jws").read_text())
    token = (FOLDER / "answer.jws").read_text()
    assert (message.sender, message.kind, message.body) == (minato.org, "statistics.answer", token)
    receipt = read_release(node, (FOLDER / "release.jws").read_text())
    plan = compile_study(receipt.study)
    assert len(verify_answer(node, plan, minato.org, token).cells) == 1
    assert receipt.study.question.census_date == date(2026, 5, 1)
    assert set(receipt.roster) >= {minato.org, EXPECTED["schools"]["hikari"]}
    assert receipt.rows[0].count.low <= receipt.rows[0].count.estimate <= receipt.rows[0].count.high
