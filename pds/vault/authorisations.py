"""What a vault's events add up to: who holds keys, where the student is enrolled, which consents stand.

Here: replaying events into one frozen value. Never: a decision (`consent.decisions`), a key, a clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import singledispatch
from typing import TypeVar

from pds.chain import Chain
from pds.clock import JAPAN, parse_timestamp
from pds.crypto import claimed_document, unb64
from pds.errors import ChainBrokenError, SignatureError, UsageError
from pds.holders import Control, PublicHolder, Role
from pds.identifiers import OrgId, VaultId
from pds.records import Category
from pds.vault import events, periods
from pds.vault.admitting import HolderChange, admitted_too, check_admitted, check_succession
from pds.vault.events import Admitted, ConsentGiven, ConsentProposed, Enrolled, EnrolmentEnded, Entered, Wrap
from pds.vault.headers import HomeSince
from pds.vault.one_child import OneChild, OneChildEvent
from pds.vault.periods import Ending
from pds.vault.words import Matter, Signature, Word, objectors, outdated, outlives
from pds.vault.wraps import LOG, ROOT

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class PendingMove:
    """A transfer that is under way: the vault is frozen."""

    transfer: str
    to: OrgId
    statutory: frozenset[str]
    consented: frozenset[str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A consent that waits for signatures; it opens nothing.

    Attributes:
        missing: The holders who have not signed yet.
    """

    terms: ConsentProposed
    missing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Authorisations:
    """The state of a vault's authorisations after `revision` events.

    Attributes:
        home: The card of the organisation where the vault lives; None only before the first event.
        enrolments: Every enrolment that was entered, in order, each with the number of the home that entered it.
        endings: Every end of an enrolment that was entered, in order.
        changes_of_holders: Everybody who ever became known to the vault or took somebody's place, in order.
        successors: Earlier names of people whose keys were succeeded by others, each with the name that followed.
        wraps: What is known of every sealed key, by epoch, holder and grant.
        checks: What is known of the keys of each epoch.
        consents: What was given and not withdrawn, by identifier; whether it is in force today is for `consent`.
        proposals: What waits for signatures and was not withdrawn; whether there is time left is for `consent`.
        signatures: Who signed each consent or proposal there ever was, in order; of who signed it again, the later one.
        words: Every yes and no that the family ever said, in the order in which they were entered.
        homes: Where the history lived, one school after the other, the present one last.
        one_child: Which other vaults are the same child's, or were thought to be.
    """

    vault: VaultId
    revision: int
    home: PublicHolder | None
    home_number: int
    epoch: int
    log_public: bytes
    holders: Mapping[str, Admitted] = field(default_factory=dict)
    enrolments: tuple[tuple[int, Enrolled], ...] = ()
    endings: tuple[Ending, ...] = ()
    changes_of_holders: tuple[HolderChange, ...] = ()
    successors: Mapping[str, str] = field(default_factory=dict)
    wraps: Mapping[tuple[int, str, str], Wrap] = field(default_factory=dict)
    checks: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    consents: Mapping[str, ConsentGiven] = field(default_factory=dict)
    proposals: Mapping[str, Proposal] = field(default_factory=dict)
    signatures: Mapping[str, tuple[Signature, ...]] = field(default_factory=dict)
    words: tuple[Word, ...] = ()
    homes: tuple[HomeSince, ...] = ()
    move: PendingMove | None = None
    one_child: OneChild = field(default_factory=OneChild)

    @property
    def enrolment(self) -> Enrolled | None:
        """The present enrolment, begun or not: the latest of the school that took the history in last.

        Of one home, the latest school year counts, of one year the latest day, of one day what was entered last: what
        an office enters late, of a year that is over, replaces nothing.
        """
        return periods.latest(self.enrolments)

    def enrolment_on(self, day: date) -> Enrolled | None:
        """The enrolment that was the present one on a day: of those begun by then, as `enrolment` chooses.

        None before the first and after the end of the present one.
        """
        return periods.on_day(self.enrolments, self.endings, day)

    @property
    def left(self) -> EnrolmentEnded | None:
        """How the present enrolment ended; None while it goes on, and where there never was one."""
        present = self.enrolment
        return None if present is None else self.end_of(present)

    def end_of(self, enrolled: Enrolled) -> EnrolmentEnded | None:
        """How one of the enrolments ended; None while it goes on."""
        return periods.end_of(self.enrolments, self.endings, enrolled)

    @property
    def school_year(self) -> int | None:
        """The school year of the present enrolment."""
        return self.enrolment.school_year if self.enrolment else None

    def present_name(self, holder: str) -> str:
        """The name under which whoever once had this name is known now."""
        while holder in self.successors:
            holder = self.successors[holder]
        return holder

    def objectors(
        self, purpose: str, recipient: str | None = None, categories: Iterable[Category] = ()
    ) -> frozenset[str]:
        """The holders who said no to this and have not said yes since, of those whose word still counts."""
        said = objectors(self.words, Matter(purpose, recipient, tuple(categories)), self.present_name)
        return frozenset(holder for holder in said if _may_sign(holder, self))

    def reaches(self, given: ConsentGiven, recipient: str) -> bool:
        """True when a consent that names nobody holds towards a recipient: nobody's no to it stands or came later."""
        matter = replace(about(given), recipient=recipient)
        late = (outdated(self.words, matter, yes) for yes in self.signatures.get(given.consent, ()))
        return not any(late) and not self.objectors(matter.purpose, matter.recipient, matter.categories)

    def enrolled_at(self, organisation: str, day: date) -> bool:
        """True when the student was enrolled at `organisation` on `day`."""
        enrolled = self.enrolment_on(day)
        return enrolled is not None and enrolled.school == organisation


