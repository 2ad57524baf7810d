"""Days as sources write them: ISO, a declared pattern, or a Japanese era (和暦). Never: a guess at a month."""

import re
import unicodedata
from datetime import date, datetime

ERA = "wareki"  # what a mapping declares for 令和5年4月6日, R5.4.6 and the like
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ERA = re.compile(r"([A-Z]|\w\w?) *(元|[0-9]{1,2}) *[年./-] *([0-9]{1,2}) *[月./-] *([0-9]{1,2}) *日?")
_ERA_IN_DIGITS = re.compile(r"([A-Z])([0-9]{2})([0-9]{2})([0-9]{2})")
_FIRST_DAYS = (  # 元号: name, sign, letter, first day
    ("明治", "明", "M", date(1868, 1, 25)),
    ("大正", "大", "T", date(1912, 7, 30)),
    ("昭和", "昭", "S", date(1926, 12, 25)),
    ("平成", "平", "H", date(1989, 1, 8)),
    ("令和", "令", "R", date(2019, 5, 1)),
)
_PROBES = (date(1905, 2, 3), date(2001, 12, 31))  # a pattern that reads both has a year of four digits, month and day


def parse_day(text: str) -> date | None:
    """Read `YYYY-MM-DD` and nothing else; None when it is no such day."""
    try:
        return date.fromisoformat(text) if _ISO.fullmatch(text) else None
    except ValueError:
        return None


def day_in(text: str, pattern: str | None) -> date | None:
    """Read a day as its mapping declares it; `YYYY-MM-DD` when it declares nothing. None when it is no such day."""
    if pattern is None:
        return parse_day(text)
    return _era_day(text) if pattern == ERA else _parsed(text, pattern)


def says_one_day(pattern: str) -> bool:
    """True for a pattern that leaves nothing open: two digits of a year may be of any century, or of an era."""
    return pattern == ERA or all(_parsed(probe.strftime(pattern), pattern) == probe for probe in _PROBES)


def _parsed(text: str, pattern: str) -> date | None:
    if any(one.isdigit() and not one.isascii() for one in text):
        return None  # strptime would take digits of any script
    try:
        return datetime.strptime(text, pattern).date()  # noqa: DTZ007  # a day, no moment
    except ValueError:
        return None


def _era_day(text: str) -> date | None:
    """A day of an era, and within it: the last day of one is the first of the next."""
    folded = unicodedata.normalize("NFKC", text)  # full-width digits, and signs such as ㋿
    found = _ERA.fullmatch(folded) or _ERA_IN_DIGITS.fullmatch(folded)
    if found is None:
        return None
    name, year, month, day = found.groups()
    for place, (long, short, letter, first) in enumerate(_FIRST_DAYS):
        if name in (long, short, letter):
            last = _FIRST_DAYS[place + 1][3] if place + 1 < len(_FIRST_DAYS) else date.max
            try:
                read = date(first.year + (1 if year == "元" else int(year)) - 1, int(month), int(day))
            except ValueError:
                return None
            return read if year not in ("0", "00") and first <= read <= last else None
    return None
