"""The way of one record in and of one page out, through the rooms of the house, as it is really walked.

A room is what stands behind one door: a package that says by `__all__` what others may use, or a module where there is
no such package. `python -m tests.house.walks` prints both ways; CONTRIBUTING draws them. Never: a bound (`test_walks`).
"""

import re
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType

from tests.cli import town as nodes
from tests.house.source import PACKAGES, ROOT
from tests.portal.town import open_town
from tests.world.processes import pds_here


@cache
def room_of(path: str) -> str:
    """The room that a module or template stands in: the outermost folder below its floor that has a door."""
    parts = path.split("/")
    for depth in range(1, len(parts)):
        door = ROOT.joinpath(*parts[:depth], "__init__.py")
        if depth > 1 and not door.exists():
            return "/".join(parts[:depth])  # templates
        if door.exists() and "__all__" in door.read_text(encoding="utf-8"):
            return "/".join(parts[:depth])
    return path


@dataclass
class Walk:
    """A way through the house.

    Attributes:
        rooms: The rooms entered, in the order of the first step into each.
        returns: How often a call came from another room into one that had been entered before.
        modules: The modules entered.
        module_returns: The same between modules.
        steps: How often a call went from one module into a function of another: from, into, function.
    """

    rooms: list[str] = field(default_factory=list)
    returns: int = 0
    modules: list[str] = field(default_factory=list)
    module_returns: int = 0
    steps: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _here: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        rooms = f"{len(self.rooms)} rooms, {self.returns} returns"
        return f"{rooms}; {len(self.modules)} modules, {self.module_returns} returns\n  " + "\n  ".join(self.rooms)

    def follow(self, frame: FrameType, event: str, _argument: object) -> None:
        """What the interpreter tells of each call and return."""
        path = frame.f_code.co_filename.removeprefix(f"{ROOT}/")
        if path.split("/")[0] not in PACKAGES:
            return
        if event == "return":
            if self._here:
                self._here.pop()
        elif event == "call":
            before = self._here[-1] if self._here else ""
            self._here.append(path)
            if path != before:
                self._enter(before, path, frame.f_code.co_name)

    def _enter(self, before: str, path: str, function: str) -> None:
        self.steps[before, path, function] += 1
        if path in self.modules:
            self.module_returns += 1
        else:
            self.modules.append(path)
        room = room_of(path)
        if room != room_of(before) and room in self.rooms:
            self.returns += 1
        elif room not in self.rooms:
            self.rooms.append(room)


@contextmanager
def walking() -> Iterator[Walk]:
    """Follow every call until the block ends, in threads begun meanwhile too."""
    walk = Walk()
    threading.setprofile(walk.follow)
    sys.setprofile(walk.follow)
    try:
        yield walk
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def record_in(root: Path) -> Walk:
    """One test result of a known student, imported from a file by the command."""
    town = nodes.build_town(root, "2099-12-31")
    town.import_files(nodes.MINATO, ["aiko"], 2026)
    folder, mapping = root / "one", root / "one.toml"
    folder.mkdir()
    (folder / "tests.csv").write_text(
        f"student,test,school,year,grade,date,name,score\naiko,T9,{nodes.MINATO},2026,P6,2026-05-09,x,70\n"
    )
    head, *tables = re.split(r"(?=^\[\[table\]\])", (root / "mapping.toml").read_text(), flags=re.MULTILINE)
    mapping.write_text(head + "".join(table for table in tables if '"tests.csv"' in table))
    with walking() as walk:
        node = town.node(nodes.MINATO)
        done = pds_here("import", "csv", folder, "--as", nodes.MINATO, "--mapping", mapping, node=node)
    assert done["records"] == 1
    return walk


def page_out(folder: Path) -> Walk:
    """A guardian's timeline of a school year, asked for the third time."""
    with open_town(folder) as town:
        browser, address = town.guardian, f"{town.path('minato')}/road"
        for _ in range(2):
            browser.get(address)
        with walking() as walk:
            assert browser.get(address).status_code == 200
    return walk


if __name__ == "__main__":
    for what, way in (("one record in", record_in), ("one page out", page_out)):
        with tempfile.TemporaryDirectory() as place:
            print(f"{what}: {way(Path(place))}")
