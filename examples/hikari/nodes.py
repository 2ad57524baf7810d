"""The four nodes of ひかり市 under one directory: nation, city with the junior high school, and two schools.

Here: making and opening them, and a clock that stands still. Never: a student, a study.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from examples.hikari.town import CITY, NATION, NODES, SCHOOLS
from pds.clock import Clock
from pds.identifiers import OrgId
from pds.node import Node, create_node, open_node
from pds.people import Contact, ContactList, contacts

_NURSES = {"midori": "林 みどり", "nagisa": "岸 あおい", "hikari": "浜野 ゆう"}
_HOLDS = 5  # school years for which the directory is valid


@dataclass(frozen=True, slots=True)
class Afternoon:
    """A clock that shows 15:00 in Japan of one day, so that what was signed three years ago says so."""

    day: date

    def now(self) -> datetime:
        """15:00 of the day in Japan, in UTC."""
        return datetime(self.day.year, self.day.month, self.day.day, 6, tzinfo=UTC)


def node_of(organisation: OrgId) -> str:
    """The node that an organisation lives on."""
    if organisation == NATION:
        return "nation"
    return next((school.node for school in SCHOOLS if school.code == organisation), "city")


@contextmanager
def open_one(root: Path, name: str, clock: Clock | None = None) -> Iterator[Node]:
    """Open one node of the city."""
    with open_node(root / name, clock) as node:
        yield node


def build(root: Path, day: date) -> None:
    """Make the nodes and their organisations, and give all of them one directory.

    Args:
        root: The folder of the city; what an interrupted beginning left there is removed.
        day: The day on which they are made.
    """
    for name in (*NODES, "recovery"):
        shutil.rmtree(root / name, ignore_errors=True)
    clock = Afternoon(day)
    with ExitStack() as stack:
        nodes: dict[str, Node] = {}
        for name in NODES:
            create_node(root / name, root / "recovery" / f"{name}.json", clock)
            nodes[name] = stack.enter_context(open_one(root, name, clock))
        nation, city = nodes["nation"], nodes["city"]
        nation.add_organisation(NATION, "国", "nation", None)
        card = city.add_organisation(CITY, "ひかり市教育委員会", "board", NATION)
        nation.collect(nation.admit(card))
        for school in SCHOOLS:
            card = nodes[school.node].add_organisation(school.code, school.title, "school", CITY)
            nation.collect(card if school.node == "city" else city.admit(card))
        token = nation.publish_directory(NATION, day.replace(year=day.year + _HOLDS))
        pin = nation.keyring.card(NATION).fingerprint
        for node in nodes.values():
            node.use_directory(token, pin)


def name_contacts(root: Path) -> None:
    """Each school says whom its children can talk to; people and numbers are invented."""
    for number, school in enumerate(SCHOOLS, 1):
        people = (
            Contact(
                position="保健室の先生",
                name=_NURSES[school.name],
                telephone=f"0463-00-00{number}1",
                place="1階の保健室",
            ),
            Contact(position="スクールカウンセラー", place="2階の相談室。木曜日にいます"),
            Contact(position="教頭先生", telephone=f"0463-00-00{number}0", place="職員室"),
        )
        with open_one(root, school.node) as node:
            contacts.set_contacts(node, school.code, ContactList(contact=people))
