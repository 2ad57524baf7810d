"""Sealing under a key in hand: opens for one key, in one place, unaltered, or not at all."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from pds.crypto import aead
from pds.errors import SealBrokenError, UsageError

KEY = aead.new_key()
PLACE = b'{"label":"somewhere"}'
SEALED = aead.seal(KEY, b"a text", PLACE)


@given(text=st.binary(max_size=300), place=st.binary(max_size=100))
def test_what_was_sealed_opens(text: bytes, place: bytes) -> None:
    assert aead.open_sealed(KEY, aead.seal(KEY, text, place), place) == text


def test_what_is_sealed_is_a_nonce_and_then_what_the_library_makes_of_it() -> None:
    assert AESGCM(KEY).decrypt(SEALED[:12], SEALED[12:], PLACE) == b"a text"
    assert len(SEALED) == 12 + len(b"a text") + 16


def test_no_two_seals_of_one_batch_or_of_two_share_a_nonce() -> None:
    batches = [aead.seal_all([KEY] * 100, [b"a text"] * 100, [PLACE] * 100) for _ in range(2)]
    assert len({sealed[: aead.NONCE_BYTES] for batch in batches for sealed in batch}) == 200


def test_each_text_of_a_batch_opens_under_its_own_key_and_place_alone() -> None:
    keys, texts, places = [aead.new_key(), aead.new_key()], [b"one", b"two"], [b"here", b"there"]
    one, two = aead.seal_all(keys, texts, places)
    assert aead.open_sealed(keys[0], one, places[0]) == b"one"
    assert aead.open_sealed(keys[1], two, places[1]) == b"two"
    for key, sealed, place in ((keys[0], two, places[0]), (keys[0], one, places[1]), (keys[1], one, places[0])):
        with pytest.raises(SealBrokenError):
            aead.open_sealed(key, sealed, place)


def test_a_batch_whose_parts_do_not_match_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="shorter"):
        aead.seal_all([KEY, KEY], [b"one"], [PLACE, PLACE])


@given(at=st.integers(0, len(SEALED) - 1), bit=st.integers(0, 7))
def test_an_altered_bit_is_found(at: int, bit: int) -> None:
    altered = bytearray(SEALED)
    altered[at] ^= 1 << bit
    with pytest.raises(SealBrokenError):
        aead.open_sealed(KEY, bytes(altered), PLACE)


@pytest.mark.parametrize("cut", range(len(SEALED)))
def test_what_was_cut_short_is_broken_and_nothing_else(cut: int) -> None:
    with pytest.raises(SealBrokenError, match="a note does not open"):
        aead.open_sealed(KEY, SEALED[:cut], PLACE, "a note")


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_a_key_of_another_length_neither_seals_nor_opens(length: int) -> None:
    with pytest.raises(UsageError, match="32 bytes"):
        aead.seal(bytes(length), b"a text", PLACE)
    with pytest.raises(SealBrokenError):
        aead.open_sealed(bytes(length), SEALED, PLACE)
