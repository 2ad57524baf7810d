"""On a thousand generated histories all readers agree on what is in effect and on which enrolment is the present one.

The readers are the project's own; the histories have corrections of corrections, across school years and by hands that
may not, older years that come late, and moves. What is expected is worked out here by another way than the rule's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

import pytest

from consent.lifecycle.loading import standing
from consent.lifecycle.moving.sending import subject_of
from federation import Feature, Group, Term, compile_study
from federation.counting import part_of
from pds.holders import new_holder
from pds.identifiers import OrgId, RecordId, new_vault_id
from pds.records import Category, EnrollmentInfo, validate
from pds.vault import Authorisations, Enrolled, StoredRecord, VaultReader, nothing
from pds.vault.keys import CategoryKey
from pds.vault.places import Place, Places
from portal.family.child import facts_of
from portal.family.home import look
from portal.family.road import Filters, walk
from portal.family.write import mood_of
from portal.language import words
from portal.school.student import view_of
from tests.federation.studies import CENSUS, YEAR, mean_question, study
from tests.world.records import as_stored

JA = words("ja")
TODAY = date(2026, 10, 8)
SCHOOLS = (OrgId("B1-first"), OrgId("B1-second"))
CARDS = {school: new_holder(school).public for school in SCHOOLS}
VAULT = new_vault_id()
GRADES = ("P1", "P2", "P3", "P4", "P5", "P6")
LISTED = (Category.TEST_RESULT, Category.REFLECTION)
KINDS = (Category.ENROLLMENT_INFO, *LISTED, Category.MOOD_WEATHER)
HALF = 20  # of the most days a test is counted on
PLAN = compile_study(
    study(
        mean_question(
            terms=(Term(feature=Feature(kind=Category.TEST_RESULT, take="days"), low="0", high=str(2 * HALF)),),
            groups=(Group(feature=Feature(kind=Category.ENROLLMENT_INFO, field="grade"), values=GRADES),),
        )
    )
)


@dataclass(frozen=True)
class History:
    """What was written, in order, and what the events add up to."""

    records: Sequence[StoredRecord]
    facts: Authorisations


class Opened(VaultReader):
    """A reader of records that nobody had to seal: everything but the opening of bytes is the real one."""

    def __init__(self, history: History) -> None:
        by_name: dict[str, StoredRecord] = {item.id: item for item in history.records}
        groups: dict[tuple[str, int], list[Place]] = {}
        bridges = set()
        for item in history.records:
            place = Place(item.seq, item.category, item.id, item.issuer, b"", b"")
            groups.setdefault((item.category, item.school_year), []).append(place)
            target = by_name.get(item.supersedes or "")
            if target is not None and target.school_year != item.school_year:
                bridges.add((str(item.category), item.school_year, target.school_year))
        self._by_seq = {item.seq: item for item in history.records}
        self._streams = {kind: CategoryKey(kind, 1, b"") for kind in KINDS}
        self._places = lambda: Places(groups, bridges)
        self._open = True
        self.authorisations = history.facts

    def _opened(self, places: Sequence[Place]) -> list[StoredRecord]:
        return [self._by_seq[place.seq] for place in places]


def generated(seed: int) -> History:
    """A history; the same for the same seed."""
    chance = Random(seed)  # invented data
    home, number = SCHOOLS[0], 1
    entered = [(1, Enrolled(school=home, school_year=2025, on=date(2025, 4, 1)))]
    records: list[StoredRecord] = []
    for seq in range(1, chance.randint(3, 14)):
        if chance.random() < 0.08:
            home, number = SCHOOLS[number % 2], number + 1
            entered.append((number, Enrolled(school=home, school_year=2026, on=date(2026, 4, 2 + number))))
        item = written(chance, seq, home, records)
        records.append(item)
        enrolled = Enrolled(school=home, school_year=item.school_year, on=date(item.school_year, 4, 1))
        if item.category == Category.ENROLLMENT_INFO and all(
            (one.school, one.school_year) != (home, item.school_year) for _, one in entered
        ):
            entered.append((number, enrolled))
    facts = replace(nothing(VAULT), home=CARDS[home], home_number=number, enrolments=tuple(entered))
    return History(records, facts)


def written(chance: Random, seq: int, home: OrgId, before: Sequence[StoredRecord]) -> StoredRecord:
    kind = chance.choices(KINDS, (4, 5, 1, 2))[0]
    year = 2026 if kind == Category.MOOD_WEATHER else chance.choice((2024, 2025, 2026, 2026, 2027))
    same = [item.id for item in before if item.category == kind]
    named = chance.choice(same) if same and chance.random() < 0.6 else f"r{chance.randint(1, 20)}"
    fields = {
        "school_code": home,
        "school_year": year,
        "grade": chance.choice(GRADES),
        "occurred_on": date(year, 4, 8) + timedelta(days=seq),
        "source_system": "portal" if kind == Category.MOOD_WEATHER else "sis",
        "source_record_id": chance.choice((f"row-{seq}", "row-1", "row-2")),
        **({"supersedes_id": named} if chance.random() < 0.6 else {}),
    }
    if kind == Category.ENROLLMENT_INFO:
        fields |= {"official_family_name": f"名{seq}", "preferred_given_name": f"名{seq}"}
        fields |= {"transfer_in_date": date(year, chance.randint(4, 9), 1)} if chance.random() < 0.3 else {}
    elif kind == Category.TEST_RESULT:
        fields |= {"test_id": "T", "test_name": f"T{seq}", "test_kind": "unit", "subject_code": "P030"}
        fields |= {"raw_score": seq, "max_score": 100, "author_role": chance.choice(("tool", "tool", "student"))}
    elif kind == Category.REFLECTION:
        fields |= {"text": f"R{seq}", "author_role": "student"}
    else:
        fields |= {"weather": "sunny", "author_role": "student", "occurred_on": TODAY - timedelta(days=seq % 2)}
    return as_stored(validate(f"{kind}/1", fields), seq, home)


def expected(records: Sequence[StoredRecord]) -> dict[RecordId, StoredRecord]:
    """For each record what is in effect in its place: sets that grow together until nothing joins them."""
    sets: list[set[str]] = []
    for item in records:
        joined = {item.id, *claims(item, records)}
        apart = [one for one in sets if not one & joined]
        sets = [*apart, joined.union(*(one for one in sets if one & joined))]
    last = [max((item for item in records if item.id in one), key=lambda item: item.seq) for one in sets]
    return {item.id: best for item in records for one, best in zip(sets, last, strict=True) if item.id in one}


def claims(item: StoredRecord, records: Sequence[StoredRecord]) -> set[str]:
    """What a record belongs to besides itself: the record it may correct, or else a claim to what it may not."""
    if item.record.supersedes_id is None:
        return set()
    for target in records:
        if target.id == item.record.supersedes_id and target.seq < item.seq and target.category == item.category:
            row = (item.record.source_system, item.record.source_record_id, item.issuer)
            if author(item) == author(target) or row == (
                target.record.source_system,
                target.record.source_record_id,
                target.issuer,
            ):
                return {target.id}
    return {f"{author(item)} claims {item.category} {item.record.supersedes_id} in {item.school_year}"}


def author(item: StoredRecord) -> str:
    return "student" if item.record.author_role == "student" else item.issuer


def present(records: Sequence[StoredRecord], facts: Authorisations, day: date) -> EnrollmentInfo | None:
    """The present enrolment among records in effect: passed over one by one, in the order of the rule."""
    enrolled = facts.enrolment_on(day) or facts.enrolment
    assert enrolled is not None
    found = [item.record for item in records if isinstance(item.record, EnrollmentInfo)]
    here, latest = enrolled.school, enrolled.school_year
    found = [one for one in found if one.school_code == here or one.school_year <= latest] or found
    found = [one for one in found if one.school_year <= YEAR] or found
    found = [one for one in found if one.school_year == max(other.school_year for other in found)]
    found = [one for one in found if one.school_code == here] or found
    found = [one for one in found if begins(one) == max(begins(other) for other in found)]
    return found[-1] if found else None


def begins(one: EnrollmentInfo) -> date:
    return one.transfer_in_date or one.occurred_on


@pytest.mark.parametrize("start", range(0, 1000, 250))
def test_all_readers_agree_on_a_thousand_generated_histories(start: int) -> None:
    for seed in range(start, start + 250):
        history = generated(seed)
        reader, stands = Opened(history), expected(history.records)
        current = sorted({item.seq: item for item in stands.values()}.values(), key=lambda item: item.seq)
        where = f"history {seed}"
        of_family(reader, current, where)
        of_school(reader, current, where)
        of_study(reader, current, where)
        of_import(history, stands, where)
        enrolled = present(current, history.facts, TODAY)
        name = None if enrolled is None else enrolled.official_family_name
        assert subject_of(reader, TODAY).family_name == name, where
        assert subject_of(reader, TODAY).grade == (enrolled.grade if enrolled else None), where
        assert facts_of(reader, TODAY)["grade"] == (enrolled.grade if enrolled else None), where
        assert facts_of(reader, TODAY)["name"] == (name or ""), where


def of_family(reader: VaultReader, current: Sequence[StoredRecord], where: str) -> None:
    """The list, all years and each alone; the home and today's mood."""
    years = (2027, 2026, 2025, 2024)
    for chosen in (None, *years):
        road = walk(JA, reader, years, Filters(year=chosen), LISTED)
        shown = sorted(entry.seq for stretch in road.stretches for entry in stretch.entries)
        wanted = [item.seq for item in current if item.category in LISTED and chosen in (None, item.school_year)]
        assert shown == wanted, where
    moods = [item for item in current if item.category == Category.MOOD_WEATHER and item.day == TODAY]
    assert mood_of(reader, TODAY) == (moods[-1].id if moods else None), where
    home = look(JA, reader.in_effect(years={YEAR}), TODAY)
    assert home.mood == (moods[-1].record if moods else None), where


