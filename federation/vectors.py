"""Vectors as they travel: little-endian signed 64-bit integers in base64url, never JSON numbers.

Here:   encoding, decoding, adding with a check on every sum. Never: what a cell means, noise.
"""

import struct
from collections.abc import Sequence

from anonymiser import LIMIT
from federation.errors import VectorError
from pds.crypto import b64, unb64
from pds.errors import UsageError

WIDTH = 8  # bytes of one cell
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1


def encode(cells: Sequence[int]) -> str:
    """Write a vector.

    Raises:
        VectorError: a cell does not fit 64 bits.
    """
    _check(cells)
    return b64(struct.pack(f"<{len(cells)}q", *cells))


def decode(text: str, cells: int) -> list[int]:
    """Read a vector of so many cells, each below the 2**62 that every plan keeps to.

    Raises:
        VectorError: it has another length, another form, or a cell no plan allows.
    """
    try:
        data = unb64(text)
    except UsageError as error:
        raise VectorError("a vector is not base64url") from error
    if len(data) != cells * WIDTH:
        raise VectorError(f"a vector of {cells} cells was expected")
    vector = list(struct.unpack(f"<{cells}q", data))
    if any(abs(cell) >= LIMIT for cell in vector):
        raise VectorError("a cell is beyond 2**62, which no plan allows")
    return vector


def add(one: Sequence[int], other: Sequence[int]) -> list[int]:
    """Add two vectors.

    Raises:
        VectorError: they differ in length, or a sum leaves 64 bits.
    """
    if len(one) != len(other):
        raise VectorError("vectors of different lengths cannot be added")
    total = [a + b for a, b in zip(one, other, strict=True)]
    _check(total)
    return total


def _check(cells: Sequence[int]) -> None:
    if any(not _LOWEST <= cell <= _HIGHEST for cell in cells):
        raise VectorError("a cell leaves what 64 bits hold")