def replay(vault: VaultId, entered: Iterable[Entered]) -> Authorisations:
    """Add events up.

    Raises:
        ChainBrokenError: an event stands where it cannot.
    """
    state = nothing(vault)
    for item in entered:
        state = apply(state, item)
    return state


def nothing(vault: VaultId) -> Authorisations:
    """The state before the first event."""
    return Authorisations(vault, 0, None, 0, 0, b"")


def apply(state: Authorisations, item: Entered) -> Authorisations:
    """The state after one more event.

    Raises:
        ChainBrokenError: the event stands where it cannot.
    """
    if item.vault != state.vault or item.seq != state.revision + 1:
        raise ChainBrokenError(f"authorisations entry {state.revision + 1} was signed for another place")
    if (state.revision == 0) != isinstance(item.event, events.Created):
        raise ChainBrokenError("a vault's authorisations begin with its creation, and only begin with it")
    if state.one_child.continued_in is not None and not isinstance(item.event, events.VaultParted):
        raise ChainBrokenError("a vault that goes on in another one takes nothing but that it was parted from it")
    if not _may_enter(item, state):
        raise ChainBrokenError(f"authorisations entry {item.seq} was entered by one who may not")
    after = _apply(item.event, _signed(state, item))
    changes = (*state.changes_of_holders, *_changes(item))
    return replace(after, revision=item.seq, changes_of_holders=changes)


def _changes(item: Entered) -> list[HolderChange]:
    """What an event changed of who is known to the vault."""
    event, found = item.event, list[tuple[Admitted, str | None]]()
    if isinstance(event, events.HoldersAdmitted | events.VaultJoined):
        found = [(one, None) for one in event.admitted]
    elif isinstance(event, events.HolderSucceeded):
        found = [(event.admitted, event.predecessor)]
    return [
        HolderChange(seq=item.seq, time=item.time, entered_by=item.signer, admitted=one, predecessor=predecessor)
        for one, predecessor in found
    ]


def _may_enter(item: Entered, state: Authorisations) -> bool:
    """The family speaks for itself, and the home for the rest; `pds.vault.verification` holds the signatures to it."""
    if isinstance(item.event, events.FAMILY_EVENTS):
        return _may_sign(item.signer, state)
    if isinstance(item.event, events.Created | events.TransferCommitted):
        return item.signer == item.event.home.id
    return state.home is not None and item.signer == state.home.id


def _may_sign(holder: str, state: Authorisations) -> bool:
    admitted = state.holders.get(holder)
    return admitted is not None and admitted.may_sign


