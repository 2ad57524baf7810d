"""A node of an invented world in a process of its own, at the moment its world is at: what a benchmark asks.

`python -m tests.bench.served FOLDER PORT MOMENT`. Never: a measurement.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from portal.serving import serve
from tests.world.prefecture import MovableClock
from tests.world.processes import free_port, wait_until_open


@contextmanager
def served(folder: Path, moment: datetime) -> Iterator[str]:
    """The address of a node that is served while the block lasts."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.served", str(folder), str(port), moment.isoformat()]
    process = subprocess.Popen(command)
    try:
        wait_until_open(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), "127.0.0.1", int(sys.argv[2]), MovableClock(datetime.fromisoformat(sys.argv[3])))
