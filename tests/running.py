"""How the tests are run: where their files lie, which go first, and that nothing is left out where it counts.

Never: a fixture; what a test stands on is built in `tests.world` and beside the tests.
"""

import os
import tempfile
from pathlib import Path

import pytest

ROOM = 2 * 1024**3  # bytes; a whole run on two workers needs less than half of it at its most
_IN_MEMORY = ("tmpfs", "ramfs")
_CHOSEN = "TMPDIR"  # what Python, pytest, SQLite and the browser ask, and every process that a test starts


def memory_with_room(mounts: str, available: int) -> Path | None:
    """A folder in memory that can be written to, with room in it and in the machine; or None.

    Args:
        mounts: What the system says is mounted: lines of device, folder, type, options (proc(5), /proc/mounts).
        available: Bytes of memory that are free.
    """
    if available < ROOM:
        return None
    for line in mounts.splitlines():
        _, folder, kind, options, *_ = line.split()
        place = Path(folder)
        if kind not in _IN_MEMORY or "rw" not in options.split(",") or not os.access(place, os.W_OK | os.X_OK):
            continue
        state = os.statvfs(place)
        if state.f_bavail * state.f_frsize >= ROOM:
            return place
    return None


def choose_place() -> str:
    """Put temporary files in memory, where the machine has it and nobody chose another place; says where they are.

    A test that kills a process loses nothing by it: what a process wrote outlives the process in memory as on a disk.
    No test cuts the power of the machine, which is what a disk would be needed for.
    """
    if _CHOSEN in os.environ:
        return f"in {tempfile.gettempdir()}, which {_CHOSEN} names"
    place = memory_with_room(_read("/proc/mounts"), _available_memory())
    if place is None:
        return f"on the disk, in {tempfile.gettempdir()}: no memory file system with {ROOM // 1024**3} GiB of room"
    os.environ[_CHOSEN] = str(place)
    tempfile.tempdir = None  # asked anew
    return f"in memory, in {place}"


def _available_memory() -> int:
    """Bytes, by proc(5), /proc/meminfo; 0 where there is no such file."""
    lines = (line.split() for line in _read("/proc/meminfo").splitlines())
    return next((int(words[1]) * 1024 for words in lines if words[0] == "MemAvailable:"), 0)


def _read(file: str) -> str:
    return Path(file).read_text(encoding="utf-8") if Path(file).exists() else ""


def pytest_report_header() -> str:
    """Says at the head of a run where temporary files are."""
    return f"temporary files: {PLACE}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is marked slow goes first: begun last, one of them would run alone on one worker."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test is one that did not pass: in CI, where nobody reads the list of them, the run fails."""
    if os.environ.get("CI") and _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says why a run without a failed test failed."""
    if os.environ.get("CI") and (skipped := _skipped(config)):
        terminalreporter.write_line(f"{skipped} skipped: in CI a skipped test fails the run", red=True)


def _skipped(config: pytest.Config) -> int:
    reporter: pytest.TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", ())) if reporter is not None else 0


PLACE = choose_place()
