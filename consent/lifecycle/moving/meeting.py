"""Where a history that arrives meets the child it is about: the seat here, and what its own records say.

Who is moving is the sender's word alone until it was compared: with the offer that was accepted, with the records that
came along, and with the seat that the office picked. Never: taking it in (`committing`).
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from consent.decisions import Request, permit
from consent.lifecycle import joining
from consent.lifecycle.moving.looking import look
from consent.lifecycle.moving.quarantine import QUARANTINE, verified_bundle
from consent.lifecycle.moving.sending import subject_of
from pds.errors import RefusedError, VerificationError
from pds.identifiers import OrgId, VaultId
from pds.node import Node
from pds.people import roster
from pds.records import Category
from pds.transfer import Bundle, State, Subject, Transfer, state
from pds.vault import Action, Member, Verified

Where = Literal["records", "seat"]
_NAMED = ("family_name", "given_name", "birth_date")


@dataclass(frozen=True, slots=True)
class AnotherNamed:
    """Somebody else is said to be moving than is found.

    Attributes:
        where: What was compared: the enrolment among the records that came along, or that of the seat here.
        said: Who is said to be moving.
        found: Who is found there.
    """

    where: Where
    said: Subject = field(repr=False)
    found: Subject = field(repr=False)


def check_announced(offered: Subject, arrived: Subject) -> None:
    """Whether a bundle is about the child who was offered and accepted.

    Raises:
        VerificationError: it is about another.
    """
    if not _agree(offered, arrived, _NAMED):
        raise VerificationError("the bundle is about another child than was offered and accepted")


def expected(node: Node, school: OrgId) -> list[VaultId]:
    """The children of a school whose histories are waited for: seats for the office to pick from."""
    return [vault for vault in roster.seats(node, school) if node.vaults.authorisations(vault).one_child.expected]


def take_seat(node: Node, school: OrgId, seat: VaultId) -> None:
    """Keep a child's seat for the history that was offered; until that comes, the child answers no study.

    Raises:
        RefusedError: it is no seat of this school, the child has a history from another school already, is leaving, or
            the seat is kept for another history.
    """
    if seat not in roster.seats(node, school) or not joining.is_here(node, school, seat):
        raise RefusedError("no child of this school has this seat, or the child is leaving")
    if state.waiting_for_seat(node, school, seat):
        raise RefusedError("this seat is kept for another history that is on its way")
    joining.expect(node, school, seat)


def differences(node: Node, transfer: str, member: Member | None = None) -> list[AnotherNamed]:
    """What a person has to look at before a quarantined history is taken in; nothing where all agree.

    The records that came were opened when they arrived (`looking`). The enrolment of the seat is opened now, as the
    school opens it; the family finds both in its log.

    Raises:
        RefusedError: the transfer is not in quarantine, or this member of staff may not open the seat.
        VerificationError: what is in quarantine is no longer what was verified.
    """
    known = state.load(node, transfer, "receiver")
    if known.state is not State.QUARANTINED:
        raise RefusedError("nothing of this transfer waits in quarantine")
    body = node.documents.get(QUARANTINE, transfer) or ""
    return _differences(node, known, *verified_bundle(node, known, body), member)


def _differences(
    node: Node, known: Transfer, bundle: Bundle, verified: Verified, member: Member | None
) -> list[AnotherNamed]:
    school = OrgId(known.destination)
    said, inside, day = bundle.subject, look(node, known, bundle, verified), node.today()
    found = [] if _agree(said, inside, _NAMED) and _is_named(said) else [AnotherNamed("records", said, inside)]
    if known.seat is not None:
        seat = node.vaults.goes_on(VaultId(known.seat))
        of_seat = Request.of_school(seat, school, Action.READ, [Category.ENROLLMENT_INFO], member=member)
        with node.vaults.read(permit(node, of_seat)) as reader:
            here = subject_of(reader, day)
        told = [name for name in _NAMED if getattr(here, name) is not None]  # not every roster has birth dates
        if not (_is_named(here) and _agree(said, here, told)):
            found.append(AnotherNamed("seat", said, here))
    return found


def check_child(node: Node, known: Transfer, bundle: Bundle, verified: Verified, member: Member | None = None) -> None:
    """Whether all that arrived names one child, and the child of the seat.

    Raises:
        RefusedError: it does not, or this member of staff may not open the seat.
    """
    if _differences(node, known, bundle, verified, member):
        raise RefusedError(
            "the records that arrived, or the seat here, name another child than the bundle; compare with the papers, "
            "then refuse it, or confirm that it is the same child"
        )


def _is_named(subject: Subject) -> bool:
    return bool(subject.family_name or subject.given_name)


def _agree(one: Subject, other: Subject, names: Iterable[str]) -> bool:
    return not any(_differs(getattr(one, name), getattr(other, name)) for name in names)


def _differs(one: object, other: object) -> bool:
    """Whether two say another name or day; blanks and widths are no difference (Unicode NFKC)."""

    def plain(value: object) -> str:
        return "".join(unicodedata.normalize("NFKC", "" if value is None else str(value)).split()).casefold()

    return plain(one) != plain(other)
