"""Answer a study in a process of its own, to race with others or to die at a named instant.

Never: called in the process of a test, which would die, or be altered for good.
"""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from federation import answer, answering, counting
from pds.errors import StoreError
from pds.identifiers import OrgId
from pds.node import open_node
from pds.store import SqliteStore
from tests.world.prefecture import MovableClock

PUT = SqliteStore.put
INSTANTS = ("charged", "read", "counted", "drawn", "signed", "stored", "committed")


def die(*_: Any, **__: Any) -> Any:
    """Kill -9, as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def after(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, and then death."""

    def called(*args: Any, **kwargs: Any) -> Any:
        function(*args, **kwargs)
        die()

    return called


def dying_put(store: SqliteStore, kind: str, name: str, document: bytes, **more: Any) -> None:
    """Write an answer, and die before the transaction ends."""
    PUT(store, kind, name, document, **more)
    if kind == "answer":
        die()


def _replace(owner: object, name: str, by: object) -> None:
    """Put another function in the place of one: this process is there to die in it."""
    setattr(owner, name, by)


def arm(instant: str) -> None:
    """Choose where to die."""
    if instant == "charged":
        counting._open = after(counting._open)
    elif instant == "read":
        _replace(counting, "encode", die)
    elif instant == "counted":
        answering._draw_once = die
    elif instant == "drawn":
        _replace(answering, "sign_answer", die)
    elif instant == "signed":
        _replace(answering, "sign_answer", after(vars(answering)["sign_answer"]))
    elif instant == "stored":
        _replace(SqliteStore, "put", dying_put)
    elif instant == "committed":
        answering._draw_once = after(answering._draw_once)


def answer_and_die(folder: Path, study: str, instant: str) -> None:
    """Answer, and die at an instant."""
    arm(instant)
    answer_here(folder, study)


def answer_here(folder: Path, study: str) -> dict[OrgId, str]:
    """The answers of a node."""
    with open_node(folder, MovableClock(datetime(2026, 5, 11, 1, 0, tzinfo=UTC))) as node:
        return answer(node, study)


def answer_or_give_up(folder: Path, study: str) -> dict[OrgId, str] | None:
    """The answers of a node; None when others wrote for so long that this process gave up, and may be run again."""
    try:
        return answer_here(folder, study)
    except StoreError as error:
        if "SQLITE_BUSY" not in str(error):
            raise
        return None
