"""The record header is written out by hand, once per record; it must be the bytes RFC 8785 prescribes."""

from hypothesis import given
from hypothesis import strategies as st

from pds.crypto import canonical
from pds.identifiers import check_org_id, check_record_id
from pds.vault import read_header
from pds.vault.headers import RecordHeader

numbers = st.integers(1, 10**12 - 1)
years = st.integers(1900, 2200)
headers = st.builds(
    RecordHeader,
    vault=st.uuids().map(str),
    record=st.uuids().map(lambda uuid: check_record_id(str(uuid))),
    seq=numbers,
    school_year=years,
    issuer=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9:._-]{0,63}", fullmatch=True).map(check_org_id),
    epoch=numbers,
    stream=st.binary(min_size=16, max_size=16).map(bytes.hex),
    corrects_year=st.none() | years,
)


@given(headers)
def test_a_header_is_canonical_whatever_its_identifiers_and_numbers(header: RecordHeader) -> None:
    written = header.canonical()
    fields = {name: value for name, value in header._asdict().items() if value is not None}
    assert written == canonical({**fields, "v": 1})
    assert read_header(written) == header
