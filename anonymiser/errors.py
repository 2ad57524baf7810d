"""What can go wrong in `anonymiser/`, by cause. Every error is about a public parameter, never about a person.

AnonymiserError
├─ BoundError          a limit on what one student may add means nothing
├─ CostError           a privacy cost is out of range or finer than a millionth
├─ CapacityError       a sum of values and noise could leave 64 bits
├─ DistributionError   a noise distribution or a level of confidence means nothing
├─ BackendLimitError   this backend is not trusted at this scale
└─ BackendError        a noise library failed or broke its promise
"""


class AnonymiserError(Exception):
    """The anonymiser refused, and released nothing new."""


class BoundError(AnonymiserError):
    """A limit on what one student may add is reversed, off its grid or out of range."""


class CostError(AnonymiserError):
    """A privacy cost is not positive, is too large to protect anyone, or is finer than a millionth."""


class CapacityError(AnonymiserError):
    """A sum of values and noise could grow past what a 64-bit integer holds."""


class DistributionError(AnonymiserError):
    """A scale, a number of copies, a coefficient or a level of confidence means nothing."""


class BackendLimitError(AnonymiserError):
    """The chosen noise backend is not trusted at this ratio of sensitivity to ε."""


class BackendError(AnonymiserError):
    """A noise library failed, or reported a higher privacy cost than was declared."""
