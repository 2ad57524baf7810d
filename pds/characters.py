"""Characters that mislead a reader: those nobody can see, and those that turn a line round.

Here: what a single character is. Never: which field may hold it, or whose it is.
"""

import unicodedata

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # UAX 9
_HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp"})  # general categories (UAX 44): control, format, separators
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and marks with nothing to see
_SELECTORS = ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))  # variation selectors


def is_blank(character: str) -> bool:
    """True for a blank of any width: it shows as a gap, and one looks like another."""
    return unicodedata.category(character) == "Zs"


def is_hidden(character: str) -> bool:
    """True for a character that shows as nothing at all, line ends among them."""
    return (
        unicodedata.category(character) in _HIDDEN
        or character in _FILLERS
        or any(first <= ord(character) <= last for first, last in _SELECTORS)
    )


def turns(character: str) -> bool:
    """True for a control of direction, which makes a line read otherwise than it is written."""
    return character in _TURNING


def is_ideographic_selector(character: str) -> bool:
    """True for what follows a kanji to say which of its shapes is meant (IVS, education-data section 6.5)."""
    return 0xE0100 <= ord(character) <= 0xE01EF  # noqa: PLR2004  # the block of the standard


def first_unseen(text: str) -> int | None:
    """The place, counted from 1, of the first blank or hidden character; None for a text without any."""
    if text.isascii() and text.isalnum():
        return None
    return next((place for place, one in enumerate(text, 1) if is_blank(one) or is_hidden(one)), None)
