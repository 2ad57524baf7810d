"""Processes of their own that need no start: a server process has everything imported and forks them.

For tests whose point is several processes, or one that is killed, on one store. Never: what they do (each test's own).
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

Result = TypeVar("Result")

_SERVER = get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.world.warmed"])
BEGUN = "begun"
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


def seconds_of(act: Callable[..., None], arguments: Iterable[object]) -> float:
    """How long the writing of a process takes that nobody kills: on this machine, as busy as it is."""
    with _begun(act, arguments) as (process, _):
        start = time.monotonic()
        process.join(_PATIENCE)
        assert process.exitcode == 0
        return time.monotonic() - start


def killed(act: Callable[..., None], arguments: Iterable[object], delay: float) -> list[str]:
    """Kill -9 a process in which a function runs, some seconds after it began to write; hands back what it had said."""
    with _begun(act, arguments) as (process, ear):
        time.sleep(delay)
        process.kill()
        process.join(_PATIENCE)
        return list(_heard(ear))


@contextmanager
def _begun(act: Callable[..., None], arguments: Iterable[object]) -> Iterator[tuple[BaseProcess, Connection]]:
    """A process whose function was given a way to say a word before its arguments, and said that it begins to write."""
    ear, mouth = _SERVER.Pipe(duplex=False)
    process = _SERVER.Process(target=act, args=(mouth.send, *arguments))
    process.start()
    mouth.close()  # the process has its own: at its end nobody holds the other
    with ear:
        assert ear.recv() == BEGUN
        yield process, ear


def _heard(ear: Connection) -> Iterator[str]:
    while True:
        try:
            yield ear.recv()
        except EOFError:
            return
