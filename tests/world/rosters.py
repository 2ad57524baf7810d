"""Generated rosters of one school over three years, and who each row really is; what must follow stands in a table.

The children are invented first, the rows made of them, so that nothing here finds out whose a row is. Never: a function
of the product that says so.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from pds.identifiers import VaultId
from pds.intake import OfficeQuestion, QuestionCode

Row = tuple[str, str, str, str, str]  # number, uuid, family, given, born; "-" for an empty cell
MISTAKES = {  # what a clerk does to a row: the field that the refusal must name, of those that could be
    "uuid of another": ("uuid", "number"),
    "number of another": ("number", "uuid"),
}


@dataclass(eq=False)
class Child:
    """One child, as the world knows it."""

    family: str
    given: str
    born: date
    uuid: str
    first_year: int = 2024
    last_year: int = 2026
    vault: VaultId | None = None


@dataclass
class Rosters:
    """The file sets of one school, year by year, and whose each row is.

    Args:
        name: Sets its numbers and names apart from all others.
    """

    name: str
    chance: random.Random
    children: list[Child] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Invent three children and a pair of twins."""
        for number in range(3):
            self.children.append(self._child(f"姓{self.name}x{number}", date(2016, 5, 1 + number)))
        self.children.append(self._child(self.children[-1].family, self.children[-1].born, "双"))
        self.lasting = self.chance.random() < 0.6
        self.changes_system = self.chance.random() < 0.3
        self.uuids_from = self.chance.choice([2024, 2025, 2026])
        self.children[0].last_year = self.chance.choice([2024, 2026])
        self.history_comes = self.chance.choice(["", "before the roster", "after the roster"])
        self.mover.first_year = 2026 if self.history_comes else 2024

    @property
    def mover(self) -> Child:
        """Who comes from another school in the last year, if `history_comes`."""
        return self.children[1]

    def _child(self, family: str, born: date, given: str = "名") -> Child:
        return Child(family, given, born, str(UUID(int=self.chance.getrandbits(128), version=4)))

    def of(self, year: int) -> list[Child]:
        """Who is at the school in a year; a newcomer takes the place, and the number, of who has left."""
        here = [child for child in self.children if child.first_year <= year <= child.last_year]
        if self.children[0].last_year < year and len(self.children) == 4:  # three and a twin
            self.children.append(self._child(f"姓{self.name}新", date(2017, 1, 9)))
            here.append(self.children[-1])
        self.chance.shuffle(here)
        return here

    def system(self, year: int) -> str:
        """Which system the school has in a year."""
        return "new" if self.changes_system and year == 2026 else "old"  # the last of the years

    def row(self, child: Child, year: int, place: int) -> Row:
        """How a system writes a child: numbers that last are recycled, others are given anew each year."""
        if self.lasting:
            index = self.children.index(child)
            number = f"{self.name}-{self.system(year)}-{0 if index == len(self.children) - 1 == 4 else index}"
        else:
            number = f"{self.name}-{place}"
        return number, child.uuid if year >= self.uuids_from else "-", child.family, child.given, child.born.isoformat()


def truth(rows: list[Child], owners: dict[VaultId, Child]) -> Callable[[OfficeQuestion], str]:
    """An office that knows its children: yes, if the child who is proposed is that of the row."""

    def say(question: OfficeQuestion) -> str:
        if question.code is not QuestionCode.SAME_CHILD:
            return "yes"
        child = rows[question.place.row - 2]
        return "yes" if any(owners.get(VaultId(part)) is child for part in question.rests_on) else "no"

    return say
