"""`pds`: the command line of a node.

Exit codes: 0 done, 1 internal, 2 usage or bad input, 3 refused, 4 verification failed, 5 interrupted (run again).
"""

import logging

import typer

from cli import (
    accounts,
    carrying,
    consents,
    enrolment,
    guardians,
    imports,
    node,
    org,
    serving,
    studies,
    transfers,
    vault,
)

app = typer.Typer(
    name="pds",
    help="Manabi PDS: sealed learning histories that travel with the student, and private statistics.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(node.app, name="node")
app.add_typer(org.app, name="org")
app.add_typer(accounts.app, name="account")
app.add_typer(imports.app, name="import")
app.add_typer(enrolment.app, name="enrolment")
app.add_typer(guardians.app, name="guardian")
app.add_typer(vault.app, name="vault")
app.add_typer(consents.app, name="consent")
transfers.app.command()(carrying.outbox)
transfers.app.command()(carrying.inbox)
app.add_typer(transfers.app, name="transfer")
app.add_typer(studies.app, name="study")
app.add_typer(studies.audit, name="audit")
app.command(name="serve")(serving.serve)
app.command(name="doctor")(serving.doctor)


def main() -> None:
    """Run the command line."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    app()
