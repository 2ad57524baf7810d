"""One way to turn a document into bytes, so that hashes and signatures mean the same everywhere (RFC 8785, JCS).

Here: encoding and decoding. Never: keys, hashes, or knowledge of what a document says.
"""

from typing import Any

import jiter
import orjson
import rfc8785

from pds.errors import UsageError

_LEAVES = frozenset({str, int, bool, type(None)})
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def canonical(document: object) -> bytes:
    """Encode any JSON document as RFC 8785 prescribes.

    A document without fractions whose names are ASCII has the same bytes from a general encoder that sorts names, seven
    times as fast (a property test holds the two together); every other one is the specialised library's.

    Raises:
        UsageError: the document holds something JSON cannot say, or an integer beyond 2^53 (RFC 8785 section 3.2.2.3).
    """
    if _is_plain(document):
        try:
            return orjson.dumps(document, option=_OPTIONS)
        except orjson.JSONEncodeError:
            pass  # what is wrong with it, the other library says
    try:
        return rfc8785.dumps(document)  # type: ignore[arg-type]  # the library narrows to JSON types itself
    except rfc8785.CanonicalizationError as error:
        raise UsageError(f"not a canonical JSON document: {error}") from error


def _is_plain(value: object) -> bool:
    kind = type(value)
    if kind in _LEAVES:
        return True
    if kind is dict:
        return all(type(name) is str and name.isascii() and _is_plain(inner) for name, inner in value.items())  # type: ignore[attr-defined]  # it is a dict
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))  # type: ignore[call-overload]  # it is a list or a tuple
    return False


def parse(data: bytes | str) -> Any:  # noqa: ANN401  # JSON is whatever it is; models narrow it
    """Decode JSON, refusing duplicate names (RFC 8785 section 3.1) and the numbers JSON does not have.

    Names are remembered by the library from one document to the next, values never: they may be a child's.

    Raises:
        UsageError: the bytes are not such a document.
    """
    try:
        text = data.encode() if isinstance(data, str) else data
        return jiter.from_json(text, allow_inf_nan=False, catch_duplicate_keys=True, cache_mode="keys")
    except ValueError:
        raise UsageError("not a JSON document") from None  # the library's message quotes the document
