"""A file set goes into vaults whole or not at all, and a later one adds what is new."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from consent.lifecycle import acts, load, moving
from pds.chain import Chain
from pds.errors import UsageError
from pds.holders import Control, Role
from pds.identifiers import OrgId
from pds.intake import Batch, IncomingGuardian, IntakeError, LocalId, ProblemCode, Source
from pds.people import roster
from pds.records import Category, EnrollmentInfo, TestResult
from pds.vault import Action, Purpose
from tests.world.carrier import carry
from tests.world.prefecture import SCHEME, Prefecture, School, score_record

SOURCE = Source("guardians.csv", 2)


def guardian_batch(student: str, guardian: str) -> Batch:
    local = IncomingGuardian((LocalId(SCHEME, guardian),), LocalId(SCHEME, student), "parent", True, SOURCE)
    return Batch("test-sis", (), (local,), (), (), lasting=frozenset({SCHEME}))


def test_a_guardian_who_becomes_known_later_reads_old_and_new_records(prefecture: Prefecture) -> None:
    school = prefecture.minato
    load(school.node, school.org, replace(school.batch("aiko", records=[score_record(school)], agree=()), guardians=()))
    assert acts.guardians_of(school.node, school.vault("aiko")) == []
    load(school.node, school.org, guardian_batch("aiko", "parent"))
    school.write("aiko", score_record(school))
    with school.node.vaults.read(school.guardian_permit("aiko"), school.guardian("aiko")) as vault:
        assert len(list(vault.records())) == 3
    load(school.node, school.org, guardian_batch("aiko", "parent"))
    assert len(acts.guardians_of(school.node, school.vault("aiko"))) == 1


def test_the_same_file_set_again_changes_nothing(prefecture: Prefecture) -> None:
    school = prefecture.minato
    batch = school.batch("aiko", "ken", records=[score_record(school)])
    first = load(school.node, school.org, batch)
    heads = [school.node.store.head(vault) for vault in sorted(school.node.vaults.all())]
    again = load(school.node, school.org, batch)
    assert (first.students_new, first.records, first.consents) == (2, 4, 2)
    assert (again.students_new, again.records, again.records_known) == (0, 0, 4)
    lengths = [school.node.vaults.head(v).tips[Chain.AUTHORISATIONS].length for v in school.node.vaults.all()]
    load(school.node, school.org, batch)
    assert lengths == [school.node.vaults.head(v).tips[Chain.AUTHORISATIONS].length for v in school.node.vaults.all()]
    assert len(heads) == len(school.node.vaults.all())


@pytest.mark.parametrize("wrong", ["unknown student", "another school"])
def test_one_wrong_row_leaves_the_store_as_it_was(prefecture: Prefecture, wrong: str) -> None:
    school = prefecture.minato
    batch = school.batch("aiko", "ken")
    stray = batch.records[0]
    if wrong == "unknown student":
        stray, code = replace(stray, student=LocalId(SCHEME, "nobody")), ProblemCode.UNKNOWN_STUDENT
    else:
        other = School(school.node, OrgId("B1-other"))
        stray, code = replace(stray, record=score_record(other)), ProblemCode.DANGLING_REFERENCE
    with pytest.raises(IntakeError) as refused:
        load(school.node, school.org, replace(batch, records=(*batch.records, stray)))
    assert [(problem.code, problem.file, problem.row) for problem in refused.value.problems] == [
        (code, "enrollment.csv", 2)
    ]
    assert "nobody" not in str(refused.value)
    assert school.node.vaults.all() == []


def test_a_school_that_is_not_of_this_node_imports_nothing(prefecture: Prefecture) -> None:
    school = prefecture.minato
    with pytest.raises(UsageError):
        load(school.node, prefecture.hikari.org, school.batch("aiko"))


def test_a_new_school_year_turns_the_epoch_and_the_school_still_reads_last_year(prefecture: Prefecture) -> None:
    school = prefecture.minato
    school.admit("aiko", records=[score_record(school)])
    before = school.node.vaults.authorisations(school.vault("aiko")).epoch
    prefecture.clock.advance(days=365)
    school.year += 1
    school.admit("aiko", records=[score_record(school)])
    assert school.node.vaults.authorisations(school.vault("aiko")).epoch == before + 1
    with school.node.vaults.read(school.permit("aiko", Purpose.TEACHING, Action.READ)) as vault:
        assert {stored.record.school_year for stored in vault.records()} == {2026, 2027}


def test_a_corrected_row_supersedes_and_the_first_stays(prefecture: Prefecture) -> None:
    school = prefecture.minato
    batch = school.batch("aiko", records=[score_record(school, "41", source_record_id="T1")])
    load(school.node, school.org, batch)
    row = next(row for row in batch.records if row.schema == "test_result/1")
    corrected = score_record(school, "47", source_record_id="T1")
    again = replace(batch, records=(*[r for r in batch.records if r is not row], replace(row, record=corrected)))
    for expected in ((1, 1), (0, 2)):  # imported once more, the correction itself is known
        done = load(school.node, school.org, again)
        assert (done.records_corrected, done.records_known) == expected
    with school.node.vaults.read(school.permit("aiko", Purpose.TEACHING, Action.READ)) as vault:
        first, second = vault.records(Category.TEST_RESULT)
    assert isinstance(first.record, TestResult)
    assert isinstance(second.record, TestResult)
    assert (str(first.record.raw_score), str(second.record.raw_score)) == ("41", "47")
    assert second.record.supersedes_id == first.id
    assert load(school.node, school.org, batch).records_corrected == 1  # and back again


def test_a_paper_is_signed_with_nobody_elses_key(prefecture: Prefecture) -> None:
    school = prefecture.minato
    batch = school.batch("aiko")
    [paper] = batch.consents
    for signer in (None, LocalId(SCHEME, "somebody else")):
        with pytest.raises(IntakeError) as refused:
            load(school.node, school.org, replace(batch, consents=(replace(paper, guardian=signer),)))
        assert refused.value.problems[0].field == "guardian"
    assert school.node.vaults.all() == []


def test_a_founded_vault_has_its_students_own_keys_in_the_nodes_care(prefecture: Prefecture) -> None:
    school = prefecture.minato
    load(school.node, school.org, school.batch("aiko"))
    vault = school.vault("aiko")
    holders = school.node.vaults.authorisations(vault).holders
    [(holder, admitted)] = [(name, one) for name, one in holders.items() if one.role is Role.STUDENT]
    assert admitted.control is Control.CUSTODIAL
    assert school.node.keyring.keeps(holder)


def test_the_class_list_follows_the_latest_enrolment_and_an_older_file_moves_nobody_back(
    prefecture: Prefecture,
) -> None:
    school = prefecture.minato
    batch = school.batch("aiko")
    (record,) = (row for row in batch.records if isinstance(row.record, EnrollmentInfo))

    def of_year(year: int, class_code: str) -> Batch:
        changed = {"school_year": year, "class_code": class_code, "source_record_id": f"aiko/{year}"}
        students = tuple(replace(student, school_year=year) for student in batch.students)
        row = replace(record, record=record.record.model_copy(update=changed))
        return replace(batch, students=students, records=(row,))

    year = record.record.school_year
    for file_set in (of_year(year + 1, "2"), of_year(year, "1")):
        load(school.node, school.org, file_set)
    seat = roster.seats(school.node, school.org)[school.vault("aiko")]
    assert (seat.school_year, seat.class_code) == (year + 1, "2")


def test_a_family_that_came_with_a_transfer_is_not_admitted_a_second_time(prefecture: Prefecture) -> None:
    old, new = prefecture.hikari, prefecture.minato
    old.admit("aiko")
    vault = old.vault("aiko")
    transfer = moving.offer(old.node, vault, new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 5, 12), [LocalId("roster", "aiko")])
    carry(prefecture.nodes)
    moving.send(old.node, transfer)
    carry(prefecture.nodes)
    moving.commit(new.node, transfer)
    before = new.node.vaults.authorisations(vault).holders.keys()
    load(new.node, new.org, new.batch("aiko", agree=()))
    assert new.node.vaults.authorisations(vault).holders.keys() == before


def test_a_file_set_of_several_years_enrols_in_the_latest_whichever_row_comes_first(prefecture: Prefecture) -> None:
    school = prefecture.minato
    batch = school.batch("aiko")
    years = tuple(replace(student, school_year=year) for student in batch.students for year in (2024, 2026, 2025))
    for _ in range(2):
        load(school.node, school.org, replace(batch, students=years))
        facts = school.node.vaults.authorisations(school.vault("aiko"))
        assert (facts.epoch, facts.school_year) == (1, 2026)
        assert sorted(enrolled.school_year for _, enrolled in facts.enrolments) == [2024, 2025, 2026]


def test_the_row_of_a_new_school_takes_the_place_of_nothing_that_the_old_school_wrote(prefecture: Prefecture) -> None:
    old, new = prefecture.hikari, prefecture.minato
    old.admit("aiko", agree=("statistics", "transfer"))
    vault = old.vault("aiko")
    transfer = moving.offer(old.node, vault, new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 5, 12), [LocalId("roster", "aiko")])
    carry(prefecture.nodes)
    moving.send(old.node, transfer)
    carry(prefecture.nodes)
    moving.commit(new.node, transfer)
    batch = new.batch("aiko", agree=())  # the same system, in which the child's row has the same name
    assert [load(new.node, new.org, batch).records for _ in range(2)] == [1, 0]
    with new.node.vaults.read(new.permit("aiko", Purpose.TEACHING, Action.READ)) as reader:
        standing = reader.in_effect(Category.ENROLLMENT_INFO)
        present = reader.enrolment(date(2026, 5, 12))
    assert [item.issuer for item in standing] == [old.org, new.org]
    assert present is not None
    assert present.school_code == new.org


@pytest.mark.parametrize("field", ["birth_date", "occurred_on"])
def test_a_birth_and_what_was_done_are_of_no_day_to_come(prefecture: Prefecture, field: str) -> None:
    school = prefecture.minato
    batch, today = school.batch("aiko", records=[score_record(school)]), school.node.today()
    changed = 0 if field == "birth_date" else 1
    for days, refused in ((0, False), (1, True)):
        rows = list(batch.records)
        there = rows[changed].record.model_copy(update={field: today + timedelta(days=days)})
        rows[changed] = replace(rows[changed], record=there)
        of_day = replace(batch, records=tuple(rows))
        if not refused:
            load(school.node, school.org, of_day)
            continue
        with pytest.raises(IntakeError) as told:
            load(school.node, school.org, of_day)
        assert [(one.code, one.row, one.field) for one in told.value.problems] == [(ProblemCode.BAD_DATE, 2, field)]
