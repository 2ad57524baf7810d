"""The counter at which every request is answered: decide, log a refusal where it belongs, hand out the permit.

Never: a rule (`consent.decisions`), an opened vault.
"""

import logging

from consent.decisions.decision import Refused, Request, decide, has_run_out, is_related
from consent.decisions.expiry import let_run_out
from pds.clock import timestamp
from pds.errors import NotFoundError, RefusedError
from pds.node import Node
from pds.vault import Access, Action, Permit

_log = logging.getLogger("manabi.refusals")
_STRANGER = Refused("this history belongs to another family")  # the one answer, whether or not the vault exists


def permit(node: Node, request: Request) -> Permit:
    """A permit for this request.

    Raises:
        RefusedError: the answer is no; the family sees the attempt if the actor has a part in the vault, otherwise
            the node's own log has it. Whether a vault exists is not told to strangers.
    """
    verdict = ask(node, request)
    if isinstance(verdict, Refused):
        raise RefusedError(verdict.reason)
    return verdict


def ask(node: Node, request: Request) -> Permit | Refused:
    """The same, with a refusal as a value; it is logged all the same."""
    try:
        facts = node.vaults.authorisations(request.vault)
    except NotFoundError:
        _log.warning("refused %s for %s: no such vault", request.action, request.purpose)
        return _STRANGER
    verdict = decide(request, facts, node.clock.now())
    if (
        verdict
        and request.action is Action.WRITE
        and has_run_out(facts, node.today())
        and let_run_out(node, request.vault)
    ):
        verdict = decide(request, node.vaults.authorisations(request.vault), node.clock.now())
    if isinstance(verdict, Refused):
        related = is_related(facts, request.actor, request.organisation)
        if related or request.signed_in:
            node.vaults.refuse(request.vault, _line(node, request, verdict))
        if not related:
            _log.warning("refused %s for %s: a stranger to the vault", request.action, request.purpose)
            return _STRANGER
    return verdict


def _line(node: Node, request: Request, refused: Refused) -> Access:
    return Access(
        time=timestamp(node.clock.now()),
        actor=request.actor,
        organisation=request.organisation,
        purpose=request.purpose.value,
        basis="none",
        reference=None,
        categories=tuple(sorted(request.categories)),
        outcome="refused",
        reason=refused.reason,
        person=request.member.name if request.member else None,
        position=request.member.position if request.member else None,
    )
