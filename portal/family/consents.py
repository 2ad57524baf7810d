"""見せる相手: what a family has agreed to, what waits for its answer; giving, countersigning, ending, receipts.

Never: whose signatures a consent needs (`consent.decisions.signatures`), a record.
"""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from consent.decisions import Consented, ConsentState, history, holds, needed, openers, rules
from consent.lifecycle import acts
from pds.vault import Purpose
from portal.family.child import Child, find_child
from portal.family.consents_view import by_law, item_of, lists, until_choices
from portal.family.frame import family_frame
from portal.family.giving import (
    Wanted,
    check,
    decides,
    ends_of,
    may_sign,
    offered_kinds,
    own_keys,
    recipients_of,
    terms_of,
)
from portal.family.parties import party_name
from portal.language import vocabulary
from portal.web import Asked, Family, FamilyActs, NoSuchPageError, opener_rows, redirect, wrong_password

router = APIRouter()
_OPEN = (ConsentState.WAITING, ConsentState.ACTIVE, ConsentState.COMING)


@router.get("/child/{child}/consents")
def consent_list(asked: Family, child: str, done: str = "") -> Response:
    """What waits, what is shared, what the law lets the school use, receipts."""
    about, words = find_child(asked, child), asked.words
    facts = asked.node.vaults.authorisations(about.vault)
    me = own_keys(asked).id
    view = lists(words, asked.node, facts, me, history(asked.node, about.vault))
    told = {
        "given": words.say("同意しました。控えは、このページにあります。"),
        "proposed": words.say("同意を受けつけました。ほかの保護者のお返事がそろうと、見せはじめます。"),
        "stopped": words.say("やめました。これからの記録は、見られません。"),
    }
    return asked.render(
        "family/consents.html",
        frame=family_frame(asked, about, "consents"),
        child=about,
        view=view,
        law=by_law(words),
        may_give=may_sign(asked, about.vault, Purpose.TEACHING),
        decides=decides(asked, about.vault),
        told=told.get(done, ""),
        school=asked.node.name_of(facts.home.id) if facts.home else "",
        openers=opener_rows(words, openers(facts), lambda one: party_name(words, asked.node, facts, me, one.holder)),
    )


@router.get("/child/{child}/consents/new")
def ask_what(asked: Family, child: str) -> Response:
    """The form to show records to one more organisation."""
    about = _giver(asked, child)
    return _form(asked, about, Wanted(until=ends_of(asked.node.today())[0].isoformat()))


@router.post("/child/{child}/consents/new")
def give(
    asked: FamilyActs,
    child: str,
    to: Annotated[str, Form()] = "",
    kinds: Annotated[list[str] | None, Form()] = None,
    until: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Give or propose a consent; what is wrong with the form comes back with it."""
    about = _giver(asked, child)
    wanted = Wanted(to, frozenset(kinds or ()), until)
    wanted.errors.update(check(asked.words, wanted, asked.node, _home(asked, about)))
    if not wanted.errors and (wrong := wrong_password(asked, password)):
        wanted.errors["password"] = wrong
    if wanted.errors:
        return _form(asked, about, wanted)
    recipient, chosen, last_day = terms_of(wanted)
    consent = acts.give(
        asked.node,
        about.vault,
        own_keys(asked),
        Purpose.TEACHING,
        categories=chosen,
        recipient=recipient,
        valid_until=last_day,
    )
    return redirect(f"{about.path}/consents?done={_outcome(asked, about, consent)}")


@router.get("/child/{child}/consents/{consent}/answer")
def ask_answer(asked: Family, child: str, consent: str) -> Response:
    """What the other guardian proposed, in full, with the form to sign it."""
    about = find_child(asked, child)
    return _answer(asked, about, _waiting_for_me(asked, about, consent))


@router.post("/child/{child}/consents/{consent}/answer")
def countersign(asked: FamilyActs, child: str, consent: str, password: Annotated[str, Form()] = "") -> Response:
    """Sign what waits for this person's signature."""
    about = find_child(asked, child)
    past = _waiting_for_me(asked, about, consent)
    wrong = wrong_password(asked, password)
    if wrong:
        return _answer(asked, about, past, wrong)
    acts.countersign(asked.node, about.vault, own_keys(asked), past.consent)
    return redirect(f"{about.path}/consents?done={_outcome(asked, about, past.consent)}")


@router.post("/child/{child}/consents/{consent}/stop")
def stop(asked: FamilyActs, child: str, consent: str) -> Response:
    """End a consent or a proposal: one signature, no password, no question. Ending it twice is ending it."""
    about = find_child(asked, child)
    past = _find(asked, about, consent)
    if past.state in _OPEN:
        acts.withdraw(asked.node, about.vault, own_keys(asked), past.consent)
    return redirect(f"{about.path}/consents?done=stopped")


@router.get("/child/{child}/consents/{consent}/receipt")
def receipt(asked: Family, child: str, consent: str) -> Response:
    """One consent in full, its signatures checked anew; to print, and to end it."""
    about = find_child(asked, child)
    past = _find(asked, about, consent)
    facts = asked.node.vaults.authorisations(about.vault)
    return asked.render(
        "family/consents_receipt.html",
        frame=family_frame(asked, about, "consents"),
        child=about,
        item=item_of(asked.words, asked.node, facts, own_keys(asked).id, past),
        open=past.state in _OPEN and decides(asked, about.vault),
        holds=holds(asked.node, about.vault),
    )


def _find(asked: Asked, about: Child, consent: str) -> Consented:
    for past in history(asked.node, about.vault):
        if past.consent == consent:
            return past
    raise NoSuchPageError("this family has no such consent")


def _waiting_for_me(asked: Asked, about: Child, consent: str) -> Consented:
    past = _find(asked, about, consent)
    if past.state is not ConsentState.WAITING or own_keys(asked).id not in past.missing:
        raise NoSuchPageError("it waits for no signature of this person")
    return past


def _giver(asked: Asked, child: str) -> Child:
    about = find_child(asked, child)
    if not may_sign(asked, about.vault, Purpose.TEACHING):
        raise NoSuchPageError("a guardian gives consent")
    return about


def _home(asked: Asked, about: Child) -> str | None:
    home = asked.node.vaults.authorisations(about.vault).home
    return home.id if home else None


def _outcome(asked: Asked, about: Child, consent: str) -> str:
    waits = consent in asked.node.vaults.authorisations(about.vault).proposals
    return "proposed" if waits else "given"


def _form(asked: Asked, about: Child, wanted: Wanted) -> Response:
    words, today = asked.words, asked.node.today()
    facts = asked.node.vaults.authorisations(about.vault)
    return asked.render(
        "family/consents_new.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wanted.errors else HTTPStatus.OK,
        frame=family_frame(asked, about, "consents"),
        child=about,
        wanted=wanted,
        recipients=recipients_of(asked.node, _home(asked, about)),
        kinds=[(kind.value, vocabulary.category(words, kind), "") for kind in offered_kinds()],
        ends=until_choices(words, today, ends_of(today)),
        several=len(needed(rules(asked.node), facts, Purpose.TEACHING)) > 1,
    )


def _answer(asked: Asked, about: Child, past: Consented, error: str = "") -> Response:
    facts = asked.node.vaults.authorisations(about.vault)
    return asked.render(
        "family/consents_answer.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        frame=family_frame(asked, about, "consents"),
        child=about,
        item=item_of(asked.words, asked.node, facts, own_keys(asked).id, past),
        error=error,
    )
