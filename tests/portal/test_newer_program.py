"""What a newer program wrote: it is kept, it travels, it is told of and not shown, and it stops nothing."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from consent.decisions import Position, readable
from consent.lifecycle import acts, load, moving
from federation import Feature, Group
from pds.chain import Chain
from pds.errors import PdsError
from pds.intake import Batch, IncomingRecord, LocalId, Source
from pds.records import CATEGORIES, Category, Record, kind_of
from pds.vault import Action, Purpose, verify_copy
from tests.federation.studies import allow, count_question, run, study
from tests.portal.town import Town, open_town
from tests.world.carrier import carry
from tests.world.newer import NEWER, turn_with_newer_kind, write_newer
from tests.world.prefecture import SCHEME, School, score_record
from tests.world.processes import pds_here
from tests.world.tampering import flip

FAMILY = ("", "/road", "/road?year=2026", "/consents", "/transfer", "/seen", "/seen/list", "/statistics")
SOURCE = Source("again.csv", 2)
HIDDEN = ("CANARY", "kind_to_come", "test_result/2")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a town in which a newer program wrote; it is copied for each test."""
    folder = tmp_path_factory.mktemp("town")
    with open_town(folder) as built:
        for student in ("minato", "nozomi"):
            turn_with_newer_kind(built.school, student)
            for category in CATEGORIES:
                write_newer(built.school, student, f"{category}/2", category)
            write_newer(built.school, student, "kind_to_come/1", NEWER)
    return folder


@pytest.fixture
def town(written: Path, tmp_path: Path) -> Iterator[Town]:
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    with open_town(tmp_path) as opened:
        yield opened


def test_every_page_of_the_family_and_the_school_works_and_shows_none_of_it(town: Town) -> None:
    for person in (town.student, town.guardian):
        pages = (*FAMILY, "/write" if person is town.student else "/consents/new")
        answers = {page: person.get(f"{town.path('minato')}{page}") for page in pages}
        assert {page: a.status_code for page, a in answers.items() if a.status_code != 200} == {}
        assert not [page for page, answer in answers.items() for hidden in HIDDEN if hidden in answer.text]
    for path in ("/school", f"/school/student/{town.ref('minato')}"):
        answer = town.teacher.get(path)
        assert answer.status_code == 200
        assert not [hidden for hidden in HIDDEN if hidden in answer.text]


def test_a_family_is_told_how_many_are_kept_and_only_the_student_of_a_kind_without_a_row(town: Town) -> None:
    # one was written of each kind
    said = "新しいしくみで書かれた記録が%s件あります"
    assert said % len(readable(Position.GUARDIAN)) in town.guardian.get(f"{town.path('minato')}/road").text
    assert said % (len(readable(Position.STUDENT)) + 1) in town.student.get(f"{town.path('minato')}/road").text


def test_a_damaged_record_is_told_of_and_breaks_no_page(town: Town) -> None:
    with town.school.node.vaults.read(town.school.permit("minato", Purpose.TEACHING, Action.READ)) as reader:
        record = reader.in_effect(Category.TEST_RESULT)[-1].id
    flip(town.school.node.folder, "salts", "salt", "record = ?", record)
    for person in (town.student, town.guardian):
        answers = {page: person.get(f"{town.path('minato')}{page}") for page in FAMILY}
        assert {page: a.status_code for page, a in answers.items() if a.status_code != 200} == {}
        assert "ひらけない記録が1件あります" in answers["/road"].text
    for path in ("/school", f"/school/student/{town.ref('minato')}"):
        assert town.teacher.get(path).status_code == 200


def test_the_office_reads_and_verifies_by_command(town: Town) -> None:
    node, school = town.school.node.folder, town.school.org
    student = f"{SCHEME}=nozomi"
    shown = pds_here("vault", "records", student, "--as", school, node=node)["records"]
    assert sum("kept" in record for record in shown) == len(CATEGORIES)
    assert "CANARY" not in str(shown)
    assert pds_here("vault", "verify", student, "--as", school, node=node)["verified"] is True


def test_a_study_counts_as_if_it_were_not_there(town: Town) -> None:
    allow(town.prefecture)
    grades = Group(feature=Feature(kind=Category.ENROLLMENT_INFO, field="grade"), values=("P5", "P6"))
    rows = run(town.prefecture, study(count_question(groups=(grades,)))).rows
    assert [int(row.count.estimate) for row in rows] == [2, 1]


