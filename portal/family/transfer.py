"""転校: where the child's history is on its way to another school, what goes along by duty and what by choice.

Never: a step of either school (`consent.lifecycle.moving`), the next school's address while nothing is offered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from consent.decisions import ALL, STATUTORY, ConsentState, consented_for_transfer, history, holds, needed, rules
from consent.lifecycle import acts
from pds.identifiers import OrgId
from pds.records import CATEGORIES, Category, Travel, categories
from pds.transfer import Transfer, state
from pds.vault import Authorisations, Purpose, TransferCommitted, TransferSealed
from portal.family.child import Child, find_child
from portal.family.consents_view import ConsentItem, item_of, kind_names, number_of
from portal.family.frame import family_frame
from portal.family.giving import may_sign, own_keys
from portal.family.parties import day_of
from portal.family.transfer_view import MoveView, lanes_of, steps_of
from portal.language import vocabulary
from portal.web import Asked, Family, FamilyActs, NoSuchPageError, redirect, wrong_password

router = APIRouter()
_CHOICE = categories(Travel.CONSENTED)
_LASTS = timedelta(days=90)  # a consent to send is for this move, not for life


@dataclass(frozen=True, slots=True)
class _Move:
    """One move and what the family decided about it."""

    way: MoveView
    chosen: frozenset[Category]
    proposal: ConsentItem | None


@router.get("/child/{child}/transfer")
def transfer_page(asked: Family, child: str, done: str = "") -> Response:
    """The latest move of this child; a page that says so when there is none."""
    about, words = find_child(asked, child), asked.words
    told = {
        "given": words.say("同意しました。えらんだ記録も、いっしょに送ります。"),
        "proposed": words.say("同意を受けつけました。ほかの保護者のお返事がそろうと、いっしょに送ります。"),
    }
    return _page(asked, about, told=told.get(done, ""))


@router.post("/child/{child}/transfer/consent")
def give(
    asked: FamilyActs,
    child: str,
    kinds: Annotated[list[str] | None, Form()] = None,
    password: Annotated[str, Form()] = "",
) -> Response:
    """Let more than the statutory part go to the next school."""
    about, words = find_child(asked, child), asked.words
    move = _latest(asked, about)
    if move is None or not _is_open(move.way.known) or not may_sign(asked, about.vault, Purpose.TRANSFER):
        raise NoSuchPageError("there is no move to consent to, or not for this person")
    chosen, errors = frozenset(kinds or ()), {}
    if not chosen or not chosen <= {kind.value for kind in _CHOICE}:
        errors["kinds"] = words.say("送るものを、1つ以上えらんでください。")
    elif wrong := wrong_password(asked, password):
        errors["password"] = wrong
    if errors:
        return _page(asked, about, chosen=chosen, errors=errors)
    consent = acts.give(
        asked.node,
        about.vault,
        own_keys(asked),
        Purpose.TRANSFER,
        categories=[Category(kind) for kind in sorted(chosen)],
        recipient=OrgId(move.way.known.destination),
        valid_until=asked.node.today() + _LASTS,
    )
    waits = consent in asked.node.vaults.authorisations(about.vault).proposals
    return redirect(f"{about.path}/transfer?done={'proposed' if waits else 'given'}")


def _page(
    asked: Asked,
    about: Child,
    *,
    told: str = "",
    chosen: frozenset[str] = frozenset(),
    errors: dict[str, str] | None = None,
) -> Response:
    move, frame = _latest(asked, about), family_frame(asked, about, "transfer")
    if move is None:
        return asked.render("family/transfer_none.html", frame=frame, child=about)
    words, way, known = asked.words, move.way, move.way.known
    return asked.render(
        "family/transfer.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK,
        frame=frame,
        child=about,
        told=told,
        known=known,
        steps=steps_of(words, way),
        lanes=lanes_of(words, way),
        origin=asked.node.name_of(known.origin),
        destination=asked.node.name_of(known.destination),
        first_day=words.full_day(known.accepted_on) if known.accepted_on else "",
        duty=_named(asked, STATUTORY),
        choice=_named(asked, move.chosen & _CHOICE),
        not_sent=kind_names(words, ALL - STATUTORY - move.chosen),
        may_choose=_is_open(known) and may_sign(asked, about.vault, Purpose.TRANSFER),
        several=len(_needed(asked, about)) > 1,
        options=[(kind.value, vocabulary.category(words, kind), "") for kind in CATEGORIES if kind in _CHOICE],
        proposal=move.proposal,
        chosen=chosen,
        errors=errors or {},
        number=number_of("TR", known.transfer),
        sent_on=words.full_day(day_of(way.sent_at)) if way.sent_at else "",
        arrived_on=words.full_day(day_of(way.committed_at)) if way.committed_at else "",
        holds=bool(way.sent_at) and holds(asked.node, about.vault),
    )


def _latest(asked: Asked, about: Child) -> _Move | None:
    """The move that is under way, or the last one; both sides of it where both schools are on this node."""
    moves = state.of_vault(asked.node, about.vault)
    if not moves:
        return None
    times, facts = _times(asked, about), asked.node.vaults.authorisations(about.vault)
    under_way = [move for move in moves if not move.is_over]
    known = (under_way or sorted(moves, key=lambda move: times.get(move.transfer, ("", ""))))[-1]
    sent_at, committed_at = times.get(known.transfer, ("", ""))
    chosen = _chosen(asked, about, facts, known)
    way = MoveView(
        known=known,
        sent_at=sent_at,
        committed_at=committed_at,
        consented=bool(chosen),
    )
    return _Move(way, chosen, _proposal(asked, about, facts, known))


def _times(asked: Asked, about: Child) -> dict[str, tuple[str, str]]:
    """When each move of a vault was sent and taken in, as far as the chain that is here says."""
    times: dict[str, tuple[str, str]] = {}
    for item in asked.node.vaults.entered(about.vault):
        if isinstance(item.event, TransferSealed):
            times[item.event.transfer] = (item.time, "")
        if isinstance(item.event, TransferCommitted):
            times[item.event.transfer] = (times.get(item.event.transfer, ("", ""))[0], item.time)
    return times


def _chosen(asked: Asked, about: Child, facts: Authorisations, known: Transfer) -> frozenset[Category]:
    """What goes along by choice: as it was sealed, or as the family's consent stands today."""
    for item in reversed(asked.node.vaults.entered(about.vault)):
        if isinstance(item.event, TransferSealed) and item.event.transfer == known.transfer:
            return frozenset(item.event.consented)
    return consented_for_transfer(facts, asked.node.today(), known.destination) - STATUTORY


def _proposal(asked: Asked, about: Child, facts: Authorisations, known: Transfer) -> ConsentItem | None:
    """A consent to send to that school which still waits for a signature."""
    for past in history(asked.node, about.vault):
        same = (past.terms.purpose, past.terms.recipient) == (Purpose.TRANSFER, known.destination)
        if same and past.state is ConsentState.WAITING:
            return item_of(asked.words, asked.node, facts, own_keys(asked).id, past)
    return None


def _is_open(known: Transfer) -> bool:
    """True while the history lies here and the family can add to what goes along."""
    return not known.is_over and not known.is_sealed


def _needed(asked: Asked, about: Child) -> frozenset[str]:
    return needed(rules(asked.node), asked.node.vaults.authorisations(about.vault), Purpose.TRANSFER)


def _named(asked: Asked, kinds: frozenset[Category]) -> Sequence[tuple[str, str, str, str]]:
    """Kinds of record for the macro `sent`."""
    return [(vocabulary.category(asked.words, kind), "", "", "") for kind in CATEGORIES if kind in kinds]
