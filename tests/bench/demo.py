"""How long `make demo` takes once everything is installed, beside its second start. Never: the installation."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.bench.measure import Result, seconds


def demo() -> Result:
    """The invented city from nothing to served, once, beside opening it again with its data."""
    root = Path("build/bench-hikari")
    shutil.rmtree(root, ignore_errors=True)
    try:
        first, again = round(seconds(lambda: _start(root)), 1), round(seconds(lambda: _start(root)), 1)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return Result("demo_s", first, "s", again, [first])


def _start(root: Path) -> None:
    command = [sys.executable, "-m", "examples.hikari", "--once", "--root", str(root)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
