"""A process that writes into one child's vault, to race with others. Never: a check of what it did."""

from datetime import UTC, datetime
from pathlib import Path

from pds.identifiers import OrgId
from pds.node import open_node
from tests.world.prefecture import MovableClock, School, score_record


def append_each(folder: Path, org: OrgId, student: str, names: list[str]) -> None:
    """Write a record of each name, a commit each, and read between them, which writes a line of the log."""
    with open_node(folder, MovableClock(datetime(2026, 5, 11, 1, 0, tzinfo=UTC))) as node:
        school = School(node, org)
        for name in names:
            school.write(student, score_record(school, source_record_id=name))
            school.read(student)
