"""Which holder a school's own identifiers of a guardian stand for, towards one child; never a child's number in it.

A source that numbers anew names last year's guardian for another child: so all is known by the vault. An identifier
that decides comes first, and a number does not lead to somebody who is known to have another of those.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from pds.identifiers import OrgId, VaultId
from pds.intake import LocalId
from pds.node import DocumentKind, Node


class _Relative(BaseModel):
    """A guardian's holder, and whether an identifier that decides is known of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    holder: str
    decided: bool


_GUARDIAN = DocumentKind(
    "guardian", _Relative, "a guardian's holder; blind index of an identifier and the child's vault", owned=True
)


def guardian_of(node: Node, school: OrgId, vault: VaultId, ids: Sequence[LocalId]) -> str | None:
    """The holder whom a school's own identifiers of a guardian stand for, towards one child; None if unknown.

    Guardians of a vault that was joined to this one are known by what they were called there.
    """
    deciding = [local for local in ids if local.decides(())]
    numbers = [local for local in ids if not local.decides(())]
    places = (vault, *node.vaults.authorisations(vault).one_child.joined)
    for local in (*deciding, *numbers):
        for place in places:
            known = node.documents.get(_GUARDIAN, _index(node, school, place, local))
            if known is not None and (local in deciding or not (deciding and known.decided)):
                return known.holder
    return None


def learn(node: Node, school: OrgId, vault: VaultId, ids: Sequence[LocalId], holder: str) -> None:
    """Let all that a school calls a guardian stand for their holder, towards one child."""
    decided = any(local.decides(()) for local in ids)
    for local in ids:
        index = _index(node, school, vault, local)
        before = node.documents.get(_GUARDIAN, index)
        known = before is not None and before.holder == holder and before.decided
        said = _Relative(holder=holder, decided=decided or known)
        if said != before:
            node.documents.put(_GUARDIAN, index, said, owner=school)


def _index(node: Node, school: OrgId, vault: VaultId, local: LocalId) -> str:
    return node.keyring.link(school, f"guardian:{local.scheme}", f"{vault}\x1f{local.value}")
