"""What one cell may say: days, booleans, numbers, codes. Each rule answers with a code and a sentence, or None.

Never: which column a rule is for, and never the cell's value in an answer.
"""

import re
import unicodedata
from collections.abc import Callable

from pds.characters import turns
from pds.errors import UsageError
from pds.identifiers import check_org_id
from pds.intake.days import parse_day
from pds.intake.local_ids import flaw_of
from pds.intake.problems import ProblemCode
from pds.records import CATEGORIES, GRADES

Finding = tuple[ProblemCode, str] | None
Rule = Callable[[str], Finding]

_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
_WHOLE, _NUMBER = re.compile(r"-?[0-9]+"), re.compile(r"-?[0-9]+(\.[0-9]+)?")
# What spreadsheets leave of a long number, and in the place of a cell.
_SPOILED = re.compile(r"[0-9](\.[0-9]+)?E[+-][0-9]{1,3}|#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|#+)")
_GRADES = frozenset(GRADES)
_CATEGORIES = frozenset(str(category) for category in CATEGORIES)


def day(text: str) -> Finding:
    """A calendar day, `YYYY-MM-DD`."""
    return None if parse_day(text) else (ProblemCode.BAD_DATE, "not a day of the form YYYY-MM-DD")


def year(text: str) -> Finding:
    """A year of four digits."""
    fine = len(text) == 4 and text.isascii() and text.isdigit()  # noqa: PLR2004  # YYYY
    return None if fine else (ProblemCode.BAD_NUMBER, "not a year of four digits")


def boolean(text: str) -> Finding:
    """Exactly `true` or `false` (Japan Profile; other spellings have been misread by importers)."""
    return None if text in {"true", "false"} else (ProblemCode.BAD_BOOLEAN, "must be exactly true or false")


def truth(text: str | None) -> bool | None:
    """What a checked boolean says; None for an empty cell or none."""
    return None if not text else text == "true"


def attendance_number(text: str) -> Finding:
    """出席番号: one to four ASCII digits."""
    fine = len(text) <= 4 and text.isascii() and text.isdigit()  # noqa: PLR2004  # 0 to 9999
    return None if fine else (ProblemCode.BAD_NUMBER, "not a whole number from 0 to 9999")


def one_of(*allowed: str) -> Rule:
    """A rule for a closed list."""
    listed = frozenset(allowed)
    message = f"must be one of {', '.join(allowed)}" if allowed else "must be empty"
    return lambda text: None if text in listed else (ProblemCode.NOT_IN_LIST, message)


def grades(text: str) -> Finding:
    """One or more grade codes, separated by commas (education-data section 1.3)."""
    fine = all(part in _GRADES for part in parts(text))
    return None if fine else (ProblemCode.NOT_IN_LIST, f"grades are {', '.join(GRADES)}")


def categories(text: str) -> Finding:
    """One or more categories of records, separated by commas."""
    fine = all(part in _CATEGORIES for part in parts(text))
    return None if fine else (ProblemCode.NOT_IN_LIST, f"categories are {', '.join(CATEGORIES)}, separated by commas")


def uuid4(text: str) -> Finding:
    """A random UUID (RFC 9562 section 5.4)."""
    return None if _UUID4.fullmatch(text) else (ProblemCode.BAD_UUID, "not a UUID of version 4")


def number(text: str, *, whole: bool) -> Finding:
    """Digits as ASCII has them, with a point unless it must be whole: no exponent, no thousands, no blank."""
    fine = (_WHOLE if whole else _NUMBER).fullmatch(text)
    message = f"not a {'whole ' if whole else ''}number in half-width (ASCII) digits"
    return None if fine else (ProblemCode.BAD_NUMBER, message)


def sound(text: str) -> Finding:
    """A text that says what it shows, and that no spreadsheet has spoiled on its way."""
    if _SPOILED.fullmatch(text):
        message = "a spreadsheet has spoiled this cell: export it again, and do not save it from a spreadsheet"
        return ProblemCode.BAD_TEXT, message
    if text.isprintable():
        return None
    if any(turns(one) or (unicodedata.category(one) == "Cc" and one not in "\t\r\n") for one in text):
        return ProblemCode.BAD_TEXT, "has control characters, or such as turn the direction of writing: take them out"
    return None


def identifier(text: str) -> Finding:
    """A person's or row's identifier, as `pds.intake.local_ids` wants it."""
    flaw = flaw_of(text)
    return (flaw[0], f"an identifier {flaw[1]}") if flaw else None


def school_code(text: str) -> Finding:
    """A 学校コード with its check digit, or another organisation code that does not look like one."""
    try:
        check_org_id(text)
    except UsageError as error:
        return ProblemCode.BAD_SCHOOL_CODE, str(error)
    return None


def parts(text: str) -> list[str]:
    """The members of a list in one cell, separated by commas and trimmed; none for an empty cell."""
    if "," in text:
        return [part.strip() for part in text.split(",")]
    return [text.strip()] if text else []
