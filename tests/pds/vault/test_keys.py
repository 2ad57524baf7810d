"""The key hierarchy: no two uses, vaults, categories, epochs or records ever share a key."""

import hashlib
import hmac
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pds.crypto import hpke
from pds.errors import SealBrokenError
from pds.holders import PublicHolder, SecretHolder, new_holder
from pds.identifiers import VaultId, new_record_id, new_vault_id
from pds.records import CATEGORIES, Category
from pds.vault import LOG, ROOT, Recipient, SealedWrap, open_wraps
from pds.vault.events import Wrap
from pds.vault.keys import CategoryKey, category_key, log_private, record_key
from pds.vault.wraps import Opened, checks_under, draw_root, seal_keys, seal_root

VAULT, OTHER = new_vault_id(), new_vault_id()
ROOT_KEY = draw_root()
HOLDER = new_holder("B113299999902")
STRANGER = new_holder("C113299999919")
NEWER = Category("kind_to_come")
CHECKS = {epoch: checks_under(ROOT_KEY, VAULT, epoch, {NEWER}) for epoch in (1, 2)}


def keys_of_everything() -> list[CategoryKey]:
    places = itertools.product((VAULT, OTHER), Category, (1, 2, 11))
    return [category_key(ROOT_KEY, vault, category, epoch) for vault, category, epoch in places]


def test_keys_and_stream_tags_differ_by_vault_category_and_epoch() -> None:
    keys = keys_of_everything()
    assert len({key.key for key in keys}) == len(keys)
    assert len({key.stream for key in keys}) == len(keys)


def test_a_stream_tag_is_neither_the_key_nor_a_name_and_comes_with_the_key() -> None:
    for key in keys_of_everything():
        assert key.stream not in key.key.hex()
        assert key.category.value not in bytes.fromhex(key.stream).decode(errors="replace")
        assert CategoryKey(key.category, key.epoch, key.key).stream == key.stream


def test_no_use_of_a_root_shares_its_bytes_with_another() -> None:
    derived = [key.key for key in keys_of_everything()]
    derived += [
        part
        for vault in (VAULT, OTHER)
        for epoch in (1, 2)
        for private in [log_private(ROOT_KEY, vault, epoch)]
        for part in (private[:32], private[32:64], private[64:])
    ]
    assert len({*derived, ROOT_KEY}) == len(derived) + 1


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_record_key_hangs_on_salt_and_record(key: bytes, salt: bytes) -> None:
    one, two = new_record_id(), new_record_id()
    flipped = bytes([salt[0] ^ 1]) + salt[1:]
    assert len({record_key(key, salt, one), record_key(key, salt, two), record_key(key, flipped, one), key}) == 4


def test_keys_stay_what_they_are_in_ten_years() -> None:
    vault, root = VaultId("00000000-0000-4000-8000-000000000000"), bytes(range(32))
    key = category_key(root, vault, Category.TEST_RESULT, 3)
    info = '{"category":"test_result","epoch":3,"label":"manabi/category/1","vault":"' + vault + '"}'
    assert key.key == expand(root, info)
    assert key.stream == expand(key.key, "manabi/stream/1")[:16].hex()
    assert log_private(root, vault, 3)[:32] == expand(
        root, '{"epoch":3,"label":"manabi/log/1","vault":"' + vault + '"}'
    )


def expand(key: bytes, info: str) -> bytes:
    """RFC 5869 by hand: no salt, the first block."""
    extracted = hmac.digest(bytes(32), key, hashlib.sha256)
    return hmac.digest(extracted, info.encode() + b"\x01", hashlib.sha256)


def sealed(opens: frozenset[str], grant: str = "enrolment", holder: SecretHolder = HOLDER) -> SealedWrap:
    return seal_root(ROOT_KEY, VAULT, 1, Recipient(holder.public, grant, opens))


def known(*wraps: SealedWrap) -> dict[tuple[int, str, str], Wrap]:
    return {(w.wrap.epoch, w.wrap.holder, w.wrap.grant): w.wrap for w in wraps}


def opened(item: SealedWrap, vault: VaultId, by: SecretHolder, **place: Any) -> Opened:
    """Open a wrap as if it had been sealed for another place."""
    moved = SealedWrap(item.wrap.model_copy(update=place), item.suite, item.sealed)
    return open_wraps(by, vault, known(moved), CHECKS, [moved.row])


def test_a_wrap_opens_what_it_names_and_nothing_more() -> None:
    wrap = sealed(frozenset({"attendance", LOG}))
    result = open_wraps(HOLDER, VAULT, known(wrap), CHECKS, [wrap.row])
    assert set(result.keys) == {(1, Category.ATTENDANCE)}
    assert set(result.logs) == {1}
    root = sealed(frozenset({ROOT}), "root")
    everything = open_wraps(HOLDER, VAULT, known(root), CHECKS, [root.row])
    assert set(everything.keys) == {(1, category) for category in (*CATEGORIES, NEWER)}


