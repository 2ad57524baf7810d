import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOM, memory_with_room

CONFTEST = "from tests.running import pytest_collection_modifyitems, pytest_sessionfinish, pytest_terminal_summary\n"
TESTS = """
import pytest

def test_quick(): pass

@pytest.mark.slow
def test_slow(): pass
"""
SKIPPED = "\ndef test_left_out(): pytest.skip('no browser on this machine')\n"


def run(folder: Path, tests: str, *, ci: bool, arguments: tuple[str, ...] = ()) -> tuple[int, str]:
    """Run some tests in a process of its own, as CI does or as a person does."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_some.py").write_text(tests)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = slow\n")
    command = [sys.executable, "-m", "pytest", "-ra", "-v", "-p", "no:cacheprovider", *arguments, str(folder)]
    root = str(Path(__file__).parents[2])
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": root, **({"CI": "true"} if ci else {})}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "workers"])
def test_a_skipped_test_is_named_with_its_reason_and_fails_the_run_in_ci(
    tmp_path: Path, workers: tuple[str, ...]
) -> None:
    code, said = run(tmp_path, TESTS + SKIPPED, ci=True, arguments=workers)
    assert code == 1
    assert "no browser on this machine" in said
    assert "in CI a skipped test fails the run" in said


def test_a_skipped_test_is_named_and_fails_no_run_of_a_person(tmp_path: Path) -> None:
    code, said = run(tmp_path, TESTS + SKIPPED, ci=False)
    assert code == 0
    assert "no browser on this machine" in said


def test_without_a_skipped_test_a_run_in_ci_passes_with_the_slow_ones_first(tmp_path: Path) -> None:
    code, said = run(tmp_path, TESTS, ci=True)
    assert code == 0
    assert said.index("test_slow") < said.index("test_quick")


def test_temporary_files_are_in_memory_only_where_a_memory_file_system_can_be_written_to(tmp_path: Path) -> None:
    disk, mine, locked = f"/dev/sda {tmp_path} ext4 rw 0 0", f"tmpfs {tmp_path} tmpfs rw 0 0", "tmpfs / tmpfs ro 0 0"
    gone = f"tmpfs {tmp_path / 'gone'} tmpfs rw 0 0"
    assert memory_with_room("\n".join((disk, locked, gone)), ROOM) is None
    assert memory_with_room("\n".join((disk, locked, gone, mine)), ROOM) == tmp_path
    assert memory_with_room(mine, ROOM - 1) is None  # the machine itself has no memory left
