"""Consents that both parents must sign: before the last signature nothing opens, and one parent's no is enough."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.decisions import (
    ConsentState,
    Request,
    consented_for_transfer,
    in_force,
    may_give,
    permit,
    recipients,
    rules,
    state_of,
)
from consent.decisions.signatures import SignatureRules, SignedBy, set_rules
from consent.lifecycle import acts, load, moving
from pds.errors import ChainBrokenError, RefusedError, SealBrokenError, SignatureError, UsageError
from pds.holders import Control, PublicHolder, Role, SecretHolder, new_holder
from pds.identifiers import OrgId, VaultId, new_holder_id, new_vault_id
from pds.intake import Batch, IncomingConsent, IncomingGuardian, LocalId, Source
from pds.records import Category
from pds.vault import (
    Action,
    Admitted,
    Authorisations,
    ConsentCountersigned,
    ConsentGiven,
    ConsentProposed,
    ConsentReaffirmed,
    ConsentRefused,
    ConsentWithdrawn,
    Entered,
    HoldersAdmitted,
    Purpose,
    apply,
    succeed,
    verify_copy,
)
from pds.vault.events import AnyEvent
from tests.consent.lifecycle.moving.test_moving import move
from tests.world.prefecture import SCHEME, Prefecture, School, score_record
from tests.world.tampering import run


@dataclass
class Family:
    """Two parents and a child at Minato, and another school that may be let in."""

    school: School
    vault: VaultId
    mother: SecretHolder
    father: SecretHolder
    child: SecretHolder
    friend: SecretHolder

    def ask(self, purpose: Purpose = Purpose.TEACHING, **more: object) -> str:
        """The mother gives consent."""
        recipient = OrgId(self.friend.id) if purpose is Purpose.TEACHING else None
        return acts.give(self.school.node, self.vault, self.mother, purpose, recipient=recipient, **more)  # type: ignore[arg-type]

    def countersign(self, consent: str, signer: SecretHolder | None = None) -> None:
        acts.countersign(self.school.node, self.vault, signer or self.father, consent)

    @property
    def facts(self) -> Authorisations:
        return self.school.node.vaults.authorisations(self.vault)

    def state(self, consent: str) -> ConsentState:
        return state_of(self.facts, consent, self.school.node.today())

    def opened_by_friend(self) -> int:
        """How many records the other school reads."""
        friend = OrgId(self.friend.id)
        request = Request(
            vault=self.vault, actor=friend, organisation=friend, purpose=Purpose.TEACHING, action=Action.READ
        )
        with self.school.node.vaults.read(permit(self.school.node, request), self.friend) as reader:
            return len(list(reader.records()))

    def keys_of_friend(self) -> int:
        return sum(holder == self.friend.id for _, holder, _ in self.facts.wraps)


@pytest.fixture
def family(prefecture: Prefecture) -> Family:
    school = prefecture.minato
    school.admit("aiko", records=[score_record(school)], agree=())
    vault, child = school.vault("aiko"), new_holder(new_holder_id())
    joining = Admitted(holder=child.public, role=Role.STUDENT, control=Control.OWNER)
    acts.admit_guardians(school.node, vault, school.org, [acts.new_custodial_guardian(school.node), joining])
    mother, father = acts.guardians_of(school.node, vault)
    friend = prefecture.hikari.node.keyring.secret(prefecture.hikari.org)
    return Family(school, vault, mother, father, child, friend)


def test_before_the_second_parent_has_signed_nothing_opens_and_no_key_is_handed_on(family: Family) -> None:
    consent = family.ask()
    assert family.state(consent) is ConsentState.WAITING
    assert [signature.holder for signature in family.facts.signatures[consent]] == [family.mother.id]
    acts.admit_guardians(family.school.node, family.vault, family.school.org, [])  # a new epoch in between
    assert family.friend.id not in {r.holder.id for r in recipients(family.school.node, family.facts)}
    assert family.keys_of_friend() == 0
    with pytest.raises(RefusedError):
        family.opened_by_friend()


def test_with_the_last_signature_the_recipient_opens_what_was_agreed_to(family: Family) -> None:
    consent = family.ask()
    family.countersign(consent)
    assert family.state(consent) is ConsentState.ACTIVE
    assert family.opened_by_friend() == 2
    assert [s.holder for s in family.facts.signatures[consent]] == [family.mother.id, family.father.id]
    assert verify_copy(family.school.node.vaults.copy(family.vault), family.school.node.card)


def test_a_narrow_consent_opens_no_more_for_having_two_signatures(family: Family) -> None:
    family.countersign(family.ask(categories=[Category.TEST_RESULT]))
    assert family.opened_by_friend() == 1


def test_a_kind_that_only_the_child_reads_is_not_for_parents_to_propose(family: Family) -> None:
    before = family.facts.revision
    with pytest.raises(RefusedError):
        family.ask(categories=[Category.MOOD_WEATHER])
    assert family.facts.revision == before


def test_guardians_may_give_consent_and_whoever_is_named_for_the_purpose_and_nobody_else(
    family: Family,
) -> None:
    def giving(table: SignatureRules, purpose: Purpose) -> set[str]:
        everybody = {*family.facts.holders, family.friend.id, "nobody"}
        return {person for person in everybody if may_give(table, family.facts, person, purpose)}

    parents = {family.mother.id, family.father.id}
    assert all(giving(SignatureRules(), purpose) == parents for purpose in Purpose)
    named = SignatureRules(
        named={family.vault: {Purpose.TEACHING: family.child.id, Purpose.TRANSFER: family.friend.id}}
    )
    assert giving(named, Purpose.TEACHING) == {*parents, family.child.id}
    assert giving(named, Purpose.TRANSFER) == giving(named, Purpose.STATISTICS) == parents


def test_a_child_who_decides_alone_hands_on_no_more_than_a_consent_to_everything_opens(family: Family) -> None:
    set_rules(family.school.node, SignatureRules(named={family.vault: {Purpose.TEACHING: family.child.id}}))
    family.countersign(family.ask(), family.child)
    handed = {
        kind for (_, holder, _), wrap in family.facts.wraps.items() if holder == family.friend.id for kind in wrap.opens
    }
    assert family.opened_by_friend() == 2
    assert Category.TEST_RESULT in handed
    assert not handed & {Category.MOOD_WEATHER, Category.REFLECTION, Category.NURSE_OFFICE_VISIT}


def test_one_parent_alone_agrees_to_statistics(family: Family) -> None:
    assert family.state(family.ask(Purpose.STATISTICS)) is ConsentState.ACTIVE


def test_nothing_more_travels_before_both_have_agreed_to_the_transfer(family: Family) -> None:
    consent = family.ask(Purpose.TRANSFER)
    assert consented_for_transfer(family.facts, family.school.node.today(), family.friend.id) == frozenset()
    family.countersign(consent)
    travelling = consented_for_transfer(family.facts, family.school.node.today(), family.friend.id)
    assert Category.TEST_RESULT in travelling


def test_nobody_but_the_parent_who_is_asked_countersigns(family: Family) -> None:
    consent = family.ask()
    node = family.school.node
    impostor = SecretHolder(family.father.id, *halves(new_holder("x")))
    school = node.keyring.secret(family.school.org)
    for other in (family.mother, family.child, impostor, school, family.friend, new_holder(new_holder_id())):
        before = family.facts.revision
        with pytest.raises(RefusedError):
            family.countersign(consent, other)
        assert (family.facts.revision, family.keys_of_friend()) == (before, 0)
    family.countersign(consent)
    with pytest.raises(UsageError):
        family.countersign(consent)
    with pytest.raises(UsageError):
        family.countersign("no-such-consent")


def halves(holder: SecretHolder) -> tuple[bytes, bytes]:
    return holder.hpke_private, holder.signing_private


@pytest.mark.parametrize("who", ["mother", "father", "child"])
@pytest.mark.parametrize("signed", [False, True], ids=["waiting", "active"])
def test_anyone_of_the_family_ends_it_alone_and_it_cannot_be_revived(family: Family, who: str, *, signed: bool) -> None:
    consent = family.ask()
    if signed:
        family.countersign(consent)
    epoch = family.facts.epoch
    acts.withdraw(family.school.node, family.vault, getattr(family, who), consent)
    assert (family.state(consent), family.facts.epoch) == (ConsentState.ENDED, epoch + 1)
    with pytest.raises(UsageError):
        family.countersign(consent)
    with pytest.raises(RefusedError):
        family.opened_by_friend()


def test_a_no_towards_one_school_ends_what_waits_and_stands_for_that_school_alone(family: Family) -> None:
    waits, stands, other = family.ask(), family.ask(), family.ask(Purpose.STATISTICS)
    family.countersign(stands)
    acts.refuse(family.school.node, family.vault, family.father, Purpose.TEACHING, OrgId(family.friend.id))
    states = [family.state(consent) for consent in (waits, stands, other)]
    assert states == [ConsentState.ENDED, ConsentState.ENDED, ConsentState.ACTIVE]


@pytest.mark.parametrize("until", [None, 5])
def test_a_proposal_nobody_answered_in_time_lapses(prefecture: Prefecture, family: Family, until: int | None) -> None:
    today = family.school.node.today()
    consent = family.ask(valid_until=today + timedelta(days=until) if until else None)
    prefecture.clock.advance(days=until or rules(family.school.node).days_to_answer)
    assert family.state(consent) is ConsentState.WAITING
    prefecture.clock.advance(days=1)
    assert family.state(consent) is ConsentState.LAPSED
    with pytest.raises(UsageError):
        family.countersign(consent)
    assert family.keys_of_friend() == 0


def test_a_consent_says_when_it_is_over_and_nobody_knows_one_that_never_was(
    prefecture: Prefecture, family: Family
) -> None:
    today = family.school.node.today()
    consent = family.ask(Purpose.STATISTICS, valid_until=today)
    assert state_of(family.facts, consent, today - timedelta(days=1)) is ConsentState.COMING
    prefecture.clock.advance(days=1)
    assert family.state(consent) is ConsentState.EXPIRED
    with pytest.raises(UsageError):
        family.state("no-such-consent")


def test_a_node_may_let_one_parent_decide_or_ask_both(family: Family) -> None:
    purposes = {Purpose.TEACHING: SignedBy.ANY, Purpose.STATISTICS: SignedBy.ALL}
    set_rules(family.school.node, SignatureRules(purposes=purposes, days_to_answer=7))
    assert family.state(family.ask()) is ConsentState.ACTIVE
    waits = family.ask(Purpose.STATISTICS)
    assert family.state(waits) is ConsentState.WAITING
    assert in_force(family.facts, family.school.node.today(), Purpose.STATISTICS, None) is None
    assert family.facts.proposals[waits].terms.answer_by == family.school.node.today() + timedelta(days=7)


@pytest.mark.parametrize("who", ["father", "child"])
def test_where_one_person_is_named_that_signature_decides(family: Family, who: str) -> None:
    named: SecretHolder = getattr(family, who)
    set_rules(family.school.node, SignatureRules(named={family.vault: {Purpose.TRANSFER: named.id}}))
    consent = family.ask(Purpose.TRANSFER)
    assert family.facts.proposals[consent].missing == {named.id}
    family.countersign(consent, named)
    assert family.state(consent) is ConsentState.ACTIVE
    alone = acts.give(family.school.node, family.vault, named, Purpose.TRANSFER)
    assert family.state(alone) is ConsentState.ACTIVE


def test_who_was_named_but_is_not_of_the_family_decides_nothing(family: Family) -> None:
    set_rules(family.school.node, SignatureRules(named={family.vault: {Purpose.STATISTICS: family.friend.id}}))
    consent = family.ask(Purpose.STATISTICS)
    assert family.facts.proposals[consent].missing == {family.father.id}


def test_a_table_written_into_the_database_by_hand_is_not_believed(family: Family) -> None:
    set_rules(family.school.node, SignatureRules())
    kept = family.school.node.store.get("node", "signature-rules") or b""
    forged = kept.replace(b"any guardian", b"all guardians")
    assert forged != kept
    run(family.school.node.folder, "UPDATE documents SET document = ? WHERE name = 'signature-rules'", forged)
    with pytest.raises(SealBrokenError):
        family.ask(Purpose.STATISTICS)


def test_a_table_of_another_version_asks_to_be_set_anew(family: Family) -> None:
    with family.school.node.store.transaction():
        family.school.node.keep_own_document("signature-rules", '{"format":"manabi-signature-rules/9"}')
    with pytest.raises(UsageError):
        family.ask(Purpose.STATISTICS)


def test_a_proposal_travels_and_is_countersigned_at_the_next_school(prefecture: Prefecture, family: Family) -> None:
    consent = acts.give(
        family.school.node, family.vault, family.mother, Purpose.TEACHING, recipient=prefecture.aoba.org
    )
    new = prefecture.hikari.node
    moving.commit(new, move(prefecture, "aiko"))
    assert state_of(new.vaults.authorisations(family.vault), consent, new.today()) is ConsentState.WAITING
    there = new.vaults.authorisations(family.vault)
    father = new.keyring.secret(there.present_name(family.father.id))
    assert there.proposals[consent].missing == {father.id}
    acts.countersign(new, family.vault, father, consent)
    facts = new.vaults.authorisations(family.vault)
    assert state_of(facts, consent, new.today()) is ConsentState.ACTIVE
    assert prefecture.aoba.org in {holder for _, holder, _ in facts.wraps}
    assert verify_copy(new.vaults.copy(family.vault), new.card)


@pytest.mark.parametrize("forged", ["proposal", "countersignature"])
def test_a_signature_in_a_parents_name_by_other_keys_does_not_pass_in_a_foreign_copy(
    family: Family, forged: str
) -> None:
    """As a school could write it that has its own heads to sign, and not the parents' keys."""
    node, keys = family.school.node, halves(new_holder("x"))
    consent = family.ask() if forged == "countersignature" else "by-hand"
    leave = family.school.guardian_permit("aiko", Action.AUTHORISE)
    with node.vaults.transact(leave, family.mother) as writer:
        if forged == "proposal":
            writer.enter(proposal("by-hand", [family.father.id]), SecretHolder(family.mother.id, *keys))
        else:
            writer.enter(ConsentCountersigned(consent=consent), SecretHolder(family.father.id, *keys))
    with pytest.raises(SignatureError):
        verify_copy(node.vaults.copy(family.vault), node.card)


