"""What a family's consents were and are: every one there ever was, who signed it when, what became of it.

Read from the signed events of the vault's own chain. Never: a decision (`consent.decisions`), a key, a record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate

from consent.decisions.signatures import ConsentState, state_of
from pds.errors import VerificationError
from pds.identifiers import VaultId
from pds.node import Node
from pds.vault import (
    Authorisations,
    ConsentGiven,
    ConsentProposed,
    ConsentTerms,
    Entered,
    HolderSucceeded,
    Signature,
    apply,
    nothing,
    verify_copy,
)


@dataclass(frozen=True, slots=True)
class Consented:
    """One consent or proposal, looked back on.

    Attributes:
        state: Where it stands today.
        signatures: Who signed, first to last; whoever signed in since stands under the holder they are now.
        missing: The holders whose signatures it waits for.
        answer_by: The last day on which they may sign; None where one signature was enough.
        ended: Who withdrew or refused it, and when; None while nobody did.
    """

    terms: ConsentTerms
    state: ConsentState
    signatures: tuple[Signature, ...]
    missing: frozenset[str] = frozenset()
    answer_by: date | None = None
    ended: Signature | None = None

    @property
    def consent(self) -> str:
        """Its identifier."""
        return self.terms.consent


def history(node: Node, vault: VaultId) -> list[Consented]:
    """Every consent of a vault, the latest first.

    Raises:
        NotFoundError: no such vault is here.
        VerificationError: the chain is not as its head was signed.
    """
    items, today = node.vaults.entered(vault), node.today()
    steps = list(accumulate(items, apply, initial=nothing(vault)))
    facts = steps[-1]
    found: dict[str, Consented] = {}
    for item, before, after in zip(items, steps[:-1], steps[1:], strict=True):
        event = item.event
        if isinstance(event, ConsentGiven | ConsentProposed):
            proposal = facts.proposals.get(event.consent)
            found[event.consent] = Consented(
                terms=event,
                state=state_of(facts, event.consent, today),
                signatures=tuple(_present(facts, signature) for signature in facts.signatures[event.consent]),
                missing=proposal.missing if proposal else frozenset(),
                answer_by=event.answer_by if isinstance(event, ConsentProposed) else None,
            )
        for name in _open(before) - _open(after):
            found[name] = replace(found[name], ended=_present(facts, after.words[-1].by))
    return list(reversed(found.values()))


def _open(facts: Authorisations) -> frozenset[str]:
    return frozenset({*facts.consents, *facts.proposals})


def _present(facts: Authorisations, signature: Signature) -> Signature:
    """A signature under the name by which its holder is known now."""
    return replace(signature, holder=facts.present_name(signature.holder))


def holds(node: Node, vault: VaultId) -> bool:
    """Check every signature of a vault's chain anew, as another school would; False when one does not hold."""
    try:
        verify_copy(node.vaults.copy(vault), node.card)
    except VerificationError:
        return False
    return True


def present_holders(node: Node, vault: VaultId) -> Mapping[str, str]:
    """Who somebody is now, by the holder they were before they signed in. Raises as `history`."""
    present = _pairs(node.vaults.entered(vault))
    return {before: _now(present, before) for before in present}


def _pairs(items: Sequence[Entered]) -> Mapping[str, str]:
    return {e.predecessor: e.admitted.holder.id for e in (i.event for i in items) if isinstance(e, HolderSucceeded)}


def _now(present: Mapping[str, str], holder: str) -> str:
    while holder in present:
        holder = present[holder]
    return holder
