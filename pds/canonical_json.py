"""One way to turn a document into bytes, so that hashes and signatures mean the same everywhere (RFC 8785, JCS).

Here: encoding and decoding. Never: keys, hashes, or knowledge of what a document says.
"""

import json
from typing import Any

import rfc8785

from pds.errors import UsageError


def canonical(document: object) -> bytes:
    """Encode any JSON document as RFC 8785 prescribes.

    Raises:
        UsageError: the document holds something JSON cannot say, or an integer beyond 2^53 (RFC 8785 section 3.2.2.3).
    """
    try:
        return rfc8785.dumps(document)  # type: ignore[arg-type]  # the library narrows to JSON types itself
    except rfc8785.CanonicalizationError as error:
        raise UsageError(f"not a canonical JSON document: {error}") from error


def parse(data: bytes | str) -> Any:  # noqa: ANN401  # JSON is whatever it is; models narrow it
    """Decode JSON, refusing duplicate names (RFC 8785 section 3.1) and the numbers JSON does not have.

    Raises:
        UsageError: the bytes are not such a document.
    """
    try:
        return _DECODER.decode(data if isinstance(data, str) else data.decode())
    except (ValueError, RecursionError) as error:
        raise UsageError("not a JSON document") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return document


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)  # one for all: each record needs it
