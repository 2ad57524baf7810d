"""Bytes that hashes and signatures hang on: one document, one text, whichever encoder wrote it."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from pds.crypto import b64, canonical, parse, unb64
from pds.errors import UsageError

SAFE = 2**53 - 1  # RFC 8785 section 3.2.2.3
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
integers = st.integers(-SAFE, SAFE)
documents = st.recursive(
    st.one_of(st.none(), st.booleans(), integers, text),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(text, inner, max_size=4)),
    max_leaves=20,
)


@given(documents)
def test_what_was_encoded_is_read_back_and_encodes_to_the_same_bytes(document: Any) -> None:
    encoded = canonical(document)
    assert parse(encoded) == document
    assert canonical(parse(encoded)) == encoded


@given(documents)
def test_every_document_has_the_bytes_of_rfc_8785(document: Any) -> None:
    assert canonical(document) == rfc8785.dumps(document)


@pytest.mark.parametrize("document", [2**53, [{"a": -(2**53)}], "\ud800", {"a": object()}, {1: "a"}, {"a": b"bytes"}])
def test_what_json_cannot_say_alike_everywhere_is_refused(document: Any) -> None:
    with pytest.raises(UsageError):
        canonical(document)


@given(documents)
def test_the_order_in_which_a_document_was_built_does_not_show(document: Any) -> None:
    shuffled = json.loads(json.dumps(document), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert canonical(shuffled) == canonical(document)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":2}',
        '{"a":1,"a":1}',
        '{"x":{"a":1,"b":2,"a":3}}',
        r'{"a":1,"\u0061":2}',
        '[{"a":1,"a":1}]',
        "NaN",
        "[Infinity]",
        '{"a":-Infinity}',
        "",
        "{",
        "{'a':1}",
        '{"a":1}x',
        "[" * 100_000,
        "1" * 5_000,
    ],
)
def test_a_document_that_two_readers_could_read_differently_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(UsageError):
        parse(b'{"a":"\xff"}')


@pytest.mark.parametrize("document", ["\ud800", {"a": SAFE + 1}, float("nan"), {1: 2}, b"bytes", {"a": {3}}, object()])
def test_what_json_cannot_say_is_refused_and_not_guessed(document: object) -> None:
    with pytest.raises(UsageError):
        canonical(document)


def test_the_vector_of_rfc_8785_section_3_2_4_is_met() -> None:
    document = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '€$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical(document) == expected.encode()


@given(st.binary(max_size=200))
def test_bytes_as_text_come_back(data: bytes) -> None:
    assert unb64(b64(data)) == data


@pytest.mark.parametrize("text", ["QQ==", "QR", "Q", "Q+", "Q/8", "QUJ D", "ＱＱ", "QQ\n", "=", "QQ="])
def test_two_texts_never_stand_for_the_same_bytes(text: str) -> None:
    with pytest.raises(UsageError):
        unb64(text)
