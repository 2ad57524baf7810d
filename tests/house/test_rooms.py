"""Each package says by `__all__` what others may use, and nobody reaches past it."""

import ast
import importlib
from collections.abc import Iterator
from functools import cache

import pytest

from tests.house.source import PACKAGES, ROOT, modules

OPEN = frozenset({"pds", "consent", "portal"})  # floors of rooms: their rooms have doors, they themselves have none

BY_NAME = frozenset({"importlib", "imp", "runpy", "pkgutil"})  # what can import a module that is named by a text
LOOKS_ONLY = frozenset(
    {"importlib.metadata", "importlib.resources"}
)  # these read what is installed, and import nothing


@cache
def rooms() -> dict[str, frozenset[str]]:
    """What each room lets others use, by its dotted name."""
    found = {}
    for path, (_, tree) in modules().items():
        name = path.removesuffix(".py").replace("/", ".")
        if name.endswith(".__init__") and (room := name.removesuffix(".__init__")) not in OPEN:
            found[room] = frozenset(said(tree))
    return found


def said(tree: ast.Module) -> list[str]:
    """The names in a module's `__all__`."""
    for node in tree.body:
        target = (
            node.targets[0]
            if isinstance(node, ast.Assign)
            else node.target
            if isinstance(node, ast.AnnAssign)
            else None
        )
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == "__all__" and value is not None:
            return [str(name) for name in ast.literal_eval(value)]
    return []


def room_of(module: str) -> str | None:
    """The innermost room that a module stands in, or is."""
    return max((room for room in rooms() if module == room or module.startswith(f"{room}.")), key=len, default=None)


def reached_past(path: str, tree: ast.Module) -> Iterator[str]:
    """The imports by which a module takes from a room what the room does not offer."""
    here = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):  # whoever has a package by its name can walk into every room of it
            whole = [alias.name for alias in node.names if alias.name.split(".")[0] in PACKAGES]
            yield from (f"{path}:{node.lineno} imports {name} whole; write `from … import …`" for name in whole)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in PACKAGES:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                room = full if full in rooms() else room_of(node.module)
                if room is None or here == room or here.startswith(f"{room}."):
                    continue
                if full == room:  # the room itself, to be spoken of by its name
                    spoken = alias.asname or alias.name
                    yield from (f"{path} takes {spoken}.{name}" for name in asked_of(spoken, tree) - rooms()[room])
                    continue
                if node.module != room or alias.name not in rooms()[room]:
                    yield f"{path}:{node.lineno} takes {alias.name} from {node.module}"


def asked_of(spoken: str, tree: ast.Module) -> set[str]:
    """What a module takes from what it calls by a name: `exchange.tick` takes `tick`."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == spoken
    }


def by_name(tree: ast.Module) -> Iterator[str]:
    """The ways of importing by a text that a module speaks of: what it takes, no test of the house can see."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in BY_NAME)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in BY_NAME:
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name for name in names if name not in LOOKS_ONLY)
        elif isinstance(node, ast.Name) and node.id in ("__import__", "exec", "eval"):
            yield node.id
        elif isinstance(node, ast.Attribute) and node.attr in ("import_module", "__import__"):
            yield node.attr


@pytest.mark.parametrize(
    "line",
    [
        "import pds",
        "import pds.vault",
        "import pds.vault.reader",
        "import pds.vault.reader as reader",
        "import os, pds.vault.reader",
        "def f() -> None:\n    import pds.vault.reader",
        "from pds.vault.reader import VaultReader",
        "from pds.vault import reader",
        "from pds import vault\nvault.reader.VaultReader",
        "from pds import vault as rooms\nx = rooms.reader",
    ],
)
def test_whoever_reaches_past_a_door_is_found_however_it_is_written(line: str) -> None:
    assert list(reached_past("portal/family/pages.py", ast.parse(line)))
    assert list(reached_past("pds/vaulted.py", ast.parse(line)))


def test_whoever_comes_by_the_door_or_is_at_home_is_let_be() -> None:
    assert not list(reached_past("pds/vault/writer.py", ast.parse("from pds.vault.reader import VaultReader")))
    outside = "import os.path\nfrom pds import vault\nfrom pds.vault import Permit\nvault.Permit"
    assert not list(reached_past("portal/app.py", ast.parse(outside)))


@pytest.mark.parametrize(
    "line",
    [
        "import importlib",
        "import importlib.util",
        "import runpy",
        "from importlib import import_module",
        "x = __import__('pds.vault.reader')",
        "x = builtins.__import__('pds.vault.reader')",
        "exec('import pds.vault.reader')",
    ],
)
def test_whoever_imports_by_a_text_is_found(line: str) -> None:
    assert list(by_name(ast.parse(line)))
    assert not list(by_name(ast.parse("from importlib import metadata, resources")))


def test_nobody_imports_by_a_text() -> None:
    assert {path: found for path, (_, tree) in modules().items() if (found := list(by_name(tree)))} == {}


def test_nobody_reaches_past_a_rooms_door() -> None:
    assert [found for path, (_, tree) in modules().items() for found in reached_past(path, tree)] == []


def test_a_room_offers_only_what_it_has_and_every_room_says_what() -> None:
    for room, names in rooms().items():
        assert (ROOT / room.replace(".", "/") / "__init__.py").exists()
        assert all(hasattr(importlib.import_module(room), name) for name in names), room
