"""The privacy budget of a school year as staff see it: what published studies cost each student at most.

Here:   sums over announcements, and the allowance. Never: what a student has really spent, a vault, a ledger.
A study below this node that was never announced to it is not in the sum; the students' ledgers know it.
"""

from dataclasses import dataclass

from federation.allowance import yearly_allowance
from federation.documents import published, stored_answer
from federation.study import Study
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


def budget_of(node: Node, organisation: OrgId, school_year: int) -> Budget:
    """The budget of everybody in an organisation's schools."""
    return _budget(node, organisation, organisation, school_year, leaving_out=None)


def budget_for(node: Node, study: Study) -> Budget:
    """The budget that a study finds: all others of its year whose scope overlaps with its own."""
    return _budget(node, study.scope, study.asked_by, study.question.school_year, leaving_out=study)


def _budget(node: Node, scope: OrgId, adding: OrgId, year: int, *, leaving_out: Study | None) -> Budget:
    directory = node.directory
    return Budget(
        school_year=year,
        cap=yearly_allowance(node),
        posts=tuple(
            Post(study, answered=stored_answer(node, study.id, adding) is not None)
            for study in published(node)
            if study.question.school_year == year
            and (leaving_out is None or study.id != leaving_out.id)
            and _overlap(directory, study.scope, scope)
        ),
    )


def _overlap(directory: Directory, one: str, other: str) -> bool:
    if one not in directory.entries or other not in directory.entries:
        return False
    return one in directory.path(other) or other in directory.path(one)
