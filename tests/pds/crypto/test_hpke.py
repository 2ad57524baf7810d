"""Sealing to somebody: opens for one key, in one place, unaltered, or not at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pds.crypto import hpke
from pds.errors import SealBrokenError, UsageError

PRIVATE = hpke.generate_private()
PUBLIC = hpke.public_of(PRIVATE)
INFO = b'{"vault":"a"}'
SECRET = b"a category key"
SEALED = hpke.seal(PUBLIC, SECRET, INFO)


def test_the_public_key_is_that_of_the_private_key_and_of_no_other() -> None:
    assert len(PRIVATE) == hpke.PRIVATE_BYTES
    assert len(PUBLIC) == hpke.PUBLIC_BYTES
    assert hpke.public_of(PRIVATE) == PUBLIC
    assert hpke.public_of(hpke.generate_private()) != PUBLIC


def test_the_classical_half_is_x25519_by_the_vector_of_rfc_7748_section_5_2() -> None:
    nine = b"\x09" + bytes(31)  # the vector after one iteration: scalar and point are both nine
    public = "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"
    assert hpke.public_of(bytes(64) + nine)[-32:].hex() == public


@given(secret=st.binary(max_size=300), info=st.binary(max_size=100))
@settings(max_examples=30)
def test_what_was_sealed_opens(secret: bytes, info: bytes) -> None:
    assert hpke.open_sealed(PRIVATE, hpke.seal(PUBLIC, secret, info), info) == secret


def test_sealing_twice_shows_nothing_in_common() -> None:
    again = hpke.seal(PUBLIC, SECRET, INFO)
    assert again != SEALED
    assert SECRET not in again


@given(st.binary(max_size=40))
@settings(max_examples=30)
def test_another_place_does_not_open(info: bytes) -> None:
    if info != INFO:
        with pytest.raises(SealBrokenError):
            hpke.open_sealed(PRIVATE, SEALED, info)


def test_another_key_does_not_open_nor_one_with_one_half_exchanged() -> None:
    other = hpke.generate_private()
    for key in (other, PRIVATE[:64] + other[64:], other[:64] + PRIVATE[64:]):
        with pytest.raises(SealBrokenError):
            hpke.open_sealed(key, SEALED, INFO)


@given(st.integers(0, len(SEALED) * 8 - 1))
@settings(max_examples=60)
def test_no_bit_can_be_turned(place: int) -> None:
    forged = bytearray(SEALED)
    forged[place // 8] ^= 1 << place % 8
    with pytest.raises(SealBrokenError):
        hpke.open_sealed(PRIVATE, bytes(forged), INFO)


@pytest.mark.parametrize("sealed", [b"", SEALED[:-1], SEALED[1:], SEALED + b"\0", SEALED[:1120], b"\0" * 1200])
def test_a_cut_or_lengthened_seal_does_not_open(sealed: bytes) -> None:
    with pytest.raises(SealBrokenError):
        hpke.open_sealed(PRIVATE, sealed, INFO)


def test_an_unknown_suite_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="unknown HPKE suite"):
        hpke.seal(PUBLIC, SECRET, INFO, "X25519/none")
    with pytest.raises(UsageError, match="unknown HPKE suite"):
        hpke.open_sealed(PRIVATE, SEALED, INFO, "X25519/none")


@pytest.mark.parametrize("key", [b"", b"\0" * 32, PUBLIC[:-1], PUBLIC + b"\0"])
def test_a_key_of_another_length_is_refused(key: bytes) -> None:
    with pytest.raises(UsageError):
        hpke.seal(key, SECRET, INFO)
    with pytest.raises(UsageError):
        hpke.open_sealed(key, SEALED, INFO)
