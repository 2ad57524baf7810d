"""Every kind of document that the code declares, found in its modules. Never: a list of them by hand."""

import importlib
import pkgutil
from functools import cache
from typing import Any

from pds.node import Kind

_PACKAGES = ("pds", "consent", "federation", "portal", "cli")


@cache
def declared_kinds() -> tuple[Kind[Any], ...]:
    """The kinds of all modules, each once, by name."""
    found = {id(value): value for module in _modules() for value in vars(module).values() if isinstance(value, Kind)}
    return tuple(sorted(found.values(), key=lambda kind: kind.name))


def _modules() -> list[Any]:
    names = [
        found.name
        for package in map(importlib.import_module, _PACKAGES)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not found.name.endswith("__main__")
    ]
    return [importlib.import_module(name) for name in names]