def of_school(reader: VaultReader, current: Sequence[StoredRecord], where: str) -> None:
    """A student's page; the name is the one that the lists of a school show."""
    view, enrolled = view_of(reader, TODAY), present(current, reader.authorisations, TODAY)
    tests = [item for item in current if item.category == Category.TEST_RESULT and item.school_year in (2025, 2026)]
    newest = sorted(tests, key=lambda item: (item.day, item.seq), reverse=True)
    assert [item.seq for item in view.tests] == [item.seq for item in newest][:10], where
    assert view.enrolment == enrolled, where


def of_study(reader: VaultReader, current: Sequence[StoredRecord], where: str) -> None:
    """What a study adds up: the days of tests, in the cell of the grade on its census date."""
    of_year = [item for item in current if item.school_year == YEAR]
    enrolled = present(of_year, reader.authorisations, CENSUS)
    days = sum(item.category == Category.TEST_RESULT for item in of_year)
    found = {place: steps for place, steps in part_of(PLAN, reader).items() if steps}
    if enrolled is None:
        assert found == {}, where
    else:
        cell = PLAN.cell_of[enrolled.grade,]
        assert found == {cell: 1, len(GRADES) + cell: days - HALF}, where


def of_import(history: History, stands: dict[RecordId, StoredRecord], where: str) -> None:
    """What an office that imports a row again compares it with."""
    for school in SCHOOLS:
        found = standing(school, history.records)
        for item in history.records:
            if item.issuer == school:
                row = item.record.source_system, item.record.source_record_id, item.contents.schema
                before, stand = found[row]
                assert stand == stands[before.id], where
                assert before.seq >= item.seq, where


def test_the_histories_have_what_readers_could_disagree_on() -> None:
    histories = [generated(seed) for seed in range(1000)]
    assert sum(history.facts.home_number > 1 for history in histories) > 200
    assert sum(came_late(history) for history in histories) > 200
    assert sum(names_of_another_kind(history) > 0 for history in histories) > 200
    assert sum(has_rivals(history) for history in histories) > 200


def came_late(history: History) -> bool:
    years = [enrolled.school_year for _, enrolled in history.facts.enrolments]
    return years != sorted(years)


def has_rivals(history: History) -> bool:
    named = [item.supersedes for item in history.records if item.supersedes]
    return len(set(named)) < len(named)


def names_of_another_kind(history: History) -> int:
    kinds: dict[str, str] = {item.id: item.category for item in history.records}
    return sum(kinds.get(item.supersedes or "", item.category) != item.category for item in history.records)
