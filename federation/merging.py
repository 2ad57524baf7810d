"""A tier adds up what its children answered, signs the sum, and stores it before it hands it out.

Here:   taking answers in, merging once. Never: noise, data of students; a later roster: it would be another study.
"""

from federation.answers import Answer, Sum, sign_answer, verify_answer
from federation.documents import ANSWER, announced, answer_name, keep, open_document, plan_of, stored_answer
from federation.due import keep_sum
from federation.errors import EnvelopeError, LateAnswerError, NotReadyError
from federation.plan import Plan
from federation.study import StudyId, answering_below
from federation.vectors import add
from pds.crypto import DocumentType
from pds.identifiers import OrgId
from pds.node import Node


def take_answer(node: Node, token: str) -> None:
    """Take in the answer of an organisation directly below one of this node; the same again is nothing new.

    Raises:
        UnknownStudyError: the study is not known here.
        EnvelopeError, VectorError: the answer does not hold, or another one of the same sender is here.
        LateAnswerError: the sum was made without it.
    """
    child, answer = open_document(node, token, DocumentType.ANSWER, Answer)
    study, parent = answer.study, node.directory.entry(child).parent
    if parent is None or parent not in node.organisations():
        raise EnvelopeError("an answer goes to the organisation directly above the one that signs it")
    verify_answer(node, plan_of(node, study), child, token)
    with node.transaction():
        if stored_answer(node, study, child) is None and stored_answer(node, study, parent) is not None:
            raise LateAnswerError("the sum was made without this answer; another roster is another study")
        keep(node, ANSWER, answer_name(study, child), token, child)


def outstanding(node: Node, study: StudyId, organisation: OrgId) -> list[OrgId]:
    """The organisations directly below that have not answered yet. Raises UnknownStudyError."""
    below = answering_below(announced(node, study).study, node.directory, organisation)
    return [child for child in below if stored_answer(node, study, child) is None]


def answered(node: Node, study: StudyId, organisation: OrgId) -> list[OrgId]:
    """The schools whose answers are here below an organisation of this node: rosters, which are public.

    Raises:
        UnknownStudyError: the study is not known here.
        EnvelopeError, VectorError: a stored answer was altered.
    """
    plan = plan_of(node, study)
    found: list[OrgId] = []
    for child in answering_below(plan.study, node.directory, organisation):
        token = stored_answer(node, study, child)
        if token is not None:
            found += verify_answer(node, plan, child, token).roster
    return found


def merge(node: Node, study: StudyId, organisation: OrgId, *, partial: bool = False) -> str:
    """Add up the answers below an organisation of this node, once; asked again, the stored sum comes back.

    Args:
        node: The node.
        study: The study's identifier.
        organisation: A board or nation of this node. A school's answer is made by `federation.answering`.
        partial: Close the roster with the answers that are here. Whoever comes later stays out.

    Returns:
        The signed answer, as it is stored.

    Raises:
        UnknownStudyError: the study is not known here.
        NotReadyError: an answer is outstanding, or none is here.
        EnvelopeError, VectorError: a stored answer was altered, or two name one school.
    """
    node.refuse_restored()
    plan = plan_of(node, study)
    with node.transaction():
        stored = stored_answer(node, study, organisation)
        if stored is not None:
            verify_answer(node, plan, organisation, stored)
            return stored
        missing = outstanding(node, study, organisation)
        if missing and not partial:
            raise NotReadyError(f"still to answer: {', '.join(missing)}")
        token = sign_answer(node, plan, organisation, _total(node, plan, organisation))
        keep_sum(node, study, organisation, token)
    return token


def _total(node: Node, plan: Plan, organisation: OrgId) -> Sum:
    total = Sum([0] * plan.cells, ())
    for child in answering_below(plan.study, node.directory, organisation):
        token = stored_answer(node, plan.study_id, child)
        if token is None:
            continue
        part = verify_answer(node, plan, child, token)
        if set(part.roster) & set(total.roster):
            raise EnvelopeError("a school stands in two answers")
        total = Sum(add(total.cells, part.cells), (*total.roster, *part.roster))
    if not total.roster:
        raise NotReadyError("nobody has answered yet")
    return total
