"""`pds vault expect`, `join`, `part`, `confirm`, `relink`: whose history, vault or number it is.

Never: what is joined, or who may (`consent`).
"""

from datetime import datetime
from typing import Annotated, cast

import typer

from cli.lookup import local_id, named_vault, vault_of
from cli.options import AsJson, NodeFolder, Organisation, StudentId
from cli.output import report, speaks
from consent.lifecycle import joining, pairing, relinking
from pds.node import Node, open_node
from pds.people import accounts
from pds.vault import WhyRelinked

By = Annotated[str, typer.Option(help="Your sign-in name.")]


@speaks
def expect(
    node: NodeFolder,
    school: Organisation,
    student: StudentId,
    over: Annotated[bool, typer.Option("--over", help="No history will come; the child answers studies.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say that a student's history is still at another school; until it comes, the student answers no study."""
    with open_node(node) as opened:
        organisation, vault = vault_of(opened, school, student)
        joining.expect(opened, organisation, vault, waits=not over)
    report({"vault": vault, "expected": not over}, as_json=as_json)


@speaks
def join(
    node: NodeFolder,
    school: Organisation,
    student: StudentId,
    other: Annotated[str, typer.Argument(help="The same student's other identifier, as SCHEME=VALUE.")],
    by: By,
    as_json: AsJson = False,
) -> None:
    """Propose that two vaults are one student's; a second person confirms it."""
    with open_node(node) as opened:
        organisation, one = vault_of(opened, school, student)
        _, two = vault_of(opened, school, other)
        proposed = pairing.propose(opened, organisation, one, two, _actor(opened, by))
    report({"closes": proposed.young, "goes_on": proposed.history, "state": "proposed"}, as_json=as_json)


@speaks
def part(node: NodeFolder, school: Organisation, student: StudentId, by: By, as_json: AsJson = False) -> None:
    """Propose that a student's vault was joined to another student's by mistake; a second person confirms it."""
    with open_node(node) as opened:
        organisation, vault = named_vault(opened, school, student)
        proposed = pairing.propose_parting(opened, organisation, vault, _actor(opened, by))
    report({"opens": proposed.young, "leaves": proposed.history, "state": "proposed"}, as_json=as_json)


@speaks
def confirm(node: NodeFolder, school: Organisation, student: StudentId, by: By, as_json: AsJson = False) -> None:
    """Confirm, as a second person, that a student's vault is joined to another or parted from it."""
    with open_node(node) as opened:
        organisation, vault = named_vault(opened, school, student)
        since = pairing.confirm(opened, organisation, vault, _actor(opened, by))
        into = opened.vaults.authorisations(vault).one_child.continued_in
    report({"vault": vault, "goes_on_in": into, "records_written_meanwhile": since}, as_json=as_json)


@speaks
def relink(
    node: NodeFolder,
    school: Organisation,
    student: StudentId,
    other: Annotated[str, typer.Argument(help="Another identifier of the student whose it is, as SCHEME=VALUE.")],
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day on which it is.")],
    why: Annotated[str, typer.Option(help=f"What had gone wrong: {', '.join(relinking.WHY)}.")],
    by: By,
    as_json: AsJson = False,
) -> None:
    """Give a number that stands for the wrong student to the right one, once a second person has said the same."""
    with open_node(node) as opened:
        organisation, vault = vault_of(opened, school, other)
        reason = cast("WhyRelinked", why)
        done = relinking.relink(
            opened, organisation, local_id(student), vault, first=since.date(), why=reason, by=_actor(opened, by)
        )
    report({"vault": vault, "state": "done" if done else "proposed"}, as_json=as_json)


def _actor(node: Node, login: str) -> joining.Actor:
    return joining.Actor(accounts.index_of(node, login))
