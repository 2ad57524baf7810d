"""What stands in the clear beside a sealed record: written and read in one place, and never of another form.

A header of a wrong type, out of range, in another's place or of another issuer than who signed it is refused by whoever
reads it: the verification of a copy, and every reading and writing here. Never: a key, a body, a store.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pds.chain import Linked
from pds.crypto import parse
from pds.errors import SealBrokenError, SignatureError, UsageError
from pds.identifiers import OrgId, RecordId, VaultId

_YEARS = range(1900, 2201)  # as in `pds.records`


class RecordHeader(NamedTuple):
    """What is authenticated with a sealed record. No category, no date.

    Attributes:
        corrects_year: The school year of the record it supersedes, where that is another than its own: who opens one of
            the two years must open the other to know what is in effect. None otherwise.
    """

    vault: VaultId
    record: RecordId
    seq: int
    school_year: int
    issuer: OrgId
    epoch: int
    stream: str
    corrects_year: int | None = None

    def canonical(self) -> bytes:
        """The bytes that are chained and used as associated data: RFC 8785, written out.

        It runs once per record, and every value is a number or an identifier in which JSON escapes nothing; the test
        in `tests/pds/vault/test_record_header.py` compares it with the library's encoding.
        """
        corrects = "" if self.corrects_year is None else f'"corrects_year":{self.corrects_year},'
        return (
            f'{{{corrects}"epoch":{self.epoch},"issuer":"{self.issuer}","record":"{self.record}","school_year":{self.school_year}'
            f',"seq":{self.seq},"stream":"{self.stream}","v":1,"vault":"{self.vault}"}}'
        ).encode()


# What `canonical` writes, read back in one step: a page looks at every header of a vault, and JSON takes eight times as
# long. No other text is a header: what is of another type, or of the right one in another spelling, does not match.
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_NUMBER = r"[1-9]\d{0,11}"
_HEADER = re.compile(
    rf'\{{(?:"corrects_year":(\d{{4}}),)?"epoch":({_NUMBER}),"issuer":"([A-Za-z0-9][A-Za-z0-9:._-]{{0,63}})"'
    rf',"record":"({_UUID})","school_year":(\d{{4}}),"seq":({_NUMBER}),"stream":"([0-9a-f]{{32}})","v":1'
    rf',"vault":"({_UUID})"\}}'
)


def read_header(header: bytes) -> RecordHeader:
    """Read what `RecordHeader.canonical` wrote.

    Raises:
        SealBrokenError: it is of another form, or a school year is none.
    """
    match = _HEADER.fullmatch(header.decode("ascii", errors="replace"))
    if match is None:
        raise SealBrokenError(_what_is_wrong(header))
    corrects, epoch, issuer, record, year, seq, stream, vault = match.groups()
    read = RecordHeader(
        VaultId(vault),
        RecordId(record),
        int(seq),
        int(year),
        OrgId(issuer),
        int(epoch),
        stream,
        None if corrects is None else int(corrects),
    )
    if read.school_year not in _YEARS or read.corrects_year not in (None, *_YEARS):
        raise SealBrokenError("a record header names a school year that is none")
    return read


class HomeSince(NamedTuple):
    """A school where a history lived.

    Attributes:
        organisation: Which; it signs, and so it is the issuer of what is written there.
        since: How many records there were when it took the history in.
    """

    organisation: OrgId
    since: int


def follow_headers(
    vault: VaultId, homes: Sequence[HomeSince], links: Iterable[Linked]
) -> Iterator[tuple[Linked, RecordHeader]]:
    """Hand on the entries of a vault's records from its first, each with its header.

    Args:
        vault: Whose records they must be.
        homes: Where the history lived, as its events say: of one school after the other, each record has the issuer.
        links: The records chain, under its signed head.

    Raises:
        SealBrokenError: a header is malformed, was written for another place, names a record that was there before, or
            corrects a school year of which there is no record.
        SignatureError: a record's issuer is not the school that signed when it was written.
    """
    coming = [*homes[1:], None]
    issuer, records, years = homes[0].organisation if homes else None, set[str](), set[int]()
    for link in links:
        header = read_header(link.header)
        if header.vault != vault or header.seq != link.seq:
            raise SealBrokenError(f"records entry {link.seq} was sealed for another place")
        while coming[0] is not None and header.seq > coming[0].since:
            issuer = coming.pop(0).organisation  # type: ignore[union-attr]  # the condition says so
        if header.issuer != issuer:
            raise SignatureError(f"records entry {link.seq} names an issuer that did not sign it")
        if header.record in records:
            raise SealBrokenError(f"records entry {link.seq} has the name of a record before it")
        if header.corrects_year is not None and (
            header.corrects_year not in years or header.corrects_year == header.school_year
        ):
            raise SealBrokenError(f"records entry {link.seq} corrects a school year of which there is no record")
        records.add(header.record)
        years.add(header.school_year)
        yield link, header


def _what_is_wrong(header: bytes) -> str:
    try:
        version = parse(header).get("v")
    except (UsageError, AttributeError):
        version = None
    later = type(version) is int and version > 1
    return "a record header is of a later version" if later else "a record header is malformed"
