"""Which of a student's enrolment records is the present one, for a name, a grade, a class.

At which school the student is enrolled stands in the signed events (`Authorisations.enrolment_on`); the records say
what the schools wrote about it. Pure functions. Never: an event, a store, which records are in effect (`effect`).

The present enrolment on a day is, of the enrolment records in effect, the one of the latest school year that has begun
by then (of any year, while none has begun: a child is on next year's list before April); of one school year, that of
the school where the student is enrolled, before that of another; then the one that begins last, by its day of transfer
or of admission; then the one written last. A school that the student has left says nothing of the years after, where
another record can.
"""

from collections.abc import Iterable
from datetime import date

from pds.clock import FIRST_MONTH, school_year
from pds.records import EnrollmentInfo
from pds.vault.effect import StoredRecord
from pds.vault.events import Enrolled


def present_enrolment(records: Iterable[StoredRecord], enrolled: Enrolled | None, day: date) -> EnrollmentInfo | None:
    """The present enrolment on a day; None when no enrolment is among the records.

    Args:
        records: Records in effect, of all school years.
        enrolled: Where the student is enrolled on that day, as the events say.
        day: The day, in Japan.
    """
    return next(iter(enrolments(records, enrolled, day)), None)


def enrolments(records: Iterable[StoredRecord], enrolled: Enrolled | None, day: date) -> list[EnrollmentInfo]:
    """All enrolments that count on a day, the present one first, then what held before it. Arguments as above."""
    written = sorted(records, key=lambda item: item.seq, reverse=True)
    known = [item.record for item in written if isinstance(item.record, EnrollmentInfo)]
    in_time = [one for one in known if enrolled is None or _said_in_time(one, enrolled)]
    begun = [one for one in in_time if one.school_year <= school_year(day)]
    return sorted(begun or in_time or known, key=lambda one: enrolment_rank(one, enrolled), reverse=True)


def enrolment_rank(record: EnrollmentInfo, enrolled: Enrolled | None = None) -> tuple[int, bool, date]:
    """What makes one enrolment later than another; of two of the same rank, the one written last is."""
    begins = record.transfer_in_date or record.admission_date or record.occurred_on
    at_present = enrolled is not None and record.school_code == enrolled.school
    return record.school_year, at_present, max(begins, date(record.school_year, FIRST_MONTH, 1))


def _said_in_time(record: EnrollmentInfo, enrolled: Enrolled) -> bool:
    return record.school_code == enrolled.school or record.school_year <= enrolled.school_year
