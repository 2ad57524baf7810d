"""The names in a set of files: widened, put right by what people entered, asked about where nobody can read them.

Never: a name in a message.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from pds.intake.gaiji import (
    Gaiji,
    KnownGaiji,
    basis,
    codes_of,
    has_half_width,
    is_name,
    misleading,
    unreadable,
    widened,
)
from pds.intake.local_ids import LocalId
from pds.intake.problems import ProblemCode, Report
from pds.intake.questions import CellPlace, OfficeQuestion, QuestionCode

_WIDENED = frozenset({"class_name"})  # no name of a person, and as often half-width


class Names:
    """Reads the names of one set of files.

    Args:
        gaiji: Hands out what people entered for this source.
        report: Where problems and questions go.

    Attributes:
        widened: Where half-width katakana were written full-width.
    """

    def __init__(self, gaiji: KnownGaiji, report: Report) -> None:
        self.widened: list[CellPlace] = []
        self._entered = gaiji
        self._report = report
        self._asked: set[str] = set()

    def read(self, fields: Mapping[str, Any], student: LocalId, place_of: Callable[[str], CellPlace]) -> dict[str, Any]:
        """The fields of an enrolment with its names as they are to be kept."""
        read = dict(fields)
        born = str(fields.get("birth_date") or fields.get("school_year"))
        for field, text in fields.items():
            if is_name(field):
                read[field] = self._name(basis(student, field, text, born), place_of(field))
            elif field in _WIDENED:
                read[field] = self._wide(text, place_of(field))
        return read

    @cached_property
    def _gaiji(self) -> Gaiji:
        return self._entered()

    def _name(self, rests_on: tuple[str, ...], place: CellPlace) -> str:
        raw = rests_on[3]
        name = self._wide(self._gaiji.right(rests_on) if unreadable(raw) else raw, place)
        if (at := misleading(name)) is not None:
            message = f"character {at} is one that nobody sees, or an unusual blank: take it out"
            self._report.add(ProblemCode.BAD_TEXT, message, *place)
        elif unread := unreadable(name):
            self._ask(unread, rests_on, place)
        return name

    def _ask(self, unread: list[str], rests_on: tuple[str, ...], place: CellPlace) -> None:
        """Ask for the whole name; for a code that was asked about already, the first name's answer will do."""
        codes = set(codes_of(rests_on[3]))
        if len(codes) == len(unread) and codes <= self._asked:
            return
        self._asked |= codes
        self._report.ask(
            OfficeQuestion(
                QuestionCode.UNREADABLE_NAME,
                place,
                "読めない文字（外字や「〓」「?」など）があります。この欄の正しい書き方を、全部の文字で書いてください。",
                "has characters that nobody can read. Write the whole of this cell as it should be.",
                rests_on,
                (),
            )
        )

    def _wide(self, text: str, place: CellPlace) -> str:
        if has_half_width(text):
            self.widened.append(place)
        return widened(text)
