"""The later word counts, by the day on which it was said: no paper from before a no brings back what was refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent.decisions import ConsentState, consented_for_transfer, history, in_force
from consent.lifecycle import acts, load, succession
from pds.errors import ChainBrokenError, UsageError
from pds.holders import SecretHolder, new_holder
from pds.identifiers import OrgId, VaultId, new_holder_id
from pds.intake import Batch, IncomingConsent, IncomingGuardian, IntakeError, LocalId, ProblemCode, Source
from pds.node import Node
from pds.records import Category
from pds.vault import (
    Action,
    Authorisations,
    ConsentCountersigned,
    ConsentGiven,
    ConsentProposed,
    ConsentReaffirmed,
    Purpose,
    Signature,
    verify_copy,
)
from pds.vault.events import AnyEvent
from tests.world.prefecture import SCHEME, Prefecture, School

TODAY = date(2026, 5, 11)
MOTHER, FATHER = "guardian", "father"
EARLY, NO, LATE = date(2026, 4, 1), date(2026, 4, 10), date(2026, 4, 20)
TWO_KINDS = ("test_result", "attendance")


@dataclass
class Family:
    """Two parents of one child at Minato, and the papers that the school office has of them."""

    school: School
    name: str
    batch: Batch

    @classmethod
    def at(cls, school: School, name: str = "chika") -> "Family":
        batch, child = school.batch(name, agree=()), LocalId(SCHEME, name)
        father = IncomingGuardian(
            (LocalId(SCHEME, f"{name}-father"),), child, "parent", True, Source("guardians.csv", 3)
        )
        family = cls(school, name, replace(batch, guardians=(*batch.guardians, father)))
        family.bring()
        return family

    def paper(  # noqa: PLR0917  # what a paper says
        self,
        who: str,
        decision: str,
        day: date,
        purpose: str = "statistics",
        kinds: Sequence[str] = (),
        to: str | None = None,
    ) -> IncomingConsent:
        signer = LocalId(SCHEME, f"{self.name}-{who}")
        place = Source("consents.csv", 7)
        return IncomingConsent(LocalId(SCHEME, self.name), signer, purpose, decision, day, tuple(kinds), to, place)  # type: ignore[arg-type]

    def bring(self, *papers: IncomingConsent) -> None:
        """Import one file set after the other."""
        for paper in papers or (None,):
            load(self.node, self.school.org, replace(self.batch, consents=(paper,) if paper else ()))

    @property
    def node(self) -> Node:
        return self.school.node

    @property
    def vault(self) -> VaultId:
        return self.school.vault(self.name)

    @property
    def mother(self) -> SecretHolder:
        return acts.guardians_of(self.node, self.vault)[0]

    @property
    def father(self) -> SecretHolder:
        return acts.guardians_of(self.node, self.vault)[-1]

    @property
    def facts(self) -> Authorisations:
        return self.node.vaults.authorisations(self.vault)

    @property
    def signatures(self) -> list[Signature]:
        """Who signed the one consent that stands."""
        [consent] = self.facts.consents
        return list(self.facts.signatures[consent])

    def stands(self, purpose: Purpose = Purpose.STATISTICS) -> bool:
        return in_force(self.facts, self.node.today(), purpose, None) is not None

    def travels_to(self, school: OrgId) -> bool:
        return bool(consented_for_transfer(self.facts, self.node.today(), school))


@pytest.fixture
def family(prefecture: Prefecture) -> Family:
    return Family.at(prefecture.minato)


@pytest.mark.parametrize("who", [MOTHER, FATHER])
@pytest.mark.parametrize("no", ["refused", "withdrawn"])
@pytest.mark.parametrize("day", [EARLY, NO])
def test_a_paper_from_before_a_no_or_of_its_day_never_undoes_it(family: Family, who: str, no: str, day: date) -> None:
    refused = family.paper(MOTHER, no, NO)
    family.bring(refused, family.paper(who, "given", day), refused)
    assert not family.stands()
    assert not family.facts.proposals


@pytest.mark.parametrize("who", [MOTHER, FATHER])
def test_a_paper_from_before_a_no_in_the_portal_never_undoes_it(family: Family, who: str) -> None:
    family.bring(family.paper(MOTHER, "given", EARLY))
    acts.refuse(family.node, family.vault, family.mother, Purpose.STATISTICS)
    before = family.facts.revision
    family.bring(family.paper(who, "given", LATE), family.paper(who, "given", TODAY))
    assert not family.stands()
    assert family.facts.revision == before


@pytest.mark.parametrize("who", [MOTHER, FATHER])
def test_a_paper_from_before_a_withdrawal_never_undoes_it(family: Family, who: str) -> None:
    family.bring(family.paper(MOTHER, "given", EARLY))
    [consent] = family.facts.consents
    acts.withdraw(family.node, family.vault, family.mother, consent)
    family.bring(family.paper(who, "given", LATE))
    assert not family.stands()


def test_a_withdrawn_paper_counts_by_its_day_even_where_nothing_stood(family: Family) -> None:
    family.bring(family.paper(FATHER, "withdrawn", NO), family.paper(MOTHER, "given", EARLY))
    assert not family.stands()


@pytest.mark.parametrize("changed", [{"kinds": TWO_KINDS[::-1]}, {"kinds": TWO_KINDS, "day": NO}])
def test_the_same_paper_with_its_kinds_reordered_or_its_day_corrected_undoes_no_no(
    family: Family, changed: dict[str, object]
) -> None:
    family.bring(family.paper(MOTHER, "given", EARLY, kinds=TWO_KINDS))
    assert family.stands()
    acts.refuse(family.node, family.vault, family.father, Purpose.STATISTICS)
    family.bring(family.paper(MOTHER, "given", **{"day": EARLY, **changed}))  # type: ignore[arg-type]
    assert not family.stands()
    assert not family.facts.proposals


def test_the_same_paper_with_its_kinds_reordered_is_entered_once(family: Family) -> None:
    family.bring(family.paper(MOTHER, "given", EARLY, kinds=TWO_KINDS))
    before = family.facts.revision
    family.bring(family.paper(MOTHER, "given", EARLY, kinds=TWO_KINDS[::-1]))
    assert family.facts.revision == before


@pytest.mark.parametrize(("day", "words"), [(EARLY - timedelta(days=1), 1), (NO, 2)])
def test_the_same_paper_with_its_day_corrected_gives_no_second_consent_and_counts_by_the_later_day(
    family: Family, day: date, words: int
) -> None:
    family.bring(family.paper(MOTHER, "given", EARLY, kinds=TWO_KINDS))
    consents, epoch = family.facts.consents, family.facts.epoch
    for _ in range(2):
        family.bring(family.paper(MOTHER, "given", day, kinds=TWO_KINDS[::-1]))
        assert (family.facts.consents, family.facts.proposals, family.facts.epoch) == (consents, {}, epoch)
        assert [one.day for one in family.signatures] == [max(EARLY, day)]
        assert len(family.facts.words) == words


def test_a_later_paper_undoes_ones_own_no_and_not_anothers(family: Family) -> None:
    family.bring(family.paper(MOTHER, "refused", NO), family.paper(MOTHER, "given", LATE))
    assert family.stands()
    family.bring(family.paper(FATHER, "refused", LATE), family.paper(MOTHER, "given", LATE + timedelta(days=1)))
    assert not family.stands()
    [waits] = family.facts.proposals.values()
    assert waits.missing == {family.father.id}
    family.bring(family.paper(FATHER, "given", LATE + timedelta(days=2)))
    assert family.stands()


def test_one_guardians_no_in_the_portal_is_not_erased_by_the_others_yes(family: Family) -> None:
    acts.refuse(family.node, family.vault, family.mother, Purpose.STATISTICS)
    consent = acts.give(family.node, family.vault, family.father, Purpose.STATISTICS)
    assert not family.stands()
    assert family.facts.objectors(Purpose.STATISTICS) == {family.mother.id}
    acts.countersign(family.node, family.vault, family.mother, consent)
    assert family.stands()
    assert family.facts.objectors(Purpose.STATISTICS) == set()
    assert verify_copy(family.node.vaults.copy(family.vault), family.node.card)


def test_who_changes_their_mind_in_the_portal_within_a_day_is_heard_each_time(family: Family) -> None:
    for _ in range(2):
        acts.give(family.node, family.vault, family.mother, Purpose.STATISTICS)
        assert family.stands()
        acts.refuse(family.node, family.vault, family.mother, Purpose.STATISTICS)
        assert not family.stands()


def test_a_no_said_before_signing_in_is_taken_back_by_the_same_person_alone(family: Family) -> None:
    family.bring(family.paper(MOTHER, "refused", NO))
    mine = new_holder(new_holder_id())
    succession.take_over(family.node, family.vault, family.mother, mine)
    family.bring(family.paper(FATHER, "given", EARLY))
    assert not family.facts.proposals
    consent = acts.give(family.node, family.vault, family.father, Purpose.STATISTICS)
    assert family.facts.proposals[consent].missing == {mine.id}
    acts.countersign(family.node, family.vault, mine, consent)
    assert family.stands()


def test_an_older_paper_that_says_no_ends_the_others_yes_and_not_ones_own_later_one(family: Family) -> None:
    family.bring(family.paper(MOTHER, "given", LATE), family.paper(MOTHER, "refused", NO))
    assert family.stands()
    family.bring(family.paper(FATHER, "refused", NO))
    assert not family.stands()


def test_a_no_on_paper_that_was_taken_back_ends_nobodys_yes_when_its_row_comes_again(family: Family) -> None:
    no = family.paper(FATHER, "refused", NO)
    family.bring(no)
    acts.give(family.node, family.vault, family.father, Purpose.STATISTICS)
    family.bring(family.paper(MOTHER, "given", LATE))
    before = family.facts.revision
    family.bring(no)
    assert family.facts.revision == before
    assert family.stands()


def test_a_later_paper_for_what_stands_counts_by_its_day_when_a_no_from_between_comes_in(family: Family) -> None:
    family.bring(family.paper(MOTHER, "given", EARLY), family.paper(MOTHER, "given", LATE))
    assert [one.day for one in family.signatures] == [LATE]
    family.bring(family.paper(MOTHER, "refused", NO))
    assert family.stands()
    acts.refuse(family.node, family.vault, family.mother, Purpose.STATISTICS)
    before = family.facts
    family.bring(family.paper(MOTHER, "given", LATE), family.paper(MOTHER, "given", EARLY))
    assert family.facts == before


def test_a_later_paper_for_what_stood_gives_nothing_when_its_row_comes_again_after_a_no(family: Family) -> None:
    kinds = ("test_result",)
    rows = [
        family.paper(MOTHER, "given", LATE),
        family.paper(FATHER, "given", EARLY, kinds=kinds),
        family.paper(FATHER, "given", LATE, kinds=kinds),
        family.paper(MOTHER, "refused", NO),
    ]
    family.bring(*rows)
    before = family.facts
    family.bring(*rows, *rows[::-1])
    assert family.facts == before


def test_a_later_paper_of_one_who_signed_asks_the_other_for_nothing_new(family: Family) -> None:
    family.bring(family.paper(MOTHER, "given", EARLY, "transfer"), family.paper(MOTHER, "given", NO, "transfer"))
    [waits] = family.facts.proposals.values()
    assert waits.missing == {family.father.id}
    family.bring(family.paper(FATHER, "given", NO, "transfer"), family.paper(MOTHER, "given", LATE, "transfer"))
    assert family.stands(Purpose.TRANSFER)
    assert not family.facts.proposals
    assert sorted(one.day for one in family.signatures) == [NO, LATE]
    assert verify_copy(family.node.vaults.copy(family.vault), family.node.card)


def test_what_lapsed_is_proposed_anew_by_a_later_paper_and_by_no_row_that_comes_again(
    prefecture: Prefecture, family: Family
) -> None:
    rows = [family.paper(MOTHER, "given", day, "transfer") for day in (NO, LATE, EARLY)]
    family.bring(*rows)
    prefecture.clock.advance(days=31)
    before = family.facts
    family.bring(*rows)
    assert family.facts == before
    family.bring(family.paper(MOTHER, "given", TODAY, "transfer"), family.paper(FATHER, "given", TODAY, "transfer"))
    assert family.stands(Purpose.TRANSFER)


def test_no_paper_of_one_who_has_signed_in_is_entered_however_often_its_row_comes(family: Family) -> None:
    rows = [family.paper(MOTHER, "given", EARLY), family.paper(MOTHER, "given", LATE)]
    family.bring(rows[0])
    succession.take_over(family.node, family.vault, family.mother, new_holder(new_holder_id()))
    before = family.facts
    family.bring(*rows, family.paper(MOTHER, "refused", NO), *rows)
    assert family.facts == before
    assert family.stands()


def test_a_paper_from_before_a_no_does_not_countersign_what_waits(family: Family) -> None:
    family.bring(
        family.paper(FATHER, "refused", NO, "transfer"),
        family.paper(MOTHER, "given", LATE, "transfer"),
        family.paper(FATHER, "given", EARLY, "transfer"),
    )
    [waits] = family.facts.proposals.values()
    assert waits.missing == {family.father.id}
    assert not family.stands(Purpose.TRANSFER)
    family.bring(family.paper(FATHER, "given", LATE, "transfer"))
    assert family.stands(Purpose.TRANSFER)


def test_a_no_to_one_school_is_not_undone_by_an_older_yes_to_any(prefecture: Prefecture, family: Family) -> None:
    for who in (MOTHER, FATHER):
        family.bring(family.paper(who, "given", EARLY, "transfer"))
    hikari, aoba = prefecture.hikari.org, prefecture.aoba.org
    assert family.travels_to(hikari)
    family.bring(family.paper(FATHER, "refused", NO, "transfer", to=hikari))
    assert (family.travels_to(hikari), family.travels_to(aoba)) == (False, True)


def test_a_no_to_any_school_ends_an_older_yes_to_one(prefecture: Prefecture, family: Family) -> None:
    hikari = prefecture.hikari.org
    for who in (MOTHER, FATHER):
        family.bring(family.paper(who, "given", EARLY, "transfer", to=hikari))
    assert family.travels_to(hikari)
    family.bring(family.paper(MOTHER, "refused", NO, "transfer"))
    assert not family.travels_to(hikari)


def test_a_paper_signed_on_a_day_to_come_is_refused_with_file_row_and_field(family: Family) -> None:
    before = family.facts.revision
    for decision in ("given", "refused"):
        with pytest.raises(IntakeError) as refused:
            family.bring(family.paper(MOTHER, decision, TODAY + timedelta(days=1)))
        [problem] = refused.value.problems
        found = (problem.code, problem.file, problem.row, problem.field)
        assert found == (ProblemCode.BAD_DATE, "consents.csv", 7, "signed_on")
    assert family.facts.revision == before
    with pytest.raises(UsageError):
        acts.give(family.node, family.vault, family.mother, Purpose.STATISTICS, signed_on=TODAY + timedelta(days=1))


def test_the_office_that_enters_a_paper_by_hand_hears_that_a_no_came_later(family: Family) -> None:
    acts.refuse(family.node, family.vault, family.mother, Purpose.STATISTICS)
    with pytest.raises(UsageError, match="said no on that day or later"):
        acts.give(family.node, family.vault, family.father, Purpose.STATISTICS, signed_on=LATE)


def test_the_familys_history_says_on_which_day_each_word_was_said(family: Family) -> None:
    family.bring(family.paper(MOTHER, "given", EARLY), family.paper(FATHER, "refused", NO))
    family.bring(family.paper(FATHER, "given", LATE))
    later, earlier = history(family.node, family.vault)
    assert (later.state, [one.day for one in later.signatures], later.ended) == (ConsentState.ACTIVE, [LATE], None)
    assert earlier.state is ConsentState.ENDED
    assert [one.day for one in earlier.signatures] == [EARLY]
    assert earlier.ended is not None
    assert (earlier.ended.holder, earlier.ended.day) == (family.father.id, NO)


@pytest.mark.parametrize("how", ["given", "proposed", "countersigned", "another's no"])
def test_a_chain_in_which_a_paper_undoes_a_later_no_does_not_hold(family: Family, how: str) -> None:
    """As a school could write it that keeps the parents' keys."""
    if how == "countersigned":
        family.bring(family.paper(FATHER, "refused", NO), family.paper(MOTHER, "given", LATE))
    else:
        family.bring(family.paper(MOTHER, "refused", NO))
    day = None if how == "another's no" else EARLY
    fields: dict[str, Any] = {
        "purpose": "statistics",
        "recipient": None,
        "categories": (),
        "valid_from": EARLY,
        "valid_until": None,
    }
    terms: dict[str, Any] = {"consent": "by-hand", "record": {}, "signed_on": day, **fields}
    needs = (family.mother.id, family.father.id)
    events: dict[str, Callable[[], AnyEvent]] = {
        "given": lambda: ConsentGiven(**terms),
        "another's no": lambda: ConsentGiven(**terms),
        "proposed": lambda: ConsentProposed(**terms, needs=needs, answer_by=TODAY),
        "countersigned": lambda: ConsentCountersigned(consent=next(iter(family.facts.proposals)), signed_on=EARLY),
    }
    leave = family.school.guardian_permit(family.name, Action.AUTHORISE)
    with pytest.raises(ChainBrokenError), family.node.vaults.transact(leave, family.mother) as writer:
        writer.enter(events[how](), family.father)


