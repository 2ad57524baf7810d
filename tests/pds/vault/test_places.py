"""Places once followed are known: what is read is still what the signed head says, whoever wrote behind the door."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from pds.chain import Chain
from pds.errors import ChainBrokenError, InvalidRecordError, NotFoundError, VerificationError
from pds.identifiers import RecordId, new_record_id, new_vault_id
from pds.node import open_node
from pds.records import CATEGORIES, Category
from pds.vault import Action, Purpose, StoredRecord
from pds.vault.places import follow_places
from pds.vault.sealing import Contents
from tests.world.prefecture import Prefecture, School, attendance_record, score_record
from tests.world.tampering import flip, run

MAY_8 = date(2026, 5, 8)
ENTRY = "vault = ? AND chain = ? AND seq = ?"
DROP = "DELETE FROM entries WHERE vault = ? AND chain = ? AND seq = ?"
EMPTY = "UPDATE entries SET body = NULL WHERE vault = ? AND chain = ? AND seq = ?"
UNSALT = "DELETE FROM salts WHERE vault = ? AND record = ?"


@pytest.fixture
def school(prefecture: Prefecture) -> School:
    """A school with one student, whose history was read once, so that its places are known."""
    school = prefecture.minato
    school.admit("aiko", records=[score_record(school, str(score)) for score in (10, 20, 30)])
    assert len(read(school)) == 4
    return school


def read(school: School) -> list[StoredRecord]:
    with school.node.vaults.read(school.guardian_permit("aiko")) as reader:
        return list(reader.records())


def altered(school: School, column: str, seq: int) -> None:
    flip(school.node.folder, "entries", column, ENTRY, school.vault("aiko"), "records", seq)


@pytest.mark.parametrize("seq", [1, 2, 4])
def test_a_body_altered_after_the_places_were_known_is_found_and_named(school: School, seq: int) -> None:
    altered(school, "body", seq)
    with pytest.raises(ChainBrokenError, match=f"records entry {seq} was altered"):
        read(school)


@pytest.mark.parametrize("column", ["header", "digest", "hash"])
def test_what_else_is_altered_behind_the_door_does_not_reach_a_reading(school: School, column: str) -> None:
    before = read(school)
    altered(school, column, 2)
    assert read(school) == before  # known from the chain under the signed head
    school.node.vaults._places.cache_clear()
    with pytest.raises(VerificationError):  # a process that has yet to follow the chain finds it
        read(school)


@pytest.mark.parametrize("what", ["row", "body", "salt"])
def test_a_record_taken_away_is_missed(school: School, what: str) -> None:
    vault = school.vault("aiko")
    record = read(school)[1]
    if what == "row":
        run(school.node.folder, DROP, vault, "records", record.seq)
    elif what == "body":
        run(school.node.folder, EMPTY, vault, "records", record.seq)
    else:
        run(school.node.folder, UNSALT, vault, record.id)
    if what == "row":
        with pytest.raises(VerificationError, match=f"records entry {record.seq} is missing"):
            read(school)
    else:
        assert [one.seq for one in read(school) if one.is_damaged] == [record.seq]


def test_a_record_taken_away_with_its_salt_is_missed(school: School) -> None:
    vault, record = school.vault("aiko"), read(school)[1]
    run(school.node.folder, DROP, vault, "records", record.seq)
    run(school.node.folder, UNSALT, vault, record.id)
    with pytest.raises(ChainBrokenError, match=f"records entry {record.seq} is missing"):
        read(school)


def test_what_was_erased_is_passed_over_and_its_year_with_it(school: School) -> None:
    vault = school.vault("aiko")
    last_year = score_record(school, "40").model_copy(update={"school_year": 2025})
    school.write("aiko", last_year)
    *_, record = read(school)
    with school.node.vaults.read(school.guardian_permit("aiko")) as reader:
        assert reader.school_years() == [2026, 2025]
        assert [item.id for item in reader.records(years={2025})] == [record.id]
        assert reader.record(record.id) == record
    run(school.node.folder, UNSALT, vault, record.id)
    run(school.node.folder, EMPTY, vault, "records", record.seq)
    with school.node.vaults.read(school.guardian_permit("aiko")) as reader:
        assert reader.school_years() == [2026]
        assert list(reader.records(years={2025})) == []
        with pytest.raises(NotFoundError):
            reader.record(record.id)


def test_records_come_in_the_order_they_were_written_and_by_kind_and_year(school: School) -> None:
    school.write("aiko", attendance_record(school))
    with school.node.vaults.read(school.guardian_permit("aiko")) as reader:
        everything = list(reader.records())
        assert [item.seq for item in everything] == sorted(item.seq for item in everything) == [1, 2, 3, 4, 5]
        of_kinds = [list(reader.records(category)) for category in CATEGORIES]
        assert sorted((item for kind in of_kinds for item in kind), key=lambda item: item.seq) == everything
        assert list(reader.records(years=())) == []


def test_a_permit_that_does_not_name_a_kind_opens_none_of_it(school: School) -> None:
    tests = [item for item in read(school) if item.category is Category.TEST_RESULT]
    permit = school.permit("aiko", Purpose.TEACHING, Action.READ, categories=frozenset({Category.ENROLLMENT_INFO}))
    with school.node.vaults.read(permit) as reader:
        assert {item.category for item in reader.records()} == {Category.ENROLLMENT_INFO}
        with pytest.raises(NotFoundError):
            reader.record(tests[0].id)
        with pytest.raises(NotFoundError):
            reader.record(new_record_id())


def test_a_reading_of_more_records_than_are_opened_at_once_is_whole(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pds.vault.reader._AT_ONCE", 3)
    before = {item.id for item in read(school)}
    with school.node.vaults.read(school.guardian_permit("aiko")) as reader:
        assert {item.id for item in reader.records()} == before
        begun = reader.records()
        next(begun)
    with pytest.raises(Exception, match="for one block"):
        list(begun)


@pytest.mark.parametrize("written", ["2026-05-08", "2026-05-08T00:00:00", 1778198400])
def test_the_day_of_a_record_is_the_one_its_fields_say_however_it_is_written(school: School, written: object) -> None:
    [_, one, *_] = read(school)
    fields = {**one.contents.fields, "occurred_on": written, "supersedes_id": "r1"}
    item = replace(one, contents=Contents("test_result/1", fields))
    assert (item.day, item.supersedes) == (item.record.occurred_on, item.record.supersedes_id) == (MAY_8, "r1")
    assert one.supersedes is None


def test_a_record_that_no_longer_fits_its_rules_is_named_when_it_is_asked_for(school: School) -> None:
    [_, one, *_] = read(school)
    broken = replace(one, contents=Contents("test_result/1", {**one.contents.fields, "raw_score": "CANARY"}))
    assert broken.day == MAY_8
    with pytest.raises(InvalidRecordError, match="raw_score") as told:
        broken.record  # noqa: B018  # asking is what raises
    assert "CANARY" not in str(told.value) + repr(broken)


def test_places_are_of_one_vault_alone(school: School) -> None:
    vault, links = school.vault("aiko"), list(school.node.store.chained(school.vault("aiko"), Chain.RECORDS))
    tip = school.node.vaults.head(vault).tips[Chain.RECORDS]
    homes = school.node.vaults.authorisations(vault).homes
    known = follow_places(vault, homes, links, tip)
    streams = {stream for stream, _ in known.groups}
    assert [place.seq for place in known.of(streams)] == [1, 2, 3, 4]
    with pytest.raises(ChainBrokenError):
        follow_places(new_vault_id(), homes, links, tip)
    with pytest.raises(ChainBrokenError):
        follow_places(vault, homes, links[:-1], tip)


@pytest.fixture
def log(school: School) -> Iterator[list[str]]:
    """The lines of a log of ten readings, as they were entered."""
    for _ in range(10):
        read(school)
    with school.node.vaults.read(school.guardian_permit("aiko"), school.guardian("aiko")) as reader:
        yield [line.model_dump_json() for line in reader.access_log()]


def stretch(school: School, after: int, until: int | None = None) -> list[str]:
    with school.node.vaults.read(school.guardian_permit("aiko"), school.guardian("aiko")) as reader:
        return [line.model_dump_json() for line in reader.access_log(after, until)]


def test_a_stretch_of_the_log_is_what_the_whole_log_has_there(school: School, log: list[str]) -> None:
    length = len(log)
    for after in range(length + 1):
        assert stretch(school, after)[: length - after] == log[after:]
        for until in range(length + 1):
            assert stretch(school, after, until) == log[after:until]
    assert stretch(school, 10_000) == stretch(school, 0, 0) == []


@pytest.mark.parametrize("column", ["header", "body", "digest", "hash"])
@pytest.mark.parametrize("seq", [4, 6, 9])
def test_a_line_altered_in_a_stretch_or_after_it_is_found(
    school: School, log: list[str], seq: int, column: str
) -> None:
    assert len(log) > seq
    flip(school.node.folder, "entries", column, ENTRY, school.vault("aiko"), "access", seq)
    with pytest.raises(VerificationError):
        stretch(school, 3, seq)
    if column != "body":
        with pytest.raises(VerificationError):  # a line after the stretch ties it to the signed head
            stretch(school, 1, 3)


def test_a_line_taken_out_before_a_stretch_is_missed(school: School, log: list[str]) -> None:
    assert len(log) > 6
    run(school.node.folder, DROP, school.vault("aiko"), "access", 5)
    with pytest.raises(ChainBrokenError, match="access entry 5 is missing"):
        stretch(school, 5)


def test_a_record_that_another_process_added_is_read(school: School) -> None:
    before: set[RecordId] = {item.id for item in read(school)}
    with open_node(school.node.folder, school.node.clock) as node:
        School(node, school.org).write("aiko", score_record(school, "77"))
    assert len({item.id for item in read(school)} - before) == 1
