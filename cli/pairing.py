"""`pds vault expect`, `join`, `part`, `confirm`: whose history is awaited, and which vaults are one child's.

Never: what is joined, or who may (`consent`).
"""

from typing import Annotated

import typer

from cli.lookup import named_vault, vault_of
from cli.options import AsJson, NodeFolder, Organisation, StudentId
from cli.output import report, speaks
from consent.lifecycle import joining, pairing
from pds.node import Node, open_node
from pds.people import accounts

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


def _actor(node: Node, login: str) -> joining.Actor:
    return joining.Actor(accounts.index_of(node, login))