def test_the_school_cannot_countersign_in_its_own_name(family: Family) -> None:
    consent = family.ask()
    leave = family.school.permit("aiko", Purpose.TEACHING, Action.AUTHORISE)
    with pytest.raises(ChainBrokenError), family.school.node.vaults.transact(leave) as writer:
        writer.enter(ConsentCountersigned(consent=consent))
    assert family.state(consent) is ConsentState.WAITING


def papers(school: School, *decisions: str, categories: Sequence[str] = ("", "")) -> Batch:
    """A file set with two guardians of a child and one paper of each, for whatever school comes next."""
    source, child = Source("consents.csv", 2), LocalId(SCHEME, "chika")
    parents = [LocalId(SCHEME, "chika-guardian"), LocalId(SCHEME, "chika-father")]
    signed = tuple(
        IncomingConsent(child, parent, "transfer", decision, TODAY, (kind,) if kind else (), None, source)  # type: ignore[arg-type]
        for parent, decision, kind in zip(parents, decisions, categories, strict=True)
    )
    batch = school.batch("chika", agree=())
    father = IncomingGuardian((parents[1],), child, "parent", True, source)
    return replace(batch, guardians=(*batch.guardians, father), consents=signed)


def test_two_papers_of_two_parents_are_one_consent_and_importing_them_again_changes_nothing(school: School) -> None:
    batch = papers(school, "given", "given")
    load(school.node, school.org, batch)
    facts = school.node.vaults.authorisations(school.vault("chika"))
    assert (len(facts.consents), len(facts.proposals)) == (1, 0)
    load(school.node, school.org, batch)
    assert school.node.vaults.authorisations(school.vault("chika")).revision == facts.revision


