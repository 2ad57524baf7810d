"""The access log: no plaintext without a line in it first, and nobody but the family reads it."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from consent.decisions import Request, permit
from consent.lifecycle import acts
from pds.chain import Chain, Entry
from pds.errors import NotFoundError, PermitError, RefusedError, SealBrokenError, StoreError, UsageError
from pds.holders import SecretHolder, new_holder
from pds.identifiers import OrgId, VaultId, new_holder_id, new_vault_id
from pds.records import Category
from pds.vault import Access, Action, Authorisations, Purpose, VaultReader, VaultWriter, verify_copy
from tests.world.prefecture import Prefecture, School, score_record
from tests.world.tampering import run

NO_ENTRY = """
CREATE TRIGGER no_entry BEFORE INSERT ON entries WHEN new.chain = 'access'
BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
"""


@pytest.fixture
def school(prefecture: Prefecture) -> School:
    school = prefecture.minato
    school.admit("aiko", records=[score_record(school)])
    return school


def log_of(school: School, student: str = "aiko") -> list[Access]:
    with school.node.vaults.read(school.guardian_permit(student), school.guardian(student)) as reader:
        return list(reader.access_log())


def lines(school: School) -> int:
    return len(list(school.node.store.entries(school.vault("aiko"), Chain.ACCESS)))


def test_the_line_is_durable_before_the_first_record_is_opened(school: School) -> None:
    before = lines(school)
    with school.node.vaults.read(school.permit("aiko", Purpose.TEACHING, Action.READ)) as reader:
        count = "SELECT count(*) FROM entries WHERE vault = ? AND chain = 'access'"
        assert run(school.node.folder, count, school.vault("aiko")) == [(before + 1,)]  # seen by another connection
        assert len(list(reader.records())) == 2


def test_every_read_is_one_line_that_says_who_why_and_on_which_basis(school: School) -> None:
    school.read("aiko", Category.TEST_RESULT)
    with school.node.vaults.read(school.permit("aiko", Purpose.STATISTICS, Action.READ)):
        pass
    *_, teaching, statistics, own = log_of(school)
    assert (teaching.actor, teaching.purpose, teaching.outcome) == (school.org, "teaching", "read")
    assert teaching.basis.startswith("duty: ")
    assert (statistics.purpose, statistics.basis) == ("statistics", "consent")
    assert statistics.reference in school.node.vaults.authorisations(school.vault("aiko")).consents
    assert (own.actor, own.organisation, own.purpose) == (school.guardian("aiko").id, None, "own_use")


def test_looking_at_nothing_inside_the_block_is_logged_all_the_same(school: School) -> None:
    before = lines(school)
    with school.node.vaults.read(school.permit("aiko", Purpose.TEACHING, Action.READ)):
        pass
    assert lines(school) == before + 1


def test_a_read_that_fails_half_way_stays_in_the_log(school: School) -> None:
    before = lines(school)
    leave = school.permit("aiko", Purpose.TEACHING, Action.READ)
    with pytest.raises(ZeroDivisionError), school.node.vaults.read(leave):
        raise ZeroDivisionError
    assert lines(school) == before + 1


def test_if_the_line_cannot_be_written_nothing_is_read(school: School) -> None:
    leave = school.permit("aiko", Purpose.TEACHING, Action.READ)
    own = school.guardian_permit("aiko")
    run(school.node.folder, NO_ENTRY)
    for asked in (leave, own):
        with pytest.raises(StoreError), school.node.vaults.read(asked):
            pytest.fail("the vault was opened although the access is in no log")
    run(school.node.folder, "DROP TRIGGER no_entry")
    assert len(school.read("aiko")) == 2


def test_if_the_database_cannot_be_written_nothing_is_read(school: School) -> None:
    leave = school.permit("aiko", Purpose.TEACHING, Action.READ)
    school.node.store._db.conn.execute("PRAGMA query_only = ON")  # type: ignore[attr-defined]
    with pytest.raises(StoreError), school.node.vaults.read(leave):
        pytest.fail("the vault was opened although the access is in no log")


def stranger(school: School, purpose: Purpose, **fields: object) -> Request:
    request = Request(vault=school.vault("aiko"), actor="x", organisation=None, purpose=purpose, action=Action.READ)
    return replace(request, **fields)  # type: ignore[arg-type]


def test_a_refusal_is_in_the_log_before_it_is_raised(prefecture: Prefecture, school: School) -> None:
    vault, guardian, other = school.vault("aiko"), school.guardian("aiko"), prefecture.hikari.org
    consent = acts.give(school.node, vault, guardian, Purpose.TEACHING, recipient=other)
    acts.withdraw(school.node, vault, guardian, consent)
    before = lines(school)
    with pytest.raises(RefusedError):
        permit(school.node, stranger(school, Purpose.TEACHING, actor=other, organisation=other))
    assert lines(school) == before + 1
    *_, refused, _ = log_of(school)
    assert (refused.actor, refused.outcome, refused.basis) == (other, "refused", "none")
    assert refused.reason == "this school has no part in this student's history"


def test_a_refusal_that_cannot_be_logged_is_no_permit_either(school: School) -> None:
    run(school.node.folder, NO_ENTRY)
    with pytest.raises(StoreError):
        school.permit("aiko", Purpose.HEALTH, Action.READ)


def test_a_stranger_learns_nothing_not_even_that_the_vault_exists(
    school: School, caplog: pytest.LogCaptureFixture
) -> None:
    before, answers = lines(school), set()
    asked = list(itertools.product(Purpose, Action, (None, OrgId("Z999")), (school.vault("aiko"), new_vault_id())))
    for purpose, action, organisation, vault in asked:
        actor = organisation or new_holder_id()
        request = stranger(school, purpose, action=action, actor=actor, organisation=organisation, vault=vault)
        with pytest.raises(RefusedError) as refused:
            permit(school.node, replace(request, towards=OrgId("Z999")))
        answers.add(str(refused.value))
    assert len(answers) == 1
    assert lines(school) == before  # the node's own log has it, not the family's
    assert [record.name for record in caplog.records] == ["manabi.refusals"] * len(asked)
    assert school.vault("aiko") not in caplog.text


def test_the_log_opens_for_the_family_and_for_nobody_else(school: School) -> None:
    for purpose in (Purpose.TEACHING, Purpose.STATISTICS):
        with (
            school.node.vaults.read(school.permit("aiko", purpose, Action.READ)) as reader,
            pytest.raises(PermitError),
        ):
            list(reader.access_log())
    assert log_of(school)


def test_nobody_reads_or_writes_under_a_permit_that_names_another(school: School) -> None:
    school.admit("bunta")
    keys = school.node.keyring.secret(school.org), school.guardian("bunta"), new_holder("x")
    before = lines(school)
    for key in keys:
        with pytest.raises(PermitError), school.node.vaults.read(school.guardian_permit("aiko"), key):
            pytest.fail("the log would say that the guardian read")
    for key in keys[1:]:
        leave = school.permit("aiko", Purpose.TEACHING, Action.WRITE)
        with pytest.raises(PermitError), school.node.vaults.transact(leave, key):
            pytest.fail("another wrote under the school's permit")
    assert lines(school) == before


def test_the_log_stays_shut_for_the_family_member_who_has_no_keys_here(school: School) -> None:
    guardian = school.guardian("aiko").id
    impostor = SecretHolder(guardian, new_holder("x").hpke_private, new_holder("x").signing_private)
    with pytest.raises(SealBrokenError), school.node.vaults.read(school.guardian_permit("aiko"), impostor):
        pytest.fail("a name alone opened the vault")


def test_another_familys_guardian_opens_neither_log_nor_records(school: School) -> None:
    school.admit("bunta")
    with pytest.raises(RefusedError):
        permit(school.node, stranger(school, Purpose.OWN_USE, actor=school.guardian("bunta").id))


def test_a_line_of_the_log_is_of_one_size_whoever_reads_and_whyever(prefecture: Prefecture, school: School) -> None:
    vault, other = school.vault("aiko"), prefecture.hikari.org
    acts.give(school.node, vault, school.guardian("aiko"), Purpose.TEACHING, recipient=other)
    school.read("aiko")
    for leave in (
        school.guardian_permit("aiko"),
        school.permit("aiko", Purpose.STATISTICS, Action.READ),
        school.permit("aiko", Purpose.TEACHING, Action.READ, categories=frozenset({Category.ATTENDANCE})),
        school.permit("aiko", Purpose.TRANSFER, Action.READ, towards=other),
    ):
        with school.node.vaults.read(leave):
            pass
    school.node.vaults.refuse(vault, log_of(school)[0].model_copy(update={"outcome": "refused", "reason": "x" * 90}))
    sizes = {len(entry.body or b"") for entry in school.node.store.entries(vault, Chain.ACCESS)}
    assert len(sizes) == 1


def test_a_reader_is_of_no_use_after_its_block(school: School) -> None:
    with school.node.vaults.read(school.guardian_permit("aiko")) as reader:
        records = reader.records()
    for use in (
        lambda: list(records),
        lambda: list(reader.records()),
        lambda: list(reader.access_log()),
        reader.ledger,
    ):
        with pytest.raises(PermitError):
            use()
    with pytest.raises(PermitError):
        reader.record(new_vault_id())  # type: ignore[arg-type]
    assert reader.wrap_keys(new_holder("x").public, "x") == []


def test_a_reader_cannot_write_and_a_writer_cannot_read() -> None:
    def public(kind: type) -> set[str]:
        return {name for name in dir(kind) if not name.startswith("_")}

    reading = {
        "records",
        "record",
        "in_effect",
        "enrolment",
        "school_years",
        "of_newer_kinds",
        "access_log",
        "log_length",
        "ledger",
        "wrap_keys",
        "close",
    }
    assert public(VaultReader) == reading
    writing = {"append", "issuers", "enter", "turn_epoch", "keep_wraps", "charge", "take_charges", "log", "finish"}
    assert public(VaultWriter) == writing


def test_a_writer_is_of_no_use_after_its_block(school: School) -> None:
    with school.node.vaults.transact(school.permit("aiko", Purpose.TEACHING, Action.WRITE)) as writer:
        pass
    with pytest.raises(PermitError):
        writer.append(score_record(school))


def test_a_permit_to_write_shows_nothing_that_was_written_before(school: School) -> None:
    leave = school.permit("aiko", Purpose.TEACHING, Action.WRITE)
    with school.node.vaults.transact(leave) as writer:
        shown = {name: type(getattr(writer, name)) for name in vars(writer) if not name.startswith("_")}
    assert shown == {"authorisations": Authorisations}
    with pytest.raises(PermitError), school.node.vaults.read(leave):
        pytest.fail("a permit to write opened the vault")


def test_reading_goes_on_as_it_was_while_others_write(school: School) -> None:
    with school.node.vaults.read(school.guardian_permit("aiko")) as reader:
        school.write("aiko", score_record(school))
        school.read("aiko")
        assert len(list(reader.records())) == 2
        assert list(reader.access_log())
    assert len(school.read("aiko")) == 3


def test_a_vault_that_is_not_here_is_not_found(school: School) -> None:
    nowhere = replace(school.guardian_permit("aiko"), vault=VaultId(new_vault_id()))
    with pytest.raises(NotFoundError), school.node.vaults.read(nowhere):
        pytest.fail("a vault that is not here was opened")


@pytest.mark.parametrize("writes", [1, 3])
def test_a_copy_taken_while_others_write_is_whole(school: School, monkeypatch: pytest.MonkeyPatch, writes: int) -> None:
    store, left = school.node.store, list(range(writes))
    entries = store.entries

    def interrupted(vault: VaultId, chain: Chain, after: int = 0) -> Iterator[Entry]:
        if left and not store._db.conn.in_transaction:  # type: ignore[attr-defined]
            left.pop()
            school.write("aiko", score_record(school))
        return entries(vault, chain, after)

    monkeypatch.setattr(store, "entries", interrupted)
    assert verify_copy(school.node.vaults.copy(school.vault("aiko")), school.node.card).records == 2 + writes


def test_a_read_does_not_hang_on_a_commit_that_may_fail(prefecture: Prefecture) -> None:
    school = prefecture.minato
    school.admit("aiko")
    permit = school.permit("aiko", Purpose.TEACHING, Action.READ)
    with school.node.store.transaction(), pytest.raises(UsageError), school.node.vaults.read(permit):
        pass
