"""What has ended for good: names of sign-ins, sessions and codes that no restored database may bring back.

Kept beside the database and in no backup of it, in a file for each month. Never: whose it was, what it opened.
"""

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pds.errors import NotFoundError, StoreError

_MONTH = "%Y-%m"
_NAME = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


class Ended:
    """The list of one node; lines are only ever added, and a month's file goes when no backup is that old.

    Args:
        folder: Where the files lie; it is made with the node.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self) -> None:
        """Make the empty list of a new node."""
        self._folder.mkdir(mode=0o700, exist_ok=True)

    def note(self, kind: str, name: str, today: date) -> None:
        """Write down, durably, that a document has ended; before its end is committed, so that none is missed.

        Raises:
            StoreError: it could not be written down, or not whole.
        """
        line = f"\n{kind} {name}\n".encode()  # the one before may have been torn: it takes this one not with it
        try:
            self.begin()
            descriptor = os.open(self._folder / f"{today:{_MONTH}}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                written = os.write(descriptor, line)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise StoreError("what has ended could not be written down") from error
        if written < len(line):
            raise StoreError("what has ended could not be written down whole; is the disk full?")

    def all(self) -> set[tuple[str, str]]:
        """Kind and name of everything that has ended.

        Raises:
            NotFoundError: the list is not here: nobody can say what ended since a backup was made.
        """
        if not self._folder.is_dir():
            raise NotFoundError(
                f"{self._folder} is not here: it says which sign-ins and codes ended since the backup was made; "
                "bring it from the node's folder, or make an empty one and end the sign-ins you know of"
            )
        lines = (line.split() for file, _ in self._months() for line in file.read_text().splitlines())
        return {(line[0], line[1]) for line in lines if len(line) == 2}  # noqa: PLR2004  # one torn by a crash says nothing

    def forget(self, before: date) -> None:
        """Drop the months that were over by a day."""
        for file, over in self._months():
            if over <= before:
                file.unlink()

    def _months(self) -> Iterator[tuple[Path, date]]:
        """The files, each with the first day after its month; what else lies there is none of ours."""
        named = [(_NAME.fullmatch(file.name), file) for file in self._folder.glob("*-*") if file.is_file()]
        for name, file in named:
            if name is not None:
                year, month = int(name[1]), int(name[2])
                yield file, date(year + month // 12, month % 12 + 1, 1)
