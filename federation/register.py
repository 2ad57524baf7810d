"""The register of the tier that asks: drafted, approved by a second person, answered, released.

Here:   the steps and what is shown before each. Never: a look into a vault: everything shown is public beforehand.
A state is never written down: it follows from which documents are there.
"""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from federation.documents import ANSWER, RELEASE, STUDY, answer_name, published
from federation.errors import ApprovalError, QuestionError, UnknownStudyError
from federation.plan import compile_study
from federation.preview import Preview, predict
from federation.releasing import Release, stored_release
from federation.study import Announcement, Study, StudyId, read_study, schools_of, takes_part
from pds.canonical_json import canonical, parse
from pds.clock import timestamp
from pds.directory import Directory
from pds.node import Node
from pds.signing import DocumentType

_DRAFT, _APPROVAL = "study-draft", "study-approval"


class State(StrEnum):
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


@dataclass(frozen=True, slots=True)
class Registered:
    """A study as its register shows it.

    Attributes:
        preview: What was predicted from public figures.
        release: The receipt, once there is one: the same question again costs nothing.
    """

    id: StudyId
    study: Study
    state: State
    drafter: str
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
    compile_study(study)
    directory = node.directory
    if study.asked_by not in node.organisations():
        raise QuestionError(f"{study.asked_by} is not an organisation of this node")
    if study.scope not in directory.entries or not takes_part(study, directory, study.scope):
        raise QuestionError(f"{study.scope} is not below {study.asked_by} in the directory")
    if not directory.schools(study.scope):
        raise QuestionError(f"no school in the directory is at or below {study.scope}")
    if group_size < 1 or not _name(drafter):
        raise QuestionError("a draft names its drafter and an expected group of at least one student")
    document = _Draft(study=study, drafter=drafter, group_size=group_size, drafted_at=timestamp(node.clock.now()))
    with node.store.transaction():
        if node.store.get(_DRAFT, study.id) is None:
            node.store.put(_DRAFT, study.id, canonical(document.model_dump(mode="json", exclude_none=True)))
    return show(node, study.id)


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
    """
    entry = _read(node, study)
    if _name(approver) in ("", _name(entry.drafter)):
        raise ApprovalError("a second person approves: somebody else than the drafter")
    with node.store.transaction():
        stored = node.store.get(STUDY, study)
        if stored is not None:
            return stored.decode()
        announcement = Announcement(
            study=entry.study, codebook=compile_study(entry.study).codebook, published_on=node.today()
        )
        secret = node.keyring.secret(entry.study.asked_by)
        token = secret.sign(DocumentType.STUDY, announcement.model_dump(mode="json", exclude_none=True))
        approval = {"approver": approver, "approved_at": timestamp(node.clock.now()), "study": study}
        node.store.put(_APPROVAL, study, canonical(approval))
        node.store.put(STUDY, study, token.encode())
    return token


def show(node: Node, study: StudyId) -> Registered:
    """A study of this register. Raises UnknownStudyError."""
    entry = _read(node, study)
    preview = predict(
        compile_study(entry.study),
        len(schools_of(entry.study, node.directory, entry.study.scope)),
        entry.group_size,
        _declared(node, entry.study),
    )
    return Registered(
        id=study,
        study=entry.study,
        state=state(node, entry.study),
        drafter=entry.drafter,
        preview=preview,
        release=stored_release(node, study),
    )


def registered(node: Node) -> list[Registered]:
    """All studies of this register, oldest first."""
    return [show(node, name) for name, _ in node.store.all(_DRAFT)]


def state(node: Node, study: Study) -> State:
    """How far a study is at the organisation that asked."""
    if node.store.get(RELEASE, study.id) is not None:
        return State.RELEASED
    if node.store.get(ANSWER, answer_name(study.id, study.asked_by)) is not None:
        return State.ANSWERED
    return State.APPROVED if node.store.get(STUDY, study.id) is not None else State.DRAFT


def _read(node: Node, study: StudyId) -> _Draft:
    stored = node.store.get(_DRAFT, study)
    if stored is None:
        raise UnknownStudyError("no draft of that identifier is in this register")
    return _Draft.model_validate(parse(stored))


def _declared(node: Node, study: Study) -> int:
    """Micro-ε of other published studies of the school year whose scope overlaps."""
    directory, year = node.directory, study.question.school_year
    return sum(
        other.epsilon
        for other in published(node)
        if other.id != study.id and other.question.school_year == year and _overlap(directory, other.scope, study.scope)
    )


def _overlap(directory: Directory, one: str, other: str) -> bool:
    if one not in directory.entries or other not in directory.entries:
        return False
    return one in directory.path(other) or other in directory.path(one)


def _name(identifier: str) -> str:
    return identifier.strip().casefold()
