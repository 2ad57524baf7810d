"""Signed documents of the federation: opened only with the signer's card from the directory.

Here:   verifying, and where each document is kept. Never: what a document means, a signature of our own making.
"""

import logging
from collections.abc import Iterator
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from federation.errors import EnvelopeError, UnknownStudyError, UnlistedSignerError
from federation.plan import Plan, compile_study
from federation.study import Announcement, Study, StudyId, Title, takes_part
from pds.crypto import DocumentType, claimed_document, claimed_signer
from pds.errors import (
    ExpiredError,
    NoDirectoryError,
    PdsError,
    SignatureError,
    UnlistedError,
    UsageError,
    store_failed,
)
from pds.holders import verify
from pds.identifiers import OrgId
from pds.node import DocumentKind, Node

_log = logging.getLogger("manabi.studies")
_Model = TypeVar("_Model", bound=BaseModel)


def _school_year(token: str) -> str:
    return str(claimed_document(token)["study"]["question"]["school_year"])


STUDY = DocumentKind("study", str, "signed announcement; the study", owned=True, key=_school_year)
ANSWER = DocumentKind("answer", str, "signed answer; study `/` organisation", owned=True)
RELEASE = DocumentKind("release", str, "signed release; the study", owned=True)


def open_document(node: Node, token: str, typ: DocumentType, model: type[_Model]) -> tuple[OrgId, _Model]:
    """Who signed a document, and what it says, as far as signature and form go.

    Raises:
        EnvelopeError: an altered byte, a signer who is not in the directory, another type or form.
    """
    try:
        signer = OrgId(claimed_signer(token))
        card = node.directory.entry(signer).card
        return signer, model.model_validate(verify(token, typ, card))
    except ValidationError as error:
        raise EnvelopeError(f"the signed document is no {typ.value} of a known form") from error
    except UnlistedError as error:
        raise UnlistedSignerError("the document is signed by an organisation that is not in the directory") from error
    except (SignatureError, UsageError) as error:
        raise EnvelopeError(f"the signature of a {typ.value} does not hold, or it is malformed") from error


def open_announcement(node: Node, token: str) -> Announcement:
    """A study as it was published.

    Raises:
        EnvelopeError: it is signed by another than who asks, or its codebook is not the one this node compiles.
        UnlistedError: its scope is not in the directory.
        QuestionError: no plan can be made of it here.
    """
    signer, announcement = open_document(node, token, DocumentType.STUDY, Announcement)
    study = announcement.study
    node.directory.entry(study.scope)
    if signer != study.asked_by or not takes_part(study, node.directory, study.scope):
        raise EnvelopeError("a study is announced by the organisation that asks, to itself or below")
    if announcement.codebook != compile_study(study).codebook:
        raise EnvelopeError("the announced codebook is not the one this node compiles from the same study")
    return announcement


def keep(node: Node, kind: DocumentKind[str], name: str, token: str, owner: str) -> None:
    """Store a document once; the same again is nothing new. Only inside a transaction, or as one.

    Raises:
        EnvelopeError: another document stands there; the first one stays.
    """
    with node.transaction():
        stored = node.documents.get(kind, name)
        if stored is None:
            node.documents.add(kind, name, token, owner=owner)
        elif stored != token:
            raise EnvelopeError(f"another {kind.name} is here already under that name; the first one stays")


def announced(node: Node, study: StudyId) -> Announcement:
    """A published study that is known here.

    Raises:
        UnknownStudyError: it is not.
    """
    token = node.documents.get(STUDY, study)
    if token is None:
        raise UnknownStudyError("no published study of that identifier is known here")
    return open_announcement(node, token)


def studies_here(node: Node) -> list[StudyId]:
    """The published studies that are known here, oldest first, without opening them: one that fails stops no other."""
    return [StudyId(name) for name in node.documents.names(STUDY)]


def published(node: Node, school_year: int | None = None) -> list[Study]:
    """The published studies that are known here, of one school year or of all, oldest first.

    One that no longer holds, such as one of an organisation that left the directory, is left out, and stops no other.
    """
    return [study for study, holds in _stored(node, school_year) if holds]


def ever_published(node: Node, school_year: int) -> list[Study]:
    """The same with those that no longer hold: what they cost the students of the year was spent all the same."""
    return [study for study, _ in _stored(node, school_year)]


def _stored(node: Node, school_year: int | None) -> Iterator[tuple[Study, bool]]:
    """The studies that were taken in, and whether each still holds; what is no study at all is told in the log."""
    year = None if school_year is None else str(school_year)
    for name, token in node.documents.find(STUDY, key=year):
        try:
            yield open_announcement(node, token).study, True
        except PdsError as error:
            if store_failed(error) or isinstance(error, ExpiredError | NoDirectoryError):
                raise  # no study is to blame
            _log.warning("the study %s no longer holds: %s", name, error)
            study = _claimed(token)
            if study is not None:
                yield study, False


def _claimed(token: str) -> Study | None:
    try:
        return Announcement.model_validate(claimed_document(token)).study
    except (SignatureError, ValidationError):
        return None


def titles(node: Node) -> dict[StudyId, Title]:
    """What people read about the published studies that are known here, by identifier."""
    return {study.id: study.title for study in published(node)}


def plan_of(node: Node, study: StudyId) -> Plan:
    """The plan of a published study that is known here. Raises UnknownStudyError."""
    return compile_study(announced(node, study).study)


def answer_name(study: StudyId, organisation: str) -> str:
    """Under which name an answer is stored: one per study and organisation."""
    return f"{study}/{organisation}"


def stored_answer(node: Node, study: StudyId, organisation: str) -> str | None:
    """The stored answer of an organisation, its own or a received one."""
    return node.documents.get(ANSWER, answer_name(study, organisation))
