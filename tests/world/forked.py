"""Processes of their own that need no start: a server process has everything imported and forks them.

For tests whose point is several processes, or one that is killed, on one store. Never: what they do (each test's own).
"""

from collections.abc import Callable, Iterable, Sequence
from multiprocessing import get_context
from typing import Any, TypeVar

Result = TypeVar("Result")

_SERVER = get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.world.warmed"])
_PATIENCE = 120  # seconds


def race(act: Callable[..., Result], arguments: Sequence[Iterable[Any]]) -> list[Result]:
    """What a function hands back for each of several arguments, in as many processes, begun when all are there."""
    meeting = _SERVER.Barrier(len(arguments))
    with _SERVER.Pool(len(arguments), initializer=meeting.wait, initargs=(_PATIENCE,)) as pool:
        return pool.starmap_async(act, arguments, chunksize=1).get(_PATIENCE)


def exit_code_of(act: Callable[..., object], *arguments: object) -> int | None:
    """How a process ended in which a function ran: minus the signal that killed it."""
    process = _SERVER.Process(target=act, args=arguments)
    process.start()
    process.join(_PATIENCE)
    return process.exitcode
