"""Every kind of document that the code declares, found in its modules. Never: a list of them by hand."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any

from pds.node import DocumentKind

_PACKAGES = ("pds", "consent", "federation", "portal", "cli")


@cache
def declared_kinds() -> tuple[DocumentKind[Any], ...]:
    """The kinds of all modules, each once, by name."""
    found = {id(kind): kind for module in _modules() for value in vars(module).values() for kind in _kinds(value)}
    return tuple(sorted(found.values(), key=lambda kind: kind.name))


def _kinds(value: object) -> list[DocumentKind[Any]]:
    """A kind that a module names, or those of a table of kinds."""
    held = value.values() if isinstance(value, Mapping) else (value,)
    return [one for one in held if isinstance(one, DocumentKind)]


def _modules() -> list[Any]:
    names = [
        found.name
        for package in map(importlib.import_module, _PACKAGES)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not found.name.endswith("__main__")
    ]
    return [importlib.import_module(name) for name in names]
