"""Walks over the routes: which are public, whose the others are, and addresses with their places filled in.

Never: a request.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from portal.app import create_app
from tests.portal.routes import every_route

Route = tuple[str, str]
API = ("/v1/", "/health")
PUBLIC: frozenset[Route] = frozenset(
    {
        ("GET", "/signin"),
        ("GET", "/welcome"),
        ("GET", "/talk"),
        ("GET", "/about/{page}"),
        ("POST", "/signin"),
        ("POST", "/welcome"),
        ("POST", "/view"),
    }
)
_PLACE = re.compile(r"\{(\w+)\}")


@cache
def pages() -> tuple[Route, ...]:
    """Method and path of every route that is not the API's, public ones too."""
    found = every_route(create_app(Path("nowhere")))
    return tuple(sorted(route for route in found if not route[1].startswith(API)))


def below(prefix: str, method: str | None = None) -> list[Route]:
    """The routes of an area, such as "/child/"."""
    return [route for route in pages() if route[1].startswith(prefix) and method in (None, route[0])]


def filled(path: str, values: Mapping[str, str]) -> str:
    """An address; a place nobody gave a value for is filled with an address that does not exist."""
    return _PLACE.sub(lambda place: values.get(place.group(1), "0" * 24), path)
