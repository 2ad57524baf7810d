"""The register of the tier that asks: drafted, approved by a second person, answered, released.

Here:   the steps and what is shown before each. Never: a look into a vault: everything shown is public beforehand.
A state is never written down: it follows from which documents are there.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from federation.budget import Budgets, budget_for
from federation.documents import ANSWER, RELEASE, STUDY, announced, answer_name
from federation.due import keep_study
from federation.errors import ApprovalError, OverBudgetError, QuestionError, UnknownStudyError
from federation.plan import compile_study
from federation.preview import Preview, predict
from federation.releasing import Release, stored_release
from federation.study import Announcement, Study, StudyId, read_study, schools_of, takes_part
from pds.clock import timestamp
from pds.crypto import DocumentType
from pds.errors import ExpiredError, NoDirectoryError, UsageError, VerificationError
from pds.node import DocumentKind, Node

_log = logging.getLogger("manabi.studies")


class StudyState(StrEnum):
    """How far a study is on this node."""

    DRAFT = "draft"
    APPROVED = "approved"
    ANSWERED = "answered"
    RELEASED = "released"


class _Draft(BaseModel):
    """A draft as it is stored, format "manabi-study-draft/1"; it stays on this node."""

    model_config = ConfigDict(frozen=True, extra="allow")

    format: str = "manabi-study-draft/1"
    study: Study
    drafter: str
    group_size: int
    drafted_at: str


class _Approval(BaseModel):
    """Who approved a study, and when; it stays on this node."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    study: StudyId
    approver: str
    approved_at: str


_DRAFT = DocumentKind("study-draft", _Draft, "what was drafted, by whom, when; the study", owned=True)
_APPROVAL = DocumentKind("study-approval", _Approval, "who approved, and when; the study", owned=True)


@dataclass(frozen=True, slots=True)
class Registered:
    """A study as its register shows it.

    Attributes:
        drafter: The staff identifier of whoever drafted it.
        drafted_at: When, in UTC.
        published_on: The day of approval, in Japan; None for a draft.
        preview: What was predicted from public figures.
        release: The receipt, once there is one: the same question again costs nothing.
    """

    id: StudyId
    study: Study
    state: StudyState
    drafter: str
    drafted_at: datetime
    published_on: date | None
    preview: Preview
    release: Release | None


def draft(node: Node, study: Study, *, drafter: str, group_size: int) -> Registered:
    """Enter a study, or find the same question that was entered before, with its release if there is one.

    Args:
        node: The node of the organisation that asks.
        study: What is to be asked.
        drafter: The staff identifier of whoever drafts.
        group_size: Students per row, as the drafter expects them from public figures; for the predicted error.

    Raises:
        QuestionError: no plan can be made of it, the scope is not below whoever asks, or it has no school.
    """
    study = read_study(study.model_dump(mode="json", exclude_none=True))  # a copy with changes is not yet canonical
    _check(node, study, group_size)
    if not _name(drafter):
        raise QuestionError("a draft names its drafter")
    document = _Draft(study=study, drafter=drafter, group_size=group_size, drafted_at=timestamp(node.clock.now()))
    with node.transaction():
        if not node.documents.has(_DRAFT, study.id):
            node.documents.add(_DRAFT, study.id, document, owner=study.asked_by)
    return find_study(node, study.id)


def estimate(node: Node, study: Study, *, group_size: int) -> Preview:
    """What a study would cost and how exact it would be, without entering it.

    Args:
        node: The node of the organisation that asks.
        study: What would be asked.
        group_size: Students per row, as the drafter expects them from public figures.

    Raises:
        QuestionError: as `draft` does.
    """
    study = read_study(study.model_dump(mode="json", exclude_none=True))
    _check(node, study, group_size)
    return _predicted(node, study, group_size, Budgets(node))


