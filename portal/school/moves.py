"""What both directions of a move share: which transfers are this school's, their numbers, why one is refused.

Never: a step of a move (`consent.lifecycle.moving`), a child's name.
"""

from collections.abc import Mapping
from types import MappingProxyType

from pds.errors import NotFoundError
from pds.identifiers import VaultId
from pds.transfer import Side, State, Transfer, state
from portal.language import Words, phrase
from portal.school.desk import at_the_desk
from portal.web import Asked, NoSuchPageError

# How a list marks a move: "wait" where a school has to do something next; the list of either direction has these marks
BADGES: Mapping[State, str] = MappingProxyType(
    {
        State.ANNOUNCED: "wait",
        State.OFFERED: "wait",
        State.ACCEPTED: "info",
        State.SENT: "wait",
        State.QUARANTINED: "wait",
        State.COMMITTED: "ok",
        State.CLOSED: "ok",
        State.REFUSED: "ng",
    }
)
# The old school reads the sentence, so that no free text about a child travels outside of a seal.
REASONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "not-coming": ("this child does not join this school", phrase("この学校には、転入しません")),
        "another": ("this is another child than was expected", phrase("思っていた児童・生徒と、ちがいます")),
        "papers": ("the papers and the record do not agree", phrase("書類と、届いた記録が合いません")),
    }
)


def own(asked: Asked, side: Side) -> list[Transfer]:
    """This school's transfers of one direction, the latest known first."""
    school = at_the_desk(asked)
    return list(reversed(state.of_school(asked.node, school, side)))


def find(asked: Asked, transfer: str, side: Side) -> Transfer:
    """One of this school's transfers.

    Raises:
        NoSuchPageError: this school has no such transfer, or the person is not in charge of moves.
    """
    school = at_the_desk(asked)
    try:
        known = state.load(asked.node, transfer, side)
    except NotFoundError as error:
        raise NoSuchPageError("this school has no such transfer") from error
    if _school(known) != school:
        raise NoSuchPageError("this school has no such transfer")
    return known


def under_way(asked: Asked, vault: VaultId) -> Transfer | None:
    """The transfer by which a student is leaving this school already."""
    known = state.of_vault(asked.node, vault)
    return next((t for t in known if t.side == "sender" and not t.is_over), None)


def number_of(transfer: str) -> str:
    """How people call a transfer: TR-5A2B-9F31; drawn at random, like the transfer itself."""
    text = transfer.replace("-", "").upper()
    return f"TR-{text[:4]}-{text[4:8]}"


def why_refused(words: Words, reason: str | None) -> str:
    """Why a transfer ended without a move, in the reader's language."""
    for sentence, said in REASONS.values():
        if sentence == reason:
            return words.say(said)
    return words.say("届いた記録が、たしかめに合格しませんでした")


def _school(transfer: Transfer) -> str:
    return transfer.origin if transfer.side == "sender" else transfer.destination