def test_one_parents_paper_alone_waits_however_often_it_is_imported(school: School) -> None:
    batch = papers(school, "given", "given")
    for _ in range(2):
        load(school.node, school.org, replace(batch, consents=batch.consents[:1]))
    facts = school.node.vaults.authorisations(school.vault("chika"))
    assert (len(facts.consents), len(facts.proposals)) == (0, 1)


def test_papers_that_say_different_things_are_no_consent(school: School) -> None:
    load(school.node, school.org, papers(school, "given", "given", categories=("test_result", "attendance")))
    facts = school.node.vaults.authorisations(school.vault("chika"))
    assert (len(facts.consents), len(facts.proposals)) == (0, 2)


@pytest.mark.parametrize("answer", ["refused", "withdrawn"])
def test_the_other_parents_paper_that_says_no_ends_what_waits(school: School, answer: str) -> None:
    load(school.node, school.org, papers(school, "given", answer))
    facts = school.node.vaults.authorisations(school.vault("chika"))
    assert (len(facts.consents), len(facts.proposals)) == (0, 0)


@pytest.fixture
def school(prefecture: Prefecture) -> School:
    return prefecture.minato


TODAY = date(2026, 5, 11)
PURPOSES = ("transfer", "statistics")
CONSENTS = ("c1", "c2", "c3")
MOTHER, FATHER, AUNT, CHILD = (new_holder_id() for _ in range(4))
VAULT = new_vault_id()
HOLDERS = {
    MOTHER: Role.GUARDIAN,
    FATHER: Role.GUARDIAN,
    AUNT: Role.GUARDIAN,
    CHILD: Role.STUDENT,
    "friend": Role.ORGANISATION,
}
SIGNERS = (*HOLDERS, "stranger", "home")


