"""Studies: what is asked, encoded, noised, signed and merged across tiers. Never: a key, SQL, a page."""

from federation.allowance import set_yearly_allowance, yearly_allowance
from federation.answering import answer, answering_here
from federation.documents import announced, published
from federation.errors import (
    ApprovalError,
    EnvelopeError,
    FederationError,
    LateAnswerError,
    NotReadyError,
    ParentUnreachableError,
    QuestionError,
    UnknownStudyError,
    VectorError,
)
from federation.merging import merge, outstanding
from federation.messages import Message, delivered, outgoing, take
from federation.plan import Plan, compile_study
from federation.preview import Preview
from federation.question import Condition, Feature, Filter, Group, Question, Term
from federation.register import Registered, State, approve, draft, registered, show
from federation.release import Difference, Estimate, Row
from federation.releasing import Release, read_release, release, stored_release
from federation.study import Announcement, Reference, Study, StudyId, Title, read_study

__all__ = [
    "Announcement",
    "ApprovalError",
    "Condition",
    "Difference",
    "EnvelopeError",
    "Estimate",
    "Feature",
    "FederationError",
    "Filter",
    "Group",
    "LateAnswerError",
    "Message",
    "NotReadyError",
    "ParentUnreachableError",
    "Plan",
    "Preview",
    "Question",
    "QuestionError",
    "Reference",
    "Registered",
    "Release",
    "Row",
    "State",
    "Study",
    "StudyId",
    "Term",
    "Title",
    "UnknownStudyError",
    "VectorError",
    "announced",
    "answer",
    "answering_here",
    "approve",
    "compile_study",
    "delivered",
    "draft",
    "merge",
    "outgoing",
    "outstanding",
    "published",
    "read_release",
    "read_study",
    "registered",
    "release",
    "set_yearly_allowance",
    "show",
    "stored_release",
    "take",
    "yearly_allowance",
]
