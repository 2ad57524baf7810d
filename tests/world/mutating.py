"""Signed documents as a hostile organisation would write them: every field of every wrong type, left out, said twice.

Never: a signature, which whoever uses it makes with the hostile organisation's own key; a key of anybody else.
"""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

from hypothesis import strategies as st

from pds.crypto import canonical

Place = tuple[str | int, ...]
DEEP: Any = []
for _ in range(60):
    DEEP = [DEEP]
_LETTERS = (" ", "A", "あ", "\U0001f600", "\n", "\u200b", "\x7f")
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


def mutated(draw: Random, document: Any) -> Any:
    """A document with one to three of its places altered, left out or added to."""
    altered = document
    for _ in range(draw.randint(1, 3)):
        place = draw.choice(list(places(altered)))
        match draw.choice(("wrong", "wrong", "wrong", "other", "gone", "more")):
            case "gone" if place:
                altered = left_out(altered, place)
            case "more" if isinstance(_at(altered, place), dict):
                altered = put(altered, (*place, draw.choice(("x", "format", "id", "to"))), _any(draw, 2))
            case "other":
                altered = put(altered, place, _any(draw, 3))
            case _:
                altered = put(altered, place, copy.deepcopy(draw.choice(WRONG)))
    return altered


def mutations(document: Any) -> st.SearchStrategy[Any]:
    """The same for Hypothesis, which tells by which number a document was drawn."""
    return st.integers(0, 2**63).map(lambda number: mutated(Random(number), document))  # no secret


def _any(draw: Random, depth: int) -> Any:
    """Whatever JSON can say."""
    match draw.randint(0, 7 if depth else 5):
        case 6:
            return [_any(draw, depth - 1) for _ in range(draw.randint(0, 3))]
        case 7:
            return {"".join(draw.choices("abx", k=2)): _any(draw, depth - 1) for _ in range(draw.randint(0, 3))}
        case 5:
            return draw.choice((None, True, False))
        case 4:
            return draw.uniform(-1e9, 1e9)
        case 3:
            return draw.randint(-(2**53) + 1, 2**53 - 1)
        case _:
            return "".join(
                chr(draw.choice((32, 65, 0x3042, 0x1F600, 10, 0x200B, 0x7F))) for _ in range(draw.randint(0, 20))
            )