def _signed(state: Authorisations, item: Entered) -> Authorisations:
    """Note what a family member said, and where they signed; the event's rule then says what it amounts to."""
    if not isinstance(item.event, events.FAMILY_EVENTS):
        return state
    by, matter = _signature(item, item.event), _matter(item.event, state)
    if isinstance(item.event, events.ConsentRefused | events.ConsentWithdrawn):
        return replace(state, words=(*state.words, Word(by, agrees=False, matter=matter)))
    consent, before = item.event.consent, state.signatures.get(item.event.consent, ())
    if before and isinstance(item.event, events.ConsentTerms):
        raise ChainBrokenError("a consent was entered under the identifier of another")
    if isinstance(item.event, events.ConsentReaffirmed):
        before = _by_others(state, before, by)
    if outdated(state.words, matter, by):
        raise ChainBrokenError("a consent was signed before somebody said no to it")
    signatures = {**state.signatures, consent: (*before, by)}
    return replace(state, signatures=signatures, words=(*state.words, Word(by, agrees=True, matter=matter)))


def _by_others(state: Authorisations, signed: tuple[Signature, ...], anew: Signature) -> tuple[Signature, ...]:
    """The signatures that stay when one of those who signed signs again, on a later day."""
    others = tuple(one for one in signed if state.present_name(one.holder) != anew.holder)
    own = [one for one in signed if one not in others]
    if not own or any(anew.day <= one.day for one in own):
        raise ChainBrokenError("a consent was reaffirmed by one who had not signed it on an earlier day")
    return others


def _signature(item: Entered, event: events.FamilyEvent) -> Signature:
    """Who said what an event says, and on which day: that on the paper, else that of its entry."""
    try:
        entered_on = parse_timestamp(item.time).astimezone(JAPAN).date()
    except ValueError as error:
        raise ChainBrokenError("an event was entered at no time that can be read") from error
    signed_on = None if isinstance(event, events.ConsentWithdrawn) else event.signed_on
    if signed_on is not None and signed_on > entered_on:
        raise ChainBrokenError("a paper was entered before it was signed")
    return Signature(item.signer, item.time, signed_on or entered_on, signed_on is not None, item.seq)


def _matter(event: events.FamilyEvent, state: Authorisations) -> Matter:
    """What a family member's event is about; a withdrawal or another signature is about the consent it names."""
    if isinstance(event, events.ConsentRefused):
        return Matter(event.purpose, event.recipient)
    if isinstance(event, events.ConsentTerms):
        return about(event)
    if event.consent in state.proposals:
        return about(state.proposals[event.consent].terms)
    if event.consent in state.consents:
        return about(state.consents[event.consent])
    raise ChainBrokenError("a consent was signed or withdrawn that does not stand")


def about(terms: events.ConsentTerms) -> Matter:
    """What a consent is about."""
    return Matter(terms.purpose, terms.recipient, terms.categories)


def _heed(state: Authorisations) -> Authorisations:
    """The state after the last word, a no: what it speaks against has ended."""
    no = state.words[-1]

    def goes_on(terms: events.ConsentTerms, missing: frozenset[str] = frozenset()) -> bool:
        return outlives(no, about(terms), state.signatures[terms.consent], missing, state.present_name)

    consents = {name: given for name, given in state.consents.items() if goes_on(given)}
    proposals = {name: waits for name, waits in state.proposals.items() if goes_on(waits.terms, waits.missing)}
    return replace(state, consents=consents, proposals=proposals)


@singledispatch
def _apply(event: object, _state: Authorisations) -> Authorisations:
    raise ChainBrokenError(f"no rule for a {type(event).__name__} event")


@_apply.register
def _(event: events.Created, state: Authorisations) -> Authorisations:
    check_admitted(Admitted(holder=event.home, role=Role.ORGANISATION, control=Control.ORGANISATION))
    return replace(state, home=event.home, home_number=1, homes=(HomeSince(OrgId(event.home.id), 0),))


@_apply.register
def _(event: events.HoldersAdmitted, state: Authorisations) -> Authorisations:
    return replace(state, holders=admitted_too(state.holders, state.successors, state.home, event.admitted))


@_apply.register
def _(event: events.HolderSucceeded, state: Authorisations) -> Authorisations:
    before = state.holders.get(event.predecessor)
    if before is None or before.role is not event.admitted.role:
        raise ChainBrokenError("a holder was succeeded who is not known, or by one in another role")
    check_succession(state.vault, event)
    successor = event.admitted.holder.id
    if successor in state.holders or successor in state.successors:
        raise ChainBrokenError("a holder was succeeded by one who has or had a place here: two people would become one")
    proposals = {
        name: replace(waits, missing=waits.missing - {event.predecessor} | {successor})
        if event.predecessor in waits.missing
        else waits
        for name, waits in state.proposals.items()
    }
    admitted = event.admitted.model_copy(update={"standing": before.standing})  # new keys, not another standing
    holders = {**_without(state.holders, event.predecessor), successor: admitted}
    successors = {**state.successors, event.predecessor: successor}
    return replace(state, holders=holders, proposals=proposals, successors=successors)


