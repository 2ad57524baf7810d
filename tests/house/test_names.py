"""A name means one thing: no two classes of the six packages share one, and no function name stands for everything."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from tests.house.source import modules

MOST = 6  # modules that give one name to their own: each `seal` or `send` is read with its module in front of it
SAYS_NOTHING = {"show", "get", "do", "run", "handle", "process", "execute", "helper", "util"}


def named(kinds: type[ast.AST] | tuple[type[ast.AST], ...]) -> dict[str, list[str]]:
    """Where each public name is given at the top of a module."""
    found = defaultdict(list)
    for path, (_, tree) in modules().items():
        for name in public(tree, kinds):
            found[name].append(path)
    return found


def public(tree: ast.Module, kinds: type[ast.AST] | tuple[type[ast.AST], ...]) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, kinds):
            name = getattr(node, "name", "_")
            if not name.startswith("_"):
                yield name


def test_no_two_classes_share_a_name() -> None:
    assert {name: paths for name, paths in named(ast.ClassDef).items() if len(paths) > 1} == {}


def test_a_function_is_named_for_what_it_does() -> None:
    functions = named((ast.FunctionDef, ast.AsyncFunctionDef))
    assert {name: paths for name, paths in functions.items() if name in SAYS_NOTHING or len(paths) > MOST} == {}


def test_the_rules_find_what_they_look_for() -> None:
    tree = ast.parse("class Entry: ...\nclass _Entry: ...\nasync def show(): ...\ndef outer():\n    def show(): ...")
    assert list(public(tree, ast.ClassDef)) == ["Entry"]
    assert list(public(tree, (ast.FunctionDef, ast.AsyncFunctionDef))) == ["show", "outer"]
