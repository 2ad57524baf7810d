"""Of a record and its corrections one is in effect: the last, of the same kind, by who may put it away."""

from typing import Any

import pytest

from pds.chain import Chain
from pds.identifiers import OrgId, new_record_id
from pds.records import Category, Record, validate
from pds.vault import Action, Purpose, StoredRecord, in_effect, read_header, successors
from tests.world.prefecture import Prefecture, School, score_record
from tests.world.records import as_stored

OLD, NEW = OrgId("B1-old"), OrgId("B1-new")


def made(schema: str, seq: int, issuer: OrgId, **changes: Any) -> StoredRecord:
    common = {
        "school_code": issuer,
        "school_year": 2026,
        "grade": "P5",
        "occurred_on": "2026-06-01",
        "source_system": "sis",
        "source_record_id": str(seq),
    }
    return as_stored(validate(schema, {**common, **changes}), seq, issuer)


def scored(seq: int, supersedes: int | None = None, issuer: OrgId = OLD, **changes: Any) -> StoredRecord:
    test = {"test_id": "T", "test_name": "T", "test_kind": "unit", "subject_code": "P030", "raw_score": seq}
    link = {} if supersedes is None else {"supersedes_id": f"r{supersedes}"}
    return made("test_result/1", seq, issuer, **{**test, "max_score": 100, **link, **changes})


def mood(seq: int, supersedes: int | None = None, issuer: OrgId = OLD, **changes: Any) -> StoredRecord:
    link = {} if supersedes is None else {"supersedes_id": f"r{supersedes}"}
    return made("mood_weather/1", seq, issuer, **{"weather": "sunny", "author_role": "student", **link, **changes})


def standing(*records: StoredRecord) -> list[int]:
    found = [item.seq for item in in_effect(records)]
    assert [item.seq for item in in_effect(reversed(records))] == found
    return found


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([None], [1]),
        ([None, 1], [2]),
        ([None, 1, 1], [3]),  # two corrections of one record
        ([None, 1, 2], [3]),
        ([None, 1, 1, 2], [4]),  # one corrects the record, one the first correction: one tree
        ([None, 1, 2, 1], [4]),
        ([None, None, 1, 2], [3, 4]),
        ([1], [1]),  # itself
        ([2, None], [1, 2]),  # a later one
        ([9], [1]),  # none that there is
    ],
)
def test_of_a_record_and_all_its_corrections_the_last_written_stands(
    targets: list[int | None], expected: list[int]
) -> None:
    assert standing(*[scored(seq, target) for seq, target in enumerate(targets, 1)]) == expected


def test_a_record_of_one_kind_puts_away_none_of_another() -> None:
    text = made("reflection/1", 2, OLD, text="x", author_role="student", supersedes_id="r1")
    assert standing(scored(1), text) == [1, 2]
    assert standing(scored(1), text, scored(3, 1)) == [2, 3]
    assert standing(scored(1), text, scored(3, 2)) == [1, 2, 3]


def test_a_school_puts_away_nothing_that_another_school_signed() -> None:
    assert standing(scored(1), scored(2, 1, NEW)) == [1, 2]
    assert standing(scored(1), scored(2, 1, NEW), scored(3, 2, NEW)) == [1, 3]
    assert standing(scored(1), scored(2, 1, NEW), scored(3, 1, NEW)) == [1, 3]  # what it says itself, it corrects


def test_the_student_corrects_what_the_student_wrote_at_whichever_school() -> None:
    assert standing(mood(1), mood(2, 1)) == [2]
    assert standing(mood(1), mood(2, 1, NEW)) == [2]


@pytest.mark.parametrize(("one", "other"), [("student", "tool"), ("tool", "student"), ("student", "guardian")])
def test_family_and_school_put_away_nothing_of_each_other(one: str, other: str) -> None:
    assert standing(scored(1, author_role=one), scored(2, 1, author_role=other)) == [1, 2]


@pytest.mark.parametrize(("issuer", "expected"), [(OLD, [2]), (NEW, [1, 2])])
def test_a_source_that_sends_its_row_again_corrects_whom_it_named_as_author(issuer: OrgId, expected: list[int]) -> None:
    first = scored(1, author_role="student", source_record_id="7")
    assert standing(first, scored(2, 1, issuer, author_role="tool", source_record_id="7")) == expected


def test_corrections_of_what_can_no_longer_be_read_are_still_one_tree() -> None:
    everything = [scored(1), scored(2, 1), scored(3, 1), mood(4), mood(5, 1)]
    assert standing(*everything) == [3, 4, 5]
    assert standing(*everything[1:]) == [3, 4, 5]


def test_each_record_knows_what_stands_in_its_place() -> None:
    found = successors([scored(1), scored(2, 1), scored(3, 2), scored(4)])
    assert {name: item.seq for name, item in found.items()} == {"r1": 3, "r2": 3, "r3": 3, "r4": 4}


def corrected(school: School, name: str, year: int, supersedes: str | None = None) -> Record:
    link = {} if supersedes is None else {"supersedes_id": supersedes}
    return score_record(school, "40", test_name=name, school_year=year, **link)


def names(school: School, *years: int) -> list[str]:
    with school.node.vaults.read(school.permit("aiko", Purpose.TEACHING, Action.READ)) as reader:
        found = reader.in_effect(Category.TEST_RESULT, years=set(years) if years else None)
        return [str(item.contents.fields["test_name"]) for item in found]


def test_a_correction_in_another_school_year_puts_the_older_record_away_in_both(prefecture: Prefecture) -> None:
    school = prefecture.minato
    school.admit("aiko")
    first, second = new_record_id(), new_record_id()
    with school.node.vaults.transact(school.permit("aiko", Purpose.TEACHING, Action.WRITE)) as writer:
        writer.append(corrected(school, "first", 2024), first)
        writer.append(corrected(school, "beside", 2024))
        writer.append(corrected(school, "second", 2025, first), second)
    assert (names(school, 2024), names(school, 2025)) == (["beside"], ["second"])
    school.write("aiko", corrected(school, "third", 2026, first))
    assert names(school) == ["beside", "third"]
    assert (names(school, 2024), names(school, 2025), names(school, 2026)) == (["beside"], [], ["third"])
    assert names(school, 2025, 2026) == ["third"]


def test_only_the_years_that_a_correction_joins_are_opened_beside_the_one_asked_for(prefecture: Prefecture) -> None:
    school = prefecture.minato
    school.admit("aiko")
    there = new_record_id()
    with school.node.vaults.transact(school.permit("aiko", Purpose.TEACHING, Action.WRITE)) as writer:
        writer.append(corrected(school, "first", 2023), there)
        writer.append(corrected(school, "beside", 2024))
        writer.append(corrected(school, "second", 2025, there))
        writer.append(corrected(school, "third", 2025, there))
    vault = school.vault("aiko")
    headers = [read_header(link.header) for link in school.node.store.chained(vault, Chain.RECORDS)]
    assert [header.corrects_year for header in headers] == [None, None, None, 2023, 2023]
    with school.node.vaults.read(school.permit("aiko", Purpose.TEACHING, Action.READ)) as reader:
        places = reader._places()
        streams = {stream for stream, _ in places.groups}
        assert places.bridged(streams, {2024}) == {2024}
        assert places.bridged(streams, {2023}) == places.bridged(streams, {2025}) == {2023, 2025}
        assert places.bridged((), {2025}) == {2025}
