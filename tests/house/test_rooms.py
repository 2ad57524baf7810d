"""Each package says by `__all__` what others may use, and nobody reaches past it."""

import ast
import importlib
from collections.abc import Iterator
from functools import cache

from tests.house.source import PACKAGES, ROOT, modules

OPEN = frozenset({"pds", "consent", "portal"})  # floors of rooms: their rooms have doors, they themselves have none


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
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in PACKAGES:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                room = full if full in rooms() else room_of(node.module)
                if room is None or here == room or here.startswith(f"{room}."):
                    continue
                if full == room:  # the room itself, to be spoken of by its name
                    continue
                if node.module != room or alias.name not in rooms()[room]:
                    yield f"{path}:{node.lineno} takes {alias.name} from {node.module}"


def test_nobody_reaches_past_a_rooms_door() -> None:
    assert [found for path, (_, tree) in modules().items() for found in reached_past(path, tree)] == []


def test_a_room_offers_only_what_it_has_and_every_room_says_what() -> None:
    for room, names in rooms().items():
        assert (ROOT / room.replace(".", "/") / "__init__.py").exists()
        assert all(hasattr(importlib.import_module(room), name) for name in names), room
