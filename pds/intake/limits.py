"""How much a file set may ask of the machine. Never: what a field may hold, which the record models say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one reading; beyond them the file set is refused.

    Attributes:
        total_bytes: All files together, unpacked.
        ratio: Unpacked size of a zip's entry over its packed size.
        entries: Files in one zip.
        row_bytes: One row of one file; also what is held in memory of a line without an end.
        rows: All rows of the set together.
    """

    total_bytes: int = 512 * 1024 * 1024
    ratio: int = 200
    entries: int = 100
    row_bytes: int = 1024 * 1024
    rows: int = 2_000_000


DEFAULT_LIMITS = Limits()
