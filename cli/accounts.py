"""`pds account`: who is to sign in, and who no longer. Never: a password, an account made for somebody else."""

from typing import Annotated

import typer

from cli.lookup import local_id, vault_of
from cli.options import AsJson, NodeFolder, Organisation
from cli.output import report, speaks
from consent.lifecycle import guardian_of, ownership
from pds.errors import NotFoundError, UsageError
from pds.holders import Role
from pds.identifiers import check_org_id
from pds.node import Node, open_node
from pds.people import accounts

app = typer.Typer(help="Invite people to sign in, and end accounts.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Invite people to sign in, and end accounts."""


@app.command()
@speaks
def invite(
    node: NodeFolder,
    organisation: Organisation,
    student: Annotated[str | None, typer.Option(help="The student invited, as SCHEME=VALUE.")] = None,
    guardian: Annotated[str | None, typer.Option(help="The guardian of that student who is, as SCHEME=VALUE.")] = None,
    staff: Annotated[str | None, typer.Option(help="The name families read in the log, such as 田村先生.")] = None,
    position: Annotated[str, typer.Option(help="What that person is there, such as homeroom_teacher.")] = "",
    classes: Annotated[list[str] | None, typer.Option("--class", help="A class they teach, such as P5-2.")] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="The family member has signed in before and lost the password.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print a code, to be handed to one person; it works once, within 14 days."""
    if (student is None) == (staff is None) or (guardian is not None and student is None):
        raise UsageError("an invitation is for a --student, a --guardian of a --student, or one of --staff")
    with open_node(node) as opened:
        if student is not None:
            code = _family(opened, organisation, student, guardian, anew=anew)
        else:
            code = ownership.invite_staff(opened, check_org_id(organisation), staff or "", position, classes or ())
    report({"code": code, "days": ownership.LIFETIME.days}, as_json=as_json)


@app.command()
@speaks
def end(
    node: NodeFolder,
    login: Annotated[str, typer.Argument(help="The sign-in name.")],
    as_json: AsJson = False,
) -> None:
    """Take an account away, such as that of a member of staff who leaves; a family member starts anew by --anew."""
    with open_node(node) as opened:
        accounts.end(opened, login)
    report({"ended": True}, as_json=as_json)


def _family(node: Node, organisation: str, student: str, guardian: str | None, *, anew: bool) -> str:
    school, vault = vault_of(node, organisation, student)
    facts = node.vaults.authorisations(vault)
    if guardian is not None:
        holder = guardian_of(node, school, vault, [local_id(guardian)])
    else:
        holder = next((name for name, held in facts.holders.items() if held.role is Role.STUDENT), None)
    if holder is None:
        raise NotFoundError("this student has nobody of that identifier; import the roster first")
    return ownership.invite_family(node, vault, facts.present_name(holder), anew=anew)
