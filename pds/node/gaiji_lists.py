"""Lists of 外字: what people entered for characters of a school's sources that nobody can read, sealed.

Never: a guess at a character.
"""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from pds.crypto import canonical, parse
from pds.identifiers import OrgId
from pds.intake import NO_GAIJI, Gaiji
from pds.node.node import Node
from pds.store import DocumentKind

_GAIJI = DocumentKind("gaiji", bytes, "a school's lists of 外字, by source, sealed; the school", owned=True)


class _Lists(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: Mapping[str, Gaiji]


def gaiji_of(node: Node, school: OrgId, source: str) -> Gaiji:
    """What was entered for a source so far.

    Raises:
        SealBrokenError: it is not what this node wrote.
    """
    return _lists(node, school).sources.get(source, NO_GAIJI)


def set_gaiji(node: Node, school: OrgId, source: str, gaiji: Gaiji) -> None:
    """Keep a source's list, in the place of the one before."""
    with node.transaction():
        lists = _Lists(sources={**_lists(node, school).sources, source: gaiji})
        sealed = node.keyring.seal_document(_place(school), canonical(lists.model_dump(mode="json")))
        node.documents.put(_GAIJI, school, sealed, owner=school)


def _lists(node: Node, school: OrgId) -> _Lists:
    sealed = node.documents.get(_GAIJI, school)
    if sealed is None:
        return _Lists(sources={})
    return _Lists.model_validate(parse(node.keyring.open_document(_place(school), sealed)))


def _place(school: OrgId) -> bytes:
    return canonical({"label": "manabi/gaiji/1", "school": school})
