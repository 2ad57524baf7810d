"""Whose a row is: what decides leads to one child, what proposes is asked, a number in use stays whose it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from consent.lifecycle import leaving, load
from consent.lifecycle.loading import Loaded
from pds.errors import PdsError
from pds.identifiers import VaultId
from pds.intake import Batch, IntakeError, OfficeQuestion, load_mapping, read_tables
from pds.vault import IdentifierLinked
from tests.world.answers import load_answering
from tests.world.prefecture import Prefecture, School

A, B = "3f0c9a52-6b1e-4c7d-9a4b-1e2d3c4b5a69", "9b2f1c44-0d3e-4a5b-8c6d-7e8f90a1b2c3"
MAPPING = """
format = "manabi-mapping/1"
source_system = "{system}"
{lasting}
[[table]]
file = "enrollment.csv"
kind = "enrollment_info/1"
student = {{ scheme = "{system}", column = "number" }}
other_ids = [{{ scheme = "userMasterIdentifier", column = "uuid", optional = true }}]
record_id = ["number", "year"]
ignore = ["login"]
[table.columns]
school_code = {{ column = "school" }}
school_year = {{ column = "year" }}
grade = {{ value = "P4" }}
occurred_on = {{ column = "from" }}
official_family_name = {{ column = "family", optional = true }}
official_given_name = {{ column = "given", optional = true }}
birth_date = {{ column = "born", optional = true }}
"""
HEAD = "number,uuid,login,school,year,from,family,given,born"
Told = list[tuple[str, str, int | None, str | None]]


@dataclass
class Rosters:
    """One school's office, with the rosters of its systems."""

    school: School
    folder: Path

    def batch(self, *rows: str, system: str = "old", lasting: bool = True, year: int = 2026) -> Batch:
        """A file set: `number uuid family given born`, with - for an empty cell."""
        lines = [HEAD]
        for row in rows:
            number, uuid, family, given, born = ("" if cell == "-" else cell for cell in row.split())
            lines.append(
                f"{number},{uuid},shared@example.jp,{self.school.org},{year},{year}-04-06,{family},{given},{born}"
            )
        self.folder.mkdir(exist_ok=True)
        (self.folder / "enrollment.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        mapping = self.folder.with_suffix(".toml")
        declared = f'lasting = ["{system}"]' if lasting else ""
        mapping.write_text(MAPPING.format(system=system, lasting=declared), encoding="utf-8")
        return read_tables(self.folder, load_mapping(mapping))

    def takes(self, *rows: str, say: Callable[[OfficeQuestion], str] | None = None, **more: object) -> Loaded:
        """Import; without `say`, nothing may be asked."""
        batch = self.batch(*rows, **more)  # type: ignore[arg-type]
        try:
            if say is None:
                return load(self.school.node, self.school.org, batch)
            return load_answering(self.school.node, self.school.org, batch, say)
        except PdsError as refused:
            raise AssertionError(f"the import was refused: {refused}") from refused

    def refuses(self, *rows: str, **more: object) -> Told:
        """What stands against an import, after which nothing is otherwise than before."""
        before = self.vaults()
        with pytest.raises(PdsError) as refused:
            load(self.school.node, self.school.org, self.batch(*rows, **more))  # type: ignore[arg-type]
        assert isinstance(refused.value, IntakeError)
        assert self.vaults() == before
        for kept in ("青山", "みなと", "2016", A, B):
            assert kept not in str(refused.value)
        return [(str(one.code), one.file, one.row, one.field) for one in refused.value.problems] + [
            (str(one.code), *one.place) for one in refused.value.questions
        ]

    def whose(self, number: str, scheme: str = "old") -> VaultId | None:
        return self.school.node.vaults.find(self.school.org, scheme, number)

    def vaults(self) -> list[VaultId]:
        return sorted(self.school.node.vaults.all())


@pytest.fixture
def roster(prefecture: Prefecture, tmp_path: Path) -> Rosters:
    return Rosters(prefecture.minato, tmp_path / "roster")


MINATO, SORA = "青山 みなと 2016-05-14", "白石 そら 2016-08-02"
ASKED = ("same_child", "enrollment.csv", 2, "number")


def test_a_row_that_names_two_children_is_refused_by_file_row_and_field(roster: Rosters) -> None:
    roster.takes(f"S1 {A} {MINATO}", f"S2 {B} {SORA}")
    assert roster.refuses(f"S1 {B} {MINATO}") == [("conflict", "enrollment.csv", 2, "uuid")]


def test_all_conflicts_of_a_file_set_are_listed_at_once(roster: Rosters) -> None:
    roster.takes(f"S1 {A} {MINATO}", f"S2 {B} {SORA}")
    told = roster.refuses(
        f"S1 {B} {MINATO}", f"S2 - {MINATO.replace('05', '11').replace('みなと', 'うみ')}", f"S3 {A} {SORA}"
    )
    assert [row for code, _, row, _ in told if code == "conflict"] == [2, 3, 4]


def test_what_brothers_share_leads_to_nobody(roster: Rosters) -> None:
    roster.takes(f"S1 - {MINATO}")
    assert roster.takes(f"S2 - {SORA}").students_new == 1  # the same login and mail address stand in both rows
    assert roster.whose("S1") != roster.whose("S2")


def test_an_identifier_issued_later_makes_no_second_child_when_the_system_changes(roster: Rosters) -> None:
    roster.takes(f"S1 - {MINATO}")
    roster.takes(f"S1 {A} {MINATO}")
    assert roster.takes(f"N77 {A} {MINATO}", system="new").students_new == 0
    vault = roster.whose("S1")
    assert vault is not None
    assert roster.whose("N77", "new") == vault
    events = [one.event for one in roster.school.node.vaults.entered(vault)]
    assert [one.scheme for one in events if isinstance(one, IdentifierLinked)] == ["userMasterIdentifier", "new"]


def test_a_number_in_use_is_not_given_to_another_child_and_a_number_given_up_is(
    roster: Rosters, prefecture: Prefecture
) -> None:
    roster.takes(f"S1 - {MINATO}")
    first = roster.whose("S1")
    assert first is not None
    prefecture.clock.advance(days=340)  # 2027-04-16
    assert roster.refuses(f"S1 - {SORA}", year=2027) == [("conflict", "enrollment.csv", 2, "number")]
    leaving.end(
        roster.school.node,
        roster.school.org,
        first,
        prefecture.clock.now().date().replace(month=3, day=31),
        "graduated",
    )
    assert roster.takes(f"S1 - {SORA}", year=2027).students_new == 1
    assert roster.whose("S1") != first
    assert roster.takes(f"S1 - {MINATO}", year=2026).students_new == 0  # last year's file is of last year's child


@pytest.mark.parametrize(("answer", "new"), [("yes", 0), ("no", 1)])
def test_name_and_birth_date_only_propose_and_an_answer_is_asked_once(roster: Rosters, answer: str, new: int) -> None:
    roster.takes(f"S1 - {MINATO}")
    again = f"N9 - {MINATO}"
    assert roster.refuses(again, system="new") == [ASKED]
    assert roster.takes(again, system="new", say=lambda _: answer).students_new == new
    assert roster.takes(again, system="new").students_new == 0


def test_a_source_that_numbers_anew_each_year_swaps_nobody(roster: Rosters, prefecture: Prefecture) -> None:
    undeclared: dict[str, Any] = {"system": "anew", "lasting": False}
    roster.takes(f"1 - {MINATO}", f"2 - {SORA}", **undeclared)
    minato, sora = roster.whose("1", "anew"), roster.whose("2", "anew")
    assert roster.takes(f"1 - {MINATO}", f"2 - {SORA}", **undeclared).students_known == 2  # the same rows again
    prefecture.clock.advance(days=340)  # 2027-04-16
    said = roster.takes(f"1 - {SORA}", f"2 - {MINATO}", **undeclared, year=2027, say=lambda _: "yes")
    assert (said.students_new, roster.whose("1", "anew"), roster.whose("2", "anew")) == (0, sora, minato)


def test_two_children_of_one_set_with_one_identifier_are_a_conflict(roster: Rosters) -> None:
    assert ("duplicate_id", "enrollment.csv", 3, "uuid") in roster.refuses(f"S1 {A} {MINATO}", f"S2 {A} {SORA}")
