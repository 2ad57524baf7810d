"""What can go wrong between a browser and a page, by cause. Never: what can go wrong in a vault (`pds.errors`).

PageError
├─ NotSignedInError    nobody is signed in, or the session has ended
├─ ForgedFormError     a form came without the token of the page it claims to come from
├─ NoSuchPageError     there is nothing at this address for this person
└─ TooMuchError        what was sent is too long, comes too slowly, or too much is being sent at once
"""

from starlette.exceptions import HTTPException

from pds.errors import PdsError


class PageError(PdsError):
    """A page could not be shown; the message is for the log and says nothing of a person."""


class NotSignedInError(PageError):
    """Nobody is signed in, or the session has ended."""

    def __init__(self, *, ended: bool) -> None:
        super().__init__("a session has ended" if ended else "nobody is signed in")
        self.ended = ended


class ForgedFormError(PageError):
    """A form came without the token of the page it claims to come from."""


class NoSuchPageError(PageError):
    """There is nothing at this address for this person; whether there is for somebody else is not said."""


class TooMuchError(PageError, HTTPException):
    """What was sent is too long or comes too slowly, or nothing more is held now; readers of forms let it through."""
