"""Keys out of a key: the derivation that RFC 5869 describes, another result for every label, salt and length."""

from pds.crypto import kdf


def test_derivation_is_the_hkdf_that_rfc_5869_test_case_1_names() -> None:
    derived = kdf.derive(b"\x0b" * 22, bytes(range(0xF0, 0xFA)), 42, bytes(range(13)))
    assert derived.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"


def test_derivation_without_a_salt_is_test_case_3_of_rfc_5869() -> None:
    derived = kdf.derive(b"\x0b" * 22, b"", 42)
    assert derived.hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"


def test_every_label_and_salt_gives_other_bytes() -> None:
    key = bytes(range(32))
    derived = [kdf.derive(key, b"one"), kdf.derive(key, b"two"), kdf.derive(key, b"one", salt=bytes(32) + b"\x01")]
    assert len({*derived, key}) == 4
