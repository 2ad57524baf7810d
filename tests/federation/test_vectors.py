"""Vectors keep every bit, and nothing wraps around."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation import VectorError
from federation.vectors import add, decode, encode

cells = st.lists(st.integers(-(2**62) + 1, 2**62 - 1), max_size=20)


@given(cells)
def test_what_is_written_is_read(vector: list[int]) -> None:
    text = encode(vector)
    assert decode(text, len(vector)) == vector
    for wrong in {len(vector) + 1, abs(len(vector) - 1)} - {len(vector)}:
        with pytest.raises(VectorError):
            decode(text, wrong)


def test_the_bytes_are_little_endian() -> None:
    assert encode([1, -2]) == "AQAAAAAAAAD-_________w"


@given(cells, st.data())
def test_sums_are_exact_or_refused(one: list[int], data: st.DataObject) -> None:
    other = data.draw(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=len(one), max_size=len(one)))
    exact = [a + b for a, b in zip(one, other, strict=True)]
    if all(-(2**63) <= cell < 2**63 for cell in exact):
        assert add(one, other) == exact
    else:
        with pytest.raises(VectorError):
            add(one, other)


@pytest.mark.parametrize("cell", [2**62, -(2**62), 2**63 - 1, -(2**63)])
def test_a_cell_no_plan_allows_is_refused_when_it_arrives(cell: int) -> None:
    with pytest.raises(VectorError):
        decode(encode([0, cell]), 2)


def test_what_does_not_fit_is_refused() -> None:
    for wrong in (lambda: encode([2**63]), lambda: add([1], [1, 2]), lambda: decode("AAAAAAAAAAB", 1)):
        with pytest.raises(VectorError):
            wrong()
    with pytest.raises(VectorError):
        decode("not base64 !", 1)
