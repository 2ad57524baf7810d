"""What is looked up takes as much work among many as among few: steps and calls are counted, nothing is timed."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TypeVar

import pytest

from federation import Announcement, approve, documents, draft, exchange, registered
from pds.holders import Control, PublicHolder, new_holder
from pds.identifiers import OrgId, VaultId, new_holder_id, new_vault_id
from pds.node import Directory, Node
from pds.node.directory import DirectoryEntry
from pds.people import sessions
from pds.post import mailbox, polling
from pds.transfer import State, Transfer, state
from pds.vault.head import Head, verify_head
from pds.vault.remembered import Remembered
from tests.federation.studies import count_question, study
from tests.world.prefecture import CITY, HIKARI, MINATO, Prefecture
from tests.world.work import steps

FEW, MANY = 10, 100
HALF_AN_HOUR = timedelta(minutes=30)
K = TypeVar("K")
V = TypeVar("V")


def flat(work: list[int]) -> bool:
    """Among the many, less was added to the work than one step for each of those that were added: none was looked at.

    Equal to the step it is not: what is read once and then remembered, and where a name falls in an index, differ.
    """
    few, many = work
    return many - few < MANY - FEW


def test_the_organisations_of_a_node_are_found_among_many_peoples_keys(prefecture: Prefecture) -> None:
    node = prefecture.city
    work = []
    for people in (FEW, MANY):
        with node.transaction():
            for _ in range(people):
                node.keyring.keep(new_holder(new_holder_id()), Control.CUSTODIAL)
        work.append(steps(node, node.organisations))
    assert flat(work)


def test_signing_in_looks_at_no_other_session(prefecture: Prefecture) -> None:
    node = prefecture.city
    sessions.begin(node, {}, HALF_AN_HOUR)
    work = []
    for people in (FEW, MANY):
        for _ in range(people):
            sessions.begin(node, {}, HALF_AN_HOUR)
        work.append(steps(node, node.documents.sweep))
    assert flat(work)


def test_the_moves_of_one_history_are_found_among_many(prefecture: Prefecture) -> None:
    node, wanted = prefecture.minato.node, new_vault_id()
    work = []
    for others in (FEW, MANY):
        with node.transaction():
            for number in range(others):
                _begin(node, f"{others}-{number}", new_vault_id())
        work.append(steps(node, lambda: state.of_vault(node, wanted)))
    assert flat(work)
    _begin(node, "mine", wanted)
    assert [transfer.transfer for transfer in state.of_vault(node, wanted)] == ["mine"]


def _begin(node: Node, name: str, vault: str) -> None:
    with node.transaction():
        state.begin(
            node,
            Transfer(
                transfer=name, side="sender", state=State.ANNOUNCED, origin=MINATO, destination="other", vault=vault
            ),
        )


def test_a_register_opens_each_published_study_as_often_in_a_long_list_as_in_a_short_one(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = prefecture.nation
    opened = 0
    really = documents.open_announcement

    def counted(node: Node, token: str) -> object:
        nonlocal opened
        opened += 1
        return really(node, token)

    monkeypatch.setattr(documents, "open_announcement", counted)
    often = []
    for epsilons in (range(1, 4), range(4, 13)):
        for epsilon in epsilons:
            asked = study(count_question(), epsilon * 1000)
            draft(node, asked, drafter="tanaka", group_size=500)
            approve(node, asked.id, approver="suzuki")
        opened = 0
        often.append((len(registered(node)), opened))
    (few, few_opened), (many, many_opened) = often
    assert (few, many) == (3, 12)
    assert many_opened * few == few_opened * many


class Counted(Mapping[K, V]):
    """A mapping that counts how often somebody looks into it."""

    def __init__(self, inner: Mapping[K, V]) -> None:
        self.inner, self.looks = inner, 0

    def __getitem__(self, key: K) -> V:
        self.looks += 1
        return self.inner[key]

    def __iter__(self) -> Iterator[K]:
        for key in self.inner:
            self.looks += 1
            yield key

    def __len__(self) -> int:
        return len(self.inner)


@pytest.mark.parametrize("question", ["schools", "below", "at_or_below"])
def test_what_lies_below_a_board_is_found_in_a_large_country_as_in_a_small_one(
    prefecture: Prefecture, question: str
) -> None:
    card = prefecture.nation.keyring.card("jp")
    looks = []
    for others in (FEW, MANY):
        entries = {OrgId("jp"): _entry(card, "jp", "nation", None), OrgId("ours"): _entry(card, "ours", "board", "jp")}
        for number in range(2):
            entries[OrgId(f"our{number}")] = _entry(card, f"our{number}", "school", "ours")
        for number in range(others):
            entries[OrgId(f"other{number}")] = _entry(card, f"other{number}", "school", "jp")
        counted = Counted(entries)
        directory = Directory(1, "", date(2027, 3, 31), OrgId("jp"), counted)
        assert "our0" in getattr(directory, question)("ours")
        counted.looks = 0
        getattr(directory, question)("ours")
        looks.append(counted.looks)
    assert flat(looks)


def _entry(card: object, org: str, kind: str, parent: str | None) -> DirectoryEntry:
    named = card.model_copy(update={"id": org})  # type: ignore[attr-defined]
    entry = {"format": "manabi-directory-entry/1", "card": named, "name": org, "kind": kind, "parent": parent}
    return DirectoryEntry.model_validate(entry)


def test_what_was_verified_is_kept_for_whoever_comes_back_often(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = prefecture.minato
    school.admit("often", *(f"s{number}" for number in range(FEW)))
    node = school.node
    monkeypatch.setattr(node.vaults, "_verified", Remembered(FEW // 2))
    verified: list[VaultId] = []

    def counted(token: str, vault: VaultId, signer: PublicHolder) -> Head:
        verified.append(vault)
        return verify_head(token, vault, signer)

    monkeypatch.setattr("pds.vault.vaults.verify_head", counted)
    for number in range(FEW):
        node.vaults.head(school.vault("often"))
        node.vaults.head(school.vault(f"s{number}"))
    assert verified.count(school.vault("often")) == 1


def test_a_poll_loads_what_waits_for_whoever_asks_and_nothing_else(prefecture: Prefecture) -> None:
    city, child = prefecture.city, prefecture.minato.node
    _letters(city, MINATO, FEW)
    work = []
    for others in (FEW, MANY):
        _letters(city, HIKARI, others)
        asked = polling.read(city, polling.ask(child, MINATO))
        work.append(steps(city, lambda asked=asked: polling.answer(city, asked)))  # type: ignore[misc]
    assert flat(work)
    assert len(polling.answer(city, polling.read(city, polling.ask(child, MINATO)))) == FEW


def test_what_is_brought_to_the_parent_is_found_among_what_waits_for_children(prefecture: Prefecture) -> None:
    city = prefecture.city
    work = []
    for others in (FEW, MANY):
        _letters(city, HIKARI, others)
        loaded = mailbox.waiting(city, set(mailbox.addressees(city)) - {HIKARI})
        assert loaded == []
        work.append(steps(city, lambda: mailbox.addressees(city)))
    assert flat(work)


def _letters(node: Node, to: OrgId, number: int) -> None:
    for _ in range(number):
        mailbox.post(node, CITY, to, "transfer.offer", "body")


def test_a_round_opens_the_studies_that_changed_and_no_other(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    nation = prefecture.nation
    opened: list[str] = []
    really = documents.open_announcement

    def counted(node: Node, token: str) -> Announcement:
        opened.append(token)
        return really(node, token)

    monkeypatch.setattr(documents, "open_announcement", counted)
    for epsilon in range(1, 5):
        asked = study(count_question(), epsilon * 1000)
        draft(nation, asked, drafter="tanaka", group_size=500)
        approve(nation, asked.id, approver="suzuki")
        opened.clear()
        assert exchange.post_due(nation) == 1
        assert len(opened) == 1
    opened.clear()
    assert exchange.post_due(nation) == 0
    assert opened == []
    nation.publish_directory("jp", date(2027, 3, 31))
    assert exchange.post_due(nation) == 0
    assert len(opened) == 4  # somebody new may stand in it
