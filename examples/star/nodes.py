"""The nodes of the replay: one per school, one per school system, one for the nation, with one directory.

Here: making and opening them, and a clock that stands still in a school year. Never: a study, a move, a file.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pds.identifiers import OrgId
from pds.node import Node, create_node, open_node

NATION = OrgId("us-tn")
LAST_DAY = date(1990, 12, 31)  # the directory of the replay is valid for all four school years


@dataclass(frozen=True, slots=True)
class Noon:
    """A clock that shows noon of one day, so that a replay of 1985 says so."""

    day: date

    def now(self) -> datetime:
        """Noon of the day, UTC."""
        return datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)


def folder_of(root: Path, organisation: str) -> Path:
    """The folder of an organisation's node."""
    return root / "nodes" / organisation.replace(":", "-")


def build(root: Path, systems: Mapping[str, str], day: date) -> None:
    """Make every node and give all of them one directory; nothing is done twice.

    Args:
        root: The folder of the replay.
        systems: The school system of each school.
        day: The day on which they are made.
    """
    done = root / "nodes" / "directory.jws"
    if done.exists():
        return
    for leftover in (root / "nodes", root / "recovery"):  # an interrupted beginning holds no pupil yet
        shutil.rmtree(leftover, ignore_errors=True)
    clock = Noon(day)
    organisations = [NATION, *sorted(set(systems.values())), *sorted(systems)]
    with ExitStack() as stack:
        nodes: dict[str, Node] = {}
        for organisation in organisations:
            folder = folder_of(root, organisation)
            create_node(folder, root / "recovery" / f"{folder.name}.json", clock)
            nodes[organisation] = stack.enter_context(open_node(folder, clock))
        nation = nodes[NATION]
        nation.add_organisation(NATION, "Tennessee", "nation", None)
        for system in sorted(set(systems.values())):
            card = nodes[system].add_organisation(system, f"School system {system}", "board", NATION)
            nation.collect(nation.admit(card))
        for school, system in sorted(systems.items()):
            card = nodes[school].add_organisation(school, f"School {school}", "school", system)
            nation.collect(nodes[system].admit(card))
        token = nation.publish_directory(NATION, LAST_DAY)
        pin = nation.keyring.card(NATION).fingerprint
        for node in nodes.values():
            node.use_directory(token, pin)
        done.write_text(token)


@contextmanager
def open_one(root: Path, organisation: str, day: date) -> Iterator[Node]:
    """Open one organisation's node on a day."""
    with open_node(folder_of(root, organisation), Noon(day)) as node:
        yield node
