"""Papers that families signed: a guardian's decision out of a file set, entered once with the guardian's own key.

Never: a signature in another's name, or which word counts (`pds.vault.words`).
"""

from datetime import date

from consent.decisions import overtaken, waiting
from consent.lifecycle import acts
from pds.holders import SecretHolder
from pds.identifiers import OrgId, VaultId
from pds.intake import IncomingConsent, IntakeError, LocalId, Problem, ProblemCode
from pds.node import DocumentKind, Node
from pds.records import Category
from pds.vault import Authorisations, Matter, Purpose, about

GUARDIAN = DocumentKind("guardian", str, "a guardian's holder; blind index of guardian and student", owned=True)


def guardian_index(node: Node, school: OrgId, guardian: LocalId, student: LocalId) -> str:
    """The blind index under which a school knows the holder of one guardian of one student."""
    scheme = f"guardian:{guardian.scheme}:{student.scheme}"
    return node.keyring.link(school, scheme, f"{guardian.value}\x1f{student.value}")


def guardian_of(node: Node, school: OrgId, guardian: LocalId, student: LocalId) -> str | None:
    """The holder that a school's own identifier of a guardian stands for, towards one student; None if unknown."""
    return node.documents.get(GUARDIAN, guardian_index(node, school, guardian, student))


def problem_of(node: Node, consent: IncomingConsent) -> Problem | None:
    """What stands against a paper whoever's it is: nobody can have signed it on a day to come."""
    if consent.signed_on <= node.today():
        return None
    message = "the day of the signature is yet to come; correct the day, or import the paper when it has been signed"
    return Problem(ProblemCode.BAD_DATE, consent.source.file, consent.source.row, "signed_on", message)


def enter(node: Node, school: OrgId, vault: VaultId, consent: IncomingConsent) -> None:
    """Enter a signed paper, once: the node signs with the key it keeps for the guardian, and the receipt says so.

    It counts by the day on it (`pds.vault.words`): a yes from before anybody's no, or from the day of it, is entered as
    nothing. Whoever signs in decides there, so that a paper in their name changes nothing.
    """
    giver = _giver(node, school, consent)
    purpose, signed_on = Purpose(consent.purpose), consent.signed_on
    recipient, agrees = OrgId(consent.recipient) if consent.recipient else None, consent.decision == "given"
    # a no on paper names no consent: what it takes back is all that it speaks of, as a refusal does
    matter = Matter(purpose, recipient, _kinds(consent) if agrees else ())
    if giver is None or _was_entered(node.vaults.authorisations(vault), giver.id, matter, signed_on, agrees=agrees):
        return
    if agrees:
        _say_yes(node, vault, giver, matter, signed_on)
    else:
        acts.refuse(node, vault, giver, purpose, recipient, signed_on=signed_on)


def _was_entered(facts: Authorisations, giver: str, matter: Matter, signed_on: date, *, agrees: bool) -> bool:
    """True for a paper whose word stands in the chain, in whatever order it lists the kinds of record."""
    return any(
        (word.agrees, word.by.on_paper, word.by.day) == (agrees, True, signed_on)
        and facts.present_name(word.by.holder) == giver
        and (word.matter.purpose, word.matter.recipient) == (matter.purpose, matter.recipient)
        and frozenset(word.matter.categories) == frozenset(matter.categories)
        for word in facts.words
    )


def _say_yes(node: Node, vault: VaultId, giver: SecretHolder, matter: Matter, signed_on: date) -> None:
    """Give, or sign what the other guardian's paper proposed; nothing where a no came later, or it was said before."""
    facts, kinds = node.vaults.authorisations(vault), frozenset(matter.categories)
    purpose, recipient = Purpose(matter.purpose), OrgId(matter.recipient) if matter.recipient else None
    if overtaken(facts, matter, signed_on):
        return
    asked = waiting(facts, node.today(), purpose, recipient, kinds)
    if asked is not None and giver.id in asked.missing:
        acts.countersign(node, vault, giver, asked.terms.consent, signed_on=signed_on)
    elif not _signed_already(facts, giver.id, matter):
        acts.give(node, vault, giver, purpose, categories=kinds, recipient=recipient, signed_on=signed_on)


def _signed_already(facts: Authorisations, giver: str, matter: Matter) -> bool:
    """True when the giver signed what stands or waits and says this, such as a paper whose day was corrected."""
    terms = [*facts.consents.values(), *(waits.terms for waits in facts.proposals.values())]
    return any(
        about(one) == matter
        and giver in {facts.present_name(signature.holder) for signature in facts.signatures[one.consent]}
        for one in terms
    )


def _kinds(consent: IncomingConsent) -> tuple[Category, ...]:
    return tuple(sorted({Category(name) for name in consent.categories}))


def _giver(node: Node, school: OrgId, consent: IncomingConsent) -> SecretHolder | None:
    """The guardian who signed the paper, and nobody else: a signature in another's name is worse than none.

    None when that guardian signs in and the node keeps their keys no longer.
    """
    held = None if consent.guardian is None else guardian_of(node, school, consent.guardian, consent.student)
    if held is None:
        message = "the guardian who signed is not known here for this student; import the guardian first"
        place = consent.source
        raise IntakeError([Problem(ProblemCode.DANGLING_REFERENCE, place.file, place.row, "guardian", message)])
    return node.keyring.secret(held) if node.keyring.keeps(held) else None
