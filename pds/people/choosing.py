"""What a person may choose as sign-in name, shown name and password, and in which form they are compared.

A name is ASCII, so that it has no invisible, no right-to-left and no foreign twin; those of its letters that look alike
are one. A password is whatever a keyboard writes (RFC 8265 section 4, OpaqueString), but none that is soon guessed.
Never: an account, a place where either is kept.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum

from zxcvbn import zxcvbn

from pds.errors import UsageError

LONGEST_NAME = 64  # characters of a sign-in name
LONGEST_SHOWN = 60  # characters of the name that pages and the log show
SHORTEST, LONGEST = 10, 1024  # characters of a password; ASVS 5.0 section 6.2 asks for no rules of composition
_NAME = re.compile(r"[a-z0-9]+(?:[._@+-][a-z0-9]+)*")
# Unicode Technical Standard 39, section 4, among what a name may have; case is not told apart, so I is i and l.
_TWINS = (("rn", "m"), ("vv", "w"))
_TWIN = str.maketrans("01i", "oll")
_TOO_FEW = 10**6  # guesses; an account takes ten in a quarter of an hour, and there are many accounts
_ESTIMATED = 72  # characters that the estimate looks at
_UNSEEN = frozenset({"Cf", "Zl", "Zp"})
_UNWRITABLE = frozenset({"Cc", "Cn", "Co", "Cs"})  # RFC 8264 section 4.3.2: no keyboard writes it


class Flaw(Enum):
    """Why a password cannot be chosen."""

    SHORT = f"a password has at least {SHORTEST} characters; three or four words make a good one"
    LONG = f"a password has at most {LONGEST} characters"
    ODD = "a password has no characters that cannot be typed"
    GUESSED = "many people use this password or one like it; three or four words make a good one"


def name_form(typed: str) -> str | None:
    """How a sign-in name is compared: of all names that look alike the same; None for what is none.

    Full-width letters, capitals and spaces around are as good as what they stand for (RFC 8265 section 3.3).
    """
    if len(typed) > 4 * LONGEST_NAME:  # so that nobody makes us fold a book
        return None
    name = unicodedata.normalize("NFKC", typed).strip().casefold()
    if len(name) > LONGEST_NAME or _NAME.fullmatch(name) is None:
        return None
    for pair, twin in _TWINS:
        name = name.replace(pair, twin)
    return name.translate(_TWIN)


def shown_form(typed: str) -> str | None:
    """A person's name as pages and the log show it; None for one that is empty, too long, or not what it looks like."""
    if len(typed) > 4 * LONGEST_SHOWN:
        return None
    name = unicodedata.normalize("NFC", typed).strip()
    odd = any(unicodedata.category(letter) in _UNWRITABLE | _UNSEEN for letter in name)
    return name if 1 <= len(name) <= LONGEST_SHOWN and not odd else None


def password_form(typed: str) -> str | None:
    """How a password is compared (RFC 8265 section 4.2.2); None for one that nobody can have."""
    if len(typed) > LONGEST:
        return None
    spaced = "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in typed)
    password = unicodedata.normalize("NFC", spaced)
    odd = any(unicodedata.category(letter) in _UNWRITABLE for letter in password)
    return None if odd or len(password) > LONGEST else password


def flaw_of(password: str, near: Iterable[str] = ()) -> Flaw | None:
    """Why a password cannot be chosen, or None.

    Args:
        password: As it was typed.
        near: What stands near it, such as the sign-in name, the person's and the school's: a bad password for them.
    """
    form = password_form(password)
    if form is None:
        return Flaw.LONG if len(password) > LONGEST else Flaw.ODD
    if len(form) < SHORTEST:
        return Flaw.SHORT
    words = [part for text in near for part in (text, *re.split(r"\W+", text)) if part]
    guesses = zxcvbn(form[:_ESTIMATED], user_inputs=words)["guesses"]
    return Flaw.GUESSED if guesses < _TOO_FEW else None


def check_password(password: str, near: Iterable[str] = ()) -> None:
    """Refuse a password with a flaw.

    Raises:
        UsageError: it has one.
    """
    flaw = flaw_of(password, near)
    if flaw is not None:
        raise UsageError(flaw.value)


def check_name(login: str) -> None:
    """Refuse a sign-in name that is none.

    Raises:
        UsageError: it is none.
    """
    if name_form(login) is None:
        raise UsageError(f"a sign-in name has 1 to {LONGEST_NAME} letters a to z, digits, and . _ @ + - between them")
