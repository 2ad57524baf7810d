"""Signed documents as a hostile organisation would write them: every field of every wrong type, left out, said twice.

Never: a signature, which whoever uses it makes with the hostile organisation's own key; a key of anybody else.
"""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from pds.crypto import canonical

Place = tuple[str | int, ...]
DEEP: Any = []
for _ in range(60):
    DEEP = [DEEP]
WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    2**53 - 1,
    1.5,
    1e300,
    "",
    "x",
    "x" * 10_000,
    "../../store.db",
    "a\nb\x00\u202e〓",
    "9999-99-99",
    "2026-05-11",
    [],
    [None],
    [[], {}],
    ["x", "x"],
    {},
    {"x": 1},
    {"": {"": []}},
    DEEP,
]


def places(document: Any, place: Place = ()) -> Iterator[Place]:
    """Where something stands in a document: the whole, each field, each item, however deep."""
    yield place
    items = (
        document.items() if isinstance(document, dict) else enumerate(document if isinstance(document, list) else ())
    )
    for name, inner in items:
        yield from places(inner, (*place, name))


def put(document: Any, place: Place, value: Any) -> Any:
    """A copy of a document with another value in one place."""
    if not place:
        return value
    altered = copy.deepcopy(document)
    _at(altered, place[:-1])[place[-1]] = value
    return altered


def left_out(document: Any, place: Place) -> Any:
    """A copy of a document without what stands in one place."""
    altered = copy.deepcopy(document)
    del _at(altered, place[:-1])[place[-1]]
    return altered


def _at(document: Any, place: Place) -> Any:
    for step in place:
        document = document[step]
    return document


def variants(document: Any) -> Iterator[tuple[Place, Any]]:
    """Every field of every wrong type, left out, and one field too many: where, and what the document is then."""
    for place in places(document):
        for wrong in WRONG:
            if canonical(altered := put(document, place, wrong)) != canonical(document):
                yield place, altered
        if place:
            yield place, left_out(document, place)
        if isinstance(_at(document, place), dict):
            yield place, put(document, (*place, "x"), 1)


@st.composite
def mutated(draw: st.DrawFn, document: Any) -> Any:
    """A document with one to three of its places altered, left out or added to."""
    altered = document
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(list(places(altered))))
        match draw(st.sampled_from(("wrong", "wrong", "other", "gone", "more"))):
            case "gone" if place:
                altered = left_out(altered, place)
            case "more" if isinstance(_at(altered, place), dict):
                altered = put(altered, (*place, draw(st.sampled_from(("x", "format", "id")))), draw(JSON))
            case "other":
                altered = put(altered, place, draw(JSON))
            case _:
                altered = put(altered, place, copy.deepcopy(draw(st.sampled_from(WRONG))))
    return altered


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=6,
)
