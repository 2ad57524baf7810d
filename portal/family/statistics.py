"""統計への協力: taking part and stopping, which studies counted the child, how much of the year's privacy is spent.

Never: an answer or a release of a study (`federation`), a record.
"""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from consent.decisions import ConsentState, history, in_force
from consent.lifecycle import acts
from federation import (
    Announcement,
    Study,
    UnknownStudyError,
    announced,
    published,
    stored_answer,
    stored_release,
    takes_part,
    yearly_allowance,
)
from pds.clock import school_year
from pds.errors import ExpiredError, NoDirectoryError
from pds.node import Node
from pds.vault import Authorisations, Charge, Purpose
from portal.charts import Spent, coin, gauge
from portal.family.child import Child, find_child
from portal.family.consents_view import ConsentItem, item_of
from portal.family.frame import family_frame
from portal.family.giving import decides, may_sign, own_keys
from portal.family.statistics_view import LIMIT, CountingStudy, Privacy, bounds, counted, privacy
from portal.web import Asked, Family, FamilyActs, NoSuchPageError, redirect, wrong_password

router = APIRouter()


@router.get("/child/{child}/statistics")
def statistics_page(asked: Family, child: str, done: str = "") -> Response:
    """Which statistics counted the child, and what that cost."""
    about, words = find_child(asked, child), asked.words
    told = {
        "joined": words.say("これからの統計に協力します。いつでもやめられます。"),
        "proposed": words.say("受けつけました。ほかのご家族のお返事がそろうと、協力が始まります。"),
        "stopped": words.say("協力をやめました。次の統計からは、使われません。"),
    }
    return _page(asked, about, told=told.get(done, ""))


@router.post("/child/{child}/statistics/join")
def join(asked: FamilyActs, child: str, password: Annotated[str, Form()] = "") -> Response:
    """Agree to statistics, after the password."""
    about = find_child(asked, child)
    if not may_sign(asked, about.vault, Purpose.STATISTICS):
        raise NoSuchPageError("a guardian agrees to statistics")
    wrong = wrong_password(asked, password)
    if wrong:
        return _page(asked, about, error=wrong)
    consent = acts.give(asked.node, about.vault, own_keys(asked), Purpose.STATISTICS)
    waits = consent in asked.node.vaults.authorisations(about.vault).proposals
    return redirect(f"{about.path}/statistics?done={'proposed' if waits else 'joined'}")


@router.post("/child/{child}/statistics/stop")
def stop(asked: FamilyActs, child: str) -> Response:
    """Stop taking part: one signature of anybody in the family, no password."""
    about = find_child(asked, child)
    acts.refuse(asked.node, about.vault, own_keys(asked), Purpose.STATISTICS)
    return redirect(f"{about.path}/statistics?done=stopped")


def _page(asked: Asked, about: Child, *, told: str = "", error: str = "") -> Response:
    node, words = asked.node, asked.words
    facts, allowance, year = node.vaults.authorisations(about.vault), yearly_allowance(node), school_year(node.today())
    charges = node.vaults.ledger(about.vault)
    taking_part = in_force(facts, node.today(), Purpose.STATISTICS, None)
    said_no = facts.objectors(Purpose.STATISTICS)
    coming = _coming(node, facts, charges, year) if taking_part else []
    told_of = privacy(charges, year, allowance, sum(study.epsilon for study in coming))
    return asked.render(
        "family/statistics.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        frame=family_frame(asked, about, "statistics"),
        child=about,
        told=told,
        error=error,
        taking_part=taking_part is not None,
        waiting=_waiting(asked, about, facts),
        refused=bool(said_no),
        others_refused=bool(said_no - {own_keys(asked).id}),
        decided=_decided(asked, facts),
        decides=decides(asked, about.vault),
        may_join=may_sign(asked, about.vault, Purpose.STATISTICS),
        privacy=told_of,
        this_year=sum(charge.school_year == year for charge in charges),
        figures=_figures(asked, told_of),
        year_odds=bounds(words, told_of.year),
        life_odds=bounds(words, told_of.life),
        studies=[(one, node.name_of(one.by) if one.by else "") for one in _studies(asked, charges)],
        coming=[
            (
                study.title.en if words.language == "en" else study.title.ja,
                node.name_of(study.asked_by),
                words.number(told_of.scaled(study.epsilon / 1_000_000)),
            )
            for study in coming
        ],
    )


def _figures(asked: Asked, told_of: Privacy) -> tuple[str, str]:
    """The gauge of the year and the coin; a node that lets nobody be counted has neither."""
    if not told_of.allowance:
        return "", ""
    words = asked.words
    used = words.number(told_of.of_limit)
    note = words.say("上限に達すると、その年度は、どの統計にも使われません。年度がかわると、新しく数えます。")
    return (
        gauge(
            words,
            "year",
            words.say("この1年で使ったプライバシー"),
            Spent(used=told_of.of_limit, cap=LIMIT, reserved=told_of.scaled(told_of.planned)),
            notes=(note,),
        ),
        coin(words, "odds", words.say("「%(used)s」は、どのくらい?", used=used), told_of.year, told_of.allowance),
    )


def _studies(asked: Asked, charges: list[Charge]) -> list[CountingStudy]:
    """The studies in the ledger, the latest first."""
    allowance = yearly_allowance(asked.node)
    return [
        counted(
            asked.words,
            charge,
            _announced(asked.node, charge.study),
            allowance,
            released=stored_release(asked.node, charge.study) is not None,
        )
        for charge in reversed(charges)
    ]


def _announced(node: Node, study: str) -> Announcement | None:
    try:
        return announced(node, study)
    except UnknownStudyError:
        return None


def _coming(node: Node, facts: Authorisations, charges: list[Charge], year: int) -> list[Study]:
    """Published studies of this year that the child's school has a part in and has not answered."""
    if facts.home is None:
        return []
    try:
        directory = node.directory
    except (ExpiredError, NoDirectoryError):
        return []  # without a valid directory this node answers nothing
    school, answered = facts.home.id, {charge.study for charge in charges}
    return [
        study
        for study in published(node)
        if study.question.school_year == year
        and study.id not in answered
        and takes_part(study, directory, school)
        and stored_answer(node, study.id, school) is None
    ]


def _waiting(asked: Asked, about: Child, facts: Authorisations) -> ConsentItem | None:
    for past in history(asked.node, about.vault):
        if past.terms.purpose == Purpose.STATISTICS and past.state is ConsentState.WAITING:
            return item_of(asked.words, asked.node, facts, own_keys(asked).id, past)
    return None


def _decided(asked: Asked, facts: Authorisations) -> str:
    """On which day the family agreed to what stands now; empty if it did not."""
    given = in_force(facts, asked.node.today(), Purpose.STATISTICS, None)
    signed = facts.signatures.get(given.consent, ()) if given else ()
    return asked.words.day(signed[-1].day) if signed else ""
