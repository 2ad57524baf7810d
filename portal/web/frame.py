"""The frame of a page in a session: who is signed in, where they can go, who looked, when the session ends.

Never: what a page is about.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from consent.decisions import IN_CHARGE
from pds.people import accounts
from portal.language import Words
from portal.web.asking import Asked

Link = tuple[str, str, str, bool]  # address, icon, text, whether it is the present page
Kid = tuple[str, str, str, bool]  # address, name, about, whether it is the present child


@dataclass(frozen=True, slots=True)
class Frame:
    """What `templates/base.html` shows around a page.

    Attributes:
        role: "student", "guardian", "school" or "staff", for the stylesheet.
        here: The present page's address, to come back to after a choice of language.
        seen: How often others looked within seven days; None for staff.
        seconds_left: Until the session ends if nothing more is asked.
        now: When the page was made; stands on its print.
        notice: What somebody else tried with this account; empty if nothing.
        news: What the family is told on every page: a sentence, and the address where more stands.
    """

    role: str
    role_name: str
    name: str = field(repr=False)
    nav_label: str
    nav: Sequence[Link]
    here: str
    seconds_left: int
    now: datetime
    notice: str = ""
    seen: int | None = None
    seen_href: str = ""
    kids: Sequence[Kid] = ()
    news: Sequence[tuple[str, str]] = ()


def staff_frame(asked: Asked, current: str) -> Frame:
    """The frame of a school's or a board's page; `current` names the entry of the navigation."""
    words = asked.words
    if asked.person.position == "official":
        role, role_name, label = "staff", words.say("市・国の統計"), words.say("統計メニュー")
        entries = [
            ("/studies", "statistics", words.say("統計"), "studies"),
            ("/studies/budget", "trend", words.say("予算"), "budget"),
            ("/studies/published", "book", words.say("公表ずみ"), "published"),
        ]
    else:
        role, role_name, label = "school", words.say("学校"), words.say("学校メニュー")
        entries = [("/school", "board", words.say("名簿"), "roster")]
        if asked.person.position in IN_CHARGE:
            entries += [
                ("/school/incoming", "inbox", words.say("受け入れ"), "incoming"),
                ("/school/outgoing", "move", words.say("送り出し"), "outgoing"),
                ("/school/invitations", "people", words.say("招待"), "invitations"),
            ]
    return Frame(
        role=role,
        role_name=role_name,
        name=asked.person.name,
        nav_label=label,
        nav=links(entries, current),
        here=here(asked),
        seconds_left=seconds_left(asked),
        now=asked.node.clock.now(),
        notice=notice(asked),
    )


def links(entries: Sequence[tuple[str, str, str, str]], current: str) -> list[Link]:
    """Entries of a navigation, the present one marked."""
    return [(href, picture, text, name == current) for href, picture, text, name in entries]


def here(asked: Asked) -> str:
    """The path of this page, without what was searched for."""
    return asked.request.url.path if asked.request.method == "GET" else "/"


def seconds_left(asked: Asked) -> int:
    """Until the session ends when nothing more is asked."""
    left = asked.session.seen + asked.session.idle - asked.node.clock.now()
    return max(0, int(left.total_seconds()))


def notice(asked: Asked) -> str:
    """What others tried with this account, in words; empty if nothing."""
    return _attempts(asked.words, *attempts(asked))


def attempts(asked: Asked) -> tuple[int, int]:
    """Wrong passwords and forged forms, since the owner of this account signed in the time before."""
    told = accounts.Attempts.model_validate(asked.memory.get("attempts", {}))
    now = accounts.attempts_on(asked.node, asked.person.index)
    return told.wrong_passwords + now.wrong_passwords, told.forged_forms + now.forged_forms


def _attempts(words: Words, wrong: int, forged: int) -> str:
    if wrong and forged:
        return words.say(
            "パスワードのまちがいが%(wrong)s回、ほかのサイトからの送信が%(forged)s回ありました。心あたりがなければ、学校に知らせてください。",
            wrong=wrong,
            forged=forged,
        )
    if wrong:
        return words.say(
            "パスワードのまちがいが%(wrong)s回ありました。心あたりがなければ、学校に知らせてください。", wrong=wrong
        )
    if forged:
        return words.say("ほかのサイトからの送信が%(forged)s回ありました。何も変わっていません。", forged=forged)
    return ""
