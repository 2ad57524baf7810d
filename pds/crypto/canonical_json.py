"""One way to turn a document into bytes, so that hashes and signatures mean the same everywhere (RFC 8785, JCS).

Here: encoding and decoding. Never: keys, hashes, or knowledge of what a document says.
"""

from typing import Any

import jiter
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

    Names are remembered by the library from one document to the next, values never: they may be a child's.

    Raises:
        UsageError: the bytes are not such a document.
    """
    try:
        text = data.encode() if isinstance(data, str) else data
        return jiter.from_json(text, allow_inf_nan=False, catch_duplicate_keys=True, cache_mode="keys")
    except ValueError:
        raise UsageError("not a JSON document") from None  # the library's message quotes the document
