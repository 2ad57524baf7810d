"""Moments of a record: what a learner did at which second, with its offset from UTC (education-data section 2.1).

Never: a number taken for a moment, or the day of another time zone than Japan's.
"""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from pds.clock import JAPAN

_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")


def _iso(value: object) -> object:
    """Let ISO 8601 pass and nothing else: digits alone would be read as seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and _WRITTEN.match(value)):
        return value
    raise ValueError("a moment is written as YYYY-MM-DDTHH:MM:SS+09:00")


def _placed(value: datetime) -> datetime:
    return value if value.tzinfo is not None else value.replace(tzinfo=JAPAN)


Moment = Annotated[datetime, BeforeValidator(_iso), AfterValidator(_placed)]  # without an offset: the time in Japan


def check_day(moment: datetime, day: date) -> None:
    """Raise ValueError when a moment does not fall on a record's `occurred_on` in Japan: it would show elsewhere."""
    if moment.astimezone(JAPAN).date() != day:
        raise ValueError("occurred_on is not the day of that moment in Japan")
