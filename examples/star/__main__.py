"""`python -m examples.star`: replay Project STAR into build/star, with progress; interrupted, run it again to go on.

Never: a step of the replay.
"""

import json
import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from examples.star.figure import write_svg
from examples.star.page import write_page
from examples.star.replay import Replay
from examples.star.source import read

_INTERRUPTED = 5  # the exit code that says "run it again" (design section 10)


def main(root: Path = Path("build/star")) -> int:
    """Replay, then write report.json, index.html and star.svg."""
    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=console) as progress:
            report = Replay(root, read(), progress).run()
    except (KeyboardInterrupt, BrokenExecutor):  # Ctrl-C ends the workers too, which may be told first
        print("interrupted; run it again to go on where it was", file=sys.stderr)
        return _INTERRUPTED
    (root / "report.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    write_page(report, root / "index.html")
    write_svg(report, root / "star.svg")
    console.print_json(data=report)
    console.print(f"page: {root / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
