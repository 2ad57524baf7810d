"""A move as values: its five steps and what each school has done, in words. Pure. Never: a name, a record."""

from dataclasses import dataclass
from datetime import date

from pds.transfer import State
from portal.family.parties import day_of
from portal.language import Words

Step = tuple[str, str, str]  # done, now or todo; what; small words
_ARRIVED = (State.CLOSED, State.COMMITTED)
_SENT = (State.SENT, State.QUARANTINED, *_ARRIVED)


@dataclass(frozen=True, slots=True)
class Way:
    """Where a move stands, as this node knows.

    Attributes:
        sent_at: When it was sealed and sent; empty if it was not.
        committed_at: When the new school took it in; empty if that is not known here.
        consented: Whether the family lets more than the statutory part go.
    """

    state: State
    origin: str
    destination: str
    accepted_on: date | None
    sent_at: str
    committed_at: str
    consented: bool

    @property
    def arrived(self) -> bool:
        """True when the history lives at the new school."""
        return self.state in _ARRIVED

    @property
    def sent(self) -> bool:
        """True from the moment the old school sealed it."""
        return self.state in _SENT


def steps_of(words: Words, way: Way) -> list[Step]:
    """The five steps for the macro `steps`; at most one is `now`."""
    accepted = way.accepted_on is not None or way.sent
    done = (True, accepted, way.consented or way.sent, way.sent, way.arrived)
    small = (
        "",
        words.day(way.accepted_on) if way.accepted_on else "",
        words.say("同意あり")
        if way.consented
        else words.say("決まったものだけ")
        if way.sent
        else words.say("えらべます"),
        words.day(day_of(way.sent_at)) if way.sent_at else "",
        words.day(day_of(way.committed_at)) if way.committed_at else "",
    )
    titles = (
        words.say("行き先"),
        words.say("受け入れ"),
        words.say("送るものの同意"),
        words.say("学校が送る"),
        words.say("受け取り・確認"),
    )
    now = next((place for place, finished in enumerate(done) if not finished), None)
    if way.state is State.REFUSED:
        now = None
    return [
        (
            "done" if done[place] else "now" if place == now else "todo",
            titles[place],
            words.say("いまここ") if place == now and not small[place] else small[place],
        )
        for place in range(len(titles))
    ]


def lanes_of(words: Words, way: Way) -> tuple[list[Step], list[Step]]:
    """What the old and the new school have done, for the macro `lane`."""
    sent_on = words.day(day_of(way.sent_at)) if way.sent_at else ""
    old = [
        ("done", words.say("新しい学校に知らせました"), ""),
        _step(way.sent, way.accepted_on is not None, words.say("電子署名をして送る"), sent_on),
        _step(way.arrived, way.sent, words.say("受け取りの控えをもらう"), ""),
    ]
    new = [
        _step(
            way.accepted_on is not None,
            way.state is State.ANNOUNCED,
            words.say("受け入れを決める"),
            words.day(way.accepted_on) if way.accepted_on else "",
        ),
        _step(way.arrived, way.sent, words.say("届いたものを確かめる"), ""),
        _step(
            way.arrived,
            now=False,
            text=words.say("取り込み、控えを出す"),
            small=words.day(day_of(way.committed_at)) if way.committed_at else "",
        ),
    ]
    return old, new


def _step(done: bool, now: bool, text: str, small: str) -> Step:  # noqa: FBT001  # two facts about one step
    return ("done" if done else "now" if now else "todo", text, small)
