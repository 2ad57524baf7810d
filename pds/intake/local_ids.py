"""A person's identifier in its source: how one must be written, and which of them can decide who somebody is.

An identifier that looks like another to a person, and is another to a program, would found a second history for a
child; it is refused where it comes in. Never: whom one stands for (`pds.vault.links`).
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field

from pds.characters import first_unseen
from pds.errors import UsageError
from pds.intake.problems import ProblemCode

SOURCED_ID = "oneroster.sourcedId"  # unique in its file set, and no further (education-data section 5.1)
USER_MASTER_IDENTIFIER = "userMasterIdentifier"  # a random UUID, issued to a person (education-data section 5.2)
LONGEST = 200  # characters

_KANA = "\u3041-\u3096\u30a1-\u30fa"
_KANJI = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002a6df"
_WORD = f"(?:[!-~{_KANA}{_KANJI}]|(?<=[{_KANA}])\u30fc)+"  # the long vowel mark only where it is none of the dashes
_WRITTEN = re.compile(f"{_WORD}(?: {_WORD})*")
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_BY_SPREADSHEET = re.compile(
    "[+-]?[0-9]+(?:[.,][0-9]+)?[Ee][+-][0-9]+"  # 2.02E+11
    "|[0-9]+[.,]0+"  # 1001.0
    "|[#='].*"  # #N/A, ######, ="1001", '1001
    f"|(?:[0-9]+-)?{_MONTH}(?:-[0-9]+)?|[0-9]+月[0-9]+日"  # 4-1, taken for a day
)
_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_NAMES_OF_NOBODY = frozenset({"mail", "email", "e-mail", "username", "user", "login", "account", "upn"})


@dataclass(frozen=True, slots=True)
class LocalId:
    """A person's identifier in the source system.

    Attributes:
        scheme: Which numbering it belongs to, such as "oneroster.sourcedId" or "us-tn.pupil".
        value: The identifier itself; personal data, so it does not print.
        column: Where it stood, for messages; the same identifier in another column is the same.

    Raises:
        UsageError: it is not written as an identifier must be.
    """

    scheme: str
    value: str = field(repr=False)
    column: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Refuse what would be taken for another identifier than it looks like."""
        if flaw := flaw_of(self.value, self.scheme):
            raise UsageError(f"an identifier {flaw[1]}")

    @property
    def is_address(self) -> bool:
        """True for what is a mail address: families share them, and schools give them out again."""
        return "@" in self.value

    def decides(self, lasting: Collection[str]) -> bool:
        """True when this alone says who somebody is, in whatever file set it stands (design section 3, Identifiers).

        Args:
            lasting: The numberings that the source was declared to keep for years.
        """
        return self.scheme == USER_MASTER_IDENTIFIER or (self.scheme in lasting and not self.is_address)


def as_written(scheme: str, text: str) -> str:
    """The one way to write an identifier: UUIDs in lower case, all others as they are."""
    return text.lower() if scheme == USER_MASTER_IDENTIFIER else text


def flaw_of(text: str, scheme: str = "") -> tuple[ProblemCode, str] | None:
    """What is wrong with how an identifier is written, if anything; never the identifier itself."""
    if len(text) > LONGEST:
        return ProblemCode.TOO_LONG, f"has at most {LONGEST} characters"
    if scheme == USER_MASTER_IDENTIFIER and not _UUID4.fullmatch(text):
        return ProblemCode.BAD_UUID, "of this kind is a UUID of version 4"
    if _BY_SPREADSHEET.fullmatch(text):
        message = (
            "was altered by a spreadsheet (power of ten, day, error): export it anew, with its column formatted as text"
        )
        return ProblemCode.BAD_IDENTIFIER, message
    written = _WRITTEN.fullmatch(text) and (text.isascii() or text == unicodedata.normalize("NFKC", text))
    return None if written else (ProblemCode.BAD_IDENTIFIER, _why(text))


def names_nobody(scheme: str) -> bool:
    """True for numberings that by their name are mail addresses or user names, which never decide."""
    return re.split("[.:]", scheme.lower())[-1] in _NAMES_OF_NOBODY


def _why(text: str) -> str:
    if not text.strip():
        return "must not be empty"
    if text != text.strip():
        return "must not begin or end with a blank: take it out at the source"
    if first_unseen(text.replace(" ", "")) or "  " in text:
        return "must not have blanks or characters that are not seen (no-break, zero-width, control): type it anew"
    return "has letters, digits and signs in half width, kanji or kana: no full-width or look-alike characters"
