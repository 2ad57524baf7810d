"""`pds transfer`: a student's history from one school to the next; carrying it as files is in `cli/carrying.py`."""

from datetime import date, datetime
from typing import Annotated

import typer

from cli.lookup import guardian_of, local_id, vault_of
from cli.options import AsJson, GuardianId, NodeFolder, Organisation, SignedOn, StudentId
from cli.output import report, speaks
from consent.decisions import openers, state_of
from consent.lifecycle import acts, moving
from pds.holders import Role
from pds.identifiers import VaultId, check_org_id
from pds.node import open_node
from pds.transfer import State, state
from pds.vault import Purpose

app = typer.Typer(help="Send and receive a student's history.", no_args_is_help=True)

TransferId = Annotated[str, typer.Argument(help="The transfer, as `transfer status` prints it.")]


@app.command()
@speaks
def offer(
    node: NodeFolder,
    school: Organisation,
    student: StudentId,
    to: Annotated[str, typer.Option(help="The next school.")],
    as_json: AsJson = False,
) -> None:
    """Tell the next school that this child is coming."""
    with open_node(node) as opened:
        _, vault = vault_of(opened, school, student)
        transfer = moving.offer(opened, vault, check_org_id(to))
    report({"transfer": transfer}, as_json=as_json)


@app.command()
@speaks
def accept(
    node: NodeFolder,
    transfer: TransferId,
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day of acceptance (転入学の期日).")],
    student: Annotated[
        list[str] | None, typer.Option(help="SCHEME=VALUE by which this school knows the child.")
    ] = None,
    seat: Annotated[
        str | None, typer.Option(help="SCHEME=VALUE of the same child, where the roster came before the history.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Accept an offered child from a day on; the old school learns the day."""
    with open_node(node) as opened:
        known = state.load(opened, transfer, "receiver")
        vault = None if seat is None else vault_of(opened, known.destination, seat)[1]
        ids = [local_id(text) for text in student or []]
        moving.accept(opened, transfer, date(*on.timetuple()[:3]), ids, seat=vault)
    report({"transfer": transfer, "accepted_on": on.date()}, as_json=as_json)


@app.command()
@speaks
def consent(
    node: NodeFolder,
    transfer: TransferId,
    signed_on: SignedOn,
    guardian: GuardianId = None,
    student: Annotated[str | None, typer.Option(help="Beside --guardian: the student, as SCHEME=VALUE.")] = None,
    as_json: AsJson = False,
) -> None:
    """Enter the guardian's signed consent that more than the statutory part opens at the next school."""
    with open_node(node) as opened:
        known = state.load(opened, transfer, "sender")
        vault = VaultId(str(known.vault))
        given = acts.give(
            opened,
            vault,
            guardian_of(opened, check_org_id(known.origin), vault, student, guardian),
            Purpose.TRANSFER,
            recipient=check_org_id(known.destination),
            signed_on=signed_on.date(),
        )
        stands = state_of(opened.vaults.authorisations(vault), given, opened.today())
    report({"transfer": transfer, "consent": given, "consent_state": stands}, as_json=as_json)


@app.command()
@speaks
def send(node: NodeFolder, transfer: TransferId, as_json: AsJson = False) -> None:
    """Seal and send an accepted child's history; it is frozen here from then on. Run again, it sends the same."""
    with open_node(node) as opened:
        moving.send(opened, transfer)
    report({"transfer": transfer, "state": "sent"}, as_json=as_json)


@app.command()
@speaks
def receive(
    node: NodeFolder,
    transfer: TransferId,
    refuse: Annotated[str | None, typer.Option(help="Do not take it in, for this reason.")] = None,
    despite_names: Annotated[
        bool,
        typer.Option("--despite-names", help="Take it in although records or seat name another child (see `show`)."),
    ] = False,
    student: Annotated[
        list[str] | None, typer.Option(help="SCHEME=VALUE for the child, in place of what was said at acceptance.")
    ] = None,
    no_number: Annotated[
        bool, typer.Option("--no-number", help="Take it in under no number: the one said is another child's by now.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take a verified bundle in from quarantine, or refuse it; the old school gets a signed receipt either way."""
    with open_node(node) as opened:
        if refuse is not None:
            moving.refuse(opened, transfer, refuse)
        else:
            ids = [local_id(text) for text in student or []] if student or no_number else None
            moving.commit(opened, transfer, despite=despite_names, ids=ids)
    report({"transfer": transfer, "state": "refused" if refuse is not None else "committed"}, as_json=as_json)


@app.command()
@speaks
def status(node: NodeFolder, as_json: AsJson = False) -> None:
    """List the transfers this node knows and where each stands."""
    with open_node(node) as opened:
        found = [
            {"transfer": t.transfer, "side": t.side, "state": t.state.value, "from": t.origin, "to": t.destination}
            for t in state.listed(opened)
        ]
    report({"transfers": found}, as_json=as_json)


@app.command(name="show")
@speaks
def show_transfer(node: NodeFolder, transfer: TransferId, as_json: AsJson = False) -> None:
    """Show who is offered, what the bundle proves, and whether records or seat name another child.

    For the office to compare with the child's papers; the enrolment is opened for it, and the family sees that.
    """
    with open_node(node) as opened:
        known = state.load(opened, transfer, "receiver")
        subject = moving.offered_subject(opened, transfer)
        shown: dict[str, object] = {"state": known.state.value, "from": known.origin, **subject.model_dump(mode="json")}
        if known.state is State.QUARANTINED:
            verified = moving.verification(opened, transfer)
            shown |= {"verified": True, "records": verified.records, "erased": verified.erased}
            named = {other.where: other.found.model_dump(mode="json") for other in moving.differences(opened, transfer)}
            shown |= {"another_child_named": named}
            shown["openers"] = [
                {
                    "who": opened.name_of(one.holder) if one.role is Role.ORGANISATION else str(one.role),
                    "keys": str(one.control),
                    "kinds": sorted(one.kinds),
                    "what_follows_too": one.lasting,
                }
                for one in openers(verified.authorisations)
            ]
    report(shown, as_json=as_json)
