from datetime import date

import pytest

from consent.lifecycle import moving
from pds.chain import Chain
from pds.crypto import claimed_document
from pds.errors import FrozenError, NotHomeError, RefusedError, UsageError
from pds.identifiers import OrgId
from pds.intake import LocalId
from pds.node import Node
from pds.post import mailbox
from pds.records import Category
from pds.transfer import State, state
from pds.vault import Action, Purpose, verify_copy
from tests.world.carrier import carry
from tests.world.prefecture import CITY, MINATO, NATION, SCHEME, Prefecture, School, attendance_record, score_record


def move(prefecture: Prefecture, student: str, new: School | None = None) -> str:
    """Move a student from Minato to another school, Hikari if none is named, all steps but the commit."""
    old, new = prefecture.minato, new or prefecture.hikari
    transfer = moving.offer(old.node, old.vault(student), new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 5, 11), [LocalId(SCHEME, student)])
    carry(prefecture.nodes)
    moving.send(old.node, transfer)
    carry(prefecture.nodes)
    return transfer


def test_a_history_moves_whole_and_opens_what_the_family_agreed_to(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", records=[score_record(old, "63")], agree=["statistics", "transfer"])
    vault = old.vault("aiko")
    transfer = move(prefecture, "aiko")
    assert moving.offered_subject(new.node, transfer).family_name == "CANARY姓aiko"
    assert moving.verification(new.node, transfer).records == 2
    assert moving.commit(new.node, transfer) == vault == moving.commit(new.node, transfer)
    carry(prefecture.nodes)
    assert state.load(old.node, transfer, "sender").state is State.CLOSED
    new.write("aiko", attendance_record(new))
    assert [type(r).__name__ for r in new.read("aiko")] == ["EnrollmentInfo", "TestResult", "Attendance"]
    assert verify_copy(new.node.vaults.copy(vault), new.node.card).records == 3
    with new.node.vaults.read(new.guardian_permit("aiko")) as reader:
        assert len(list(reader.records())) == 3
        assert {line.purpose for line in reader.access_log()} == {"teaching", "transfer", "own_use"}
    with pytest.raises(NotHomeError), old.node.vaults.read(old.permit("aiko", Purpose.TEACHING, Action.READ)):
        pass


def test_without_the_familys_consent_only_the_statutory_part_opens(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", records=[score_record(old, "63")])
    moving.commit(new.node, move(prefecture, "aiko"))
    assert {type(r).__name__ for r in new.read("aiko")} == {"EnrollmentInfo"}
    assert len(new.node.vaults.copy(new.vault("aiko")).entries[Chain.RECORDS]) == 2


def test_while_it_is_on_its_way_nobody_reads_or_writes_here(prefecture: Prefecture) -> None:
    old = prefecture.minato
    old.admit("aiko")
    move(prefecture, "aiko")
    with pytest.raises(FrozenError):
        old.write("aiko", score_record(old))
    with pytest.raises(FrozenError):
        old.read("aiko", Category.ENROLLMENT_INFO)


def test_a_refused_history_lives_on_where_it_was(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    transfer = move(prefecture, "aiko")
    moving.refuse(new.node, transfer, "another child of that name")
    carry(prefecture.nodes)
    assert state.load(old.node, transfer, "sender").state is State.REFUSED
    old.write("aiko", score_record(old))
    assert len(old.read("aiko")) == 2


def test_a_history_can_come_back_and_leave_again(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", agree=["transfer"])
    moving.commit(new.node, move(prefecture, "aiko"))
    carry(prefecture.nodes)
    new.write("aiko", score_record(new))
    back = moving.offer(new.node, new.vault("aiko"), old.org)
    carry(prefecture.nodes)
    moving.accept(old.node, back, date(2026, 9, 1))
    carry(prefecture.nodes)
    moving.send(new.node, back)
    carry(prefecture.nodes)
    moving.commit(old.node, back)
    carry(prefecture.nodes)
    assert [type(r).__name__ for r in old.read("aiko")] == ["EnrollmentInfo", "TestResult"]
    assert old.node.vaults.head(old.vault("aiko")).home_number == 3
    old.write("aiko", score_record(old))
    moving.commit(new.node, move(prefecture, "aiko"))
    carry(prefecture.nodes)
    assert len(new.read("aiko")) == 3
    assert new.node.vaults.head(new.vault("aiko")).home_number == 4


def test_a_history_moves_between_two_schools_of_one_node(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.aoba
    old.admit("aiko", records=[score_record(old)], agree=["transfer"])
    moving.commit(new.node, move(prefecture, "aiko", new))
    carry(prefecture.nodes)
    assert len(new.read("aiko")) == 2
    with pytest.raises(RefusedError):
        old.read("aiko")


def test_a_lost_bundle_is_sent_again_and_a_lost_receipt_repeated(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", agree=["transfer"])
    transfer = moving.offer(old.node, old.vault("aiko"), new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 5, 11), [LocalId(SCHEME, "aiko")])
    carry(prefecture.nodes)
    for _ in range(2):  # the first bundle is lost on its way
        moving.send(old.node, transfer)
        lose(old.node)
    moving.send(old.node, transfer)
    carry(prefecture.nodes)
    moving.commit(new.node, transfer)
    lose(new.node)  # and so is the receipt
    assert state.load(old.node, transfer, "sender").state is State.SENT
    moving.send(old.node, transfer)
    carry(prefecture.nodes)
    assert state.load(old.node, transfer, "sender").state is State.CLOSED
    assert len(new.read("aiko")) == 1
    with pytest.raises(RefusedError):
        moving.send(old.node, transfer)


def test_messages_of_a_move_that_come_again_after_their_traces_were_deleted_change_nothing(
    prefecture: Prefecture,
) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", records=[score_record(old, "63")])
    home = {org: node for node in prefecture.nodes for org in node.organisations()}
    transfer = moving.offer(old.node, old.vault("aiko"), new.org)
    wire = carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 5, 11), [LocalId(SCHEME, "aiko")])
    wire += carry(prefecture.nodes)
    moving.send(old.node, transfer)
    wire += carry(prefecture.nodes)
    vault = moving.commit(new.node, transfer)
    wire += carry(prefecture.nodes)
    head, moves = new.node.vaults.head(vault), [state.listed(node) for node in prefecture.nodes]
    prefecture.clock.advance(days=400)
    directory = prefecture.nation.publish_directory("jp", prefecture.nation.today())
    for node in prefecture.nodes:
        node.use_directory(directory)
    assert sum(node.documents.sweep() for node in prefecture.nodes) > 0
    for token in wire:
        mailbox.deliver(home[OrgId(str(claimed_document(token)["to"]))], token)
    carry(prefecture.nodes)
    assert new.node.vaults.head(vault) == head
    assert [state.listed(node) for node in prefecture.nodes] == moves
    assert not old.node.vaults.lives_here(vault)


def lose(node: Node) -> None:
    """Everything that waits for a carrier is lost."""
    for name, _, _ in mailbox.waiting(node):
        mailbox.carried(node, name)


@pytest.mark.parametrize("to", [CITY, NATION, MINATO])
def test_a_history_is_offered_to_another_school_and_to_nobody_else(prefecture: Prefecture, to: OrgId) -> None:
    school = prefecture.minato
    school.admit("aiko")
    with pytest.raises(UsageError, match="no other school"):
        moving.offer(school.node, school.vault("aiko"), to)
    assert state.listed(school.node) == []
    assert mailbox.waiting(school.node) == []


def test_nobody_is_accepted_whose_offer_is_gone(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    transfer = moving.offer(old.node, old.vault("aiko"), new.org)
    carry(prefecture.nodes)
    prefecture.clock.advance(days=367)
    new.node.documents.sweep()
    with pytest.raises(RefusedError, match="offer the child anew"):
        moving.accept(new.node, transfer, new.node.today())
