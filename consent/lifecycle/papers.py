"""Papers that families signed: a guardian's decision out of a file set, entered once with the guardian's own key.

Never: a signature in another's name, or which word counts (`pds.vault.words`).
"""

from datetime import date

from consent.decisions import STANDING, overtaken, state_of, waiting
from consent.lifecycle import acts
from consent.lifecycle.relatives import guardian_of
from pds.holders import SecretHolder
from pds.identifiers import OrgId, VaultId
from pds.intake import IncomingConsent, IntakeError, Problem, ProblemCode
from pds.node import Node
from pds.records import Category
from pds.vault import Authorisations, Matter, Purpose, Word, about


def problem_of(node: Node, consent: IncomingConsent) -> Problem | None:
    """What stands against a paper whoever's it is: the day on which nobody can have signed it."""
    message = acts.impossible_day(node, consent.signed_on)
    if message is None:
        return None
    return Problem(ProblemCode.BAD_DATE, consent.source.file, consent.source.row, "signed_on", message)


def enter(node: Node, school: OrgId, vault: VaultId, consent: IncomingConsent) -> bool:
    """Enter a signed paper, once: the node signs with the key it keeps for the guardian, and the receipt says so.

    False, and nothing is entered, for a paper of a guardian without parental authority, who signs nothing.

    It counts by the day on it (`pds.vault.words`): a yes from before anybody's no, or from the day of it, is entered as
    nothing. Whoever signs in decides there, so that a paper in their name changes nothing.

    What is entered stands in the chain as its signer's word; what is nothing is so by words of the chain, and words are
    never taken out of it. So a row that comes again is nothing, whatever happened since.
    """
    giver = _giver(node, school, vault, consent)
    purpose, recipient = Purpose(consent.purpose), OrgId(consent.recipient) if consent.recipient else None
    if giver is None:
        return True
    yes = consent.decision == "given"
    matter = Matter(purpose, recipient, _kinds(consent) if yes else ())
    facts = node.vaults.authorisations(vault)
    of_family = [facts] if giver.id in facts.holders else _joined_family(node, facts, giver.id)
    if any(_is_nothing_new(there, giver.id, matter, consent.signed_on, yes=yes) for there in of_family):
        return True
    if giver.id not in facts.holders:
        message = "the guardian who signed did not come with this child's history; invite them, and ask for it anew"
        place = consent.source
        raise IntakeError([Problem(ProblemCode.DANGLING_REFERENCE, place.file, place.row, "guardian", message)])
    if not facts.holders[giver.id].may_sign:
        return False
    (_say_yes if yes else _say_no)(node, facts, giver, matter, consent.signed_on)
    return True


def _joined_family(node: Node, facts: Authorisations, giver: str) -> list[Authorisations]:
    """The vaults that were joined to this one in whose family somebody is: papers of then were entered there."""
    joined = [node.vaults.authorisations(other) for other in facts.one_child.joined]
    return [there for there in joined if giver in there.holders]


def _is_nothing_new(facts: Authorisations, giver: str, matter: Matter, signed_on: date, *, yes: bool) -> bool:
    """True for a paper that is in the chain, for a yes that a no came after, and for one that was said later again."""
    said = _words_of(facts, giver, matter, agrees=yes)
    if yes:
        return overtaken(facts, matter, signed_on) or any(word.by.day >= signed_on for word in said)
    return any(word.by.on_paper and word.by.day == signed_on for word in said)


def _say_no(node: Node, facts: Authorisations, giver: SecretHolder, matter: Matter, signed_on: date) -> None:
    """Refuse. It names no consent: what it takes back is all that it speaks of, as a refusal does."""
    recipient = OrgId(matter.recipient) if matter.recipient else None
    acts.refuse(node, facts.vault, giver, Purpose(matter.purpose), recipient, signed_on=signed_on)


def _say_yes(node: Node, facts: Authorisations, giver: SecretHolder, matter: Matter, signed_on: date) -> None:
    """Sign what the other guardian's paper proposed, or sign again what the giver signed before, or give."""
    vault, today = facts.vault, node.today()
    purpose, kinds = Purpose(matter.purpose), frozenset(matter.categories)
    recipient = OrgId(matter.recipient) if matter.recipient else None
    asked = waiting(facts, today, purpose, recipient, kinds)
    if asked is not None and giver.id in asked.missing:
        acts.countersign(node, vault, giver, asked.terms.consent, signed_on=signed_on)
    elif signed := _signed(facts, today, giver.id, matter):
        for consent in signed:
            acts.reaffirm(node, vault, giver, consent, signed_on=signed_on)
    else:
        acts.give(node, vault, giver, purpose, categories=kinds, recipient=recipient, signed_on=signed_on)


def give_once(
    node: Node, vault: VaultId, giver: SecretHolder, matter: Matter, *, signed_on: date, valid_until: date | None = None
) -> str:
    """Enter one paper by hand, as a file set would: what the giver signed before and still stands is no second consent.

    Returns:
        The identifier of the consent that says so.

    Raises:
        RefusedError, UsageError: as `acts.give`.
    """
    facts = node.vaults.authorisations(vault)
    for consent in _signed(facts, node.today(), giver.id, matter):
        terms = facts.consents[consent] if consent in facts.consents else facts.proposals[consent].terms
        if terms.valid_until == valid_until:
            if all(word.by.day < signed_on for word in _words_of(facts, giver.id, matter, agrees=True)):
                acts.reaffirm(node, vault, giver, consent, signed_on=signed_on)
            return consent
    return acts.give(
        node,
        vault,
        giver,
        Purpose(matter.purpose),
        categories=[Category(name) for name in matter.categories],
        recipient=OrgId(matter.recipient) if matter.recipient else None,
        valid_until=valid_until,
        signed_on=signed_on,
    )


def _words_of(facts: Authorisations, giver: str, matter: Matter, *, agrees: bool) -> list[Word]:
    """What the giver said to exactly this, under whatever name they had then."""
    return [
        word
        for word in facts.words
        if word.agrees == agrees and facts.present_name(word.by.holder) == giver and _same(word.matter, matter)
    ]


def _signed(facts: Authorisations, today: date, giver: str, matter: Matter) -> list[str]:
    """What says this, stands or waits today, and has the giver's signature."""
    terms = [*facts.consents.values(), *(proposal.terms for proposal in facts.proposals.values())]
    return [
        one.consent
        for one in terms
        if _same(about(one), matter)
        and state_of(facts, one.consent, today) in STANDING
        and giver in {facts.present_name(signature.holder) for signature in facts.signatures[one.consent]}
    ]


def _same(one: Matter, other: Matter) -> bool:
    """True for the same matter, in whatever order the kinds of record are listed."""
    return (one.purpose, one.recipient, {*one.categories}) == (other.purpose, other.recipient, {*other.categories})


def _kinds(consent: IncomingConsent) -> tuple[Category, ...]:
    return tuple(sorted({Category(name) for name in consent.categories}))


def _giver(node: Node, school: OrgId, vault: VaultId, consent: IncomingConsent) -> SecretHolder | None:
    """The guardian who signed the paper, and nobody else: a signature in another's name is worse than none.

    None when that guardian signs in and the node keeps their keys no longer.
    """
    held = None if consent.guardian is None else guardian_of(node, school, vault, [consent.guardian])
    if held is None:
        message = "the guardian who signed is not known here for this student; import the guardian first"
        place = consent.source
        raise IntakeError([Problem(ProblemCode.DANGLING_REFERENCE, place.file, place.row, "guardian", message)])
    return node.keyring.secret(held) if node.keyring.keeps(held) else None