def test_a_key_of_a_kind_that_only_a_newer_program_has_is_opened_and_handed_on() -> None:
    for opens, grant in ((frozenset({"attendance", NEWER}), "enrolment"), (frozenset({ROOT}), "root")):
        wrap, other = sealed(opens, grant), sealed(frozenset({NEWER}), "consent-1")
        names = {**known(wrap), **known(other)}
        found = open_wraps(HOLDER, VAULT, names, CHECKS, [wrap.row, other.row]).keys[1, NEWER]
        assert found == category_key(ROOT_KEY, VAULT, NEWER, 1)
        assert seal_keys([found], VAULT, 1, STRANGER.public, "transfer-1").wrap.opens == (NEWER,)


@pytest.mark.parametrize(
    "place",
    [{"epoch": 2}, {"grant": "root"}, {"opens": ("root",)}, {"opens": ("attendance", "test_result")}],
)
def test_a_wrap_does_not_open_for_another_epoch_grant_or_permission(place: dict[str, Any]) -> None:
    with pytest.raises(SealBrokenError):
        opened(sealed(frozenset({"attendance"})), VAULT, HOLDER, **place)


def test_a_wrap_does_not_open_for_another_vault_or_under_another_holders_name() -> None:
    wrap = sealed(frozenset({"attendance"}))
    with pytest.raises(SealBrokenError):
        opened(wrap, OTHER, HOLDER)
    renamed = SecretHolder(STRANGER.id, HOLDER.hpke_private, HOLDER.signing_private)
    with pytest.raises(SealBrokenError):
        opened(wrap, VAULT, renamed, holder=STRANGER.id)


def test_a_wrap_opens_for_its_holder_alone() -> None:
    impostor = SecretHolder(HOLDER.id, STRANGER.hpke_private, STRANGER.signing_private)
    with pytest.raises(SealBrokenError):
        opened(sealed(frozenset({"attendance"})), VAULT, impostor)


def test_handing_on_category_keys_hands_on_no_root_no_log_and_no_other_epoch() -> None:
    keys = [category_key(ROOT_KEY, VAULT, Category.ATTENDANCE, epoch) for epoch in (1, 2)]
    wrap = seal_keys(keys, VAULT, 2, STRANGER.public, "consent-1")
    assert wrap.wrap.opens == ("attendance",)
    result = open_wraps(STRANGER, VAULT, known(wrap), CHECKS, [wrap.row])
    assert list(result.keys) == [(2, Category.ATTENDANCE)]
    assert result.logs == {}


def test_a_wrap_that_the_chain_names_but_the_store_lost_is_missed() -> None:
    wraps = [sealed(frozenset({"attendance"})), sealed(frozenset({"test_result"}), "consent-1")]
    with pytest.raises(SealBrokenError, match="missing"):
        open_wraps(HOLDER, VAULT, known(*wraps), CHECKS, [wraps[0].row])


@pytest.mark.parametrize("name", ["attendance", LOG, ROOT])
def test_a_wrong_key_is_refused_and_never_looks_like_an_empty_history(name: str) -> None:
    wrong = seal_root(draw_root(), VAULT, 1, Recipient(HOLDER.public, "enrolment", frozenset({name})))
    with pytest.raises(SealBrokenError, match="another than the chain names"):
        open_wraps(HOLDER, VAULT, known(wrong), CHECKS, [wrong.row])


def test_a_check_is_of_one_key_and_tells_nothing_of_it() -> None:
    found = [check for epoch in CHECKS for check in CHECKS[epoch].values()]
    assert len({*found}) == len(found)
    key = category_key(ROOT_KEY, VAULT, Category.ATTENDANCE, 1)
    assert CHECKS[1]["attendance"] == expand(key.key, "manabi/key-check/1")[:16].hex()
    assert CHECKS[1]["attendance"] not in key.key.hex()
    assert CHECKS[1]["attendance"] != key.stream


def test_the_log_key_pair_of_an_epoch_is_a_key_pair() -> None:
    private = log_private(ROOT_KEY, VAULT, 1)
    assert hpke.open_sealed(private, hpke.seal(hpke.public_of(private), b"line", b"place"), b"place") == b"line"


def test_secrets_do_not_print() -> None:
    key = category_key(ROOT_KEY, VAULT, Category.ATTENDANCE, 1)
    wrap = sealed(frozenset({"attendance"}))
    shown = repr(key) + repr(wrap) + repr(open_wraps(HOLDER, VAULT, known(wrap), CHECKS, [wrap.row]).logs)
    assert repr(key.key) not in shown
    assert key.key.hex() not in shown
    assert repr(wrap.sealed) not in shown


def test_a_card_has_a_fingerprint_that_every_key_moves() -> None:
    card = HOLDER.public
    cards = [card, STRANGER.public.model_copy(update={"id": card.id}), card.model_copy(update={"id": "x"})]
    cards += [card.model_copy(update={"hpke": STRANGER.public.hpke})]
    assert len({c.fingerprint for c in cards}) == len(cards)
    assert PublicHolder.model_validate(card.model_dump()).fingerprint == card.fingerprint
