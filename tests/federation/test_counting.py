"""Who does not count adds zero, in silence; who counts is charged before anything is read."""

import logging
from decimal import Decimal

import pytest

from consent.lifecycle import acts, load
from federation import answer, counting, set_yearly_allowance, yearly_allowance
from federation.counting import BATCH, count_students
from federation.documents import plan_of
from federation.vectors import decode
from pds.crypto import claimed_document
from pds.errors import PermitError, StoreError, UsageError
from pds.identifiers import OrgId
from pds.records import Category
from pds.vault import Action, Permit, Purpose, TransferSealed, VaultWriter
from tests.federation.studies import (
    LARGE,
    admit,
    allow,
    charges,
    count_question,
    mean_question,
    publish,
    purposes,
    scores,
    study,
)
from tests.world.prefecture import HIKARI, MINATO, Prefecture, School, score_record


def totals(school: School, identifier: str) -> list[int]:
    """The sums before noise: only a test may see them."""
    plan = plan_of(school.node, identifier)
    return count_students(school.node, plan, [school.org], 10 * LARGE)[school.org]


def test_those_who_do_not_count_add_zero_in_silence(prefecture: Prefecture, caplog: pytest.LogCaptureFixture) -> None:
    allow(prefecture)
    school = prefecture.minato
    facts = scores(school, 600, 500)
    admit(school, ["counted"], facts, attributes={"class_type": "small"})
    admit(school, ["not-asked"], facts, agree=(), attributes={"class_type": "small"})
    admit(school, ["only-transfer"], facts, agree=("transfer",), attributes={"class_type": "small"})
    admit(school, ["refused", "narrow", "moving"], facts, attributes={"class_type": "small"})
    acts.refuse(school.node, school.vault("refused"), school.guardian("refused"), Purpose.STATISTICS)
    acts.refuse(school.node, school.vault("narrow"), school.guardian("narrow"), Purpose.STATISTICS)
    acts.give(
        school.node,
        school.vault("narrow"),
        school.guardian("narrow"),
        Purpose.STATISTICS,
        categories=[Category.ENROLLMENT_INFO],
    )
    permit = school.permit("moving", Purpose.TRANSFER, Action.AUTHORISE)
    with school.node.vaults.transact(permit) as writer:
        writer.enter(TransferSealed(transfer="t", to=OrgId(HIKARI), statutory=(), consented=()))
    identifier = publish(prefecture, study(mean_question()))
    with caplog.at_level(logging.DEBUG):
        assert totals(school, identifier) == [0, 1, 0, 100]
        answer(school.node, identifier)
    assert caplog.messages == []
    for name in ("not-asked", "only-transfer", "refused", "narrow"):
        assert charges(school.node, school, name) == []
        assert purposes(school, name) == []
    assert charges(school.node, school, "counted") == [(identifier, LARGE)]
    assert purposes(school, "counted")[0] == ("statistics", "read")


