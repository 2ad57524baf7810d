"""Hash chains: whatever is done to a list of entries, the list is no longer the chain that was signed."""

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pds.chain import Chain, Entry, Tip, check, extend, follow, origin
from pds.errors import ChainBrokenError
from pds.identifiers import VaultId, new_vault_id

VAULT = new_vault_id()
bodies = st.lists(st.binary(max_size=20), min_size=2, max_size=8)


def built(contents: list[bytes], chain: Chain = Chain.RECORDS, vault: VaultId = VAULT) -> tuple[list[Entry], Tip]:
    tip, entries = origin(vault, chain), []
    for number, body in enumerate(contents):
        entries.append(extend(tip, b'{"n":%d}' % number, body))
        tip = Tip(entries[-1].seq, entries[-1].hash)
    return entries, tip


def replace(entry: Entry, **fields: Any) -> Entry:
    whole = {name: getattr(entry, name) for name in ("seq", "header", "body", "digest", "hash")}
    return Entry(**{**whole, **fields})


def refused(entries: list[Entry], end: Tip, start: Tip | None = None, chain: Chain = Chain.RECORDS) -> bool:
    try:
        check(start or origin(VAULT, chain), entries, chain, end)
    except ChainBrokenError:
        return True
    return False


@given(bodies)
def test_what_was_chained_is_accepted_whole_and_from_any_place_on(contents: list[bytes]) -> None:
    entries, end = built(contents)
    assert check(origin(VAULT, Chain.RECORDS), entries, Chain.RECORDS, end) == entries
    middle = Tip(entries[0].seq, entries[0].hash)
    assert check(middle, entries[1:], Chain.RECORDS, end) == entries[1:]


def test_a_link_is_the_hash_that_is_written_down_in_the_format() -> None:
    first = origin(VAULT, Chain.ACCESS)
    assert first == Tip(0, hashlib.sha256(f"manabi/chain/1/{VAULT}/access".encode()).digest())
    entry = extend(first, b"{}", b"body")
    assert entry.digest == hashlib.sha256(b"body").digest()
    assert entry.hash == hashlib.sha256(first.hash + b"{}" + entry.digest).digest()


@given(bodies, st.data())
def test_any_change_of_any_field_is_found_and_named(contents: list[bytes], data: st.DataObject) -> None:
    entries, end = built(contents)
    place = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(["header", "body", "digest", "hash"]))
    old = getattr(entries[place], field)
    new = data.draw(st.binary(max_size=40).filter(lambda value: value != old))
    entries[place] = replace(entries[place], **{field: new})
    with pytest.raises(ChainBrokenError, match=f"records entry {place + 1} "):
        check(origin(VAULT, Chain.RECORDS), entries, Chain.RECORDS, end)


@given(bodies, st.data())
def test_dropping_doubling_or_moving_an_entry_is_found(contents: list[bytes], data: st.DataObject) -> None:
    entries, end = built(contents)
    one = data.draw(st.integers(0, len(entries) - 1))
    other = data.draw(st.integers(0, len(entries) - 1).filter(lambda number: number != one))
    assert refused(entries[:one] + entries[one + 1 :], end)
    assert refused([*entries[: one + 1], *entries[one:]], end)
    moved = list(entries)
    moved[one], moved[other] = moved[other], moved[one]
    assert refused(moved, end)
    renumbered = [replace(entry, seq=number) for number, entry in enumerate(moved, 1)]
    assert refused(renumbered, end)


@given(bodies)
def test_a_rewritten_end_does_not_lead_to_the_signed_tip(contents: list[bytes]) -> None:
    entries, end = built(contents)
    rewritten, _ = built([*contents[:-1], contents[-1] + b"x"])
    assert refused(rewritten, end)
    assert refused(entries[:-1], end)
    assert refused([*entries, extend(end, b"{}", b"more")], end)
    assert refused([], end)


@given(bodies)
def test_entries_of_another_vault_or_another_chain_do_not_fit(contents: list[bytes]) -> None:
    _, end = built(contents)
    for chain, vault in ((Chain.RECORDS, new_vault_id()), (Chain.LEDGER, VAULT)):
        foreign, foreign_end = built(contents, chain, vault)
        assert refused(foreign, end)
        assert refused(foreign, foreign_end)


@given(bodies, st.data())
def test_erasing_a_body_keeps_the_records_chain_whole(contents: list[bytes], data: st.DataObject) -> None:
    entries, end = built(contents)
    place = data.draw(st.integers(0, len(entries) - 1))
    entries[place] = replace(entries[place], body=None)
    assert not refused(entries, end)


@pytest.mark.parametrize("chain", [Chain.AUTHORISATIONS, Chain.ACCESS, Chain.LEDGER])
def test_only_records_can_be_erased(chain: Chain) -> None:
    entries, end = built([b"a", b"b"], chain)
    assert refused([replace(entries[0], body=None), entries[1]], end, chain=chain)


def test_entries_are_handed_on_only_after_they_were_checked() -> None:
    entries, end = built([b"a", b"b", b"c"])
    entries[1] = replace(entries[1], header=b"x")
    seen: list[Entry] = []
    with pytest.raises(ChainBrokenError):
        seen.extend(follow(origin(VAULT, Chain.RECORDS), entries, Chain.RECORDS, end))
    walk = follow(origin(VAULT, Chain.RECORDS), entries, Chain.RECORDS, end)
    assert next(walk) == entries[0]
    with pytest.raises(ChainBrokenError):
        next(walk)
