"""Studies: what is asked, encoded, noised, signed and merged across tiers. Never: a key, SQL, a page."""

from federation.allowance import set_yearly_allowance, yearly_allowance
from federation.answering import answer, answering_here
from federation.audit import audit_privacy
from federation.budget import Budget, Post, budget_for, budget_of
from federation.comparing import Comparison, PairVerdict, comparisons, missing, overall
from federation.documents import announced, published, stored_answer, titles
from federation.errors import (
    ApprovalError,
    EnvelopeError,
    FederationError,
    LateAnswerError,
    NotReadyError,
    OverBudgetError,
    ParentUnreachableError,
    QuestionError,
    UnknownStudyError,
    VectorError,
)
from federation.merging import answered, merge, outstanding, take_answer
from federation.messages import take_study
from federation.plan import Plan, compile_study
from federation.preview import Preview, predict
from federation.question import Condition, Feature, Filter, Group, Question, Term
from federation.register import Registered, StudyState, approve, draft, estimate, find_study, registered
from federation.release import Difference, Estimate, ReleasedRow
from federation.releasing import Release, read_release, release, stored_release
from federation.study import (
    Announcement,
    Reference,
    Study,
    StudyId,
    Title,
    answering_below,
    read_study,
    schools_of,
    takes_part,
)

__all__ = [
    "Announcement",
    "ApprovalError",
    "Budget",
    "Comparison",
    "Condition",
    "Difference",
    "EnvelopeError",
    "Estimate",
    "Feature",
    "FederationError",
    "Filter",
    "Group",
    "LateAnswerError",
    "NotReadyError",
    "OverBudgetError",
    "PairVerdict",
    "ParentUnreachableError",
    "Plan",
    "Post",
    "Preview",
    "Question",
    "QuestionError",
    "Reference",
    "Registered",
    "Release",
    "ReleasedRow",
    "Study",
    "StudyId",
    "StudyState",
    "Term",
    "Title",
    "UnknownStudyError",
    "VectorError",
    "announced",
    "answer",
    "answered",
    "answering_below",
    "answering_here",
    "approve",
    "audit_privacy",
    "budget_for",
    "budget_of",
    "comparisons",
    "compile_study",
    "draft",
    "estimate",
    "find_study",
    "merge",
    "missing",
    "outstanding",
    "overall",
    "predict",
    "published",
    "read_release",
    "read_study",
    "registered",
    "release",
    "schools_of",
    "set_yearly_allowance",
    "stored_answer",
    "stored_release",
    "take_answer",
    "take_study",
    "takes_part",
    "titles",
    "yearly_allowance",
]
