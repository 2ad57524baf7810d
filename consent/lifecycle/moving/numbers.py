"""The numbers by which a school will know a child who arrives: said at acceptance, given at commit.

Never: a number of another child, taken over.
"""

from collections.abc import Iterable
from datetime import date

from pds.errors import LinkedElsewhereError
from pds.identifiers import OrgId, VaultId
from pds.intake import LocalId
from pds.node import Node
from pds.transfer import BlindNumber

_TAKEN = "a child of this school has this number; pick that child's seat, or correct the number"


def accepted(
    node: Node, school: OrgId, ids: Iterable[LocalId], on: date, own: VaultId | None = None
) -> tuple[BlindNumber, ...]:
    """The identifiers as they are kept until the child is here; those that are the child's own already are not.

    Who left this school may come back: a number that stood for somebody who lives here no more is looked at again at
    the commit, when the vault is known.

    Args:
        node: The receiving school's node.
        school: The receiving school.
        ids: What it says.
        on: From which day on.
        own: The child's vault: the seat here, or at the commit the history.

    Raises:
        LinkedElsewhereError: one stands for another child of this school on that day.
    """
    links, found = node.vaults.links, []
    for one in ids:
        index, holdings = links.look_up(school, one.scheme, one.value)
        holders = {node.vaults.goes_on(holding.vault) for holding in holdings if holding.meets(on, on)}
        if any(holder != own and _is_here(node, school, holder) for holder in holders):
            raise LinkedElsewhereError(_TAKEN)
        if own is None or own not in holders:
            found.append(BlindNumber(scheme=one.scheme, index=index))
    return tuple(found)


def give(node: Node, school: OrgId, numbers: Iterable[BlindNumber], vault: VaultId, on: date) -> None:
    """Let the identifiers stand for the child who is here now, from the day of acceptance on.

    Raises:
        LinkedElsewhereError: one was given to another child since.
    """
    for number in numbers:
        try:
            node.vaults.links.add(school, number.scheme, number.index, vault, on)
        except LinkedElsewhereError:
            raise LinkedElsewhereError(_TAKEN) from None


def _is_here(node: Node, school: OrgId, vault: VaultId) -> bool:
    home = node.vaults.authorisations(vault).home
    return node.vaults.lives_here(vault) and home is not None and home.id == school
