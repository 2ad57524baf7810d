"""Every fault of an issue stands in `tests/faults.toml`; the harness that takes fixes out sees when a test is loose."""

import subprocess
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.house.source import ROOT, is_test
from tests.prove import faults
from tests.prove.faults import FILE, Fault, Undo, complaint, read


def test_every_fault_of_an_issue_has_its_entry_and_every_entry_its_issue() -> None:
    register = read()
    listed = [(issue, name) for issue, names in register.issues.items() for name in names]
    assert sorted(listed) == sorted((fault.issue, fault.name) for fault in register.fault)


def test_no_two_faults_have_one_name() -> None:
    names = [fault.name for fault in read().fault]
    assert sorted(names) == sorted(set(names))


def test_every_test_that_holds_a_fix_is_there() -> None:
    assert [test for fault in read().fault for test in fault.tests if not is_test(test)] == []


def test_every_fix_can_be_taken_out_in_the_place_that_is_named() -> None:
    places = [(fault.name, undo) for fault in read().fault for undo in fault.undo]
    wrong = [
        f"{name}: {undo.find!r} occurs {count} times in {undo.file}"
        for name, undo in places
        if (count := (ROOT / undo.file).read_text(encoding="utf-8").count(undo.find)) != 1
    ]
    assert wrong == []


def test_every_fault_was_seen_at_a_commit_that_this_tree_descends_from() -> None:
    assert [wrong for fault in read().fault if (wrong := _not_an_ancestor(fault.failed_at, ROOT))] == []


def _not_an_ancestor(commit: str, tree: Path) -> str | None:
    """What is wrong with a commit; nothing is where the tree is no checkout and so has no history to compare with."""
    if not (tree / ".git").exists():
        return None
    ask = ["git", "merge-base", "--is-ancestor", commit, "HEAD"]
    done = subprocess.run(ask, cwd=tree, check=False, capture_output=True, text=True)
    return None if done.returncode == 0 else f"{commit} is no ancestor of HEAD {done.stderr.strip()}".strip()


def test_a_commit_that_git_does_not_know_is_said_to_be_wrong(tmp_path: Path) -> None:
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(tmp_path)]
    assert _not_an_ancestor("0123abc", tmp_path) is None
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "t"], check=True)
    assert "no ancestor" in str(_not_an_ancestor("0123abc", tmp_path))
    assert _not_an_ancestor("HEAD", tmp_path) is None


def test_a_key_that_nobody_reads_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "faults.toml"
    file.write_text(FILE.read_text(encoding="utf-8") + "\n[notes]\n", encoding="utf-8")
    with pytest.raises(ValidationError, match="notes"):
        read(file)


SMALL = "tests/test_small.py::test_a_sum_adds"


def small(tmp_path: Path, find: str, replace: str) -> tuple[Fault, Path]:
    """A tree of one module and one test, and a fault whose fix is one word of the module."""
    (tmp_path / "sums.py").write_text("def add(a, b):\n    return a + b  # a - b was wrong\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_small.py").write_text(
        "import pytest\nfrom sums import add\n\n@pytest.mark.parametrize('b', [0, 1])\n"
        "def test_a_sum_adds(b):\n    assert add(2, b) == 2 + b\n"
    )
    undo = (Undo(file="sums.py", find=find, replace=replace),)
    hurt = "Whoever added two numbers got another one."
    return Fault(issue=1, name="sums", hurt=hurt, tests=(SMALL,), failed_at="0123abc", undo=undo), tmp_path


def test_a_test_that_fails_without_its_fix_holds_it(tmp_path: Path) -> None:
    assert complaint(*small(tmp_path, "a + b", "a - b")) is None


def test_a_test_that_passes_without_its_fix_is_found(tmp_path: Path) -> None:
    assert (
        complaint(*small(tmp_path, "a - b was wrong", "a - b was right")) == f"{SMALL} passed, with the fix taken out"
    )


@pytest.mark.parametrize(
    ("find", "replace", "said"),
    [
        ("return", "retrun", "cannot be collected"),
        ("def add", "def sub", "cannot be collected"),
        ("a + b", "a + c", "ended in call with NameError"),
        ("a * b", "a - b", "what to find in sums.py occurs 0 times"),
        ("a ", "c ", "what to find in sums.py occurs 2 times"),
    ],
)
def test_a_tree_that_is_merely_broken_proves_nothing(tmp_path: Path, find: str, replace: str, said: str) -> None:
    assert said in str(complaint(*small(tmp_path, find, replace)))


def test_a_test_that_fails_with_its_fix_proves_nothing(tmp_path: Path) -> None:
    fault, tree = small(tmp_path, "a + b", "a - b")
    (tree / "sums.py").write_text("def add(a, b):\n    return a - b\n")
    assert complaint(fault, tree) == f"{SMALL} failed an assertion and passed, with the fix still in"


def test_a_test_that_is_not_there_proves_nothing(tmp_path: Path) -> None:
    fault, tree = small(tmp_path, "a + b", "a - b")
    absent = fault.model_copy(update={"tests": ("tests/test_small.py::test_something_else",)})
    assert "was not run" in str(complaint(absent, tree))


def test_the_harness_counts_each_fault_whose_test_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, tree = small(tmp_path, "a + b", "a - b")
    loose = held.model_copy(update={"name": "loose", "undo": (Undo(file="sums.py", find="wrong", replace="right"),)})
    git = ["git", "-C", str(tree)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    monkeypatch.setattr(faults, "ROOT", tree)
    monkeypatch.setattr(faults, "read", lambda: faults.Register(issues={}, fault=(held, loose)))
    assert list(faults.prove(tmp_path / "first", 1, 0)) == []
    assert list(faults.prove(tmp_path / "second", 1, 1)) == ["loose"]
    assert "a + b" in (tree / "sums.py").read_text()
