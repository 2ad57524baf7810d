"""Whether a row says that the student has left the school: its day and its reason. Never: whether that day has passed.

A last day is the last one of enrolment (education-data section 5.5 no. 18), so that it is no next school's first.
"""

from collections.abc import Sequence

from pds.intake.batch import Leaving, Row
from pds.intake.days import parse_day
from pds.records import EnrollmentInfo


def left_by_record(record: EnrollmentInfo) -> Leaving | None:
    """What an enrolment says: a status other than enrolled, or the day of 転学 or 卒業.

    The day on which a child really left (去った日) may lie before the last one of enrolment: it counts alone only where
    the status says that the child is gone (section 3.4).
    """
    day = record.transfer_out_date or record.graduation_date
    if record.enrollment_status != "enrolled":
        return Leaving(day or record.left_school_date, record.enrollment_status)
    if day is None:
        return None
    return Leaving(day, "graduated" if record.transfer_out_date is None else "transferred_out")


def left_by_rows(user: Row, role: Row, lessons: Sequence[tuple[Row, bool]]) -> Leaving | None:
    """What OneRoster rows say: a user who is not enabled, a role with a last day, or home classes that all have one.

    A class that ended while another goes on is a change of class.

    Args:
        user: The student in users.csv.
        role: Of roles.csv, at the school.
        lessons: The student's enrollments of the year there, each with whether its class is a homeroom.
    """
    homes = [row for row, is_home in lessons if is_home] or [row for row, _ in lessons]
    ends = [parse_day(row.values.get("endDate", "")) for row in homes]
    days = [day for day in ends if day is not None]
    day = parse_day(role.values.get("endDate", "")) or (max(days) if days and len(days) == len(ends) else None)
    if user.values["enabledUser"] == "false" or day is not None:
        return Leaving(day, "left")
    return None
