"""Which studies may have something to send: those that changed here since all of theirs was sent, and no other.

Never: a letter, or whom it is for (`federation.messages`).
"""

import secrets

from federation.documents import ANSWER, STUDY, answer_name, keep, studies_here
from federation.study import Study, StudyId
from pds.identifiers import OrgId
from pds.node import DocumentKind, Node

_DUE = DocumentKind("study-due", str, "a mark drawn at each change: the study may have something to send; the study")
_SERIAL = "studies-sent-under"  # the directory by which the addressees of all studies were found last


def keep_study(node: Node, study: Study, token: str) -> None:
    """Store a published study; call it in a transaction. Raises EnvelopeError as `keep`."""
    keep(node, STUDY, study.id, token, study.asked_by)
    _mark(node, study.id)


def keep_sum(node: Node, study: StudyId, organisation: OrgId, token: str) -> None:
    """Store the answer of an organisation of this node; call it in a transaction. Raises AlreadyExistsError."""
    node.documents.add(ANSWER, answer_name(study, organisation), token, owner=organisation)
    _mark(node, study)


def studies_due(node: Node) -> list[tuple[StudyId, str]]:
    """The studies that may have something to send, with their marks; all of them once after a new directory."""
    if not node.documents.owners(STUDY):
        return []
    serial = str(node.directory.serial)
    if node.own_document(_SERIAL) != serial:
        with node.transaction():
            for study in studies_here(node):
                _mark(node, study)
            node.keep_own_document(_SERIAL, serial)
    return [(StudyId(name), mark) for name, mark in node.documents.find(_DUE)]


def settle(node: Node, study: StudyId, mark: str) -> None:
    """All that a study had to send is on its way, unless it has changed since it had this mark."""
    with node.transaction():
        if node.documents.get(_DUE, study) == mark:
            node.documents.drop(_DUE, study)


def _mark(node: Node, study: StudyId) -> None:
    node.documents.put(_DUE, study, secrets.token_hex(8))