@_apply.register
def _(event: events.StandingChanged, state: Authorisations) -> Authorisations:
    before = state.holders.get(event.holder)
    if before is None or before.role is not Role.GUARDIAN:
        raise ChainBrokenError("the standing of one who is no guardian was changed")
    after = before.model_copy(update={"standing": event.standing})
    state = replace(state, holders={**state.holders, event.holder: after})
    return state if after.may_sign and after.may_be_asked else _wait_no_more(state, event.holder, event.on)


@_apply.register
def _(event: events.Enrolled, state: Authorisations) -> Authorisations:
    return replace(state, enrolments=(*state.enrolments, (state.home_number, event)))


@_apply.register
def _(event: events.EnrolmentEnded, state: Authorisations) -> Authorisations:
    ending = Ending(state.home_number, len(state.enrolments), event)
    return replace(state, endings=(*state.endings, ending))


@_apply.register
def _(event: events.EpochTurned, state: Authorisations) -> Authorisations:
    if event.epoch != state.epoch + 1:
        raise ChainBrokenError(f"epoch {event.epoch} cannot follow epoch {state.epoch}")
    if LOG not in event.checks or ROOT in event.checks:
        raise ChainBrokenError(f"epoch {event.epoch} says not of every key of its own what it is, and of no other")
    checks = {**state.checks, event.epoch: event.checks}
    wraps = {**state.wraps, **_by_place(event.wraps, checks)}
    return replace(state, epoch=event.epoch, log_public=_log_key(event), checks=checks, wraps=wraps)


def _log_key(event: events.EpochTurned) -> bytes:
    try:
        return unb64(event.log_public)
    except UsageError as error:
        raise ChainBrokenError(f"epoch {event.epoch} has no key to which its access log could be sealed") from error


@_apply.register
def _(event: events.KeysWrapped, state: Authorisations) -> Authorisations:
    return replace(state, wraps={**state.wraps, **_by_place(event.wraps, state.checks)})


@_apply.register
def _(event: events.ConsentGiven, state: Authorisations) -> Authorisations:
    if state.objectors(event.purpose, event.recipient, event.categories):
        raise ChainBrokenError("a consent was given against the no of somebody who has not signed it")
    return replace(state, consents={**state.consents, event.consent: event})


@_apply.register
def _(event: ConsentProposed, state: Authorisations) -> Authorisations:
    missing = frozenset(event.needs) - {state.signatures[event.consent][-1].holder}
    if not missing or not all(_may_sign(holder, state) for holder in missing):
        raise ChainBrokenError("a consent was proposed that nobody else of the family is to sign")
    if state.objectors(event.purpose, event.recipient, event.categories) - missing:
        raise ChainBrokenError("a consent was proposed against the no of somebody who is not to sign it")
    return replace(state, proposals={**state.proposals, event.consent: Proposal(event, missing)})


@_apply.register
def _(event: events.ConsentCountersigned, state: Authorisations) -> Authorisations:
    proposal, signer = state.proposals.get(event.consent), state.signatures[event.consent][-1].holder
    if proposal is None or signer not in proposal.missing:
        raise ChainBrokenError("a consent was countersigned that does not wait for this signature")
    missing = proposal.missing - {signer}
    if missing:
        return replace(state, proposals={**state.proposals, event.consent: replace(proposal, missing=missing)})
    return _given(proposal.terms, state)


def _wait_no_more(state: Authorisations, holder: str, day: date) -> Authorisations:
    """The state in which nothing waits for a holder; what waited for nobody else, and has not lapsed, is given."""
    for name, waits in state.proposals.items():
        matter, missing = about(waits.terms), waits.missing - {holder}
        if holder in state.objectors(matter.purpose, matter.recipient, matter.categories):
            continue  # who has authority and said no is not passed over
        if missing:
            state = replace(state, proposals={**state.proposals, name: replace(waits, missing=missing)})
        elif waits.missing and day <= waits.terms.answer_by:
            state = _given(waits.terms, state)
    return state


