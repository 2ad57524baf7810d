"""Where every record of a vault stands, as the chain under a signed head commits to it (ADR 14).

The tip of a chain is a hash of each header and each body's digest before it: who once followed the chain to a tip knows
its places for good, and a reading fetches only the bodies it opens. Never: a body, a key, a salt.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import NamedTuple

from pds.chain import Chain, Link, Tip, follow, origin
from pds.identifiers import OrgId, RecordId, VaultId
from pds.vault.headers import HomeSince, follow_headers


class Place(NamedTuple):
    """One record's place: what its body must hash to, and what it is sealed with."""

    seq: int
    stream: str
    record: RecordId
    issuer: OrgId
    header: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one vault, by stream and school year.

    Attributes:
        bridges: Of corrections in another school year than what they correct: their stream and the two years.
    """

    groups: Mapping[tuple[str, int], Sequence[Place]]
    bridges: Collection[tuple[str, int, int]] = frozenset()

    def of(self, streams: Collection[str], years: Collection[int] | None = None) -> list[Place]:
        """The places of some streams, in the order they were written; of all school years when none are named."""
        found = [
            place
            for (stream, year), places in self.groups.items()
            if stream in streams and (years is None or year in years)
            for place in places
        ]
        return sorted(found)

    def bridged(self, streams: Collection[str], years: Collection[int]) -> set[int]:
        """Some school years of one category, and all that corrections lead to from them, there and back."""
        pairs = [{one, other} for stream, one, other in self.bridges if stream in streams]
        found = set(years)
        while reached := [pair for pair in pairs if pair & found and not pair <= found]:
            found = found.union(*reached)
        return found

    def school_years(self) -> dict[RecordId, int]:
        """The school year of every record."""
        return {place.record: year for (_, year), places in self.groups.items() for place in places}


def follow_places(vault: VaultId, homes: Sequence[HomeSince], links: Iterable[Link], end: Tip) -> Places:
    """Follow the chain of records from its beginning.

    Args:
        vault: Whose records they must be.
        homes: Where the history lived, one after the other.
        links: The records chain as it is stored.
        end: Its tip in the signed head.

    Raises:
        ChainBrokenError: the links do not lead to the end.
        SealBrokenError, SignatureError: a header is not what it must be, as `follow_headers`.
    """
    groups: dict[tuple[str, int], list[Place]] = {}
    bridges: set[tuple[str, int, int]] = set()
    chained = follow(origin(vault, Chain.RECORDS), links, Chain.RECORDS, end)
    for link, header in follow_headers(vault, homes, chained):
        stream, issuer = intern(header.stream), OrgId(intern(header.issuer))
        place = Place(link.seq, stream, header.record, issuer, link.header, link.digest)
        groups.setdefault((stream, header.school_year), []).append(place)
        if header.corrects_year is not None:
            bridges.add((stream, header.school_year, header.corrects_year))
    return Places(groups, bridges)
