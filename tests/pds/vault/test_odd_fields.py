"""What a home may sign and nobody can read: fields of a wrong type, range or issuer, in every chain. None is kept."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent.lifecycle import moving
from pds.chain import Chain
from pds.errors import PdsError, SealBrokenError, SignatureError, VerificationError
from pds.identifiers import OrgId, RecordId, new_record_id, new_vault_id
from pds.transfer import State
from pds.vault import copy_from_document, read_header, verify_copy
from tests.consent.lifecycle.moving.test_moving import move
from tests.world.lying import Rewritten, Sending, accepted, rewritten
from tests.world.prefecture import AOBA, Prefecture, School, score_record
from tests.world.tampering import charge

ODD: list[Any] = [None, True, False, 0, -1, 1.5, 10**9, 2**53, "", "1", "x", "２０２６", [], [1], {}, {"a": 1}]
RECORD_FIELDS = ("corrects_year", "epoch", "issuer", "record", "school_year", "seq", "stream", "v", "vault")
PLACES = [(Chain.RECORDS, name) for name in RECORD_FIELDS]
PLACES += [(Chain.ACCESS, name) for name in ("epoch", "seq", "suite", "v", "vault")]
PLACES += [(Chain.LEDGER, name) for name in ("seq", "v", "vault")]


@pytest.fixture
def sending(prefecture: Prefecture) -> Sending:
    """A history with entries in all chains, sealed for a move."""
    old = prefecture.minato
    old.admit("aiko", records=[score_record(old)], agree=("transfer", "statistics"))
    charge(old, "aiko")
    return accepted(prefecture)


def header_with(copy: Rewritten, chain: Chain, name: str, value: object) -> Rewritten:
    """One field of the last header of a chain is something else; the home signs over it."""
    header, body = copy.chains[chain][-1]
    fields = {**json.loads(header), name: value}
    written = json.dumps(dict(sorted(fields.items())), ensure_ascii=False, separators=(",", ":"))
    copy.chains[chain][-1] = (written.encode(), body)
    return copy


def refused(sending: Sending, copy: Rewritten) -> None:
    """The copy is refused by whoever verifies it, as something that does not verify."""
    with pytest.raises(VerificationError):
        pytest.fail(f"verified: {verify_copy(copy.signed(), sending.prefecture.hikari.node.card)}")


def test_every_field_of_every_header_with_every_odd_value_is_refused(sending: Sending) -> None:
    for chain, name in PLACES:
        for value in ODD:
            refused(sending, header_with(sending.copy(), chain, name, value))


def test_a_header_without_a_field_or_with_one_more_is_refused(sending: Sending) -> None:
    for chain, name in PLACES:
        copy = sending.copy()
        header, body = copy.chains[chain][-1]
        fields = json.loads(header)
        if fields.pop(name, None) is not None:
            copy.chains[chain][-1] = (json.dumps(fields, separators=(",", ":")).encode(), body)
            refused(sending, copy)
    for chain in (Chain.RECORDS, Chain.ACCESS, Chain.LEDGER):
        refused(sending, header_with(sending.copy(), chain, "zz", 1))
    for header in (b"", b"null", b"[]", b"\xff", b"{"):
        for chain in Chain:
            if chain is not Chain.AUTHORISATIONS:
                copy = sending.copy()
                copy.chains[chain][-1] = (header, copy.chains[chain][-1][1])
                refused(sending, copy)


def test_a_bundle_with_an_odd_header_is_answered_keeps_nothing_and_holds_up_no_other(
    sending: Sending,
) -> None:
    new, old = sending.prefecture.hikari, sending.prefecture.minato
    odd = header_with(sending.copy(), Chain.RECORDS, "school_year", "2026").signed()
    after = sending.receive(odd)
    assert (after.state, after.reason) == (State.REFUSED, "a record header is malformed")
    assert sending.vault not in new.node.vaults.all()
    assert new.node.store.names("quarantine") == []
    old.admit("bunta", agree=("transfer",))
    honest = accepted(sending.prefecture, "bunta")
    assert honest.receive(honest.copy().signed()).state is State.QUARANTINED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def leaves(document: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a document, but only to the first two of a list."""
    yield way
    if isinstance(document, dict):
        for name, value in document.items():
            yield from leaves(value, (*way, name))
    elif isinstance(document, list):
        for number, value in enumerate(document[:2]):
            yield from leaves(value, (*way, number))