def terms(consent: str, purpose: str = "transfer") -> dict[str, Any]:
    fields: dict[str, Any] = {"consent": consent, "purpose": purpose, "recipient": None, "categories": (), "record": {}}
    return {**fields, "valid_from": TODAY, "valid_until": None}


def proposal(consent: str, needs: Sequence[str], purpose: str = "transfer") -> ConsentProposed:
    return ConsentProposed(**terms(consent, purpose), needs=tuple(needs), answer_by=TODAY)


purposes, consents, signers = (st.sampled_from(names) for names in (PURPOSES, CONSENTS, SIGNERS))
happenings = st.one_of(
    st.builds(proposal, consents, st.lists(st.sampled_from(SIGNERS), max_size=3, unique=True), purposes),
    st.builds(lambda consent, purpose: ConsentGiven(**terms(consent, purpose)), consents, purposes),
    st.builds(ConsentCountersigned, consent=consents),
    st.builds(ConsentCountersigned, consent=consents),  # twice as often: proposals are to come to their end
    st.builds(ConsentWithdrawn, consent=consents),
    st.builds(ConsentRefused, purpose=purposes, recipient=st.none()),
    st.builds(ConsentReaffirmed, consent=consents, signed_on=st.just(TODAY)),
)


@dataclass
class Model:
    """What families are told: who has to sign still, by consent; nobody, where it stands."""

    missing: dict[str, set[str]] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    refused: set[tuple[str, str]] = field(default_factory=set)

    def enter(self, event: AnyEvent, signer: str) -> bool:
        """True when it may happen; then it has."""
        people = {name for name, role in HOLDERS.items() if role in (Role.GUARDIAN, Role.STUDENT)}
        if signer not in people:
            return False
        if isinstance(event, ConsentRefused):
            return self._end(event.purpose, signer)
        if isinstance(event, ConsentWithdrawn):
            return event.consent in self.missing and self._end(self.about[event.consent], signer)
        if isinstance(event, ConsentReaffirmed):
            return False  # a paper of the day on which they signed says nothing later
        if isinstance(event, ConsentCountersigned):
            return self._sign(event.consent, signer)
        assert isinstance(event, ConsentGiven | ConsentProposed)
        return self._give(event, signer, people)

    def _give(self, event: ConsentGiven | ConsentProposed, signer: str, people: set[str]) -> bool:
        asked = set(event.needs) - {signer} if isinstance(event, ConsentProposed) else set()
        if event.consent in self.about or not asked <= people or (isinstance(event, ConsentProposed) and not asked):
            return False
        if {person for purpose, person in self.refused if purpose == event.purpose} - {signer} - asked:
            return False
        self.missing[event.consent], self.about[event.consent] = asked, event.purpose
        self.refused.discard((event.purpose, signer))
        return True

    def _end(self, purpose: str, signer: str) -> bool:
        self.missing = {name: left for name, left in self.missing.items() if self.about[name] != purpose}
        self.refused.add((purpose, signer))
        return True

    def _sign(self, consent: str, signer: str) -> bool:
        if signer not in self.missing.get(consent, ()):
            return False
        self.missing[consent].remove(signer)
        self.refused.discard((self.about[consent], signer))
        return True


