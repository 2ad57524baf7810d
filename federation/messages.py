"""The kinds of message of studies, and what a node has to send for them: announcements down, answers up.

Never: a socket, a file, a person; what a study or an answer must be, which the doors that take them say.
"""

import logging
from collections.abc import Iterator

from federation.documents import STUDY, announced, open_announcement, stored_answer
from federation.due import keep_study, settle, studies_due
from federation.errors import EnvelopeError
from federation.merging import take_answer
from federation.study import Study, StudyId, answering_below, takes_part
from pds.crypto import DocumentType
from pds.errors import PdsError, store_failed
from pds.identifiers import OrgId
from pds.node import Node
from pds.post import Letter, Message, MessageKind, Way

ANNOUNCED, ANSWERED = "statistics.study", "statistics.answer"
_MOST_BYTES = 16 * 1024 * 1024  # the longest lists a question may have, or a vector with the roster of all schools
_log = logging.getLogger("manabi.studies")


def take_study(node: Node, token: str) -> None:
    """Take in an announced study, whoever brought it; the same again is nothing new.

    Raises:
        EnvelopeError: it does not hold, or no organisation of this node has a part in it; nothing of it was stored.
        QuestionError: no plan can be made of it here.
    """
    study = open_announcement(node, token).study
    if not any(takes_part(study, node.directory, organisation) for organisation in node.organisations()):
        raise EnvelopeError("no organisation of this node has a part in this study")
    with node.transaction():
        keep_study(node, study, token)


def _study(node: Node, message: Message) -> None:
    take_study(node, message.body)


def _answer(node: Node, message: Message) -> None:
    take_answer(node, message.body)


MESSAGES = (
    MessageKind(ANNOUNCED, DocumentType.STUDY, Way.DOWN, _MOST_BYTES, _study),
    MessageKind(ANSWERED, DocumentType.ANSWER, Way.UP, _MOST_BYTES, _answer),
)


def due(node: Node) -> Iterator[Letter]:
    """All that studies have for organisations of other nodes; those of this one share its store.

    A study that no longer holds, such as one of an organisation that left the directory, holds up no other. One whose
    letters were all taken is looked at again when it has changed, or the directory has.
    """
    for identifier, mark in studies_due(node):
        try:
            letters = _letters(node, identifier)
        except PdsError as error:
            if store_failed(error):
                raise
            _log.warning("nothing is sent for the study %s: %s", identifier, error)
        else:
            yield from letters
            settle(node, identifier, mark)


def _letters(node: Node, identifier: StudyId) -> list[Letter]:
    study, here = announced(node, identifier).study, node.organisations()
    return [
        letter
        for organisation in here
        if takes_part(study, node.directory, organisation)
        for letter in (*_down(node, study, organisation), *_up(node, study, organisation))
        if letter.to not in here
    ]


def _down(node: Node, study: Study, organisation: OrgId) -> list[Letter]:
    token = node.documents.get(STUDY, study.id)
    below = answering_below(study, node.directory, organisation)
    return [Letter(organisation, child, ANNOUNCED, token) for child in below if token is not None]


def _up(node: Node, study: Study, organisation: OrgId) -> list[Letter]:
    parent = node.directory.entry(organisation).parent
    token = stored_answer(node, study.id, organisation)
    if token is None or parent is None or organisation == study.asked_by:
        return []
    return [Letter(organisation, parent, ANSWERED, token)]