def put(document: Any, way: tuple[Any, ...], value: Any) -> Any:
    if not way:
        return value
    changed = dict(document) if isinstance(document, dict) else list(document)
    changed[way[0]] = put(document[way[0]], way[1:], value)
    return changed


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_copy_of_any_form_is_read_as_it_is_or_refused_as_ours(sending: Sending, data: st.DataObject) -> None:
    document = sending.copy().original.to_document()
    way = data.draw(st.sampled_from(list(leaves(document))))
    value = data.draw(st.sampled_from(ODD) | JSON)
    try:
        copy = copy_from_document(put(document, way, value))
        verify_copy(copy, sending.prefecture.hikari.node.card)
    except PdsError:
        return
    assert copy.to_document() == document, f"{way} may be {value!r}"


def test_a_record_is_issued_by_whoever_signed_when_it_was_written(sending: Sending) -> None:
    for issuer in (AOBA, sending.prefecture.hikari.org, "somebody"):
        copy = header_with(sending.copy(), Chain.RECORDS, "issuer", issuer)
        with pytest.raises(SignatureError, match="records entry 2 names an issuer that did not sign it"):
            pytest.fail(f"{issuer}: {verify_copy(copy.signed(), sending.prefecture.hikari.node.card)}")


def test_after_a_move_each_school_is_the_issuer_of_what_it_wrote_and_of_nothing_else(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko", records=[score_record(old)], agree=("transfer",))
    moving.commit(new.node, move(prefecture, "aiko"))
    new.write("aiko", score_record(new))
    assert len(new.read("aiko")) == 3
    vault = new.vault("aiko")
    honest = rewritten(new.node.vaults.copy(vault), new.node.keyring.secret(new.org))
    headers = [read_header(header) for header, _ in honest.chains[Chain.RECORDS]]
    assert [header.issuer for header in headers] == [old.org, old.org, new.org]
    for place, issuer in ((1, new.org), (2, old.org)):
        lie = rewritten(new.node.vaults.copy(vault), new.node.keyring.secret(new.org))
        header, body = lie.chains[Chain.RECORDS][place]
        lie.chains[Chain.RECORDS][place] = (read_header(header)._replace(issuer=OrgId(issuer)).canonical(), body)
        with pytest.raises(VerificationError):  # what was before the move, the old school's head holds as well
            pytest.fail(f"{place}: {verify_copy(lie.signed(), new.node.card)}")
        plant(new, lie)
        with pytest.raises(VerificationError):
            pytest.fail(f"read: {new.read('aiko')}")
        plant(new, honest)
    assert len(new.read("aiko")) == 3


def plant(school: School, lie: Rewritten) -> None:
    """Put a copy in the place of a vault: what the home's own software, or a thief with its keys, can do."""
    store, copy = school.node.store, lie.signed()
    with store.transaction():
        store.remove_vault(copy.vault)
        store.add_vault(copy.vault, copy.head)
        for chain, entries in copy.entries.items():
            store.append(copy.vault, chain, entries)
        store.add_salts(copy.vault, copy.salts.items())
        store.add_wraps(copy.vault, copy.wraps)


def test_a_record_named_as_one_before_or_of_no_epoch_or_correcting_nothing_is_refused(sending: Sending) -> None:
    first = read_header(sending.copy().chains[Chain.RECORDS][0][0])
    for changes in (
        {"record": first.record},
        {"record": RecordId(str(new_vault_id()).upper())},
        {"epoch": 3},
        {"corrects_year": 2025},
        {"corrects_year": first.school_year},
        {"school_year": 1899},
    ):
        copy = sending.copy()
        header, body = copy.chains[Chain.RECORDS][-1]
        copy.chains[Chain.RECORDS][-1] = (read_header(header)._replace(**changes).canonical(), body)
        refused(sending, copy)


def test_a_sealed_record_a_line_and_a_charge_have_the_size_and_form_of_one(sending: Sending) -> None:
    for chain in (Chain.RECORDS, Chain.ACCESS, Chain.LEDGER):
        for body in (b"", b"x", bytes(28), bytes(29), bytes(1136), bytes(4000)):
            copy = sending.copy()
            copy.chains[chain][-1] = (copy.chains[chain][-1][0], body)
            refused(sending, copy)


def test_a_salt_is_there_once_for_each_record_of_its_length_and_of_no_other(sending: Sending) -> None:
    one, other = sending.copy().salts
    salts = sending.copy().salts
    for wrong in (
        {one: salts[one]},
        {**salts, new_record_id(): bytes(32)},
        {**salts, other: salts[one]},
        {**salts, other: b""},
        {**salts, other: salts[other][:-1]},
        {**salts, other: salts[other] + b"x"},
    ):
        copy = sending.copy()
        copy.salts = wrong
        with pytest.raises(SealBrokenError):
            pytest.fail(f"verified: {verify_copy(copy.signed(), sending.prefecture.hikari.node.card)}")
