"""The register of faults (`tests/faults.toml`), and the proof that each named test holds its fix.

Never: a check that runs a test in this process or alters the tree it stands in.
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tests.prove import outcomes

ROOT = Path(__file__).parents[2]
FILE = ROOT / "tests" / "faults.toml"
_SECONDS = 600.0


def _several(value: Any) -> Any:
    return [value] if isinstance(value, Mapping) else value


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Undo(_Frozen):
    """One place at which the fix is taken out.

    Attributes:
        file: A file of the tree, from its root.
        find: Text that occurs in it exactly once.
        replace: What stood there before the fix, or does as much harm.
    """

    file: str
    find: str = Field(min_length=1)
    replace: str


class Fault(_Frozen):
    """Something that went wrong once, and what keeps it from coming back.

    Attributes:
        issue: The number of the issue in which it was put right.
        name: A short name, for good.
        hurt: One sentence: what hurt whom.
        tests: Node ids without parameters; each fails while the fix is out.
        failed_at: The commit, already on the main branch, at which the tests were seen to fail.
        undo: All places to alter so that the fix is out.
    """

    issue: int = Field(gt=0)
    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    hurt: str = Field(pattern=r"^[A-Z].{20,}\.$")
    tests: tuple[Annotated[str, Field(pattern=r"^tests/[\w/]+\.py(::\w+)+$")], ...] = Field(min_length=1)
    failed_at: str = Field(pattern=r"^[0-9a-f]{7,40}$")
    undo: Annotated[tuple[Undo, ...], BeforeValidator(_several)] = Field(min_length=1)


class Register(_Frozen):
    """All faults, and for each issue the names of those that it lists."""

    issues: Mapping[int, tuple[str, ...]]
    fault: tuple[Fault, ...] = ()


def read(file: Path = FILE) -> Register:
    """The register. Raises `pydantic.ValidationError` for a key that it does not know, or a value it cannot take."""
    return Register.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))


def complaint(fault: Fault, tree: Path) -> str | None:
    """Why a fault's tests do not hold its fix, or None: they pass in `tree`, and fail there once the fix is out.

    The fix stays out of `tree`, which is a copy for this one question.
    """
    before = _ends(tree, fault.tests)
    for test, ends in before.items():
        if ends != {outcomes.PASSED}:
            return f"{test} {_said(ends)}, with the fix still in"
    for change in fault.undo:
        file = tree / change.file
        text = file.read_text(encoding="utf-8")
        if text.count(change.find) != 1:
            return f"what to find in {change.file} occurs {text.count(change.find)} times"
        file.write_text(text.replace(change.find, change.replace), encoding="utf-8")
    after = _ends(tree, fault.tests)
    for test, ends in after.items():
        if outcomes.HELD not in ends or ends - {outcomes.HELD, outcomes.PASSED}:
            return f"{test} {_said(ends)}, with the fix taken out"
    return None


def _ends(tree: Path, tests: Iterable[str]) -> dict[str, set[str]]:
    """How the cases of each test ended, in a process of its own, without plugins: they take longer than most tests."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_CORE_"))}
    command = [sys.executable, "-P", "-B", outcomes.__file__, *tests]
    try:
        done = subprocess.run(
            command,
            cwd=tree,
            env={**own, "PYTHONPATH": str(tree), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return {test: {"did not end"} for test in tests}
    ends: dict[str, list[str]] = json.loads(done.stdout or "{}")
    return {test: set(ends.get(test) or ends.get(test.partition("::")[0]) or ["was not run"]) for test in tests}


def _said(ends: set[str]) -> str:
    return " and ".join(sorted(ends))


def copy_of(root: Path, place: Path) -> Path:
    """The files of a tree that git knows, as they lie, in a new folder."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True)  # noqa: S607  # whichever git the machine has
    for name in filter(None, listed.stdout.split("\0")):
        if (root / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, place / name)
    return place


def prove(folder: Path, count: int, first: int) -> dict[str, str]:
    """Take out the fixes of `count` faults from the `first` on; hands back what is wrong, by the fault's name."""
    wrong = {}
    for fault in read().fault[first : first + count]:
        if said := complaint(fault, copy_of(ROOT, folder / fault.name)):
            wrong[fault.name] = said
    return wrong