def start() -> Authorisations:
    def card(name: str) -> PublicHolder:
        return PublicHolder(id=name, hpke="", signing="")

    def control(role: Role) -> Control:
        return Control.ORGANISATION if role is Role.ORGANISATION else Control.CUSTODIAL

    admitted = tuple(Admitted(holder=card(n), role=r, control=control(r)) for n, r in HOLDERS.items())
    empty = Authorisations(VAULT, 1, card("home"), 1, 1, b"")
    return apply(empty, entered(empty, HoldersAdmitted(admitted=admitted), "home"))


def entered(state: Authorisations, event: AnyEvent, signer: str) -> Entered:
    return Entered(vault=VAULT, seq=state.revision + 1, time="2026-05-11T01:00:00Z", signer=signer, event=event)


def test_who_signs_in_while_a_consent_waits_signs_it_with_the_new_keys_and_never_twice() -> None:
    state = start()
    mother, father = (new_holder(new_holder_id()) for _ in range(2))
    steps: list[tuple[AnyEvent, str]] = [
        (proposal("c1", [MOTHER, FATHER]), MOTHER),
        (succeed(VAULT, FATHER, father, state.holders[FATHER], Control.OWNER), "home"),
        (succeed(VAULT, MOTHER, mother, state.holders[MOTHER], Control.OWNER), "home"),
    ]
    for event, signer in steps:
        state = apply(state, entered(state, event, signer))
    for signer in (FATHER, MOTHER, mother.id):
        with pytest.raises(ChainBrokenError):
            apply(state, entered(state, ConsentCountersigned(consent="c1"), signer))
    state = apply(state, entered(state, ConsentCountersigned(consent="c1"), father.id))
    assert set(state.consents) == {"c1"}


@settings(max_examples=400)
@given(st.lists(st.tuples(happenings, signers), max_size=14))
def test_in_whatever_order_families_sign_withdraw_and_refuse_only_what_all_signed_stands(
    steps: list[tuple[AnyEvent, str]],
) -> None:
    state, model = start(), Model()
    for event, signer in steps:
        try:
            state, happened = apply(state, entered(state, event, signer)), True
        except ChainBrokenError:
            happened = False
        assert happened == model.enter(event, signer)
        assert state.consents.keys() == {name for name, left in model.missing.items() if not left}
        waits = {name: left for name, left in model.missing.items() if left}
        assert {name: set(waiting.missing) for name, waiting in state.proposals.items()} == waits
        assert {(purpose, person) for purpose in PURPOSES for person in state.objectors(purpose)} == model.refused
        assert state.signatures.keys() == model.about.keys()
        for signatures in state.signatures.values():
            assert len({signature.holder for signature in signatures}) == len(signatures)
