"""Documents of a node are kept by declared kinds alone, and nobody outside `pds` speaks to its store."""

import ast
from collections.abc import Iterator

from tests.house.kinds import declared_kinds
from tests.house.source import ROOT

FLOORS = ("pds", "consent", "federation", "portal", "cli")
BY_HAND = ("put", "get", "all", "names", "drop", "owners", "drop_over")
ABOVE = ("consent", "federation", "portal", "cli", "anonymiser", "examples")


def trees(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    for package in packages:
        for file in sorted((ROOT / package).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))


def test_nothing_outside_pds_touches_the_store() -> None:
    touched = [
        f"{file}:{node.lineno}"
        for file, tree in trees(*ABOVE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("store", "_store")
    ]
    assert touched == []


def test_a_document_is_kept_by_its_kind_and_never_by_a_text() -> None:
    by_hand = [
        f"{file}:{node.lineno}"
        for file, tree in trees(*FLOORS)
        if not file.startswith("pds/store/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in BY_HAND
        if isinstance(node.value, ast.Attribute) and node.value.attr in ("store", "_store")
    ]
    assert by_hand == []


def test_every_kind_is_declared_once_at_the_top_of_a_module() -> None:
    names = [kind.name for kind in declared_kinds()]
    assert sorted(set(names)) == names
    calls = [
        node
        for _, tree in trees(*FLOORS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "DocumentKind"
    ]
    assert len(calls) == len(names)
    assert {"account", "session", "roster", "moving-key", "outbox", "holder"} <= set(names)
