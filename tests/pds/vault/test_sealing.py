"""Sealed records: a thief of the bytes learns neither what was recorded nor how it was answered, attended or marked."""

import os
import sys
from bisect import bisect_left
from collections.abc import Collection, Sequence
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pds.crypto.aead import NONCE_BYTES
from pds.errors import SealBrokenError
from pds.identifiers import OrgId, RecordId, new_record_id, new_vault_id
from pds.records import KINDS, Category, Record, kind_of, validate
from pds.vault import read_header
from pds.vault.headers import RecordHeader
from pds.vault.keys import CategoryKey, category_key
from pds.vault.sealing import PADDING, Sealed, Unsealed, plaintexts_of, seal_all, unseal
from tests.world.records import twins

VAULT = new_vault_id()
RECORD = new_record_id()
KEY = category_key(os.urandom(32), VAULT, Category.TEST_RESULT, 1)
SALT = os.urandom(32)
PLACE: dict[str, Any] = {
    "vault": VAULT,
    "record": RECORD,
    "seq": 7,
    "school_year": 2026,
    "issuer": OrgId("B113299999902"),
    "epoch": 1,
    "stream": KEY.stream,
}
HEADER = RecordHeader(**PLACE)
BASE: dict[str, Any] = {
    "school_code": "B113299999902",
    "school_year": 2026,
    "grade": "P6",
    "occurred_on": "2026-05-08",
    "source_system": "test-sis",
    "source_record_id": "1",
}
SCORE = {
    **BASE,
    "test_id": "T1",
    "test_name": "まとめ",
    "test_kind": "unit",
    "subject_code": "P030",
    "raw_score": "87",
    "max_score": "100",
}
values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"])),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=5,
)


def seal(record: Record, header: bytes, key: CategoryKey, salt: bytes, record_id: RecordId) -> bytes:
    """Seal one record."""
    [body] = seal_all([Unsealed(record, header, key, salt, record_id)])
    return body


def there_and_back(record: Record) -> Record:
    header = HEADER.canonical()
    return unseal(Sealed(seal(record, header, KEY, SALT, RECORD), header, KEY, SALT, RECORD)).record()


def room(record: Record) -> tuple[int, int]:
    """The stored size, and how many letters more it takes to reach the next: equal at every length of free text."""

    def size(letters: int) -> int:
        return len(plaintexts_of([record.model_copy(update={"x_note": "x" * letters})])[0])

    assert size(0) % PADDING == 0
    return size(0), bisect_left(range(PADDING), size(0) + 1, key=size)


def check_pairs(schema: str, examples: int, phases: Collection[Phase] = tuple(Phase)) -> None:
    """Draw pairs of records that differ in closed fields alone; AssertionError with one that is stored in two sizes."""

    @given(twins(schema))
    @settings(max_examples=examples, deadline=None, phases=phases)
    def check(pair: tuple[Record, Record]) -> None:
        assert len({room(record) for record in pair}) == 1, [r.model_dump_json(exclude_unset=True) for r in pair]

    check()


# `make prove` draws thousands of pairs. A closed field that does not keep its width differs in most pairs.
@pytest.mark.parametrize("schema", sorted(KINDS))
def test_records_that_differ_in_closed_fields_alone_are_stored_in_equal_size(schema: str) -> None:
    check_pairs(schema, 40)


