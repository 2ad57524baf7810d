"""The frame of a family's page: the student's or the guardian's navigation, the children, who looked within a week.

Never: what a page shows.
"""

from datetime import timedelta
from typing import Any

from consent.decisions import announced, newcomers
from pds.clock import parse_timestamp
from pds.holders import Role
from pds.identifiers import VaultId
from pds.vault import Access, Authorisations, Purpose, VaultReader
from portal.family.child import Child, children
from portal.family.giving import own_keys
from portal.family.parties import day_of, member_name, party_name
from portal.language import Words
from portal.web import Asked, Frame, here, links, notice, seconds_left

WEEK = timedelta(days=7)


def family_frame(asked: Asked, child: Child | None, current: str) -> Frame:
    """The frame of a page about a child, or of one about none (`child` None: the first child's navigation).

    Args:
        asked: The request.
        child: Whom the page is about.
        current: The entry of the navigation: home, road, write, consents, seen, transfer, statistics.
    """
    words, all_children = asked.words, children(asked)
    about = child or (all_children[0] if all_children else None)
    student = about is not None and about.role is Role.STUDENT
    entries = [] if about is None else (_student if student else _guardian)(words, about.path)
    kids = [
        (
            other.path,
            other.name or words.say("お子さま"),
            words.grade(other.grade) if other.grade else "",
            other == about,
        )
        for other in all_children
    ]
    return Frame(
        role="student" if student else "guardian",
        role_name=words.say("児童・生徒") if student else words.say("保護者"),
        name=asked.person.name,
        nav_label=words.say("児童・生徒メニュー") if student else words.say("保護者メニュー"),
        nav=links(entries, current),
        here=here(asked),
        seconds_left=seconds_left(asked),
        now=asked.node.clock.now(),
        notice=notice(asked),
        seen=0 if about is None else seen_in_a_week(asked, about.vault),
        seen_href="/" if about is None else f"{about.path}/seen",
        kids=[] if student or child is None else kids,
        news=[] if about is None else _news(asked, about),
    )


def _news(asked: Asked, about: Child) -> list[tuple[str, str]]:
    """What every member of the family is told: that one of them is to start anew, who has joined or has new keys."""
    me, facts = own_keys(asked).id, asked.node.vaults.authorisations(about.vault)
    return [*_starting_anew(asked, about, facts, me), *_joined(asked, about, facts, me)]


def _joined(asked: Asked, about: Child, facts: Authorisations, me: str) -> list[tuple[str, str]]:
    words, told = asked.words, []
    for change in newcomers(facts, asked.node.clock.now()):
        holder, day = change.admitted.holder.id, words.full_day(day_of(change.time))
        who = party_name(words, asked.node, facts, me, holder)
        if holder != me and change.predecessor is None:
            told.append(words.say("新しく加わった人: %(who)s(%(day)s)", who=who, day=day))
        elif holder != me:
            told.append(words.say("カギが新しくなった人: %(who)s(%(day)s)", who=who, day=day))
    return [(said, f"{about.path}/consents#op-h") for said in told]


def _starting_anew(asked: Asked, about: Child, facts: Authorisations, me: str) -> list[tuple[str, str]]:
    return [
        (
            asked.words.say(
                "パスワードをなくした人(%(person)s)に、新しい招待が作られました。",
                person=member_name(asked.words, facts, me, said.holder),
            ),
            f"{about.path}/anew",
        )
        for said in announced(asked.node, about.vault)
    ]


def note_seen(asked: Asked, vault: VaultId, reader: VaultReader) -> None:
    """Take in what was added to the access log since this session last looked; call it while a vault is open.

    Others' looks are counted; the family's own, refused attempts and sums for statistics are not.
    """
    known: dict[str, Any] = dict(asked.memory.get("seen", {}).get(vault, {"lines": 0, "times": []}))
    since = asked.node.clock.now() - WEEK
    times = [time for time in known["times"] if parse_timestamp(time) >= since]
    times += [
        line.time for line in reader.access_log(known["lines"]) if is_look(line) and parse_timestamp(line.time) >= since
    ]
    seen = {**asked.memory.get("seen", {}), vault: {"lines": reader.log_length, "times": times}}
    asked.remember(seen=seen)


def is_look(line: Access) -> bool:
    """True for a line by which somebody outside the family saw something of the child."""
    return line.organisation is not None and line.outcome == "read" and line.purpose != Purpose.STATISTICS


def seen_in_a_week(asked: Asked, vault: VaultId) -> int:
    """How often others looked within seven days, as far as this session knows."""
    since = asked.node.clock.now() - WEEK
    times: list[str] = asked.memory.get("seen", {}).get(vault, {}).get("times", [])
    return sum(1 for time in times if parse_timestamp(time) >= since)


def _student(words: Words, path: str) -> list[tuple[str, str, str, str]]:
    return [
        (path, "home", words.say("ホーム"), "home"),
        (f"{path}/road", "road", words.say("まなびの道"), "road"),
        (f"{path}/write", "pen", words.say("書く"), "write"),
        (f"{path}/consents", "share", words.say("見せる相手"), "consents"),
        (f"{path}/seen", "eye", words.say("だれが見た"), "seen"),
    ]


def _guardian(words: Words, path: str) -> list[tuple[str, str, str, str]]:
    return [
        (path, "trend", words.say("ようす"), "home"),
        (f"{path}/consents", "share", words.say("見せる相手"), "consents"),
        (f"{path}/seen", "eye", words.say("だれが見た"), "seen"),
        (f"{path}/transfer", "move", words.say("転校・卒業"), "transfer"),
        (f"{path}/statistics", "statistics", words.say("統計"), "statistics"),
    ]
