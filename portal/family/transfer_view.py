"""A move as values: its five steps and what each school has done, in words. Pure. Never: a name, a record."""

from dataclasses import dataclass

from pds.transfer import Progress, Stage, Transfer
from portal.family.parties import day_of
from portal.language import Words

Step = tuple[Progress, str, str]  # how far; what; small words


@dataclass(frozen=True, slots=True)
class MoveView:
    """Where a move stands, as this node knows.

    Attributes:
        sent_at: When it was sealed and sent; empty if it was not.
        committed_at: When the new school took it in; empty if that is not known here.
        consented: Whether the family lets more than the statutory part go.
    """

    known: Transfer
    sent_at: str
    committed_at: str
    consented: bool


def steps_of(words: Words, way: MoveView) -> list[Step]:
    """The five steps for the macro `steps`, the family's own consent among them; at most one is `now`."""
    known = way.known
    done = (
        True,
        known.stage >= Stage.ACCEPTED,
        way.consented or known.is_sealed,
        known.is_sealed,
        known.has_arrived,
    )
    small = (
        "",
        words.day(known.accepted_on) if known.accepted_on else "",
        words.say("同意あり")
        if way.consented
        else words.say("決まったものだけ")
        if known.is_sealed
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
    now = None if known.is_over else next((place for place, finished in enumerate(done) if not finished), None)
    return [
        (
            "done" if done[place] else "now" if place == now else "todo",
            titles[place],
            words.say("いまここ") if place == now and not small[place] else small[place],
        )
        for place in range(len(titles))
    ]


def lanes_of(words: Words, way: MoveView) -> tuple[list[Step], list[Step]]:
    """What the old and the new school have done, for the macro `lane`."""
    known = way.known
    accepted, sent, arrived = (known.progress(stage) for stage in (Stage.ACCEPTED, Stage.SENT, Stage.ARRIVED))
    accepted_on = words.day(known.accepted_on) if known.accepted_on else ""
    committed_on = words.day(day_of(way.committed_at)) if way.committed_at else ""
    old: list[Step] = [
        ("done", words.say("新しい学校に知らせました"), ""),
        (sent, words.say("電子署名をして送る"), words.day(day_of(way.sent_at)) if way.sent_at else ""),
        (arrived, words.say("受け取りの控えをもらう"), ""),
    ]
    new: list[Step] = [
        (accepted, words.say("受け入れを決める"), accepted_on),
        (arrived, words.say("届いたものを確かめる"), ""),
        ("done" if known.has_arrived else "todo", words.say("取り込み、控えを出す"), committed_on),
    ]
    return old, new
