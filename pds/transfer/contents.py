"""What a bundle would open to its receiver, by kind, for an office that decides whether to take it in.

Counted by the streams of the receiver's keys. Never: an opened record, a decision.
"""

from collections import Counter

from pds.chain import Chain, Entry
from pds.holders import SecretHolder
from pds.records import Category
from pds.vault import Authorisations, VaultCopy, open_wraps, read_header


def count_kinds(copy: VaultCopy, authorisations: Authorisations, receiver: SecretHolder) -> Counter[Category]:
    """How many records of each kind a receiver's keys would open; those erased or taken back are not counted.

    Args:
        copy: A verified copy.
        authorisations: What its chain adds up to.
        receiver: Whose keys count.

    Raises:
        SealBrokenError: a sealed key was planted, altered or lost, or opens another key than the chain names.
    """
    rows = [row for row in copy.wraps if row[1] == receiver.id]
    opened = open_wraps(receiver, copy.vault, authorisations.wraps, authorisations.checks, rows)
    kinds = {key.stream: key.category for key in opened.keys.values()}

    def stands(entry: Entry) -> bool:
        return entry.body is not None and not authorisations.one_child.was_taken_back(entry.seq)

    headers = (read_header(entry.header) for entry in copy.entries[Chain.RECORDS] if stands(entry))
    return Counter(kinds[header.stream] for header in headers if header.stream in kinds)
