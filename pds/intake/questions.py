"""What only the office can know about a row: a question, where it stands, and what it rests on.

Never: a cell's value in what is shown of a question.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class QuestionCode(StrEnum):
    """Why a row asks; `docs/intake.md` says what each answer does."""

    UNUSUAL_AGE = "unusual_age"
    UNREADABLE_NAME = "unreadable_name"
    SAME_CHILD = "same_child"


YES, NO = "yes", "no"


class CellPlace(NamedTuple):
    """A cell: file of the set, line on which its row begins (the header is line 1), and column or field."""

    file: str
    row: int
    field: str | None


@dataclass(frozen=True, slots=True)
class OfficeQuestion:
    """One thing that a person must say before a file set is taken in.

    Attributes:
        code: The cause, stable for programs.
        place: Where it stands.
        ja: The question in Japanese, as an office reads it; never a cell's value.
        en: The same in English.
        rests_on: The values on which the answer rests; an answer counts no longer once one of them is another.
        choices: What can be answered; anything (such as a name) when there are none.
    """

    code: QuestionCode
    place: CellPlace
    ja: str
    en: str
    rests_on: tuple[str, ...] = field(repr=False)
    choices: tuple[str, ...] = (YES, NO)

    def __str__(self) -> str:
        file, row, column = self.place
        place = ", ".join([file, f"line {row}", *([column] if column else [])])
        return f"{place}: {self.en} [{self.code}]"
