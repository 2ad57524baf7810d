"""`pds guardian`: what each guardian is to a child, and entering what a court, a board or the parents said of it.

Guardians are told apart as on the pages, by their number; their names are not stored. Never: a consent, an invitation.
"""

from typing import Annotated, Any, get_args

import typer

from cli.lookup import vault_of
from cli.options import AsJson, NodeFolder, Organisation, StudentId
from cli.output import report, speaks
from consent.lifecycle import custody
from pds.errors import NotFoundError, UsageError
from pds.holders import Control, Role
from pds.intake import CaresBy
from pds.node import open_node
from pds.vault import Admitted, Authorisations, Standing

app = typer.Typer(help="Custody: who decides for a child, who looks after it.", no_args_is_help=True)


@app.command(name="list")
@speaks
def list_guardians(node: NodeFolder, school: Organisation, student: StudentId, as_json: AsJson = False) -> None:
    """List a student's guardians by number, in the order they became known."""
    with open_node(node) as opened:
        _, vault = vault_of(opened, school, student)
        known = guardians_of(opened.vaults.authorisations(vault))
    report({"guardians": [_line(number, one) for number, one in enumerate(known, 1)]}, as_json=as_json)


@app.command(name="set")
@speaks
def set_standing(
    node: NodeFolder,
    school: Organisation,
    student: StudentId,
    guardian: Annotated[int, typer.Option(help="The guardian's number, as `guardian list` prints it.")],
    authority: Annotated[str | None, typer.Option(help="Parental authority (親権): yes or no.")] = None,
    cares_by: Annotated[
        str | None, typer.Option(help="Who said that they look after the child: parents, court, board or nobody.")
    ] = None,
    contact: Annotated[str | None, typer.Option(help="Whether the school may turn to them: yes or no.")] = None,
    protected: Annotated[
        str | None, typer.Option(help="Whether the child is protected from them (支援措置): yes or no.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Enter a change of custody, from the paper before you; who holds keys follows from it at once."""
    with open_node(node) as opened:
        organisation, vault = vault_of(opened, school, student)
        known = guardians_of(opened.vaults.authorisations(vault))
        if not 1 <= guardian <= len(known):
            raise NotFoundError("this student has no guardian of that number; `guardian list` prints them")
        before = known[guardian - 1]
        standing = _changed(before.standing or custody.LAWFUL, authority, cares_by, contact, protected)
        changed = custody.change(opened, organisation, vault, before.holder.id, standing)
    report({"changed": changed}, as_json=as_json)


def guardians_of(facts: Authorisations) -> list[Admitted]:
    """The guardians in the order in which pages number them."""
    return [admitted for admitted in facts.holders.values() if admitted.role is Role.GUARDIAN]


def _changed(
    before: Standing, authority: str | None, cares_by: str | None, contact: str | None, protected: str | None
) -> Standing:
    update: dict[str, Any] = {}
    if authority is not None:
        update["has_parental_authority"] = _yes(authority)
    if cares_by is not None:
        if cares_by not in get_args(CaresBy):
            raise UsageError("that somebody looks after the child is said by parents, court, board or nobody")
        update["cares_by"] = None if cares_by == "nobody" else cares_by
    if contact is not None:
        update["contact_allowed"] = _yes(contact)
    if protected is not None:
        update["protected_from"] = _yes(protected)
    if not update:
        raise UsageError("say what has changed: --authority, --cares-by, --contact or --protected")
    return before.model_copy(update=update)


def _yes(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise UsageError("answer yes or no")
    return text == "yes"


def _line(number: int, admitted: Admitted) -> dict[str, object]:
    standing = admitted.standing or custody.LAWFUL
    return {
        "number": number,
        "signs_in": admitted.control is Control.OWNER,
        "relationship": standing.relationship,
        "authority": standing.has_parental_authority,
        "cares_by": standing.cares_by,
        "contact_allowed": standing.contact_allowed,
        "protected_from": standing.protected_from,
    }
