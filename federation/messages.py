"""What a node has to send for its studies, and taking in what came: announcements down, answers up.

Here:   which signed document goes to whom, and to which door a received one belongs. Transport is others' work.
Never:  a socket, a file, a person.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Literal

from federation.documents import STUDY, keep, open_announcement, published, stored_answer
from federation.errors import EnvelopeError
from federation.merging import take_answer
from federation.study import Study, answering_below, takes_part
from pds.identifiers import OrgId
from pds.node import Node

Kind = Literal["study", "answer"]
_SENT = "study-sent"


@dataclass(frozen=True, slots=True)
class Message:
    """One signed document on its way. Sending it twice does no harm."""

    to: OrgId
    kind: Kind
    token: str = field(repr=False)

    @property
    def digest(self) -> str:
        """Names receiver and document: SHA-256, hex."""
        return hashlib.sha256(f"{self.to}\n{self.kind}\n{self.token}".encode()).hexdigest()


def outgoing(node: Node) -> list[Message]:
    """All that is for other nodes and was not sent yet; organisations of one node share its store."""
    here = node.organisations()
    found = [
        message
        for study in published(node)
        for organisation in here
        if takes_part(study, node.directory, organisation)
        for message in (*_down(node, study, organisation), *_up(node, study, organisation))
        if message.to not in here
    ]
    return [message for message in found if node.store.get(_SENT, message.digest) is None]


def delivered(node: Node, message: Message) -> None:
    """Remember that a message is on its way for certain, so that it is not offered again."""
    with node.transaction():
        node.store.put(_SENT, message.digest, b"", replace=True)


def take(node: Node, kind: str, token: str) -> None:
    """Take in a signed document, whoever brought it; the same again is nothing new.

    Raises:
        EnvelopeError, VectorError: it does not hold, or is for somebody else; nothing of it was stored.
        UnknownStudyError: an answer to a study that is not known here.
        LateAnswerError: an answer after the sum was made.
        QuestionError: no plan can be made of the study here.
    """
    if kind == "study":
        _take_study(node, token)
    elif kind == "answer":
        take_answer(node, token)
    else:
        raise EnvelopeError(f"no documents of the kind {kind!r} are sent for studies")


def _take_study(node: Node, token: str) -> None:
    study = open_announcement(node, token).study
    if not any(takes_part(study, node.directory, organisation) for organisation in node.organisations()):
        raise EnvelopeError("no organisation of this node has a part in this study")
    keep(node, STUDY, study.id, token)


def _down(node: Node, study: Study, organisation: OrgId) -> list[Message]:
    token = node.store.get(STUDY, study.id)
    below = answering_below(study, node.directory, organisation)
    return [Message(child, "study", token.decode()) for child in below if token is not None]


def _up(node: Node, study: Study, organisation: OrgId) -> list[Message]:
    parent = node.directory.entry(organisation).parent
    token = stored_answer(node, study.id, organisation)
    if token is None or parent is None or organisation == study.asked_by:
        return []
    return [Message(parent, "answer", token)]
