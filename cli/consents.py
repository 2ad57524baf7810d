"""`pds consent`: what a family agreed to on paper, entered by the school office; and why a request is answered so."""

from datetime import datetime
from typing import Annotated

import typer

from cli.lookup import guardian_of, vault_of
from cli.options import AsJson, GuardianId, NodeFolder, Organisation, SignedOn, StudentId
from cli.output import report, speaks
from consent.decisions import Refused, Request, decide, state_of
from consent.lifecycle import acts, give_once
from pds.errors import UsageError
from pds.identifiers import check_org_id
from pds.node import open_node
from pds.records import CATEGORIES, Category
from pds.vault import Action, Matter, Purpose

app = typer.Typer(help="Give, withdraw and explain consents.", no_args_is_help=True)

Kind = Annotated[list[str] | None, typer.Option("--category", help="A kind of record; all when none is named.")]


@app.command()
@speaks
def grant(
    node: NodeFolder,
    school: Organisation,
    student: StudentId,
    purpose: Annotated[str, typer.Option(help="statistics, transfer or teaching.")],
    signed_on: SignedOn,
    guardian: GuardianId = None,
    recipient: Annotated[str | None, typer.Option(help="The organisation it names.")] = None,
    category: Kind = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day.")] = None,
    as_json: AsJson = False,
) -> None:
    """Enter a consent that a guardian has signed; it waits while other guardians must sign too."""
    with open_node(node) as opened:
        organisation, vault = vault_of(opened, school, student)
        signer = guardian_of(opened, organisation, vault, student, guardian)
        matter = Matter(
            _purpose(purpose), check_org_id(recipient) if recipient else None, tuple(sorted(_categories(category)))
        )
        last = until.date() if until else None
        consent = give_once(opened, vault, signer, matter, signed_on=signed_on.date(), valid_until=last)
        state = state_of(opened.vaults.authorisations(vault), consent, opened.today())
    report({"consent": consent, "state": state}, as_json=as_json)


@app.command()
@speaks
def withdraw(
    node: NodeFolder,
    school: Organisation,
    student: StudentId,
    consent: Annotated[str, typer.Argument(help="The consent's identifier, as `vault show` prints it.")],
    guardian: GuardianId = None,
    as_json: AsJson = False,
) -> None:
    """Enter a withdrawal: from now on the recipient opens nothing that is written."""
    with open_node(node) as opened:
        organisation, vault = vault_of(opened, school, student)
        acts.withdraw(opened, vault, guardian_of(opened, organisation, vault, student, guardian), consent)
    report({"withdrawn": consent}, as_json=as_json)


@app.command()
@speaks
def explain(
    node: NodeFolder,
    school: Organisation,
    student: StudentId,
    purpose: Annotated[str, typer.Option(help="teaching, statistics, transfer or own_use.")],
    action: Annotated[str, typer.Option(help="read, write, charge or authorise.")] = "read",
    category: Kind = None,
    as_json: AsJson = False,
) -> None:
    """Say how a request of this school would be answered, and on which basis. Opens and logs nothing."""
    with open_node(node) as opened:
        organisation, vault = vault_of(opened, school, student)
        if action not in set(Action):
            raise UsageError("an action is read, write, charge or authorise")
        request = Request.of_organisation(vault, organisation, _purpose(purpose), Action(action), _categories(category))
        verdict = decide(request, opened.vaults.authorisations(vault), opened.clock.now())
    if isinstance(verdict, Refused):
        report({"allowed": False, "reason": verdict.reason}, as_json=as_json)
    else:
        report(
            {"allowed": True, "basis": verdict.basis, "categories": sorted(c.value for c in verdict.categories)},
            as_json=as_json,
        )


def _purpose(text: str) -> Purpose:
    if text not in set(Purpose):
        raise UsageError(f"a purpose is one of {', '.join(sorted(Purpose))}")
    return Purpose(text)


def _categories(names: list[str] | None) -> frozenset[Category]:
    unknown = sorted(set(names or []) - set(CATEGORIES))
    if unknown:
        raise UsageError(f"no kind of record is called {', '.join(unknown)}; known are {', '.join(sorted(CATEGORIES))}")
    return frozenset(Category(name) for name in names or [])
