"""Whose a student's rows are: the one rule of design section 3, "Identifiers".

Deciding identifiers decide, and all of them must lead to one child. Everything else proposes, and the office answers.
Never: anything written, a record opened, a value of a row in a message.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from consent.lifecycle.loading.asking import Asking
from consent.lifecycle.loading.gathered import Gathered, traits_of
from consent.lifecycle.loading.same_child import question
from pds.clock import school_year
from pds.identifiers import OrgId, VaultId
from pds.intake import (
    NO,
    USER_MASTER_IDENTIFIER,
    YES,
    Batch,
    LocalId,
    Problem,
    ProblemCode,
    Source,
)
from pds.node import Node
from pds.people import Fit, Traits, likeness, roster
from pds.vault import Holding

_UNKNOWN, _ANOTHER = Fit(None, None), Fit(name=False, born=False)
_UUID = USER_MASTER_IDENTIFIER


@dataclass(slots=True)
class Whose:
    """The rule, applied to one file set.

    Args:
        node: The node.
        school: Whose office imports.
        batch: What its source was declared to keep.
        asking: Where questions go.
    """

    node: Node
    school: OrgId
    batch: Batch
    asking: Asking
    problems: list[Problem] = field(default_factory=list)
    _links: dict[LocalId, tuple[str, tuple[Holding, ...]]] = field(default_factory=dict)  # looked up once

    def find(self, students: Sequence[Gathered]) -> list[Problem]:
        """Find each student's vault, or leave it None for a new child; hand back what stands against it.

        First those whose identifiers decide, since a child who is found by them is nobody else of the set.
        """
        for student in students:
            student.deciding = [local for local in student.ids if local.decides(self.batch.lasting)]
            self._check_rows(student)
        undecided = [student for student in students if not self._decide(student)]
        taken = {student.vault for student in students}
        for student in undecided:
            self._propose(student, taken)
        self._check_set(students)
        for student in students:
            student.linking = [local for local in student.ids if self._is_to_link(student, local)]
        return self.problems

    def _decide(self, student: Gathered) -> bool:
        """Find a vault by what decides; False when nothing does."""
        led: dict[VaultId, LocalId] = {}
        free: list[LocalId] = []
        for local in student.deciding:
            found = self._standing(student, local)
            if not found:
                free.append(local)
            if len(found) > 1:
                self._conflict(student, local, "stood for two children in the days of these rows; import them by year")
                return True
            led.update(dict.fromkeys(found - led.keys(), local))
        if len(led) > 1:  # perhaps vaults of one child, joined since
            led = {self.node.vaults.goes_on(vault): local for vault, local in led.items()}
        if len(led) > 1:
            first, other = list(led.values())[:2]
            named = f" than {first.column}" if first.column and first.column != other.column else ""
            self._conflict(student, other, f"leads to another child{named}: correct the one that is wrong")
        elif led:
            ((vault, local),) = led.items()
            if self._fits(student, vault, local) and self._is_only_one(student, vault, free):
                student.vault = vault
        return bool(led)

    def _stays(self, local: LocalId) -> tuple[Holding, ...]:
        return self._looked_up(local)[1]

    def _looked_up(self, local: LocalId) -> tuple[str, tuple[Holding, ...]]:
        if local not in self._links:
            self._links[local] = self.node.vaults.links.look_up(self.school, local.scheme, local.value)
        return self._links[local]

    def _is_to_link(self, student: Gathered, local: LocalId) -> bool:
        """True for what does not stand for the student through all the days of the rows."""
        begin, end = student.days(self.node.today)
        return student.vault not in _throughout(self._stays(local), begin, end) and not local.is_address

    def _standing(self, student: Gathered, local: LocalId) -> set[VaultId]:
        """For whom a deciding identifier stands in the days of the rows; a UUID is never given up.

        Before the first day on which it is known to stand for anybody, it stands for that child, unless name and birth
        date are another's, who had it in an earlier school year.
        """
        (begin, end), stays = student.days(self.node.today), self._stays(local)
        if local.scheme == _UUID:
            return {stay.vault for stay in stays[-1:]}
        if throughout := _throughout(stays, begin, end):
            return throughout
        standing = {stay.vault for stay in stays if stay.meets(begin, end)}
        return standing or {
            stay.vault
            for stay in stays[:1]
            if end < stay.first
            and (school_year(end) == school_year(stay.first) or self._compared(student, stay.vault) != _ANOTHER)
        }

    def _alike(self, seen: Traits) -> set[VaultId]:
        return {self.node.vaults.goes_on(vault) for vault in likeness.alike(self.node, self.school, seen)}

    def _compared(self, student: Gathered, vault: VaultId) -> Fit:
        """How name and birth date go with a child; rows without either have nothing to compare."""
        return likeness.compare(self.node, self.school, vault, student.traits) if student.enrolments else _UNKNOWN

    def _fits(self, student: Gathered, vault: VaultId, local: LocalId) -> bool:
        """See whether name and birth date go with the child whom the identifiers name; ask, where they half do."""
        fit, seen = self._compared(student, vault), student.traits
        if fit == _ANOTHER:
            what_to_do = "if that child has left, enter the leaving first; else correct the row"
            self._conflict(student, local, f"stands for a child with another name and birth date: {what_to_do}")
            return False
        others = self._alike(seen) if fit.name is False else set()
        if others and self.node.vaults.goes_on(vault) not in others:
            self._conflict(student, local, "stands for another child than the one with this name and birth date")
            return False
        if fit.born is False or (fit.name is False and fit.born is None):
            return self._confirmed(student, vault, local, "born" if fit.born is False else "name")
        return True

    def _is_somebody_else(self, student: Gathered, vault: VaultId) -> bool:
        """True when a child has another identifier of a numbering that decides than the rows: it is not meant."""
        begin, end = student.days(self.node.today)
        known = self.node.vaults.links.of(self.school, vault) if student.deciding else []
        own = {(scheme, index) for scheme, index, stay in known if scheme == _UUID or stay.meets(begin, end)}
        return any(
            local.scheme in {scheme for scheme, _ in own} and (local.scheme, self._looked_up(local)[0]) not in own
            for local in student.deciding
        )

    def _is_only_one(self, student: Gathered, vault: VaultId, new: Iterable[LocalId]) -> bool:
        """See that the child has no other identifier of a numbering than one that is new; ask, if it may be."""
        begin, end = student.days(self.node.today)
        for local in new:
            for scheme, index, stay in self.node.vaults.links.of(self.school, vault):
                if scheme != local.scheme or not stay.meets(begin, end):
                    continue
                if scheme == _UUID:
                    self._conflict(student, local, "is another than this child's: correct the one that is wrong")
                    return False
                if not self._confirmed(student, vault, local, "renumbered"):
                    return False
                student.ending.append(index)
        return True

    def _confirmed(self, student: Gathered, vault: VaultId, local: LocalId, because: str) -> bool:
        """Ask whether a number in use stands for this child still; a no makes it a conflict."""
        said = self._ask(student, vault, because)
        if said == NO:
            what_to_do = "a number in use is not given to another; enter that child's leaving, or correct the row"
            self._conflict(student, local, f"stands for another child: {what_to_do}")
        return said == YES

    def _propose(self, student: Gathered, taken: Iterable[VaultId | None]) -> None:
        """Ask who is meant, of those who might be; nobody of them is a new child."""
        proposed = {vault: why for vault, why in self._proposals(student).items() if vault not in taken}
        meant = [vault for vault, why in proposed.items() if self._ask(student, vault, why) == YES]
        if len(meant) > 1:
            self._conflict(student, next(iter(student.ids)), "was said to be two children: only one answer can be yes")
        elif meant and self._is_only_one(student, meant[0], student.deciding):
            student.vault = meant[0]

    def _proposals(self, student: Gathered) -> dict[VaultId, str]:
        """Who might be meant, with the strongest reason: by name and birth date, else by a number.

        A number says nothing of a child whose name and birth date are known to be another's.
        """
        seen, found = student.traits, dict[VaultId, str]()
        found.update(dict.fromkeys(self._alike(seen), "both"))
        for local in student.ids:
            for stay in () if local.is_address else self._stays(local)[-1:]:
                fit = self._compared(student, stay.vault)
                another = fit.born is False or (fit.name is False and fit.born is None)
                if not another:
                    why = "given up" if local in student.deciding else "number"
                    found.setdefault(self.node.vaults.goes_on(stay.vault), why)
        return {vault: why for vault, why in found.items() if not self._is_somebody_else(student, vault)}

    def _check_rows(self, student: Gathered) -> None:
        """One identifier in the rows of two children: other birth dates, or other names in one school year."""
        for before, after in pairwise(student.enrolments):
            one, other = traits_of(before), traits_of(after)
            born = None not in (one.born, other.born) and one.born != other.born
            same_year = before.record.school_year == after.record.school_year
            named = None not in (one.name, other.name) and one.name != other.name and same_year
            if born or named:
                message = "names another child than an earlier row with the same number: give each child its own"
                self._refuse(after.source, after.student.column, message)

    def _check_set(self, students: Sequence[Gathered]) -> None:
        """Two students of the set who are one child, by what they were found to be, or by name and birth date."""
        by_vault: dict[VaultId, Gathered] = {}
        by_traits: dict[likeness.Traits, list[Gathered]] = {}
        for student in students:
            vault = self.node.vaults.goes_on(student.vault) if student.vault and len(students) > 1 else None
            if vault is not None and by_vault.setdefault(vault, student) is not student:
                first = by_vault[vault].source
                message = f"is the same child as that of {first.file}, line {first.row}: one of the two is another"
                self._conflict(student, next(iter(student.ids)), message)
            seen = student.traits
            if student.is_stranger or seen.name is None or seen.born is None:
                continue
            for before in by_traits.setdefault(seen, []):
                if None in (student.vault, before.vault) and not _are_two(student, before):
                    self._ask_if_twice(student, before)
            by_traits[seen].append(student)

    def _ask_if_twice(self, student: Gathered, first: Gathered) -> None:
        local = next(iter(student.ids))
        if self._ask(student, None, "twice", tuple(one.value for one in first.ids)) == YES:
            message = f"is the same child as that of {first.source.file}, line {first.source.row}: leave one of the two"
            self._conflict(student, local, message)

    def _ask(self, student: Gathered, vault: VaultId | None, because: str, more: tuple[str, ...] = ()) -> str | None:
        seat = None if vault is None else roster.seats(self.node, self.school).get(vault)
        said = self.asking.ask(question(self.batch, student, vault, because, seat, more))
        student.stopped = student.stopped or said is None
        return said

    def _conflict(self, student: Gathered, local: LocalId, message: str) -> None:
        student.stopped = True
        self._refuse(student.ids[local], local.column, message)

    def _refuse(self, source: Source, column: str | None, message: str) -> None:
        self.problems.append(Problem(ProblemCode.CONFLICT, source.file, source.row, column, message))


def _throughout(stays: Iterable[Holding], begin: date, end: date) -> set[VaultId]:
    """For whom an identifier stands on all of these days; that is one, or nobody."""
    return {stay.vault for stay in stays if stay.first <= begin and (stay.last is None or end <= stay.last)}


def _are_two(one: Gathered, other: Gathered) -> bool:
    """True when a numbering that decides has two identifiers for them."""
    said = {local.scheme: local for local in one.deciding}
    return any(said.get(local.scheme, local) != local for local in other.deciding)
