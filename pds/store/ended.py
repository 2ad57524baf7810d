"""What has ended for good: names of sign-ins, sessions and codes that no restored database may bring back.

Kept beside the database and in no backup of it, in a file for each month. Never: whose it was, what it opened.
"""

import os
from datetime import date
from pathlib import Path

from pds.errors import NotFoundError

_MONTH = "%Y-%m"


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
        """Write down, durably, that a document has ended; before its end is committed, so that none is missed."""
        self.begin()
        path = self._folder / f"{today:{_MONTH}}"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, f"{kind} {name}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

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
        lines = (line.split() for file in self._folder.iterdir() for line in file.read_text().splitlines())
        return {(line[0], line[1]) for line in lines if len(line) == 2}  # noqa: PLR2004  # one torn by a crash says nothing

    def forget(self, before: date) -> None:
        """Drop the months that were over by a day."""
        for file in self._folder.glob("*-*"):
            year, month = map(int, file.name.split("-"))
            if date(year + month // 12, month % 12 + 1, 1) <= before:
                file.unlink()
