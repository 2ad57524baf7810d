"""What can go wrong in `federation/`, by cause. Every error is about a public document or a rule, never about a person.

FederationError
├─ QuestionError       a question means nothing, or no plan can be made of it
├─ UnknownStudyError   no study of that identifier is known here
├─ ApprovalError       a second person must approve
├─ OverBudgetError     the school year's allowance does not suffice for it
├─ NotReadyError       a step was asked for before the one it needs
├─ LateAnswerError     the sum was made already; another roster is another study
├─ EnvelopeError       a signed document is not what its place requires
│  └─ UnlistedSignerError  its signer is not in the directory that this node uses
├─ VectorError         a vector is malformed, or a sum leaves 64 bits
└─ ParentUnreachableError  the node above did not answer

Most are also one of the causes of `pds.errors`, by which a command chooses its exit code.
"""

from pds.errors import PdsError, RefusedError, UnlistedError, UsageError, VerificationError


class FederationError(PdsError):
    """A study could not go on, and nothing was released by the attempt."""


class QuestionError(FederationError, UsageError):
    """A question means nothing, or no plan can be made of it."""


class UnknownStudyError(FederationError, UsageError):
    """No study of that identifier is known on this node."""


class ApprovalError(FederationError, RefusedError):
    """A study needs the approval of a second person."""


class OverBudgetError(FederationError, RefusedError):
    """Published studies of the school year leave less of the allowance than this one costs."""


class NotReadyError(FederationError, RefusedError):
    """A step was asked for before the one it needs."""


class LateAnswerError(FederationError, RefusedError):
    """The answers were merged already; with another roster it is another study and another charge."""


class EnvelopeError(FederationError, VerificationError):
    """A signed document is altered, by the wrong signer, or not what its place requires."""


class UnlistedSignerError(EnvelopeError, UnlistedError):
    """A document is signed by an organisation that is not in the directory; a newer directory may have it."""


class VectorError(FederationError, VerificationError):
    """A vector is malformed, or a sum would leave what 64 bits hold."""


class ParentUnreachableError(FederationError):
    """The node above did not answer as expected; what is to be sent waits for the next round."""
