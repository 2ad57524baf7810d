"""Opening a zip or a folder of text files without trusting it: every read is bounded in bytes, lines and rows.

Here: the set of files and its decoded lines. Never: columns, students, or a whole file in memory.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal, Self, cast

from pds.intake.archives import BROKEN, open_archive
from pds.intake.limits import Limits
from pds.intake.problems import IntakeError, ProblemCode, stop

Encoding = Literal["utf-8", "utf-8-sig", "cp932"]

_BOM = b"\xef\xbb\xbf"
_CJK = "\u3000"  # the first character of Japanese text blocks: below it, UTF-8 bytes may well be cp932


class FileSet:
    """Some files to read, with one budget of bytes and rows for all of them."""

    def __init__(self, names: frozenset[str], opener: Callable[[str], IO[bytes]], limits: Limits) -> None:
        self.names = names
        self._opener = opener
        self._limits = limits
        self._bytes_left = limits.total_bytes
        self._rows_left = limits.rows

    @contextmanager
    def lines(self, name: str, encoding: Encoding) -> Iterator["Lines"]:
        """Open one file of the set as decoded lines.

        Raises:
            IntakeError: the file cannot be opened.
        """
        try:
            stream = self._opener(name)
        except BROKEN:
            raise stop(ProblemCode.UNREADABLE, "the file cannot be opened", name) from None
        with stream:
            yield Lines(self, stream, name, encoding, self._limits.row_bytes)

    def spend_bytes(self, count: int, name: str) -> None:
        """Take bytes from the budget.

        Raises:
            IntakeError: the set is larger than allowed.
        """
        self._bytes_left -= count
        if self._bytes_left < 0:
            limit = self._limits.total_bytes
            raise stop(ProblemCode.TOO_LARGE, f"the files together exceed {limit} bytes: split them", name)

    def spend_row(self, name: str, row: int) -> None:
        """Take one row from the budget.

        Raises:
            IntakeError: the set has more rows than allowed.
        """
        self._rows_left -= 1
        if self._rows_left < 0:
            limit = self._limits.rows
            raise stop(ProblemCode.TOO_MANY_ROWS, f"the files together exceed {limit} rows: split them", name, row)


class Lines:
    """The lines of one file, decoded one by one, so that a line without an end is refused and not loaded.

    Attributes:
        number: Lines read so far.
        row: The line on which the current row of cells begins.
    """

    def __init__(self, files: FileSet, stream: IO[bytes], name: str, encoding: Encoding, limit: int) -> None:
        self.number = 0
        self.row = 1
        self._row_bytes = 0
        self._files = files
        self._stream = stream
        self._name = name
        self._encoding = encoding
        self._limit = limit
        self._seen_text = False

    def __iter__(self) -> Self:
        return self

    def begin_row(self) -> None:
        """Count the bytes of a row of cells anew; a quoted cell may go over many lines."""
        self.row = self.number + 1
        self._row_bytes = 0

    def __next__(self) -> str:
        try:
            raw = self._stream.readline(self._limit + 1)
        except BROKEN:
            message = "damaged or cut short here: export or copy it again"
            raise stop(ProblemCode.DAMAGED_ZIP, message, self._name, self.number + 1) from None
        if not raw:
            raise StopIteration
        self.number += 1
        self._row_bytes += len(raw)
        if self._row_bytes > self._limit:
            message = f"a row exceeds {self._limit} bytes: a line end or a closing quote is missing"
            raise stop(ProblemCode.ROW_TOO_LONG, message, self._name, self.row)
        self._files.spend_bytes(len(raw), self._name)
        if b"\0" in raw:
            raise self._stop(ProblemCode.NUL_BYTE, "a NUL byte: this is no text file, or one in UTF-16")
        return raw.decode() if raw.isascii() else self._decode(raw)

    def _decode(self, raw: bytes) -> str:
        first, self._seen_text = not self._seen_text, True
        if self.number == 1 and raw.startswith(_BOM) and self._encoding != "cp932":
            if self._encoding == "utf-8":
                raise self._stop(
                    ProblemCode.BYTE_ORDER_MARK, "begins with a byte order mark: save as UTF-8 without BOM"
                )
            raw = raw[len(_BOM) :]
        text = _decoded(raw, "cp932" if self._encoding == "cp932" else "utf-8")
        if text is None:
            raise self._stop(ProblemCode.WRONG_ENCODING, f"not {self._encoding}: {_advice(raw, self._encoding)}")
        if first and self._encoding == "cp932" and max(_decoded(raw, "utf-8") or "", default="") >= _CJK:
            raise self._stop(ProblemCode.WRONG_ENCODING, f"not cp932: {_advice(raw, 'cp932')}")
        return text

    def _stop(self, code: ProblemCode, message: str) -> IntakeError:
        return stop(code, message, self._name, self.number)


@contextmanager
def open_files(path: Path, limits: Limits) -> Iterator[FileSet]:
    """Open a folder, or a zip whose files stand at its root.

    Args:
        path: The folder or zip.
        limits: What the set may ask of the machine.

    Raises:
        IntakeError: it is neither, or not safe to open (`archives.open_archive`).
    """
    if path.is_dir():
        yield _folder(path, limits)
        return
    try:
        stream = path.open("rb")
    except OSError:
        raise stop(ProblemCode.UNREADABLE, "no such file or folder, or no right to read it", path.name) from None
    with stream, open_archive(stream, path.name, limits) as archive:

        def opener(name: str) -> IO[bytes]:
            # The buffer reads in C; an archive's own readline is slow when bounded.
            return io.BufferedReader(cast("io.RawIOBase", archive.open(name)))

        yield FileSet(frozenset(archive.namelist()), opener, limits)


@contextmanager
def open_file(path: Path, limits: Limits) -> Iterator[FileSet]:
    """Open one text file as a set of its own. Raises IntakeError when it is none, or larger than the set may be."""
    try:
        size = path.stat().st_size if path.is_file() else None
    except OSError:
        size = None
    if size is None:
        raise stop(ProblemCode.UNREADABLE, "no such file, or no right to read it", path.name)
    if size > limits.total_bytes:
        raise stop(ProblemCode.TOO_LARGE, f"the file exceeds {limits.total_bytes} bytes", path.name)
    yield FileSet(frozenset({path.name}), lambda _: path.open("rb"), limits)


def _folder(path: Path, limits: Limits) -> FileSet:
    """The plain files of a folder; links are left out, for they may point anywhere."""
    try:
        names = frozenset(entry.name for entry in path.iterdir() if entry.is_file() and not entry.is_symlink())
    except OSError:
        raise stop(ProblemCode.UNREADABLE, "the folder cannot be read", path.name) from None
    return FileSet(names, lambda name: (path / name).open("rb"), limits)


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _advice(raw: bytes, expected: str) -> str:
    if expected == "cp932":
        return "it looks like UTF-8" if _decoded(raw, "utf-8") is not None else "export it again"
    return "it looks like Shift_JIS: save it as UTF-8" if _decoded(raw, "cp932") is not None else "export it as UTF-8"
