"""What is built imports elsewhere than here, all of it, with warnings as errors.

That the lock installs by hash into an empty environment is shown by `make setup`, with which every run begins.
"""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from cli.strangers import strangers

ROOT = Path(__file__).parents[2]
PACKAGES = ("pds", "consent", "anonymiser", "federation", "portal", "cli")
IMPORT_ALL = """
import importlib, pkgutil
for package in {packages!r}:
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
        if not module.name.endswith("__main__"):
            print(module.name, importlib.import_module(module.name).__file__)
"""


def modules() -> set[str]:
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    names = {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files}
    return {name for name in names if not name.endswith(("__init__", "__main__"))}


def test_nothing_that_the_lock_installs_holds_one_of_our_names() -> None:
    assert strangers() == {}


@pytest.mark.slow
def test_an_installed_build_imports_every_module_without_a_warning(tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, cwd=tmp_path)
    [wheel] = tmp_path.glob("*.whl")
    subprocess.run([*pip, "--python", python, "install", "--quiet", "--no-deps", wheel], check=True, cwd=tmp_path)
    path = {"PYTHONPATH": sysconfig.get_path("purelib")}  # what the lock installed; `.pth` files there are not followed
    script = IMPORT_ALL.format(packages=PACKAGES)
    done = subprocess.run(
        [python, "-W", "error", "-c", script], check=True, cwd=tmp_path, capture_output=True, text=True, env=path
    )
    imported = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert modules() <= imported.keys()
    assert all(Path(file).is_relative_to(environment) for file in imported.values())
    help_text = subprocess.run(
        [environment / "bin" / "pds", "--help"], check=True, capture_output=True, text=True, env=path
    )
    assert "Manabi PDS" in help_text.stdout
