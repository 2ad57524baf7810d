"""Who may do what: one pure function from facts to a permit or a refusal. The only place that makes a `Permit`.

Everything not listed in `_RULES` is refused. Never: a key, a clock of its own, a write.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from consent.decisions.matrix import Position, readable, writable
from pds.clock import JAPAN
from pds.holders import Role
from pds.identifiers import OrgId, VaultId
from pds.records import Category, Travel, categories
from pds.vault import LIFETIME, Action, Authorisations, ConsentGiven, ConsentTerms, Member, Permit, Purpose

DUTY_RECORDS = "duty: the school keeps its students' records (学校教育法施行規則 24条, 28条)"
DUTY_TRANSFER = "duty: records follow the student to the next school (学校教育法施行規則 24条3項)"
RIGHT_OWN = "right: the family sees and directs its own data (個人情報保護法 76条)"
CONSENT = "consent"
ALL = categories()
STATUTORY = categories(Travel.STATUTORY)
POSITIONS = MappingProxyType({Role.STUDENT: Position.STUDENT, Role.GUARDIAN: Position.GUARDIAN})
FAMILY = frozenset(POSITIONS)
TEACHING_A_CLASS = frozenset({Position.HOMEROOM_TEACHER, Position.SUBJECT_TEACHER})
HEADS = frozenset({Position.PRINCIPAL, Position.VICE_PRINCIPAL})  # who confirm what an office proposes
IN_CHARGE = HEADS | {Position.SCHOOL_OFFICE}  # of moves and enrolment


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody wants to do. One is made by `own`, `of_school`, `in_transfer`, `for_study` or `of_organisation`.

    Attributes:
        actor: The holder who asks.
        organisation: On whose behalf; None for the family.
        categories: What is wanted; empty for whatever is allowed.
        towards: The organisation that is to receive, for a transfer.
        member: The member of staff in whose hands the organisation acts; None where it acts by itself.
        in_class: Whether the student stands in one of that member's classes, as the school's list says.
        signed_in: Whether the node knows who asks, so that a family may be told even of a stranger.
    """

    vault: VaultId
    actor: str
    organisation: OrgId | None
    purpose: Purpose
    action: Action
    categories: frozenset[Category] = frozenset()
    towards: OrgId | None = None
    member: Member | None = None
    in_class: bool = False
    signed_in: bool = False

    @classmethod
    def own(
        cls, vault: VaultId, person: str, action: Action, kinds: Iterable[Category] = (), *, signed_in: bool = False
    ) -> "Request":
        """A member of the family, in their own name."""
        return cls(
            vault=vault,
            actor=person,
            organisation=None,
            purpose=Purpose.OWN_USE,
            action=action,
            categories=frozenset(kinds),
            signed_in=signed_in,
        )

    @classmethod
    def of_school(
        cls,
        vault: VaultId,
        school: OrgId,
        action: Action,
        kinds: Iterable[Category] = (),
        *,
        member: Member | None = None,
        in_class: bool = False,
        signed_in: bool = False,
    ) -> "Request":
        """A school in its daily work: by itself, or in the hands of a member of staff."""
        request = cls.of_organisation(vault, school, Purpose.TEACHING, action, kinds)
        return replace(request, member=member, in_class=in_class, signed_in=signed_in)

    @classmethod
    def in_transfer(
        cls,
        vault: VaultId,
        school: OrgId,
        action: Action,
        kinds: Iterable[Category] = (),
        *,
        towards: OrgId | None = None,
        member: Member | None = None,
    ) -> "Request":
        """The school that a student leaves; or, towards itself, the one that looks at what has arrived for it."""
        request = cls.of_organisation(vault, school, Purpose.TRANSFER, action, kinds)
        return replace(request, towards=towards, member=member)

    @classmethod
    def for_study(cls, vault: VaultId, school: OrgId, action: Action, kinds: Iterable[Category]) -> "Request":
        """A school that answers a study for its students, with the kinds of record that the study asks about."""
        return cls.of_organisation(vault, school, Purpose.STATISTICS, action, kinds)

    @classmethod
    def of_organisation(
        cls, vault: VaultId, organisation: OrgId, purpose: Purpose, action: Action, kinds: Iterable[Category] = ()
    ) -> "Request":
        """An organisation by itself, for whatever purpose."""
        return cls(
            vault=vault,
            actor=organisation,
            organisation=organisation,
            purpose=purpose,
            action=action,
            categories=frozenset(kinds),
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """No, with the reason; it is false in an `if`.

    Attributes:
        reason: A sentence for whoever asked; it says nothing about the vault's content.
    """

    reason: str

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a rule found: which categories, on which basis."""

    categories: frozenset[Category]
    basis: str
    reference: str | None = None


Finding = Allowed | Refused
Rule = Callable[[Request, Authorisations, date], Finding]


def decide(request: Request, facts: Authorisations, now: datetime) -> Permit | Refused:
    """Issue a permit for one request, or say why not.

    Args:
        request: Who wants what, for which purpose.
        facts: The vault's authorisations.
        now: When; consents and enrolments are judged on that day in Japan.
    """
    rule = _RULES.get((request.purpose, request.action))
    if rule is None or facts.vault != request.vault:
        return Refused(f"nothing allows {request.action.value} for {request.purpose.value}")
    parting = request.purpose is Purpose.TRANSFER and request.action is Action.AUTHORISE
    if facts.one_child.continued_in is not None and not parting:
        return Refused("this child's history goes on in another vault; the school invites the family to it")
    finding = rule(request, facts, now.astimezone(JAPAN).date())
    if isinstance(finding, Refused):
        return finding
    finding = _within_position(request, finding)
    if isinstance(finding, Refused):
        return finding
    granted = request.categories & finding.categories if request.categories else finding.categories
    if request.categories - finding.categories:
        return Refused("some of the requested kinds of record are not open for this purpose")
    return Permit(
        vault=request.vault,
        actor=request.actor,
        organisation=request.organisation,
        purpose=request.purpose,
        action=request.action,
        categories=granted,
        basis=finding.basis,
        reference=finding.reference,
        revision=facts.revision,
        expires_at=now + LIFETIME,
        member=request.member,
    )


def in_force(facts: Authorisations, day: date, purpose: Purpose, recipient: str | None) -> ConsentGiven | None:
    """The latest consent for a purpose, towards a recipient, that is valid on a day."""
    found = None
    for given in facts.consents.values():
        until = given.valid_until or date.max
        if given.purpose == purpose and given.recipient == recipient and given.valid_from <= day <= until:
            found = given
    return found


def has_run_out(facts: Authorisations, day: date) -> bool:
    """True when the present epoch still has keys for somebody whose consent's last day has passed."""
    ended = {name for name, given in facts.consents.items() if (given.valid_until or date.max) < day}
    return any(epoch == facts.epoch and grant in ended for epoch, _, grant in facts.wraps)


def is_related(facts: Authorisations, actor: str, organisation: str | None) -> bool:
    """True when the actor has something to do with the vault, so that its refusals concern the family."""
    schools = {facts.home.id} if facts.home is not None else set()
    return actor in facts.holders or organisation in facts.holders or organisation in schools


def opened_by(given: ConsentTerms) -> frozenset[Category]:
    """The kinds of record a consent opens to an organisation: nobody hands on what the family may not read itself.

    A consent that names no kinds opens what guardians read; a kind that only the student reads has to be named.
    """
    named, guardians = frozenset(given.categories), readable(Position.GUARDIAN)
    return named & (guardians | readable(Position.STUDENT)) if named else guardians


def _within_position(request: Request, finding: Allowed) -> Finding:
    """What a member of staff may do of what the organisation may: by position, and teachers in their own classes."""
    if request.member is None:
        return finding
    position = Position(request.member.position)
    if position in TEACHING_A_CLASS and not request.in_class:
        return Refused("this student is in none of your classes")
    if request.action is Action.AUTHORISE or request.purpose is Purpose.TRANSFER:
        return finding if position in IN_CHARGE else Refused("the school office or the principal does this")
    kinds = readable(position) if request.action is Action.READ else writable(position)
    return replace(finding, categories=finding.categories & kinds)


def _family(request: Request, facts: Authorisations, _day: date) -> Finding:
    finding = _as_family(request, facts, lambda _: ALL)
    if isinstance(finding, Allowed) and not facts.holders[request.actor].may_sign:
        return Refused("who has parental authority decides for the child; you look after it from day to day")
    return finding


def _family_read(request: Request, facts: Authorisations, _day: date) -> Finding:
    return _as_family(request, facts, readable)


def _family_write(request: Request, facts: Authorisations, _day: date) -> Finding:
    finding = _as_family(request, facts, writable)
    if isinstance(finding, Allowed) and not finding.categories:
        return Refused("nothing in this history is for you to write")
    return finding


def _as_family(request: Request, facts: Authorisations, kinds: Callable[[Position], frozenset[Category]]) -> Finding:
    """What the matrix gives a member of the family, the student and the guardians each by themselves."""
    admitted = facts.holders.get(request.actor)
    if admitted is None or admitted.role not in POSITIONS or request.organisation is not None:
        return Refused("this history belongs to another family")
    if not admitted.may_look:
        return Refused("this history opens to those who have parental authority or look after the child")
    return Allowed(kinds(POSITIONS[admitted.role]), RIGHT_OWN)


def _school(request: Request, facts: Authorisations, day: date) -> Finding:
    """The school of enrolment keeps the records; anyone else needs the family's consent."""
    if _is_home(request, facts):
        return Allowed(ALL, DUTY_RECORDS)
    if request.action is Action.READ and request.organisation is not None and request.actor == request.organisation:
        given = in_force(facts, day, Purpose.TEACHING, request.organisation)
        if given is not None:
            return Allowed(opened_by(given), CONSENT, given.consent)
    return Refused("this school has no part in this student's history")


def _statistics(request: Request, facts: Authorisations, day: date) -> Finding:
    if not _is_home(request, facts):
        return Refused("only the school of enrolment answers for its students")
    if facts.move is not None:
        return Refused("a history on its way answers nothing")
    if facts.one_child.expected:
        return Refused("a child whose history is still expected answers nothing")
    given = in_force(facts, day, Purpose.STATISTICS, None)
    if given is None:
        return Refused("the family has not agreed to statistics")
    return Allowed(frozenset(given.categories) or ALL, CONSENT, given.consent)


def _transfer_read(request: Request, facts: Authorisations, day: date) -> Finding:
    """The sending school prepares what travels: the statutory part, and what the family agreed to."""
    if facts.move is None and _is_home(request, facts) and request.towards is not None:
        consented = consented_for_transfer(facts, day, request.towards)
        return Allowed(STATUTORY | consented, DUTY_TRANSFER)
    if facts.move is not None and request.organisation == request.actor == request.towards == facts.move.to:
        opening = facts.move.statutory | facts.move.consented  # in quarantine, where the office compares
        return Allowed(frozenset(kind for kind in ALL if kind.value in opening), DUTY_TRANSFER)
    return Refused("this school has no part in this transfer")


def _transfer_authorise(request: Request, facts: Authorisations, _day: date) -> Finding:
    if _is_home(request, facts):
        return Allowed(ALL, DUTY_TRANSFER)
    return Refused("only the school where the history lives can send it")


def consented_for_transfer(facts: Authorisations, day: date, receiver: str) -> frozenset[Category]:
    """The categories the family lets travel to a school: by a consent naming it, or by one for any next school.

    A no to that school stands against a consent for any school that was signed before it.
    """
    travelling = categories(Travel.STATUTORY, Travel.CONSENTED)
    given = in_force(facts, day, Purpose.TRANSFER, receiver)
    if given is None:
        given = in_force(facts, day, Purpose.TRANSFER, None)
        if given is None or not facts.reaches(given, receiver):
            return frozenset()
    return (frozenset(given.categories) or ALL) & travelling


def _is_home(request: Request, facts: Authorisations) -> bool:
    home = facts.home.id if facts.home is not None else None
    return home is not None and request.actor == request.organisation == home


_RULES: Mapping[tuple[Purpose, Action], Rule] = MappingProxyType(
    {
        (Purpose.OWN_USE, Action.READ): _family_read,
        (Purpose.OWN_USE, Action.WRITE): _family_write,
        (Purpose.OWN_USE, Action.AUTHORISE): _family,
        (Purpose.TEACHING, Action.READ): _school,
        (Purpose.TEACHING, Action.WRITE): _school,
        (Purpose.TEACHING, Action.AUTHORISE): _school,
        (Purpose.STATISTICS, Action.READ): _statistics,
        (Purpose.STATISTICS, Action.CHARGE): _statistics,
        (Purpose.TRANSFER, Action.READ): _transfer_read,
        (Purpose.TRANSFER, Action.AUTHORISE): _transfer_authorise,
    }
)
