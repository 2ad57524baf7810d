"""How pages of a family call people and organisations: あなた, もう一人の保護者, a school by its name in the directory.

Never: another guardian's name, a decision about what either may see.
"""

from datetime import date

from pds.clock import JAPAN, parse_timestamp
from pds.holders import Role
from pds.node import Node
from pds.vault import Authorisations
from portal.language import Words


def organisation_kind(words: Words, node: Node, code: str) -> str:
    """What an organisation is; empty where it is not listed."""
    kinds = {"school": words.say("学校"), "board": words.say("教育委員会"), "nation": words.say("国")}
    entry = node.entry_of(code)
    return "" if entry is None else kinds[entry.kind]


def member_name(words: Words, facts: Authorisations, me: str, holder: str) -> str:
    """A member of the family as another one reads it: by what they are, never by name.

    Args:
        words: The reader's language.
        facts: The vault's authorisations.
        me: The holder who reads.
        holder: The holder who is meant.
    """
    if holder == me:
        return words.say("あなた")
    roles = {name: admitted.role for name, admitted in facts.holders.items()}
    if roles.get(holder) is Role.STUDENT:
        return words.say("本人")
    if roles.get(me) is not Role.GUARDIAN:
        return words.say("保護者")
    others = [name for name, role in roles.items() if role is Role.GUARDIAN and name != me]
    return words.say("もう一人の保護者") if others == [holder] else words.say("ほかの保護者")


def party_name(words: Words, node: Node, facts: Authorisations, me: str, holder: str) -> str:
    """Anybody a history knows, as a member of the family reads it: the family by what they are, others by name."""
    known = facts.holders.get(holder)
    family = known is not None and known.role in (Role.STUDENT, Role.GUARDIAN)
    return member_name(words, facts, me, holder) if family else node.name_of(holder)


def day_of(time: str) -> date:
    """The day in Japan of a moment in a chain."""
    return parse_timestamp(time).astimezone(JAPAN).date()
