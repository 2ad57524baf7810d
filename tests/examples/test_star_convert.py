"""Project STAR through the public intake: what the vaults get is what the table says, school year by school year."""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from examples.star import convert, source
from examples.star.source import Pupil, Year
from pds.intake import Batch, LocalId, load_mapping, read_tables
from pds.records import EnrollmentInfo, TestResult

GRADES = {"K": "E3", "1": "P1", "2": "P2", "3": "P3"}


@dataclass(frozen=True)
class Handed:
    """Everything written once, for all tests of this module."""

    pupils: tuple[Pupil, ...]
    folders: dict[int, dict[str, Path]]
    batches: dict[tuple[int, str], Batch]


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Handed:
    pupils = source.read()
    folders = convert.write_all(tmp_path_factory.mktemp("intake"), pupils)
    mapping = load_mapping(convert.MAPPING)
    batches = {
        (school_year, school): read_tables(folder, mapping)
        for school_year, schools in folders.items()
        for school, folder in schools.items()
    }
    return Handed(pupils, folders, batches)


def name_of(pupil: Pupil) -> LocalId:
    return LocalId("us-tn.pupil", pupil.number)


def by_place(handed: Handed) -> dict[tuple[int, str], list[tuple[Pupil, Year]]]:
    found: dict[tuple[int, str], list[tuple[Pupil, Year]]] = {place: [] for place in handed.batches}
    for pupil in handed.pupils:
        for year in pupil.years:
            found[year.school_year, year.school].append((pupil, year))
    return found


def test_every_school_has_a_folder_for_every_year_it_took_part(handed: Handed) -> None:
    assert {year: len(schools) for year, schools in handed.folders.items()} == {1985: 79, 1986: 76, 1987: 75, 1988: 75}
    folder = handed.folders[1985]["us-tn:07"]
    assert folder == convert.folder(folder.parent.parent, 1985, "us-tn:07")
    assert (folder.parent.name, folder.name) == ("1985", "us-tn-07")
    assert {file.name for file in folder.iterdir()} == set(convert.HEADERS)


def test_every_value_reaches_a_record(handed: Handed) -> None:
    for (school_year, school), present in by_place(handed).items():
        batch = handed.batches[school_year, school]
        enrolled: dict[LocalId, EnrollmentInfo] = {}
        scores: dict[tuple[LocalId, str], TestResult] = {}
        for incoming in batch.records:
            record = incoming.record
            assert (record.school_code, record.school_year) == (school, school_year)
            assert record.source_system == "us-tn.star"
            if isinstance(record, EnrollmentInfo):
                enrolled[incoming.student] = record
            elif isinstance(record, TestResult):
                scores[incoming.student, record.subject_code] = record
        assert len(enrolled) + len(scores) == len(batch.records)
        assert {student.ids for student in batch.students} == {(name_of(pupil),) for pupil, _ in present}
        assert enrolled.keys() == {name_of(pupil) for pupil, _ in present}
        for pupil, year in present:
            assert_enrolled(enrolled[name_of(pupil)], pupil, year)
            for subject, score in (("reading", year.reading), ("mathematics", year.mathematics)):
                assert_tested(scores.pop((name_of(pupil), subject), None), year, score)
        assert scores == {}


def assert_enrolled(record: EnrollmentInfo, pupil: Pupil, year: Year) -> None:
    assert record.grade == GRADES[year.grade]
    assert record.sex == pupil.gender
    assert record.birth_date is None
    assert record.occurred_on == date(year.school_year, 9, 1)
    lunch = {"lunch": year.lunch} if year.lunch else {}
    assert record.attributes == {"class_type": year.class_type, "system": year.system[-2:], **lunch}


def assert_tested(record: TestResult | None, year: Year, score: int | None) -> None:
    if record is None:
        assert score is None
        return
    assert record.raw_score == score
    assert (record.min_score, record.max_score) == (Decimal(200), Decimal(800))
    assert record.grade == GRADES[year.grade]
    assert record.occurred_on == date(year.school_year + 1, 3, 25)


def test_nothing_is_lost_or_doubled(handed: Handed) -> None:
    batches = handed.batches.values()
    records = Counter(record.schema for batch in batches for record in batch.records)
    assert records == {"enrollment_info/1": 26_796, "test_result/1": 48_875}
    ids = {
        (record.schema, record.student.value, record.record.source_record_id)
        for batch in batches
        for record in batch.records
    }
    assert len(ids) == 26_796 + 48_875


def test_a_guardian_consents_once_on_entry(handed: Handed) -> None:
    consents = Counter(
        (consent.student.value, consent.purpose) for batch in handed.batches.values() for consent in batch.consents
    )
    assert consents == {(pupil.number, purpose): 1 for pupil in handed.pupils for purpose in ("statistics", "transfer")}
    entry = {pupil.number: (pupil.years[0].school_year, pupil.years[0].school) for pupil in handed.pupils}
    for place, batch in handed.batches.items():
        guardians = {guardian.ids[0]: guardian.student for guardian in batch.guardians}
        assert len(guardians) == len(batch.guardians)
        for consent in batch.consents:
            assert entry[consent.student.value] == place
            assert consent.guardian is not None
            assert guardians[consent.guardian] == consent.student
            assert consent.decision == "given"
            assert consent.signed_on == date(place[0], 9, 1)
    assert sum(len(batch.guardians) for batch in handed.batches.values()) == len(handed.pupils)


def test_a_pupil_who_moves_has_each_year_at_the_school_of_that_year(handed: Handed) -> None:
    for move in source.moves(handed.pupils)[:40]:
        before, after = (
            handed.batches[place] for place in ((move.from_year, move.from_school), (move.to_year, move.to_school))
        )
        for batch, school_year in ((before, move.from_year), (after, move.to_year)):
            mine = [record.record for record in batch.records if record.student.value == move.pupil]
            assert {record.school_year for record in mine} == {school_year}


def test_the_same_table_gives_the_same_bytes_in_any_order(handed: Handed, tmp_path: Path) -> None:
    again = convert.write_school_year(tmp_path, 1987, reversed(handed.pupils))
    convert.write_school_year(tmp_path, 1987, handed.pupils)
    assert list(again) == list(handed.folders[1987]) == sorted(again)
    for school, folder in again.items():
        for name in convert.HEADERS:
            assert (folder / name).read_bytes() == (handed.folders[1987][school] / name).read_bytes()


def test_no_file_says_more_than_the_columns_it_declares(handed: Handed) -> None:
    assert not any("birth" in column for header in convert.HEADERS.values() for column in header)
    for name, header in convert.HEADERS.items():
        with (handed.folders[1988]["us-tn:80"] / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert tuple(rows[0]) == header
        assert all(len(row) == len(header) for row in rows)
