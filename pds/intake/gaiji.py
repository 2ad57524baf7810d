"""A person's name as a source writes it: what is widened, what nobody can read, and what people said it is (外字).

Never: a name that is changed otherwise: no kanji becomes another, not even an old shape a new one.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from pds.characters import is_blank, is_hidden, is_ideographic_selector, turns
from pds.intake.local_ids import LocalId

NAME_CHARACTERS = 200  # as long as the models take one
_NAME = re.compile(r"(official|preferred|kana)_(family|given|middle)_name")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]+")
_MARKED = re.compile("[^\u3099\u309a\u0300-\u036f][\u3099\u309a\u0300-\u036f]+")  # a letter with marks of its own
# A code stands for one character, the same wherever the source writes it; a stand-in for any that could not be written.
_CODE = re.compile(
    "[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]"
    "|◆?U\\+?[0-9A-Fa-f]{4,6}◆|U\\+[0-9A-Fa-f]{4,6}|&#x?[0-9A-Fa-f]{2,6};|MJ[0-9]{6}"
)
_STAND_INS = frozenset("〓□■◇◆○●◎△▲▽▼☆★※＊*？?＃#\ufffd\ufffc")
_NOTHING = frozenset({"Cn", "Cs", "Cc"})  # unassigned, half of a pair, control (UAX 44)
_PLAIN_BLANKS = " \u3000"


class Gaiji(BaseModel):
    """What people entered for the characters of one source that nobody can read.

    Attributes:
        characters: The right character by the source's code of it, for whoever's name has it.
        names: The right name by what the question about it rests on (`basis`), where a sign stands for any character.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    characters: Mapping[str, str] = Field(default_factory=dict, repr=False)
    names: Mapping[str, str] = Field(default_factory=dict, repr=False)

    def right(self, rests_on: tuple[str, ...]) -> str:
        """A name with everything put right that was entered.

        Args:
            rests_on: As in `learn`.
        """
        raw = rests_on[3]
        entered = self.names.get(_entry(*rests_on))
        return entered or _CODE.sub(lambda code: self.characters.get(code[0], code[0]), raw)

    def learn(self, rests_on: tuple[str, ...], name: str) -> Self:
        """The same with one name entered by a person; a code in it is known from then on in every name.

        Args:
            rests_on: Whose name, which field, and how the source writes it (`basis`).
            name: As it is written.
        """
        raw = rests_on[3]
        codes = list(_CODE.finditer(raw))
        if len(codes) == 1 and unreadable(raw) == [codes[0][0]]:
            before, after = raw[: codes[0].start()], raw[codes[0].end() :]
            middle = name.removeprefix(before).removesuffix(after)
            if name == f"{before}{middle}{after}" and _is_one(middle):
                return self.model_copy(update={"characters": {**self.characters, codes[0][0]: middle}})
        return self.model_copy(update={"names": {**self.names, _entry(*rests_on): name}})

    def with_characters(self, entered: Mapping[str, str]) -> Self:
        """The same with the characters of some codes; nothing for a code forgets it."""
        characters = {code: right for code, right in {**self.characters, **entered}.items() if right}
        return self.model_copy(update={"characters": characters})


NO_GAIJI = Gaiji()
KnownGaiji = Callable[[], Gaiji]  # asked for it only where a name needs it


def no_gaiji() -> Gaiji:
    """Nothing was ever entered."""
    return NO_GAIJI


def is_name(field: str) -> bool:
    """True for a field of an enrolment that holds a part of a person's name."""
    return _NAME.fullmatch(field.removeprefix("ext_")) is not None


def basis(person: LocalId, field: str, raw: str, born: str) -> tuple[str, ...]:
    """What the question about a name rests on: a number may be another child's one day, with the same sign in its name.

    Args:
        person: The number in the row.
        field: Which part of the name.
        raw: How the source writes it.
        born: The birth date in the row; where it has none, the school year.
    """
    return (person.scheme, person.value, field, raw, born)


def widened(text: str) -> str:
    """Half-width katakana full-width, with their (han)dakuten joined, and letters joined with marks of their own.

    Nothing else is normalised: ㈱ stays ㈱, and 神 (U+FA19) does not become U+795E (education-data section 6.5).
    """
    if text.isascii():
        return text
    wide = _HALF_WIDTH.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    return _MARKED.sub(lambda one: unicodedata.normalize("NFC", one[0]), wide)


def has_half_width(text: str) -> bool:
    """True for a text with half-width katakana or their punctuation."""
    return _HALF_WIDTH.search(text) is not None


def unreadable(name: str) -> list[str]:
    """The parts of a name that nobody can read: codes of a source, signs for a character that could not be written."""
    if name.isascii() and name.isalpha():
        return []
    codes = [code[0] for code in _CODE.finditer(name)]
    rest = _CODE.sub("", name)
    return codes + [one for one in rest if one in _STAND_INS or unicodedata.category(one) in _NOTHING]


def is_right(name: str) -> bool:
    """True for what can stand as a name for good."""
    return 0 < len(name) <= NAME_CHARACTERS and not unreadable(name) and misleading(name) is None


def is_code(text: str) -> bool:
    """True for a source's code of one character."""
    return _CODE.fullmatch(text) is not None


def codes_of(name: str) -> list[str]:
    """The codes among them."""
    return _CODE.findall(name)


def misleading(name: str) -> int | None:
    """The place, counted from 1, of the first character of a name that nobody sees; None without any.

    An ideographic selector says which shape of a kanji is meant, and a plain blank parts names: both may stand.
    """
    for place, one in enumerate(name, 1):
        hidden = turns(one) or (is_hidden(one) and not is_ideographic_selector(one))
        if (hidden and unicodedata.category(one) not in _NOTHING) or (is_blank(one) and one not in _PLAIN_BLANKS):
            return place
    return None


def _is_one(text: str) -> bool:
    """One character, with whatever marks or selectors it has."""
    return len([one for one in text if not unicodedata.category(one).startswith("M")]) == 1


def _entry(*parts: str) -> str:
    return json.dumps(parts, ensure_ascii=False)
