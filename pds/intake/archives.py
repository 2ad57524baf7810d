"""Whether a zip may be opened: its directory is judged before anything in it is unpacked.

Here: size, ratio, count and names of entries. Never: what the entries say.
"""

import re
import stat
import struct
import zipfile
import zlib
from typing import IO

from pds.intake.limits import Limits
from pds.intake.problems import ProblemCode, stop

# What the standard library raises on archives that are cut short or forged.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # with NotImplementedError: an entry that wants a password or a newer unpacker
    ValueError,
    OverflowError,
)
PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")

_END = b"PK\x05\x06"  # end of central directory record (APPNOTE 6.3, section 4.3.16)
_END_BYTES = 22
_LOCATOR = b"PK\x06\x07"  # zip64 locator (section 4.3.15)
_LOCATOR_BYTES = 20
_COMMENT_BYTES = 65_535
_ENTRY_BYTES = 1024  # room for one entry in the directory: 46 bytes, its name and extras
_RATIO_FROM = 1024 * 1024  # entries below this size may be packed as tightly as they like
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1


def open_archive(stream: IO[bytes], label: str, limits: Limits) -> zipfile.ZipFile:
    """Open a zip whose directory keeps to the limits.

    Raises:
        IntakeError: the archive is damaged, too large unpacked, or has an entry that does not belong at its root.
    """
    _check_directory(stream, label, limits)
    try:
        archive = zipfile.ZipFile(stream)
    except BROKEN:
        raise stop(
            ProblemCode.DAMAGED_ZIP, "the archive is damaged or cut short: export or copy it again", label
        ) from None
    _check_entries(archive, label, limits)
    return archive


def _check_directory(stream: IO[bytes], label: str, limits: Limits) -> None:
    """Find the directory as the library will, so that a forged one cannot fill the memory while it is parsed."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _COMMENT_BYTES - _END_BYTES - _LOCATOR_BYTES))
    tail = stream.read()
    last = tail[-_END_BYTES:]
    at = len(tail) - _END_BYTES if last.startswith(_END) and last.endswith(b"\0\0") else tail.rfind(_END)
    if at < 0 or at + _END_BYTES > len(tail):
        raise stop(ProblemCode.DAMAGED_ZIP, "this is no zip, or one cut short: export or copy it again", label)
    directory_bytes = int.from_bytes(tail[at + 12 : at + 16], "little")
    zip64 = tail[max(0, at - _LOCATOR_BYTES) : at].startswith(_LOCATOR)
    if zip64 or directory_bytes > limits.entries * _ENTRY_BYTES:
        raise stop(ProblemCode.TOO_MANY_FILES, f"at most {limits.entries} files are read from one zip", label)


def _check_entries(archive: zipfile.ZipFile, label: str, limits: Limits) -> None:
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise stop(ProblemCode.TOO_MANY_FILES, f"at most {limits.entries} files are read from one zip", label)
    if len({entry.filename for entry in entries}) < len(entries):
        raise stop(ProblemCode.UNSAFE_ENTRY, "two files in the archive have the same name: pack it again", label)
    for number, entry in enumerate(entries, start=1):
        _check_entry(entry, f"{label} (entry {number})", limits)
    if sum(entry.file_size for entry in entries) > limits.total_bytes:
        raise stop(ProblemCode.TOO_LARGE, f"unpacked it exceeds {limits.total_bytes} bytes: split it", label)


def _check_entry(entry: zipfile.ZipInfo, place: str, limits: Limits) -> None:
    if not PLAIN_NAME.fullmatch(entry.filename) or stat.S_ISLNK(entry.external_attr >> 16):
        raise stop(
            ProblemCode.UNSAFE_ENTRY,
            "only plain files at the root of the archive are read, named with letters, digits and . _ -: "
            "pack the files themselves, not their folder",
            place,
        )
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
        raise stop(ProblemCode.UNSAFE_ENTRY, "encrypted or unusually packed: pack it as an ordinary zip", place)
    if entry.file_size > _RATIO_FROM and entry.file_size > limits.ratio * entry.compress_size:
        raise stop(ProblemCode.ZIP_BOMB, f"packed more than {limits.ratio} to 1, which no roster is", place)
