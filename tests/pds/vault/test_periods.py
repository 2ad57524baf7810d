"""Where a student is enrolled on each day, of generated years, ends and returns, against a calendar kept by hand."""

from datetime import date, timedelta
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from pds.identifiers import OrgId
from pds.vault import Enrolled, EnrolmentEnded
from pds.vault.periods import Ending, on_day

SCHOOL, FIRST = OrgId("B1"), date(2025, 4, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(0, 730, 5)]


def began(day: date) -> Enrolled:
    return Enrolled(school=SCHOOL, school_year=day.year - (day.month < 4), on=day)  # April


def over(day: date) -> EnrolmentEnded:
    return EnrolmentEnded(school=SCHOOL, school_year=day.year - (day.month < 4), on=day, reason="left")


@settings(max_examples=150)
@given(
    begins=st.lists(st.sampled_from(DAYS), min_size=1, max_size=4, unique=True),
    ends=st.lists(st.sampled_from(DAYS), max_size=3, unique=True),
    data=st.data(),
)
def test_in_whatever_order_a_school_enters_them_each_day_is_as_a_calendar_says(
    begins: list[date], ends: list[date], data: st.DataObject
) -> None:
    entered = data.draw(st.permutations([*(began(day) for day in begins), *(over(day) for day in ends)]))
    enrolments: list[tuple[int, Enrolled]] = []
    endings: list[Ending] = []
    for event in entered:
        if isinstance(event, Enrolled):
            enrolments.append((1, event))
        elif isinstance(event, EnrolmentEnded):
            endings.append(Ending(1, len(enrolments), event))
    present: date | None = None  # a calendar: a beginning opens, the day after an end closes
    for day in DAYS:
        if any(end < day and (present is None or present <= end) for end in ends):
            present = None
        present = day if day in begins else present
        found = on_day(enrolments, endings, day)
        assert (found.on if found else None) == present, (day, entered)


def test_a_year_that_is_over_says_nothing_of_the_next_in_any_order() -> None:
    last, this, end = began(FIRST), began(date(2026, 4, 1)), over(date(2026, 3, 31))
    for order in permutations([last, this, end]):
        enrolments = [(1, one) for one in order if isinstance(one, Enrolled)]
        known = sum(isinstance(one, Enrolled) for one in order[: order.index(end)])
        assert on_day(enrolments, [Ending(1, known, end)], date(2026, 5, 1)) == this
        assert on_day(enrolments, [Ending(1, known, end)], date(2026, 3, 31)) == last