@pytest.mark.parametrize("field", ["raw_score", "test_kind"])
def test_a_closed_field_that_is_not_padded_is_found_by_as_few_pairs(
    field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = plaintexts_of

    def leaking(records: Sequence[Record]) -> list[bytes]:
        return real([one.model_copy(update={"x_shown": "x" * len(str(getattr(one, field)))}) for one in records])

    monkeypatch.setattr(sys.modules[__name__], "plaintexts_of", leaking)
    with pytest.raises(AssertionError):
        check_pairs("test_result/1", 40, phases=[Phase.generate])


@pytest.mark.parametrize("schema", sorted(KINDS))
def test_every_record_returns_as_it_was_given(schema: str) -> None:
    @given(twins(schema))
    @settings(max_examples=20, deadline=None)
    def check(pair: tuple[Record, Record]) -> None:
        back = there_and_back(pair[0])
        assert back.model_dump(exclude_unset=True) == pair[0].model_dump(exclude_unset=True)
        assert kind_of(back).schema == schema

    check()


def test_absence_illness_and_presence_cannot_be_told_apart_at_any_length_of_text() -> None:
    for length in range(0, 600, 7):
        days: list[dict[str, object]] = [
            {"status": "present"},
            {"status": "present", "late": True},
            {"status": "absent", "absence_reason": "school_refusal", "reported_by": "guardian"},
            {"status": "suspended", "suspension_basis": "infectious_disease_law", "period_no": 8},
        ]
        records = [validate("attendance/1", {**BASE, "reason_text": "x" * length, **day}) for day in days]
        assert len({len(text) for text in plaintexts_of(records)}) == 1, length


@given(extra=st.dictionaries(st.from_regex(r"x_[a-z]{1,8}", fullmatch=True), values, max_size=4))
@settings(max_examples=60, deadline=None)
def test_fields_that_nobody_knows_survive(extra: dict[str, Any]) -> None:
    record = validate("test_result/1", {**SCORE, **extra, "items": [{"no": "1", "result": "wrong", **extra}]})
    back = there_and_back(record)
    assert back.model_extra == extra
    assert back.model_dump()["items"][0] | extra == back.model_dump()["items"][0]


@pytest.mark.parametrize("score", ["87.50", "0.0001", "100", "0", "1E+2", "99.9999"])
def test_a_score_returns_digit_by_digit(score: str) -> None:
    record = validate("test_result/1", {**SCORE, "raw_score": score})
    assert there_and_back(record).model_dump(mode="json")["raw_score"] == score


@pytest.mark.parametrize(
    "place",
    [
        {"vault": new_vault_id()},
        {"record": new_record_id()},
        {"seq": 8},
        {"school_year": 2025},
        {"issuer": OrgId("C113299999919")},
        {"epoch": 2},
        {"stream": "0" * 32},
    ],
)
def test_a_record_opens_in_its_own_place_alone(place: dict[str, Any]) -> None:
    body = seal(validate("test_result/1", SCORE), HEADER.canonical(), KEY, SALT, RECORD)
    elsewhere = RecordHeader(**{**PLACE, **place})
    with pytest.raises(SealBrokenError):
        unseal(Sealed(body, elsewhere.canonical(), KEY, SALT, elsewhere.record))


def test_another_key_salt_or_record_does_not_open() -> None:
    body, header = seal(validate("test_result/1", SCORE), HEADER.canonical(), KEY, SALT, RECORD), HEADER.canonical()
    other = category_key(os.urandom(32), VAULT, Category.TEST_RESULT, 1)
    for key, salt, record in ((other, SALT, RECORD), (KEY, os.urandom(32), RECORD), (KEY, SALT, new_record_id())):
        with pytest.raises(SealBrokenError):
            unseal(Sealed(body, header, key, salt, record))


@given(st.data())
@settings(max_examples=40)
def test_no_bit_of_a_sealed_record_can_be_turned(data: st.DataObject) -> None:
    body = bytearray(seal(validate("test_result/1", SCORE), HEADER.canonical(), KEY, SALT, RECORD))
    body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBrokenError):
        unseal(Sealed(bytes(body), HEADER.canonical(), KEY, SALT, RECORD))


@pytest.mark.parametrize("cut", [0, 1, NONCE_BYTES - 1, NONCE_BYTES, NONCE_BYTES + 15, -1])
def test_a_cut_record_does_not_open(cut: int) -> None:
    body = seal(validate("test_result/1", SCORE), HEADER.canonical(), KEY, SALT, RECORD)
    with pytest.raises(SealBrokenError):
        unseal(Sealed(body[:cut], HEADER.canonical(), KEY, SALT, RECORD))


def test_the_same_record_twice_shows_nothing_in_common() -> None:
    record = validate("test_result/1", SCORE)
    one, two = (seal(record, HEADER.canonical(), KEY, SALT, RECORD) for _ in range(2))
    assert one[:NONCE_BYTES] != two[:NONCE_BYTES]
    assert sum(a == b for a, b in zip(one, two, strict=True)) < len(one) / 8


def test_the_plain_header_says_neither_category_nor_day() -> None:
    text = HEADER.canonical().decode()
    assert "test_result" not in text
    assert "2026-05-08" not in text
    assert read_header(text.encode()) == HEADER


@pytest.mark.parametrize(
    "header", [b"", b"{}", b"[]", b"null", b'{"v":1}', b'{"v":2}', HEADER.canonical()[:-1], b"\xff"]
)
def test_a_malformed_header_is_a_broken_seal(header: bytes) -> None:
    with pytest.raises(SealBrokenError):
        read_header(header)


def test_a_header_of_a_later_version_is_not_guessed_at() -> None:
    with pytest.raises(SealBrokenError):
        read_header(HEADER.canonical().replace(b'"v":1', b'"v":2'))
