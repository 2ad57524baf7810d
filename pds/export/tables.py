"""Tables as CSV (RFC 4180, UTF-8 with its mark) that any spreadsheet opens and none runs. Never: a column's meaning."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from pds.characters import is_blank, is_hidden

# What begins a formula in a spreadsheet (OWASP, CSV injection): of any width, since a spreadsheet folds them, and with
# anything before it that nobody sees, since a spreadsheet trims that.
_RUN = frozenset("=+-@\u2212")
_CUT = ("\t", "\r", "\n")  # may end a cell, so that what follows begins one


class Figure(str):
    """A number in words of a language, written by us: its sign stands."""

    __slots__ = ()


def csv_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table as the bytes of a file; a text that a spreadsheet would run as a formula gets an apostrophe before it.

    Args:
        header: The name of each column.
        rows: The cells of each row; a `Figure` may begin with its sign.
    """
    text = io.StringIO()
    table = csv.writer(text)
    table.writerows([[_harmless(cell) for cell in row] for row in (header, *rows)])
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if _runs(cell) and not isinstance(cell, Figure) else cell


def _runs(cell: str) -> bool:
    first = next((one for one in cell if not (is_blank(one) or is_hidden(one))), "")
    return cell.startswith(_CUT) or unicodedata.normalize("NFKC", first) in _RUN
