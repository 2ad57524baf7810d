"""`python -m examples.hikari`: build ひかり市 into build/hikari and open its portals until Ctrl-C.

Interrupted, run it again to go on; built, it opens in seconds. Never: a step of the build.
"""

import argparse
import signal
import sys
import threading
import time
from concurrent.futures import BrokenExecutor
from pathlib import Path

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from examples.hikari.demo import Demo, opened
from pds.errors import PdsError

_INTERRUPTED, _FAILED = 5, 1  # exit codes: run it again; something is wrong


def main() -> int:
    """Build, serve, print who can sign in, and wait."""
    options = argparse.ArgumentParser(prog="python -m examples.hikari", description=main.__doc__)
    options.add_argument("--root", type=Path, default=Path("build/hikari"), help="folder of the city")
    options.add_argument("--share", type=int, default=1, help="every how many-th student only, for a quick look")
    options.add_argument("--once", action="store_true", help="stop as soon as everything is open")
    chosen = options.parse_args()
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)  # as Ctrl-C: no node's process is left behind
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    started, ready = time.monotonic(), False
    try:
        with (
            Progress(*columns, console=console, transient=True) as progress,
            opened(chosen.root, progress, share=chosen.share) as demo,
        ):
            progress.stop()
            console.print(_table(demo))
            console.print(f"Ready in {time.monotonic() - started:.0f} s. Ctrl-C stops all nodes.")
            ready = True
            if not chosen.once:
                threading.Event().wait()
    except (KeyboardInterrupt, BrokenExecutor):  # Ctrl-C ends the workers too, which may be told first
        print("stopped" if ready else "interrupted; run it again to go on where it was", file=sys.stderr)
        return 0 if ready else _INTERRUPTED
    except PdsError as error:
        print(f"the demo could not be built: {error}", file=sys.stderr)
        return _FAILED
    return 0


def _table(demo: Demo) -> Table:
    """Who can sign in where; sign-in names and passwords are never broken over lines."""
    table = Table(title="ひかり市 · Hikari", box=box.SIMPLE)
    table.add_column("だれ · who", overflow="fold")
    table.add_column("ログイン名 · sign-in", no_wrap=True)
    table.add_column("パスワード · password", no_wrap=True)
    for node, address in demo.addresses.items():
        table.add_row(f"[bold]{address}[/bold]", "", "")
        for one in demo.sign_ins:
            if one.node == node:
                table.add_row(f"  {one.who}", one.login, one.password)
    return table


if __name__ == "__main__":
    sys.exit(main())
