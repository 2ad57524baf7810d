"""Processes that race to charge studies to one student: `python -m tests.world.charges FOLDER ORG STUDENT STUDY…`."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pds.identifiers import OrgId
from pds.node import open_node
from pds.vault import Action, Charge, Purpose
from tests.world.prefecture import MovableClock, School

ROOT = Path(__file__).parents[2]
COST = 1_000_000


def race(folder: Path, org: str, student: str, studies: Sequence[Sequence[str]], allowance: int) -> list[str]:
    """The verdicts of processes that each charge their studies, all at the same time."""
    command = [sys.executable, "-m", "tests.world.charges", str(folder), org, student, str(allowance)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    children = [subprocess.Popen([*command, *own], cwd=ROOT, **pipes) for own in studies]  # type: ignore[call-overload]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    verdicts = [word for child in children for word in child.communicate()[0].split()]
    assert all(child.returncode == 0 for child in children)
    return verdicts


def main(folder: str, org: str, student: str, allowance: str, *studies: str) -> None:
    """Charge studies as soon as told to."""
    with open_node(Path(folder), MovableClock(datetime(2026, 5, 11, 1, 0, tzinfo=UTC))) as node:
        school = School(node, OrgId(org))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for study in studies:
            permit = school.permit(student, Purpose.STATISTICS, Action.CHARGE)
            wanted = Charge(study=study, cost=COST, school_year=school.year, answered_by=school.org)
            with node.vaults.transact(permit) as writer:
                verdict = writer.charge(wanted, int(allowance))
            sys.stdout.write(f"{verdict.name}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
