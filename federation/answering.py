"""A school answers: count, then draw, add, sign and store in one transaction, and only then hand out.

Whatever happens in between, a rerun finds either the stored answer, which it resends, or none, and then nothing was
released. Charges come first and stay: a crash costs budget, never privacy.
Never: a preview, a second draw for a stored answer, a refusal that depends on data.
"""

from federation.allowance import yearly_allowance
from federation.answers import Sum, sign_answer
from federation.counting import Progress, count_students
from federation.documents import announced, plan_of, stored_answer
from federation.due import keep_sum
from federation.errors import NotReadyError
from federation.plan import Plan
from federation.study import StudyId, schools_of
from federation.vectors import add
from pds.identifiers import OrgId
from pds.node import Node


def answer(node: Node, study: StudyId, progress: Progress | None = None) -> dict[OrgId, str]:
    """Answer a published study for every school of this node that is in its scope; the same again costs nothing.

    Args:
        node: The node.
        study: The study's identifier.
        progress: Told how many students were looked at, and of how many.

    Returns:
        The signed answers, as they are stored, by school.

    Raises:
        UnknownStudyError: the study was not published to this node.
        NotReadyError: the node was restored from a backup and is not confirmed yet.
        StoreError: the store could not be written; nothing was released.
        AnonymiserError: the noise library failed; nothing was released.
    """
    if node.restored:
        raise NotReadyError("this node was restored from a backup; it answers again once `node confirm` was run")
    plan = plan_of(node, study)
    schools = answering_here(node, study)
    waiting = [school for school in schools if stored_answer(node, study, school) is None]
    if waiting:
        sums = count_students(node, plan, waiting, yearly_allowance(node), progress)
        for school, cells in sums.items():
            _draw_once(node, plan, school, cells)
    answers = {school: stored_answer(node, study, school) for school in schools}
    return {school: token for school, token in answers.items() if token is not None}


def answering_here(node: Node, study: StudyId) -> list[OrgId]:
    """The schools of this node that are in the scope of a published study. Raises UnknownStudyError."""
    scope = announced(node, study).study
    here = set(node.organisations())
    return [school for school in schools_of(scope, node.directory, scope.scope) if school in here]


def _draw_once(node: Node, plan: Plan, school: OrgId, cells: list[int]) -> None:
    """Draw, add, sign and store, alone among writers; a stored answer is left as it is."""
    with node.transaction():
        if stored_answer(node, plan.study_id, school) is None:
            noise = [draw for part in plan.components for draw in part.mechanism.draw(len(plan.groups))]
            token = sign_answer(node, plan, school, Sum(add(cells, noise), (school,)))
            keep_sum(node, plan.study_id, school, token)
