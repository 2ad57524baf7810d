"""The four nodes served on the loopback, each by a process of its own, started and stopped together.

Never: a message, a page.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from examples.hikari.nodes import open_one
from examples.hikari.town import NODES
from federation import exchange
from pds.errors import PdsError

HOST = "127.0.0.1"
_FIRST_PORT = 8440
_PARENTS = {"city": "nation", "midori": "city", "nagisa": "city"}
_START_SECONDS, _STOP_SECONDS = 60.0, 10.0


@contextmanager
def served(root: Path) -> Iterator[dict[str, str]]:
    """Serve all nodes for a block, and tell each where its parent listens; hands back their addresses.

    Raises:
        PdsError: a node's process ended at once, or does not open its port.
    """
    ports = _ports()
    addresses = {name: f"http://{HOST}:{port}" for name, port in ports.items()}
    for name, parent in _PARENTS.items():
        with open_one(root, name) as node:
            exchange.set_parent(node, addresses[parent])
    processes = {name: _start(root, name, port) for name, port in ports.items()}
    try:
        deadline = time.monotonic() + _START_SECONDS
        for name, port in ports.items():
            _wait_until_open(name, port, processes[name], deadline)
        yield addresses
    finally:
        _stop(processes)


def _start(root: Path, name: str, port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cli", "serve", "--node", str(root / name), "--host", HOST, "--port", str(port)]
    with (root / f"{name}.log").open("ab") as log:
        # A session of its own: Ctrl-C reaches this process, which then stops all of them in order.
        return subprocess.Popen(command, stdout=log, stderr=log, env=dict(os.environ), start_new_session=True)  # noqa: S603  # our own command


def _wait_until_open(name: str, port: int, process: subprocess.Popen[bytes], deadline: float) -> None:
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise PdsError(f"the node {name} ended at once; its log says why")
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise PdsError(f"the node {name} does not open its port; its log may say why")


def _stop(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for process in processes.values():
        process.terminate()
    for process in processes.values():
        try:
            process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ports() -> dict[str, int]:
    """The usual ports from 8440 on; where one is taken, any that is free."""
    return {name: _free_port(_FIRST_PORT + place) for place, name in enumerate(NODES)}


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise PdsError("no port is free on this machine")