def test_a_file_comes_in_again_over_what_a_newer_program_corrected(town: Town) -> None:
    school = town.school
    record = score_record(school, "63", source_record_id="again", grade="P5", occurred_on="2026-09-01")
    load(school.node, school.org, only(record))
    with school.node.vaults.read(school.guardian_permit("nozomi"), school.guardian("nozomi")) as reader:
        [there] = [item for item in reader.in_effect() if item.contents.fields["source_record_id"] == "again"]
    write_newer(school, "nozomi", "test_result/2", Category.TEST_RESULT, supersedes_id=there.id)
    assert "63" not in [str(getattr(one, "raw_score", "")) for one in standing(town)]
    again = load(school.node, school.org, only(record))
    assert (again.records, again.records_corrected) == (0, 0)
    corrected = record.model_copy(update={"raw_score": Decimal(100)})
    assert load(school.node, school.org, only(corrected)).records_corrected == 1
    assert "100" in [str(getattr(one, "raw_score", "")) for one in standing(town)]


def test_one_childs_record_of_an_unknown_schema_stops_no_file_of_the_school(town: Town) -> None:
    school = town.school
    record = score_record(school, "63", source_record_id="whole", grade="P5", occurred_on="2026-09-01")
    rows = [
        IncomingRecord(LocalId(SCHEME, one), kind_of(record).schema, record, SOURCE) for one in ("nozomi", "minato")
    ]
    assert outcome(school, Batch("test-sis", (), (), tuple(rows), (), lasting=frozenset({SCHEME}))) == (2, 0)
    with school.node.vaults.read(school.guardian_permit("nozomi"), school.guardian("nozomi")) as reader:
        [there] = [item for item in reader.in_effect() if item.contents.fields["source_record_id"] == "whole"]
    write_newer(school, "nozomi", "test_result/2", Category.TEST_RESULT, supersedes_id=there.id)
    later = record.model_copy(update={"source_record_id": "later"})
    rows += [replace(row, record=later) for row in rows]
    assert outcome(school, Batch("test-sis", (), (), tuple(rows), (), lasting=frozenset({SCHEME}))) == (2, 0)


def outcome(school: School, batch: Batch) -> object:
    """How many records an import wrote and corrected, or the name of what stopped it."""
    try:
        done = load(school.node, school.org, batch)
    except PdsError as stopped:
        return type(stopped).__name__
    return done.records, done.records_corrected


def only(record: Record) -> Batch:
    """A file of one record of a child whom the school knows."""
    row = IncomingRecord(LocalId(SCHEME, "nozomi"), kind_of(record).schema, record, SOURCE)
    return Batch("test-sis", (), (), (row,), (), lasting=frozenset({SCHEME}))


def standing(town: Town) -> list[object]:
    school = town.school
    with school.node.vaults.read(school.guardian_permit("nozomi"), school.guardian("nozomi")) as reader:
        return [item.record for item in reader.in_effect()]


def test_it_travels_whole_and_with_its_keys_where_the_family_said_so(town: Town) -> None:
    prefecture, old, new = town.prefecture, town.prefecture.minato, town.prefecture.hikari
    vault, guardian = old.vault("nozomi"), old.guardian("nozomi")
    before = len(old.node.vaults.copy(vault).entries[Chain.RECORDS])
    acts.give(old.node, vault, guardian, Purpose.TRANSFER, categories=[Category.TEST_RESULT], recipient=new.org)
    transfer = moving.offer(old.node, vault, new.org)
    carry(prefecture.nodes)
    moving.accept(new.node, transfer, date(2026, 10, 8), [LocalId(SCHEME, "nozomi")])
    carry(prefecture.nodes)
    moving.send(old.node, transfer)
    carry(prefecture.nodes)
    moving.commit(new.node, transfer)
    carry(prefecture.nodes)
    copy = new.node.vaults.copy(vault)
    assert verify_copy(copy, new.node.card).records == len(copy.entries[Chain.RECORDS]) == before
    with new.node.vaults.read(new.permit("nozomi", Purpose.TEACHING, Action.READ)) as reader:
        kept = [item for item in reader.in_effect(unknown=True) if not item.is_known]
    assert {item.contents.schema for item in kept} >= {"test_result/2", "enrollment_info/2"}
    assert all(item.contents.fields["later_field"] == "CANARY新しい" for item in kept)
