"""The privacy budget of a school year as staff see it: what published studies cost each student at most.

Here:   sums over announcements, and the allowance. Never: what a student has really spent, a vault, a ledger.
A study below this node that was never announced to it is not in the sum; the students' ledgers know it.
"""

from dataclasses import dataclass
from functools import cache, partial

from federation.allowance import yearly_allowance
from federation.documents import ever_published, stored_answer
from federation.study import Study, StudyId
from pds.identifiers import OrgId
from pds.node import Directory, Node


@dataclass(frozen=True, slots=True)
class Post:
    """One published study in the budget.

    Attributes:
        study: As it was published.
        answered: Its answers are added up here, so that what it cost is spent.
    """

    study: Study
    answered: bool


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that published studies of a school year can have cost one student; all in micro-ε.

    Attributes:
        cap: The allowance of the year, as this node has it.
        posts: The studies, in the order in which they became known.
    """

    school_year: int
    cap: int
    posts: tuple[Post, ...]

    @property
    def used(self) -> int:
        """By studies whose answers are in."""
        return sum(post.study.epsilon for post in self.posts if post.answered)

    @property
    def reserved(self) -> int:
        """By approved studies whose answers are still to come."""
        return sum(post.study.epsilon for post in self.posts if not post.answered)

    @property
    def spoken_for(self) -> int:
        """Used and reserved."""
        return self.used + self.reserved

    def suffices_for(self, epsilon: int) -> bool:
        """True if a study of that cost still fits."""
        return self.spoken_for + epsilon <= self.cap


class Budgets:
    """The budgets of one node at one moment: each study is opened once, however many budgets it stands in."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._published = cache(partial(ever_published, node))
        self._answered = cache(lambda study, adding: stored_answer(node, study, adding) is not None)

    def of(self, organisation: OrgId, school_year: int) -> Budget:
        """The budget of everybody in an organisation's schools."""
        return self._budget(organisation, organisation, school_year, leaving_out=None)

    def found_by(self, study: Study) -> Budget:
        """The budget that a study finds: all others of its year whose scope overlaps with its own."""
        return self._budget(study.scope, study.asked_by, study.question.school_year, leaving_out=study.id)

    def _budget(self, scope: OrgId, adding: OrgId, year: int, *, leaving_out: StudyId | None) -> Budget:
        directory = self._node.directory
        return Budget(
            school_year=year,
            cap=yearly_allowance(self._node),
            posts=tuple(
                Post(study, answered=self._answered(study.id, adding))
                for study in self._published(year)
                if study.id != leaving_out and _overlap(directory, study.scope, scope)
            ),
        )


def budget_of(node: Node, organisation: OrgId, school_year: int) -> Budget:
    """The budget of everybody in an organisation's schools."""
    return Budgets(node).of(organisation, school_year)


def budget_for(node: Node, study: Study) -> Budget:
    """The budget that a study finds: all others of its year whose scope overlaps with its own."""
    return Budgets(node).found_by(study)


def _overlap(directory: Directory, one: str, other: str) -> bool:
    if one not in directory.entries or other not in directory.entries:
        return False
    return one in directory.path(other) or other in directory.path(one)
