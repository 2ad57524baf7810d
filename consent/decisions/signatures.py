"""Whose signatures a consent needs, and where it stands: a table that each node may set, and facts. Pure but for that.

Parents act jointly, one alone in daily matters or where a court says so (Civil Code 824-2). Never: a signature, a key.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pds.crypto import canonical
from pds.errors import UsageError
from pds.holders import Role
from pds.node import Node
from pds.records import Category
from pds.vault import Authorisations, Matter, Proposal, Purpose, Signature, outdated

_DOCUMENT = "signature-rules"
_FORMAT = "manabi-signature-rules/1"


class SignedBy(StrEnum):
    """Who signs for a purpose when nothing else is named for the vault."""

    ANY = "any guardian"
    ALL = "all guardians"


class ConsentState(StrEnum):
    """Where a consent stands on a day."""

    WAITING = "waiting"  # proposed; signatures are missing
    LAPSED = "lapsed"  # proposed, and not signed by all in time
    COMING = "coming"  # signed by all; its first day is yet to come
    ACTIVE = "active"
    EXPIRED = "expired"  # its last day has passed
    ENDED = "ended"  # withdrawn or refused


STANDING = frozenset({ConsentState.WAITING, ConsentState.COMING, ConsentState.ACTIVE})
"""What can be signed again: it waits, or holds now or soon."""


class SignatureRules(BaseModel):
    """Whose signatures consents need on a node.

    Attributes:
        purposes: The rule of each purpose; all guardians sign where a purpose has none.
        named: By vault and purpose, the one family member (holder identifier) whose signature decides, such as the
            parent to whom a court gave the matter (Civil Code 824-2 (3)).
        days_to_answer: For how many days a proposal waits, 1 to 366.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = Field(default=_FORMAT, pattern=f"^{_FORMAT}$")
    purposes: Mapping[Purpose, SignedBy] = Field(default_factory=lambda: {Purpose.STATISTICS: SignedBy.ANY})
    named: Mapping[str, Mapping[Purpose, str]] = Field(default_factory=dict)
    days_to_answer: int = Field(default=30, ge=1, le=366)


def rules(node: Node) -> SignatureRules:
    """The table of a node; the default one if it set none.

    Raises:
        UsageError: the table is of another version of this software.
        SealBrokenError: it is not what this node wrote.
    """
    text = node.own_document(_DOCUMENT)
    if text is None:
        return SignatureRules()
    try:
        return SignatureRules.model_validate_json(text)
    except ValidationError as error:
        raise UsageError("this node's table of signatures is of another version; set it anew") from error


def set_rules(node: Node, table: SignatureRules) -> None:
    """Set the table of a node; it holds for what is proposed from now on."""
    with node.transaction():
        node.keep_own_document(_DOCUMENT, canonical(table.model_dump(mode="json")).decode())


def needed(table: SignatureRules, facts: Authorisations, purpose: Purpose) -> frozenset[str]:
    """The holders who must sign a consent for a purpose; empty where any guardian alone may.

    A guardian without parental authority signs nothing and holds nothing up, and one to whom the school may not turn is
    not waited for. A named person who may not sign (any more) decides nothing: all guardians sign then.
    """
    named = table.named.get(facts.vault, {}).get(purpose)
    if named is None and table.purposes.get(purpose) is SignedBy.ANY:
        return frozenset()
    if named is not None and named in facts.holders and facts.holders[named].may_sign:
        return frozenset({named})
    guardians = ((name, admitted) for name, admitted in facts.holders.items() if admitted.role is Role.GUARDIAN)
    return frozenset(name for name, admitted in guardians if admitted.may_sign and admitted.may_be_asked)


def may_give(table: SignatureRules, facts: Authorisations, person: str, purpose: Purpose) -> bool:
    """True for whoever may say yes to a purpose: each guardian with authority, and the person who is named for it.

    Whether one signature is enough is for `needed` to say.
    """
    admitted = facts.holders.get(person)
    if admitted is None or not admitted.may_sign:
        return False
    return admitted.role is Role.GUARDIAN or person in needed(table, facts, purpose)


def against(
    facts: Authorisations, giver: str, purpose: Purpose, recipient: str | None, categories: Iterable[Category]
) -> frozenset[str]:
    """The holders besides the giver who said no to this: one person's no is not undone by another's yes."""
    return facts.objectors(purpose, recipient, categories) - {giver}


def overtaken(facts: Authorisations, matter: Matter, signed_on: date | None) -> bool:
    """True for a paper signed before, or on the day of, anybody's no; what is said in the portal is said now."""
    paper = Signature("", "", signed_on or date.max, signed_on is not None, facts.revision + 1)
    return outdated(facts.words, matter, paper)


def state_of(facts: Authorisations, consent: str, day: date) -> ConsentState:
    """Where a consent stands on a day in Japan.

    Raises:
        UsageError: nobody of this family ever signed such a consent.
    """
    if consent in facts.proposals:
        return ConsentState.WAITING if day <= _last_day(facts.proposals[consent]) else ConsentState.LAPSED
    if consent in facts.consents:
        given = facts.consents[consent]
        if day < given.valid_from:
            return ConsentState.COMING
        return ConsentState.ACTIVE if day <= (given.valid_until or date.max) else ConsentState.EXPIRED
    if consent in facts.signatures:
        return ConsentState.ENDED
    raise UsageError("this family signed no such consent")


def waiting(
    facts: Authorisations, day: date, purpose: Purpose, recipient: str | None, categories: frozenset[Category]
) -> Proposal | None:
    """The latest proposal that says exactly this and still waits for signatures on a day."""
    found = None
    for proposal in facts.proposals.values():
        terms = proposal.terms
        same = (terms.purpose, terms.recipient, frozenset(terms.categories)) == (purpose, recipient, categories)
        if same and day <= _last_day(proposal):
            found = proposal
    return found


def _last_day(proposal: Proposal) -> date:
    return min(proposal.terms.answer_by, proposal.terms.valid_until or date.max)
