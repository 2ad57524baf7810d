"""What strangers send at once, to a real server: how much memory it takes, and who is served meanwhile."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pds.crypto import DocumentType
from pds.holders import new_holder
from pds.post import mailbox, polling
from tests.world.prefecture import HIKARI, MINATO, Prefecture

SENDERS = 12
LENGTH = mailbox.MOST_BYTES - 1024  # of the longest that are read at all
MOST_MEMORY = 200 * 1024  # kilobytes
SECONDS = 60
ROOT = Path(__file__).parents[3]
SERVE = "import sys; from cli.main import main; sys.argv = ['pds', *sys.argv[1:]]; main()"


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, int]]:
    """The node's own command in a process of its own: its number, and where it listens."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", SERVE, "serve", "--node", str(folder), "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        until = time.monotonic() + SECONDS
        while not asked(port, b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"):
            assert process.poll() is None
            assert time.monotonic() < until
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(SECONDS)


def asked(port: int, head: bytes, body: Callable[[], Iterator[bytes]] = lambda: iter(())) -> int:
    """Send a request piece by piece; the status it is answered with, 0 when nobody answers."""
    with closing(socket.socket()) as line:
        line.settimeout(SECONDS)
        try:
            line.connect(("127.0.0.1", port))
            line.sendall(head)
            for piece in body():
                line.sendall(piece)
        except OSError:
            pass  # answered before all was sent
        answer = b""
        try:
            while b"\r\n" not in answer and (piece := line.recv(4096)):
                answer += piece
        except OSError:
            pass
        found = re.match(rb"HTTP/1.1 (\d{3})", answer)
        return int(found.group(1)) if found else 0


def peak(process: int) -> int:
    """The most memory that a process ever had, in kilobytes."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1))  # type: ignore[union-attr]


def head(path: str, length: int | None) -> bytes:
    """The beginning of a request whose body has so many bytes, or that does not say how many."""
    said = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{said}\r\n\r\n".encode()


def long(start: bytes, *, chunked: bool = False) -> Callable[[], Iterator[bytes]]:
    """A body of 63 MiB that begins in a certain way, made while it is sent."""
    piece = b"A" * (1024 * 1024)

    def body() -> Iterator[bytes]:
        for number in range(LENGTH // len(piece)):
            part = start + piece[len(start) :] if number == 0 else piece
            yield b"%x\r\n%s\r\n" % (len(part), part) if chunked else part

    return body


def all_at_once(port: int, path: str, begins: list[bytes], request: bytes) -> tuple[list[int], int]:
    """What twelve long bodies are answered with, every other one without a length, and a short request among them."""
    answers: list[int] = []

    def send(number: int) -> None:
        chunked = bool(number % 2)
        body = long(begins[number % len(begins)], chunked=chunked)
        answers.append(asked(port, head(path, None if chunked else LENGTH), body))

    senders = [threading.Thread(target=send, args=(number,)) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    short = asked(port, head("/v1/poll", len(request)), lambda: iter([request]))
    for sender in senders:
        sender.join(SECONDS)
    return answers, short


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the machine does not say how much memory is used")
def test_twelve_long_bodies_of_strangers_take_little_memory_and_hold_up_nobody(prefecture: Prefecture) -> None:
    stranger, known = new_holder("nobody"), new_holder(MINATO)  # another's name, and keys of one's own
    messages = [one.sign(DocumentType.MESSAGE, {}).encode() for one in (known, known, stranger)]
    starts = {"/v1/poll": [b"A"], "/v1/messages": messages}
    node = prefecture.city
    request = polling.ask(prefecture.hikari.node, HIKARI).encode()
    with served(node.folder) as (process, port):
        for path, begins in starts.items():
            answers, short = all_at_once(port, path, begins, request)
            assert short in {401, 503}  # too old by its clock, or the directory is
            assert len(answers) == SENDERS
            assert set(answers) <= {0, 400, 401, 408, 413, 503}, path  # 0: cut off while it was still sending
        assert peak(process) < MOST_MEMORY
    assert mailbox.waiting(node) == []
