"""A number that stands for the wrong child is given to the right one: by two people who say the same, and logged.

The first says it, the second says it again in the same words. Both vaults get an event, which names the numbering, the
days, the reason and the two, and not the number. Never: a record moved, a number given by an import or a transfer.
"""

from datetime import date, timedelta
from typing import get_args

from pydantic import BaseModel, ConfigDict

from consent.decisions import Request, permit
from consent.lifecycle.joining import Actor, fingerprint, is_here
from pds.errors import NotFoundError, RefusedError, UsageError
from pds.identifiers import OrgId, VaultId
from pds.intake import LocalId
from pds.node import DocumentKind, Node
from pds.vault import Action, Holding, IdentifierLinked, WhyRelinked

WHY: tuple[WhyRelinked, ...] = get_args(WhyRelinked)
_DAYS = timedelta(days=60)  # what nobody has confirmed in two months is looked at anew
_A_DAY = timedelta(days=1)


class _Said(BaseModel):
    """What one person has said: the number goes to a vault from a day on; `by` is a fingerprint."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vault: VaultId
    first: date
    why: WhyRelinked
    by: str


_SAID = DocumentKind(
    "relinking",
    _Said,
    "a number to be given to the right child by a second person; its keyed index",
    _DAYS,
    owned=True,
)


def relink(
    node: Node, school: OrgId, number: LocalId, vault: VaultId, *, first: date, why: WhyRelinked, by: Actor
) -> bool:
    """Say that a number is another child's than the one it stands for; done once a second person has said the same.

    Args:
        node: The node where both children's vaults live.
        school: The school where they live, and whose number it is.
        number: The number.
        vault: Whose it is.
        first: From which day on; a day on which it stands for the wrong child.
        why: What had gone wrong.
        by: Who says so.

    Returns:
        True when it is done; False while a second person is waited for.

    Raises:
        NotFoundError: the number stands for nobody on that day.
        RefusedError: it is this child's already, or one of the two does not live here or is moving.
        UsageError: nobody says so, or no such reason is known.
    """
    if why not in WHY:
        raise UsageError(f"the reason is one of {', '.join(WHY)}")
    said = _Said(vault=vault, first=first, why=why, by=fingerprint(node, by))
    with node.transaction():
        index, stay = _stands(node, school, number, first)
        for one in (stay.vault, vault):
            if not is_here(node, school, one) or node.vaults.authorisations(one).one_child.continued_in is not None:
                raise RefusedError("one of the two does not live at this school, or is moving, or was joined")
            permit(node, Request.in_transfer(one, school, Action.AUTHORISE, member=by.member))
        if vault == stay.vault:
            raise RefusedError("this number is this child's already on that day")
        before = node.documents.get(_SAID, index)
        if before is None or before.by == said.by or before.model_copy(update={"by": said.by}) != said:
            node.documents.put(_SAID, index, said, owner=school)
            return False
        node.documents.drop(_SAID, index)
        people = (before.by, said.by)
        node.vaults.links.give(school, number.scheme, index, vault, first)
        until = IdentifierLinked(scheme=number.scheme, first=stay.first, last=first - _A_DAY, why=why, by=people)
        _enter(node, school, stay.vault, until, by)
        _enter(node, school, vault, IdentifierLinked(scheme=number.scheme, first=first, why=why, by=people), by)
    return True


def _stands(node: Node, school: OrgId, number: LocalId, on: date) -> tuple[str, Holding]:
    """How a number is called here, and for whom it stands on a day."""
    index, holdings = node.vaults.links.look_up(school, number.scheme, number.value)
    stay = next((one for one in holdings if one.meets(on, on)), None)
    if stay is None:
        raise NotFoundError("this number stands for nobody on that day; import the roster with it")
    return index, stay


def _enter(node: Node, school: OrgId, vault: VaultId, event: IdentifierLinked, by: Actor) -> None:
    leave = permit(node, Request.in_transfer(vault, school, Action.AUTHORISE, member=by.member))
    with node.vaults.transact(leave) as writer:
        writer.enter(event)
