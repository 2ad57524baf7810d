"""What time it is, as an object that a test can move. Never: time zones of records, which carry their own."""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")
FIRST_MONTH = 4  # a Japanese school year runs from 1 April to 31 March (education-data section 1.3)


class Clock(Protocol):
    """Anything that can tell the time."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_timestamp(text: str) -> datetime:
    """Read what `timestamp` wrote.

    Raises:
        ValueError: the text has another form.
    """
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def school_year(day: date) -> int:
    """The starting year of the school year (年度) that `day` falls in."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1
