"""Two people for one act: somebody says that two vaults are one child's, or are not, and somebody else confirms it.

Never: the joining itself (`joining`), a name of a person.
"""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict

from consent.decisions import HEADS, Position, Request, permit
from consent.lifecycle import joining
from consent.lifecycle.joining import Actor, fingerprint
from pds.clock import parse_timestamp
from pds.errors import NotFoundError, RefusedError, UsageError
from pds.identifiers import OrgId, VaultId
from pds.node import DocumentKind, Node
from pds.vault import Action

_DAYS = timedelta(days=60)  # what nobody has confirmed in two months is looked at anew


class Pairing(BaseModel):
    """What one person has proposed.

    Attributes:
        young: The vault that would be closed, or opened again.
        history: The other one.
        apart: True for parting what was joined.
        by: Who proposed it, as a fingerprint.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    young: VaultId
    history: VaultId
    apart: bool
    by: str


_PROPOSAL = DocumentKind(
    "joining", Pairing, "two vaults to be joined or parted by a second person; the younger vault", _DAYS, owned=True
)


def propose(node: Node, school: OrgId, one: VaultId, other: VaultId, by: Actor) -> Pairing:
    """Say that two vaults are one child's: the one with less behind it would be closed.

    Args:
        node: The node where both live.
        school: The school where both live.
        one: A vault.
        other: Another.
        by: Who says so.

    Raises:
        RefusedError: they cannot be joined (`joining.check_two`), or this member of staff may not.
    """
    young, history = sorted((one, other), key=lambda vault: _began(node, vault))
    joining.check_two(node, school, young, history)
    return _keep(node, school, Pairing(young=young, history=history, apart=False, by=fingerprint(node, by)), by)


def propose_parting(node: Node, school: OrgId, young: VaultId, by: Actor) -> Pairing:
    """Say that a vault was joined to another child's by mistake. Arguments and errors as `propose`.

    Raises:
        UsageError: it was not joined.
    """
    history = node.vaults.authorisations(young).one_child.continued_in
    if history is None:
        raise UsageError("this vault was not joined to another one")
    return _keep(node, school, Pairing(young=young, history=history, apart=True, by=fingerprint(node, by)), by)


def confirm(node: Node, school: OrgId, young: VaultId, by: Actor) -> int:
    """Confirm as a second person; it is done with that. Arguments as `propose`.

    Returns:
        After a parting, how many records were written into the other vault meanwhile; the office looks at each.

    Raises:
        NotFoundError: nothing was proposed for this vault at this school.
        RefusedError: it is the person who proposed it, or not the head of the school or the deputy; or as `joining`.
    """
    with node.transaction():
        proposal = dict(waiting(node, school)).get(young)
        if proposal is None:
            raise NotFoundError("nothing waits for a second person there; it may have been confirmed, or is too old")
        people = (proposal.by, fingerprint(node, by))
        if people[0] == people[1]:
            raise RefusedError("a second person confirms: somebody else than who proposed it")
        if by.member is not None and Position(by.member.position) not in HEADS:
            raise RefusedError("the principal or the vice-principal confirms this")
        node.documents.drop(_PROPOSAL, young)
        if proposal.apart:
            return joining.part(node, school, young, people)
        joining.join(node, school, young, proposal.history, people)
        return 0


def drop(node: Node, school: OrgId, young: VaultId) -> None:
    """Take a proposal back, or turn it down."""
    with node.transaction():
        if young in dict(waiting(node, school)):
            node.documents.drop(_PROPOSAL, young)


def waiting(node: Node, school: OrgId) -> list[tuple[VaultId, Pairing]]:
    """What waits for a second person at a school, with the vault that would be closed or opened again."""
    return [(VaultId(name), proposal) for name, proposal in node.documents.find(_PROPOSAL, owners=(school,))]


def _keep(node: Node, school: OrgId, proposal: Pairing, by: Actor) -> Pairing:
    for vault in (proposal.young, proposal.history):
        permit(node, Request.in_transfer(vault, school, Action.AUTHORISE, member=by.member))
    with node.transaction():
        node.documents.put(_PROPOSAL, proposal.young, proposal, owner=school)
    return proposal


def _began(node: Node, vault: VaultId) -> tuple[int, float]:
    """What makes one of two vaults the history, last of both: more homes, then the earlier beginning."""
    facts, first = node.vaults.authorisations(vault), node.vaults.entered(vault)[0]
    return facts.home_number, -parse_timestamp(first.time).timestamp()