def _check(node: Node, study: Study, group_size: int) -> None:
    compile_study(study)
    directory = node.directory
    if study.asked_by not in node.organisations():
        raise QuestionError(f"{study.asked_by} is not an organisation of this node")
    if study.scope not in directory.entries or not takes_part(study, directory, study.scope):
        raise QuestionError(f"{study.scope} is not below {study.asked_by} in the directory")
    if not directory.schools(study.scope):
        raise QuestionError(f"no school in the directory is at or below {study.scope}")
    if group_size < 1:
        raise QuestionError("an expected group has at least one student")


def approve(node: Node, study: StudyId, *, approver: str) -> str:
    """Approve a draft as a second person and publish it; approved before, the published document comes back.

    Args:
        node: The node of the organisation that asks.
        study: The draft's identifier.
        approver: The staff identifier of whoever approves.

    Returns:
        The signed announcement, as it is stored.

    Raises:
        UnknownStudyError: there is no such draft.
        ApprovalError: the approver is the drafter, or nobody.
        OverBudgetError: published studies of the year leave less of the allowance than it costs.
    """
    node.refuse_restored()
    entry = _read(node, study)
    if _name(approver) in ("", _name(entry.drafter)):
        raise ApprovalError("a second person approves: somebody else than the drafter")
    with node.transaction():
        stored = node.documents.get(STUDY, study)
        if stored is not None:
            return stored
        if not budget_for(node, entry.study).suffices_for(entry.study.epsilon):
            raise OverBudgetError("the school year's allowance does not suffice for this study")
        announcement = Announcement(
            study=entry.study, codebook=compile_study(entry.study).codebook, published_on=node.today()
        )
        secret = node.keyring.secret(entry.study.asked_by)
        token = secret.sign(DocumentType.STUDY, announcement.model_dump(mode="json", exclude_none=True))
        approval = _Approval(study=study, approver=approver, approved_at=timestamp(node.clock.now()))
        node.documents.add(_APPROVAL, study, approval, owner=entry.study.asked_by)
        keep_study(node, entry.study, token)
    return token


def find_study(node: Node, study: StudyId) -> Registered:
    """A study of this register. Raises UnknownStudyError."""
    return _shown(node, _read(node, study), Budgets(node))


def registered(node: Node, organisation: str | None = None) -> list[Registered]:
    """The studies of this register, of one organisation that asks or of all, oldest first.

    One that no longer holds is told in the log, and takes no other from the list.
    """
    owners = None if organisation is None else (organisation,)
    budgets, found = Budgets(node), []
    for name, entry in node.documents.find(_DRAFT, owners=owners):
        try:
            found.append(_shown(node, entry, budgets))
        except (UsageError, VerificationError) as error:
            if isinstance(error, ExpiredError | NoDirectoryError):
                raise  # no study is to blame
            _log.warning("the study %s cannot be shown: %s", name, error)
    return found


def _shown(node: Node, entry: _Draft, budgets: Budgets) -> Registered:
    study = entry.study.id
    return Registered(
        id=study,
        study=entry.study,
        state=state(node, entry.study),
        drafter=entry.drafter,
        drafted_at=datetime.fromisoformat(entry.drafted_at),
        published_on=announced(node, study).published_on if node.documents.has(STUDY, study) else None,
        preview=_predicted(node, entry.study, entry.group_size, budgets),
        release=stored_release(node, study),
    )


def state(node: Node, study: Study) -> StudyState:
    """How far a study is at the organisation that asked."""
    if node.documents.has(RELEASE, study.id):
        return StudyState.RELEASED
    if node.documents.has(ANSWER, answer_name(study.id, study.asked_by)):
        return StudyState.ANSWERED
    return StudyState.APPROVED if node.documents.has(STUDY, study.id) else StudyState.DRAFT


def _read(node: Node, study: StudyId) -> _Draft:
    found = node.documents.get(_DRAFT, study)
    if found is None:
        raise UnknownStudyError("no draft of that identifier is in this register")
    return found


def _predicted(node: Node, study: Study, group_size: int, budgets: Budgets) -> Preview:
    schools = len(schools_of(study, node.directory, study.scope))
    return predict(compile_study(study), schools, group_size, budgets.found_by(study).spoken_for)


def _name(identifier: str) -> str:
    return identifier.strip().casefold()
