"""Addresses of our own files, each with a mark of its content, so that browsers may keep them. Never: a page."""

import hashlib
from functools import cache
from pathlib import Path

STATIC = "/static/"  # their address
FILES = Path(__file__).parents[1] / "static"


@cache
def asset(name: str) -> str:
    """The address of a file; another content has another address."""
    mark = hashlib.sha256((FILES / name).read_bytes()).hexdigest()[:12]
    return f"{STATIC}{name}?v={mark}"
