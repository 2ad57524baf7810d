"""A process that charges studies to one student, to race with others. Never: a check of what it did."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pds.identifiers import OrgId
from pds.node import open_node
from pds.vault import Action, Charge, Purpose
from tests.world.prefecture import MovableClock, School

COST = 1_000_000


def charge_each(folder: Path, org: OrgId, student: str, allowance: int, studies: Sequence[str]) -> list[str]:
    """Charge studies one after another; hands back the verdicts."""
    verdicts = []
    with open_node(folder, MovableClock(datetime(2026, 5, 11, 1, 0, tzinfo=UTC))) as node:
        school = School(node, org)
        for study in studies:
            permit = school.permit(student, Purpose.STATISTICS, Action.CHARGE)
            wanted = Charge(study=study, cost=COST, school_year=school.year, answered_by=school.org)
            with node.vaults.transact(permit) as writer:
                verdicts.append(writer.charge(wanted, allowance).name)
    return verdicts