def test_a_student_who_moved_away_or_whose_keys_are_not_here_adds_zero(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    allow(prefecture)
    school = prefecture.minato
    admit(school, ["here", "moved", "changed"], scores(school, 600, 500), attributes={"class_type": "small"})
    with school.node.store.transaction():
        school.node.vaults.close(school.vault("moved"), "{}")
    identifier = publish(prefecture, study(mean_question()))
    read = school.node.vaults.read

    def withdrawn_meanwhile(permit: Permit, *, joining: bool) -> object:
        if permit.vault == school.vault("changed"):
            raise PermitError("the vault's authorisations changed")
        return read(permit, joining=joining)

    monkeypatch.setattr(school.node.vaults, "read", withdrawn_meanwhile)
    assert totals(school, identifier) == [0, 1, 0, 100]
    assert caplog.messages == []


def test_the_allowance_of_a_school_year_is_never_exceeded(prefecture: Prefecture) -> None:
    school = prefecture.minato
    allow(prefecture)  # the nation may ask for more; the school has its own limit
    set_yearly_allowance(school.node, 2 * LARGE + 5)
    admit(school, ["aiko"])
    found = []
    for number in range(4):
        question = count_question(census_date=f"2026-05-0{number + 1}")
        identifier = publish(prefecture, study(question))
        token = answer(school.node, identifier)[school.org]
        found.append(decode(claimed_document(token)["vector"], 1)[0])
    assert found == [1, 1, 0, 0]  # ε = 100: a count without noise but for 2e-43
    assert sum(cost for _, cost in charges(school.node, school, "aiko")) == 2 * LARGE


def test_the_allowance_is_epsilon_one_unless_a_node_says_otherwise(prefecture: Prefecture) -> None:
    node = prefecture.minato.node
    assert yearly_allowance(node) == 1_000_000
    set_yearly_allowance(node, 0)
    assert yearly_allowance(node) == 0
    with pytest.raises(UsageError):
        set_yearly_allowance(node, -1)


def test_charges_and_log_lines_are_durable_before_a_record_is_opened(
    prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(prefecture)
    school = prefecture.minato
    admit(school, ["aiko", "ken"], scores(school, 500, 500), attributes={"class_type": "small"})
    identifier = publish(prefecture, study(mean_question()))
    seen: list[tuple[int, int]] = []

    def watched(*_given: object) -> dict[int, int]:
        assert not school.node.store._db.conn.in_transaction  # type: ignore[attr-defined]
        seen.extend((len(charges(school.node, school, name)), len(purposes(school, name))) for name in ("aiko", "ken"))
        return {}

    monkeypatch.setattr(counting, "encode", watched)
    totals(school, identifier)
    assert set(seen) == {(1, 1)}


def test_a_log_that_cannot_be_written_opens_nothing(prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(prefecture)
    school = prefecture.minato
    admit(school, ["aiko"], scores(school, 500, 500), attributes={"class_type": "small"})
    identifier = publish(prefecture, study(mean_question()))

    def fail(_self: VaultWriter, _access: object) -> None:
        raise StoreError("the disk is full")

    def never(*_given: object) -> dict[int, int]:
        raise AssertionError("a record was opened")

    monkeypatch.setattr(VaultWriter, "log", fail)
    monkeypatch.setattr(counting, "encode", never)
    with pytest.raises(StoreError):
        answer(school.node, identifier)
    assert school.node.store.get("answer", f"{identifier}/{MINATO}") is None
    monkeypatch.undo()
    assert charges(school.node, school, "aiko") == []


def test_a_broken_history_adds_zero_and_the_operator_hears_of_it_without_a_name(
    prefecture: Prefecture, caplog: pytest.LogCaptureFixture
) -> None:
    allow(prefecture)
    school = prefecture.minato
    admit(school, ["whole", "broken"], scores(school, 600, 500), attributes={"class_type": "small"})
    school.node.store._db.execute(  # type: ignore[attr-defined]
        "UPDATE entries SET body = zeroblob(300) WHERE vault = ? AND chain = 'records' AND seq = 2",
        [school.vault("broken")],
    )
    school.node.store._db.conn.commit()  # type: ignore[attr-defined]
    identifier = publish(prefecture, study(mean_question()))
    assert totals(school, identifier) == [0, 1, 0, 100]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert school.vault("broken") not in caplog.text


def test_progress_is_told_and_many_students_come_in_batches(prefecture: Prefecture) -> None:
    allow(prefecture)
    school = prefecture.minato
    names = [f"p{number}" for number in range(BATCH + 1)]
    admit(school, names, scores(school, 510, 500), attributes={"class_type": "small"})
    identifier = publish(prefecture, study(mean_question()))
    told: list[tuple[int, int]] = []
    token = answer(school.node, identifier, lambda done, whole: told.append((done, whole)))[school.org]
    assert told == [(BATCH, BATCH + 1), (BATCH + 1, BATCH + 1)]
    cells = decode(claimed_document(token)["vector"], 4)
    assert cells[1] == BATCH + 1
    assert abs(cells[3] - 10 * (BATCH + 1)) < 130


def test_two_schools_of_one_node_answer_apart(prefecture: Prefecture) -> None:
    allow(prefecture)
    minato, aoba = prefecture.minato, prefecture.aoba
    admit(minato, ["a", "b"])
    admit(aoba, ["c"])
    identifier = publish(prefecture, study(count_question()))
    found = {
        org: decode(claimed_document(token)["vector"], 1) for org, token in answer(minato.node, identifier).items()
    }
    assert found == {minato.org: [2], aoba.org: [1]}
    assert charges(aoba.node, aoba, "c") == [(identifier, LARGE)]


def test_a_correction_replaces_what_it_corrects(prefecture: Prefecture) -> None:
    allow(prefecture)
    school = prefecture.minato
    admit(school, ["aiko"], scores(school, 600, 500), attributes={"class_type": "small"})
    with school.node.vaults.read(school.permit("aiko", Purpose.TEACHING, Action.READ)) as vault:
        wrong = next(stored.id for stored in vault.records() if getattr(stored.record, "raw_score", 0) == Decimal(600))
    right = score_record(
        school, "650", subject_code="reading", max_score="1000", supersedes_id=wrong, occurred_on="2026-04-20"
    )
    school.write("aiko", right)
    identifier = publish(prefecture, study(mean_question()))
    assert totals(school, identifier) == [0, 1, 0, 150]


def test_an_older_year_imported_late_takes_nobody_out_of_a_study_and_turns_no_epoch(prefecture: Prefecture) -> None:
    allow(prefecture)
    school = prefecture.minato
    admit(school, ["aiko"], scores(school, 600, 500), attributes={"class_type": "small"})
    epoch = school.node.vaults.authorisations(school.vault("aiko")).epoch
    school.year = 2025
    load(school.node, school.org, school.batch("aiko"))
    school.year = 2026
    assert school.node.vaults.authorisations(school.vault("aiko")).epoch == epoch
    identifier = publish(prefecture, study(mean_question()))
    assert totals(school, identifier) == [0, 1, 0, 100]
