"""The list of what has ended loses nothing that was noted, whatever else lies beside it."""

from datetime import date
from pathlib import Path

import pytest

from pds.errors import StoreError
from pds.store import Ended

TODAY = date(2026, 5, 11)


def test_a_line_that_was_torn_takes_no_other_with_it(tmp_path: Path) -> None:
    """A disk that ran full, or a machine that died, leaves a line without its end."""
    ended = Ended(tmp_path)
    ended.note("session", "first", TODAY)
    with (tmp_path / "2026-05").open("a") as file:
        file.write("session to")
    ended.note("session", "second", TODAY)
    assert {("session", "first"), ("session", "second")} <= ended.all()


def test_what_else_lies_there_stops_neither_the_sweep_nor_a_restore(tmp_path: Path) -> None:
    ended = Ended(tmp_path)
    ended.note("session", "old", date(2026, 1, 1))
    ended.note("session", "new", TODAY)
    for name in ("2026-01~", "2026-01 (copy)", "a-b", "2026-13", "._2026-05"):
        (tmp_path / name).write_bytes(b"\xff\xfe")
    (tmp_path / "2026-04-old").mkdir()
    assert ended.all() == {("session", "old"), ("session", "new")}
    ended.forget(date(2026, 3, 1))
    assert ended.all() == {("session", "new")}


def test_what_cannot_be_noted_has_not_ended(tmp_path: Path) -> None:
    (tmp_path / "2026-05").mkdir()  # as anything that keeps the line from being written
    with pytest.raises(StoreError):
        Ended(tmp_path).note("session", "name", TODAY)
