"""Who is on the class list and not in a whole file set of the school: listed, and ended only when the office says so.

A file that was cut short looks the same as a school that has emptied. Never: an end by itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from consent.lifecycle import leaving
from consent.lifecycle.loading.gathered import Gathered
from pds.errors import UsageError
from pds.identifiers import OrgId, VaultId
from pds.intake import Batch
from pds.node import Node
from pds.people import Seat, roster
from pds.records import WhyLeft


@dataclass(frozen=True, slots=True)
class AbsentLeft:
    """The office says that all who are absent have left.

    Attributes:
        count: How many it saw in the list; another number is refused.
        on: Their last day.
        reason: Why.
    """

    count: int
    on: date
    reason: WhyLeft


def absent(node: Node, school: OrgId, batch: Batch, students: Iterable[Gathered]) -> Mapping[VaultId, Seat]:
    """Who has a place of the file set's latest school year or an earlier one, and is not in it; the list keeps it.

    Nobody, for a file set that does not claim to be whole. Who came for a later year is no matter of last year's file.
    """
    if not batch.is_whole or not batch.students:
        return {}
    year = max(row.school_year for row in batch.students)
    there = {student.vault for student in students}
    seats = roster.seats(node, school)
    missing = {
        vault: seat
        for vault, seat in seats.items()
        if vault not in there and seat.school_year <= year and node.vaults.authorisations(vault).move is None
    }
    roster.miss(node, school, missing, node.today())
    return dict(sorted(missing.items(), key=lambda one: (one[1].class_name or "", one[1].attendance_number or 0)))


def end_absent(node: Node, school: OrgId, missing: Mapping[VaultId, Seat], said: AbsentLeft) -> None:
    """End the enrolments of those who are absent.

    Raises:
        UsageError: there are more or fewer than the office said, or the day is none on which they can have left.
    """
    if len(missing) != said.count:
        raise UsageError(
            f"{len(missing)} students of the class list are not in this file set, and not {said.count}; "
            "import it without this option, compare the list, and say how many have left"
        )
    for vault in missing:
        leaving.end(node, school, vault, said.on, said.reason)
