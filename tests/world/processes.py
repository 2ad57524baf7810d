"""Nodes as processes of their own: the command line, servers, and a proxy that writes down what crosses the wire.

As a module (`python -m tests.world.processes`) it is the process of a `Seat`.

Never: a function of the project called in this process to do what a command does.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from cli.main import app

_START_SECONDS = 60.0
_PDS = [sys.executable, "-m", "cli"]


class CommandFailedError(Exception):
    """A command ended with another exit code than 0."""

    def __init__(self, code: int, stderr: str) -> None:
        super().__init__(f"exit code {code}: {stderr}")
        self.code = code
        self.stderr = stderr


def pds(*arguments: str | Path, node: Path | None = None) -> dict[str, Any]:
    """Run a command with --json and hand back what it printed."""
    command = [*_PDS, *map(str, arguments), *(["--node", str(node)] if node else []), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode != 0:
        raise CommandFailedError(done.returncode, done.stderr)
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def pds_here(*arguments: str | Path, node: Path | None = None) -> dict[str, Any]:
    """The same command in this process: quicker, for what a test only needs to stand on."""
    done = CliRunner().invoke(app, [*map(str, arguments), *(["--node", str(node)] if node else []), "--json"])
    if done.exit_code != 0:
        raise CommandFailedError(done.exit_code, done.stderr) from done.exception
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@dataclass
class Seat:
    """A process in which one node's commands run, one after another: it pays once for its start, not for each."""

    node: Path
    process: subprocess.Popen[str]

    def pds(self, *arguments: str | Path) -> dict[str, Any]:
        """Run a command of the node with --json and hand back what it printed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([*map(str, arguments), "--node", str(self.node)]) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        if answer["code"] != 0:
            raise CommandFailedError(answer["code"], answer["stderr"])
        document: dict[str, Any] = json.loads(answer["stdout"])
        return document


@contextmanager
def seat(node: Path) -> Iterator[Seat]:
    """A process for the commands of a node; it ends with the block."""
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Seat(node, process)
        finally:
            process.kill()


def serve_seat() -> None:
    """Be the process of a seat: a command a line on standard input, how it ended on standard output."""
    for line in sys.stdin:
        done = CliRunner().invoke(app, [*json.loads(line), "--json"])
        answer = {"code": done.exit_code, "stdout": done.stdout, "stderr": done.stderr}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def free_port() -> int:
    """A port on the loopback that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(node: Path, log: Path) -> Iterator[int]:
    """A node served by a process of its own; hands back its port."""
    port = free_port()
    command = [*_PDS, "serve", "--node", str(node), "--port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, "PYTHONUNBUFFERED": "1"})
        try:
            wait_until_open(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait for a server; CommandFailedError when it ended instead."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CommandFailedError(process.returncode, "the server ended at once")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server did not open its port")


@dataclass
class Wire:
    """Everything that crossed a proxy, in both directions."""

    port: int
    chunks: list[bytes] = field(default_factory=list)

    def bytes(self) -> bytes:
        """All of it."""
        return b"".join(self.chunks)


@contextmanager
def recorded(upstream: int) -> Iterator[Wire]:
    """A proxy in front of a port, which writes down all bytes."""
    listener = socket.create_server(("127.0.0.1", 0))
    wire = Wire(int(listener.getsockname()[1]))
    threading.Thread(target=_accept, args=(listener, upstream, wire), daemon=True).start()
    try:
        yield wire
    finally:
        listener.close()


def _accept(listener: socket.socket, upstream: int, wire: Wire) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        server = socket.create_connection(("127.0.0.1", upstream))
        for source, target in ((client, server), (server, client)):
            threading.Thread(target=_pump, args=(source, target, wire), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket, wire: Wire) -> None:
    try:
        while chunk := source.recv(65536):
            wire.chunks.append(chunk)
            target.sendall(chunk)
    except OSError:
        pass
    finally:
        for end in (source, target):
            end.close()


if __name__ == "__main__":
    serve_seat()
