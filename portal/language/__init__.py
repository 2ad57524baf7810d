"""Words of both languages, and the names of codes. Never: markup; a decision."""

from portal.language import vocabulary
from portal.language.vocabulary import subjects
from portal.language.words import LANGUAGES, Words, phrase, words

__all__ = [
    "LANGUAGES",
    "Words",
    "phrase",
    "subjects",
    "vocabulary",
    "words",
]