@pytest.mark.parametrize("how", ["not signed", "no later day", "ended"])
def test_a_chain_in_which_somebody_reaffirms_what_they_may_not_does_not_hold(family: Family, how: str) -> None:
    family.bring(family.paper(MOTHER, "given", NO))
    [consent] = family.facts.consents
    if how == "ended":
        acts.withdraw(family.node, family.vault, family.mother, consent)
    signer = family.father if how == "not signed" else family.mother
    day = NO if how == "no later day" else LATE
    leave = family.school.guardian_permit(family.name, Action.AUTHORISE)
    with pytest.raises(ChainBrokenError), family.node.vaults.transact(leave, family.mother) as writer:
        writer.enter(ConsentReaffirmed(consent=consent, signed_on=day), signer)


@dataclass(frozen=True)
class Step:
    """One thing that happens: a paper comes in, somebody acts in the portal, or a day or a month passes."""

    kind: str
    who: str
    says: str
    purpose: str
    days_ago: int
    kinds: tuple[str, ...]


steps = st.builds(
    Step,
    kind=st.sampled_from(["paper", "paper", "paper", "paper", "portal", "day", "month"]),
    who=st.sampled_from([MOTHER, FATHER]),
    says=st.sampled_from(["given", "given", "refused", "withdrawn"]),
    purpose=st.sampled_from(["statistics", "transfer"]),
    days_ago=st.integers(0, 4),
    kinds=st.sampled_from([(), ("test_result",), ("attendance", "test_result"), ("test_result", "attendance")]),
)
PASSES = {"day": 1, "month": 31}
numbers = count()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=2, max_size=8), st.integers(0, 1000))
def test_in_whatever_order_papers_come_nobodys_last_no_is_undone_and_again_changes_nothing(
    prefecture: Prefecture, happening: list[Step], seed: int
) -> None:
    # every family begins on the same day, while the directory is valid
    prefecture.clock.advance(days=(TODAY - prefecture.minato.node.today()).days)
    family, papers, said = Family.at(prefecture.minato, f"child-{next(numbers)}"), [], []
    for place, step in enumerate(happening):
        today = family.node.today()
        person = family.mother if step.who == MOTHER else family.father
        if step.kind in PASSES:
            prefecture.clock.advance(days=PASSES[step.kind])
        elif step.kind == "paper":
            day = today - timedelta(days=step.days_ago)
            papers.append(family.paper(step.who, step.says, day, step.purpose, step.kinds))
            family.bring(papers[-1])
            said.append((step, day, place))
        elif step.says == "given":
            acts.give(
                family.node,
                family.vault,
                person,
                Purpose(step.purpose),
                categories=[Category(kind) for kind in step.kinds],
            )
            said.append((step, today, place))
        else:
            acts.refuse(family.node, family.vault, person, Purpose(step.purpose))
            said.append((step, today, place))
    before = family.facts
    for again in (papers, papers[::-1], Random(seed).sample(papers, len(papers))):
        if again:
            family.bring(*again)
        assert family.facts == before
        prefecture.clock.advance(days=PASSES["month"])  # what waited has lapsed
    for purpose in ("statistics", "transfer"):
        if any(last_word_is_no(said, purpose, who) for who in (MOTHER, FATHER)):
            assert not family.stands(Purpose(purpose))
    assert verify_copy(family.node.vaults.copy(family.vault), family.node.card)


def last_word_is_no(said: list[tuple[Step, date, int]], purpose: str, who: str) -> bool:
    """As a person would count: a no after which, or of whose day, there is no yes by the same person."""
    own = [(step, day, place) for step, day, place in said if step.who == who and step.purpose == purpose]
    yes = [(step, day, place) for step, day, place in own if step.says == "given"]

    def later(one: tuple[Step, date, int], other: tuple[Step, date, int]) -> bool:
        return one[1] > other[1] or (one[1] == other[1] and one[0].kind == "portal" and one[2] > other[2])

    return any(not any(later(one, no) for one in yes) for no in own if no[0].says != "given")
