"""`pds enrolment`: that a student has left the school, or is back. Never: a transfer (`cli/transfers.py`)."""

from datetime import datetime
from typing import Annotated, get_args

import typer

from cli.lookup import vault_of
from cli.options import AsJson, NodeFolder, Organisation, StudentId
from cli.output import report, speaks
from consent.lifecycle import leaving
from pds.errors import UsageError
from pds.node import open_node
from pds.records import WhyLeft

app = typer.Typer(help="End a student's enrolment, or begin it again.", no_args_is_help=True)

REASONS = get_args(WhyLeft)
LastDay = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The last day of enrolment.")]
Reason = Annotated[str, typer.Option(help=f"One of {', '.join(REASONS)}.")]


def reason_of(text: str) -> WhyLeft:
    """Read a reason. Raises UsageError."""
    found: WhyLeft | None = next((reason for reason in REASONS if reason == text), None)
    if found is None:
        raise UsageError(f"a reason is one of {', '.join(REASONS)}")
    return found


@app.command()
@speaks
def end(
    node: NodeFolder,
    school: Organisation,
    student: StudentId,
    on: LastDay,
    reason: Reason = "left",
    as_json: AsJson = False,
) -> None:
    """End an enrolment: the place on the class list goes, the history stays the family's and can be transferred."""
    with open_node(node) as opened:
        organisation, vault = vault_of(opened, school, student)
        ended = leaving.end(opened, organisation, vault, on.date(), reason_of(reason))
    report({"last_day": ended.on, "reason": ended.reason, "school_year": ended.school_year}, as_json=as_json)


@app.command()
@speaks
def start(
    node: NodeFolder,
    school: Organisation,
    student: StudentId,
    on: Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The first day.")],
    as_json: AsJson = False,
) -> None:
    """Enrol a student again who had left, or whose enrolment was ended by mistake (from the day after the last)."""
    with open_node(node) as opened:
        organisation, vault = vault_of(opened, school, student)
        enrolled = leaving.start(opened, organisation, vault, on.date())
    report({"first_day": enrolled.on, "school_year": enrolled.school_year}, as_json=as_json)
