"""The source tree as tests of the house see it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("pds", "consent", "anonymiser", "federation", "portal", "cli")


@cache
def modules() -> dict[str, tuple[str, ast.Module]]:
    """Text and syntax of every module of the six packages, by path."""
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    return {str(f.relative_to(ROOT)): (f.read_text(), ast.parse(f.read_text())) for f in files}


def imports(tree: ast.Module) -> Iterator[str]:
    """The full names of the modules that a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def texts(tree: ast.Module) -> Iterator[str]:
    """The strings of a module, docstrings left out."""
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node.value


def is_test(node: str) -> bool:
    """True when a node id without parameters names a function of a test file, or of a class in it; nothing is run."""
    name, *parts = node.split("::")
    body = ast.parse((ROOT / name).read_text(encoding="utf-8")).body if (ROOT / name).is_file() else []
    for part in parts:
        kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        found = [step for step in body if isinstance(step, kinds) and step.name == part]
        body = found[0].body if found else []
    return bool(body)
