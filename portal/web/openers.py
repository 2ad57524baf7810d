"""Who can open a history, as rows of a table: for the office that takes it in, and for the family.

Never: who may (`consent.decisions`), a family member's name.
"""

from collections.abc import Callable, Sequence

from consent.decisions import ALL, Opener
from pds.holders import Control, Role
from pds.records import CATEGORIES
from portal.language import Words, vocabulary

Row = tuple[str, str, str]  # who; what they open; since or until when


def opener_rows(words: Words, found: Sequence[Opener], name_of: Callable[[Opener], str]) -> list[Row]:
    """Everybody with keys: who, which kinds, and whether what is written from now on opens to them too.

    Args:
        words: The reader's language.
        found: As `consent.decisions.openers` reads them.
        name_of: What the reader calls a member of the family or an organisation.
    """
    return [(_who(words, one, name_of), _kinds(words, one), _span(words, one)) for one in found]


def _who(words: Words, one: Opener, name_of: Callable[[Opener], str]) -> str:
    if one.role is None:
        return words.say("記録に名前のない相手")
    if one.role is Role.RECOVERY:
        return words.say("復旧のカギ(紙)")
    if one.control is Control.CUSTODIAL:
        return words.say("%(who)s(学校があずかるカギ)", who=name_of(one))
    return name_of(one)


def _kinds(words: Words, one: Opener) -> str:
    if one.kinds >= ALL:
        return words.say("すべての種類")
    ordered = [kind for kind in CATEGORIES if kind in one.kinds]
    return words.say("、").join(vocabulary.category(words, kind) for kind in ordered)


def _span(words: Words, one: Opener) -> str:
    return words.say("これからの記録も") if one.lasting else words.say("前に書かれたものだけ")
