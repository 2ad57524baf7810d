"""Papers that families signed: a guardian's decision out of a file set, entered once with the guardian's own key.

Never: a signature in another's name, or a paper that brings back what was withdrawn.
"""

from consent import acts
from consent.signatures import waiting
from pds.holders import SecretHolder
from pds.identifiers import OrgId, VaultId
from pds.intake import IncomingConsent, LocalId
from pds.intake.problems import IntakeError, Problem, ProblemCode
from pds.node import Node
from pds.permit import Purpose
from pds.records import Category

_PAPER = "signed on paper, entered by the school office"


def guardian_index(node: Node, school: OrgId, guardian: LocalId, student: LocalId) -> str:
    """The blind index under which a school knows the holder of one guardian of one student."""
    scheme = f"guardian:{guardian.scheme}:{student.scheme}"
    return node.keyring.link(school, scheme, f"{guardian.value}\x1f{student.value}")


def guardian_of(node: Node, school: OrgId, guardian: LocalId, student: LocalId) -> str | None:
    """The holder that a school's own identifier of a guardian stands for, towards one student; None if unknown."""
    held = node.store.get("guardian", guardian_index(node, school, guardian, student))
    return None if held is None else held.decode()


def enter(node: Node, school: OrgId, vault: VaultId, consent: IncomingConsent) -> None:
    """Enter a signed paper, once: the node signs with the key it keeps for the guardian, and the receipt says so.

    A paper that was entered before must not bring back what the family has withdrawn since; and whoever signs in
    decides there, so that a paper in their name changes nothing.
    """
    paper = _paper_index(node, school, consent)
    giver = _giver(node, school, consent)
    if giver is None or node.store.get("paper", paper) is not None:
        return
    node.store.put("paper", paper, b"")
    purpose = Purpose(consent.purpose)
    recipient = OrgId(consent.recipient) if consent.recipient else None
    categories = frozenset(Category(name) for name in consent.categories)
    facts, about = node.vaults.authorisations(vault), (purpose, recipient)
    standing = [name for name, c in facts.consents.items() if (c.purpose, c.recipient) == about]
    proposed = [name for name, p in facts.proposals.items() if (p.terms.purpose, p.terms.recipient) == about]
    asked = waiting(facts, node.today(), purpose, recipient, categories)  # the other guardian's paper says the same
    if consent.decision == "given" and not standing and asked is None:
        acts.give(node, vault, giver, purpose, categories=categories, recipient=recipient, method=_PAPER)
    elif consent.decision == "given" and not standing and asked is not None and giver.id in asked.missing:
        acts.countersign(node, vault, giver, asked.terms.consent)
    elif consent.decision == "refused" and about not in facts.refusals:
        acts.refuse(node, vault, giver, purpose, recipient)
    elif consent.decision == "withdrawn":
        for name in (*standing, *proposed):
            acts.withdraw(node, vault, giver, name)


def _paper_index(node: Node, school: OrgId, consent: IncomingConsent) -> str:
    guardian = consent.guardian.value if consent.guardian else ""
    said = (consent.purpose, consent.recipient or "", consent.decision, consent.signed_on.isoformat())
    text = "\x1f".join((consent.student.value, guardian, *said, *consent.categories))
    return node.keyring.link(school, "paper", text)


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