def _given(proposed: ConsentProposed, state: Authorisations) -> Authorisations:
    """The state once nobody is waited for."""
    given = ConsentGiven.model_validate(proposed.model_dump(exclude={"type", "needs", "answer_by"}))
    return _apply(given, replace(state, proposals=_without(state.proposals, proposed.consent)))


@_apply.register
def _(_event: events.ConsentReaffirmed | events.IdentifierLinked, state: Authorisations) -> Authorisations:
    return state


@_apply.register
def _(_event: events.ConsentRefused, state: Authorisations) -> Authorisations:
    return _heed(state)


@_apply.register
def _(event: events.ConsentWithdrawn, state: Authorisations) -> Authorisations:
    consents, proposals = _without(state.consents, event.consent), _without(state.proposals, event.consent)
    return _heed(replace(state, consents=consents, proposals=proposals))


@_apply.register
def _(event: events.TransferSealed, state: Authorisations) -> Authorisations:
    if state.move is not None:
        raise ChainBrokenError("a vault cannot be on its way twice")
    return replace(
        state, move=PendingMove(event.transfer, event.to, frozenset(event.statutory), frozenset(event.consented))
    )


@_apply.register
def _(event: events.TransferReopened, state: Authorisations) -> Authorisations:
    if state.move is None or state.move.transfer != event.transfer:
        raise ChainBrokenError("a transfer was reopened that was not under way")
    return replace(state, move=None)


@_apply.register
def _(event: events.TransferCommitted, state: Authorisations) -> Authorisations:
    if state.move is None or state.move.transfer != event.transfer or state.move.to != event.home.id:
        raise ChainBrokenError("a transfer was committed that was not under way to this school")
    if event.home_number != state.home_number + 1:
        raise ChainBrokenError("a move raises the home number by one")
    admitted = Admitted(holder=event.home, role=Role.ORGANISATION, control=Control.ORGANISATION)
    check_admitted(admitted)
    holders = {**state.holders, event.home.id: admitted} if event.home.id in state.holders else state.holders
    homes = (*state.homes, HomeSince(OrgId(event.home.id), _records_under(event.sender_head)))
    return replace(state, move=None, home=event.home, home_number=event.home_number, homes=homes, holders=holders)


def _records_under(head: str) -> int:
    """How many records there were under the head that the school before signed last."""
    try:
        length = claimed_document(head)["chains"][Chain.RECORDS.value][0]
    except (SignatureError, LookupError, TypeError) as error:
        raise ChainBrokenError("a transfer was committed that brings no head of the school before") from error
    if type(length) is not int:
        raise ChainBrokenError("a transfer was committed that brings no head of the school before")
    return length


@_apply.register
def _(event: OneChildEvent, state: Authorisations) -> Authorisations:
    after = state.one_child.after(event, state.vault, moving=state.move is not None)
    holders, ended = dict(state.holders), frozenset[str]()
    if isinstance(event, events.VaultJoined):
        if any(item.role is not Role.GUARDIAN for item in event.admitted):
            raise ChainBrokenError("a vault was joined with holders who are no guardians")
        holders = admitted_too(state.holders, state.successors, state.home, event.admitted)
        ended = frozenset(event.ended)
    elif isinstance(event, events.VaultReleased):
        leaving = {state.present_name(holder) for holder in state.one_child.brought[event.other].guardians}
        holders = {name: admitted for name, admitted in holders.items() if name not in leaving}
    consents = {name: given for name, given in state.consents.items() if name not in ended}
    proposals = {name: waits for name, waits in state.proposals.items() if name not in ended}
    return replace(state, one_child=after, holders=holders, consents=consents, proposals=proposals)


def _by_place(wraps: Iterable[Wrap], checks: Mapping[int, Mapping[str, str]]) -> dict[tuple[int, str, str], Wrap]:
    """Sealed keys by their place, each of keys that its epoch has."""
    for wrap in wraps:
        if not (wrap.opens == (ROOT,) or checks.get(wrap.epoch, {}).keys() >= {*wrap.opens}):
            raise ChainBrokenError(f"a sealed key of epoch {wrap.epoch} opens what that epoch has no key for")
    return {(wrap.epoch, wrap.holder, wrap.grant): wrap for wrap in wraps}


def _without(of: Mapping[str, _T], name: str) -> dict[str, _T]:
    return {key: value for key, value in of.items() if key != name}
