"""What a family said about a purpose, and which word counts: the later one, by the day on which it was said.

Pure: one rule for whoever enters a paper and whoever replays a chain. Never: who has to sign.
"""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from pds.records import Category


@dataclass(frozen=True, slots=True)
class Signature:
    """Who of the family said something, and when.

    Attributes:
        holder: Who.
        time: When it was entered.
        day: The day on which it was said, in Japan: the day on the paper, or that of `time`.
        on_paper: It was said on paper and entered later.
        seq: Its place in the chain.
    """

    holder: str
    time: str
    day: date
    on_paper: bool
    seq: int


@dataclass(frozen=True, slots=True)
class Matter:
    """What is said yes or no to: a purpose, whom it names (None: whoever it is), kinds of record (none: all)."""

    purpose: str
    recipient: str | None
    categories: tuple[Category, ...] = ()

    def meets(self, other: "Matter") -> bool:
        """True when the two have a kind of record in common; who names none means all, of newer programs too."""
        return not self.categories or not other.categories or bool({*self.categories} & {*other.categories})

    def covers(self, one: "Matter", other: "Matter") -> bool:
        """True when it holds every kind of record that two others have in common."""
        if not self.categories:
            return True
        if one.categories and other.categories:
            return {*one.categories} & {*other.categories} <= {*self.categories}
        shared = one.categories or other.categories
        return bool(shared) and {*shared} <= {*self.categories}


@dataclass(frozen=True, slots=True)
class Word:
    """A yes or a no."""

    by: Signature
    agrees: bool
    matter: Matter


def is_later(yes: Signature, no: Signature) -> bool:
    """True when a yes was said after a no: on a later day.

    Of one day, the no wins, except against a yes in the portal entered after it: that one was certainly said later.
    """
    if yes.day == no.day:
        return not yes.on_paper and yes.seq > no.seq
    return yes.day > no.day


def outdated(words: Iterable[Word], matter: Matter, yes: Signature) -> bool:
    """True when somebody, whoever it was, said no to this after that yes, or on the day of it."""
    return any(not is_later(yes, no.by) for no in _noes(words, matter))


def objectors(words: Iterable[Word], matter: Matter, now: Callable[[str], str]) -> frozenset[str]:
    """Who said no to this and has not said yes since. Another's yes does not change that.

    Args:
        words: Everything that was said.
        matter: What is asked for.
        now: The present name of whoever once had a name.
    """
    said = tuple(words)
    return frozenset(now(no.by.holder) for no in _noes(said, matter) if not _taken_back(said, no, matter, now))


def outlives(
    no: Word, matter: Matter, signatures: Iterable[Signature], missing: AbstractSet[str], now: Callable[[str], str]
) -> bool:
    """True when a consent or proposal goes on after a no.

    It does when the no is about something else, or when all signed it later and the one who said no is among those who
    signed or have to sign still.
    """
    if not _concerns(no.matter, matter):
        return True
    signed = tuple(signatures)
    people = {now(one.holder) for one in signed} | missing
    return now(no.by.holder) in people and all(is_later(yes, no.by) for yes in signed)


def _noes(words: Iterable[Word], matter: Matter) -> list[Word]:
    return [word for word in words if not word.agrees and _concerns(word.matter, matter)]


def _concerns(no: Matter, yes: Matter) -> bool:
    """A no that names nobody is a no to all; a no to one kind of record is a no to what has that kind in it."""
    same = no.purpose == yes.purpose and no.recipient in (None, yes.recipient)
    return same and no.meets(yes)


def _taken_back(words: Iterable[Word], no: Word, matter: Matter, now: Callable[[str], str]) -> bool:
    """True when the one who said no said yes later, to all of what the no and the matter have in common."""
    return any(
        word.agrees
        and now(word.by.holder) == now(no.by.holder)
        and word.matter.purpose == no.matter.purpose
        and word.matter.recipient in (None, no.matter.recipient, matter.recipient)
        and word.matter.covers(no.matter, matter)
        and is_later(word.by, no.by)
        for word in words
    )
