"""`pds vault`: what a vault is, without opening it, and what the family may read."""

from typing import Any

import typer

from cli import pairing
from cli.lookup import vault_of
from cli.options import AsJson, NodeFolder, Organisation, StudentId
from cli.output import report, speaks
from consent.decisions import Request, permit
from pds.chain import Chain
from pds.node import open_node
from pds.vault import Action, StoredRecord, in_effect, verify_copy

app = typer.Typer(help="What a vault is, whether it is whole, and whose it is.", no_args_is_help=True)
for _command in (pairing.expect, pairing.join, pairing.part, pairing.confirm, pairing.relink):
    app.command()(_command)


@app.command(name="show")
@speaks
def show_vault(node: NodeFolder, school: Organisation, student: StudentId, as_json: AsJson = False) -> None:
    """Show the plain facts of a vault: home, epoch, enrolment, consents. Opens nothing."""
    with open_node(node) as opened:
        organisation, vault = vault_of(opened, school, student)
        permit(opened, Request.of_school(vault, organisation, Action.READ))
        facts, head = opened.vaults.authorisations(vault), opened.vaults.head(vault)
    report(
        {
            "vault": vault,
            "home": head.home,
            "home_number": head.home_number,
            "epoch": facts.epoch,
            "enrolled": facts.enrolment.school if facts.enrolment and facts.left is None else None,
            "left_on": facts.left.on if facts.left else None,
            "school_year": facts.school_year,
            "expected": facts.one_child.expected,
            "joined": facts.one_child.joined,
            "moving": facts.move.transfer if facts.move else None,
            "entries": [{"chain": chain.value, "length": head.tips[chain].length} for chain in Chain],
            "consents": [
                {"consent": given.consent, "purpose": given.purpose, "recipient": given.recipient}
                for given in facts.consents.values()
            ],
        },
        as_json=as_json,
    )


_NOT_SHOWN = {"kept": "a newer program wrote it; it is kept, travels along and is not shown here"}
_DAMAGED = {"damaged": "it does not open: its bytes or its salt are lost or altered; it is kept"}


@app.command()
@speaks
def verify(node: NodeFolder, school: Organisation, student: StudentId, as_json: AsJson = False) -> None:
    """Verify every signature, chain and sealed key of a vault, without opening it. Exit code 4 names what is wrong."""
    with open_node(node) as opened:
        _, vault = vault_of(opened, school, student)
        verified = verify_copy(opened.vaults.copy(vault), opened.card)
    report({"vault": vault, "verified": True, "records": verified.records, "erased": verified.erased}, as_json=as_json)


@app.command()
@speaks
def records(node: NodeFolder, school: Organisation, student: StudentId, as_json: AsJson = False) -> None:
    """Read a student's records as the school does; the family sees that you did."""
    with open_node(node) as opened:
        organisation, vault = vault_of(opened, school, student)
        with opened.vaults.read(permit(opened, Request.of_school(vault, organisation, Action.READ))) as reader:
            opened_records = list(reader.records())
            stand = {stored.id for stored in in_effect(opened_records, unknown=True)}
            found = [
                {
                    "category": stored.category.value,
                    "issuer": stored.issuer,
                    "in_effect": stored.id in stand,
                    **(_DAMAGED if stored.is_damaged else _shown(stored)),
                }
                for stored in opened_records
            ]
    report({"records": found}, as_json=as_json)


def _shown(stored: StoredRecord) -> dict[str, Any]:
    return stored.record.model_dump(mode="json") if stored.is_known else _NOT_SHOWN
