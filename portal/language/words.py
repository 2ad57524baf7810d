"""Words for people: a message in the reader's language, a day, a moment, a number, a grade.

Here: the catalogues, read once, and the ways to write a figure. Never: a sentence glued from parts, a person's name.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from pds.records import Name

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LOCALE = Path(__file__).with_name("locale")

_JAPAN = ZoneInfo("Asia/Tokyo")
_DAY = {"ja": "M月d日(E)", "en": "EEE d MMM"}
_FULL_DAY = {"ja": "y年M月d日(E)", "en": "EEE d MMM y"}
_MOMENT = {"ja": "M月d日 H時mm分", "en": "d MMM, HH:mm"}
_CLOCK = {"ja": "H時mm分", "en": "HH:mm"}
_MONTH = {"ja": "M月", "en": "MMM"}
_WEEKDAY = {"ja": "E", "en": "EEEEEE"}
_ERAS = ((2019, "令和"), (1989, "平成"))  # by the year in which the school year starts


def phrase(message: str) -> str:
    """Mark a message for the catalogues that is said later, through `Words.say`."""
    return message


class _Catalogue(NullTranslations):
    """All catalogues of one language in memory; a message nobody has translated stays as it is."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._messages: dict[str, str] = {}
        for file in sorted((LOCALE / language).glob("*.po")):
            with file.open("rb") as text:
                for entry in read_po(text, locale=language):
                    if isinstance(entry.id, str) and isinstance(entry.string, str) and entry.id and entry.string:
                        self._messages[entry.id] = entry.string

    def gettext(self, message: str) -> str:
        """The message in the language, or as the source has it."""
        return self._messages.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002  # Japanese has one form
        """The message for a count; the source language has one form."""
        return self.gettext(msgid1)


@dataclass(frozen=True, slots=True)
class Words:
    """One reader's language. The same object serves every request in that language.

    Attributes:
        language: "ja" or "en".
        catalogue: Its messages; the source language has none.
    """

    language: Language
    catalogue: NullTranslations = field(repr=False)

    def say(self, message: str, /, **values: object) -> str:
        """A whole sentence. Named places are `%(name)s`; a percent sign is `%%`.

        The values are inserted as given: what is not a word of ours, the caller writes with `number`, `day` and so on.
        """
        return self.catalogue.gettext(message) % values

    def name(self, name: Name) -> str:
        """What a kind of record, a field or a code is called, as the kind's module says."""
        return name.en if self.language == "en" else name.ja

    def day(self, day: date) -> str:
        """10月14日(水) or Wed 14 Oct."""
        return format_date(day, _DAY[self.language], locale=self.language)

    def full_day(self, day: date) -> str:
        """2026年10月14日(水) or Wed 14 Oct 2026."""
        return format_date(day, _FULL_DAY[self.language], locale=self.language)

    def month(self, day: date) -> str:
        """10月 or Oct."""
        return format_date(day, _MONTH[self.language], locale=self.language)

    def weekday(self, day: date) -> str:
        """水 or We, for the head of a calendar."""
        return format_date(day, _WEEKDAY[self.language], locale=self.language)

    def moment(self, at: datetime) -> str:
        """10月14日 20時14分 or 14 Oct, 20:14, in Japan; `at` carries its zone."""
        return format_datetime(at, _MOMENT[self.language], tzinfo=_JAPAN, locale=self.language)

    def full_moment(self, at: datetime) -> str:
        """2026年10月14日(水) 20時14分 or Wed 14 Oct 2026 20:14, in Japan; `at` carries its zone."""
        return f"{self.full_day(at.astimezone(_JAPAN).date())} {self.clock(at)}"

    def clock(self, at: datetime) -> str:
        """20時14分 or 20:14, in Japan; `at` carries its zone."""
        return format_datetime(at, _CLOCK[self.language], tzinfo=_JAPAN, locale=self.language)

    def number(self, value: float | Decimal, digits: int = 0) -> str:
        """A figure with separators of thousands and exactly `digits` decimals."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(value, pattern, locale=self.language)

    def school_year(self, year: int) -> str:
        """令和8年度 or school year 2026; a school year is named by the year in which it starts."""
        if self.language == "en":
            return f"school year {year}"
        for first, era in _ERAS:
            if year >= first:
                return f"{era}{'元' if year == first else year - first + 1}年度"
        return f"{year}年度"

    def grade(self, code: str) -> str:
        """小学5年 for "P5", 中学1年 for "J1" (education-data section 1.3); an unknown code as it is."""
        stage, year = code[:1], code[1:]
        if stage not in _STAGES or not year.isdecimal():
            return code
        return self.say(_STAGES[stage], year=year)


_STAGES = {
    "E": phrase("幼児%(year)s年目"),
    "P": phrase("小学%(year)s年"),
    "J": phrase("中学%(year)s年"),
    "H": phrase("高校%(year)s年"),
}


@cache
def words(language: str) -> Words:
    """The words of a language; for a language we do not have, Japanese."""
    known: Language = "en" if language == "en" else "ja"
    return Words(known, _Catalogue(known))
