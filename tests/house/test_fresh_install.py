"""The lock installs into an empty environment, by hash, and every module imports there with warnings as errors."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("pds", "consent", "anonymiser", "federation", "portal", "cli")
IMPORT_ALL = """
import importlib, pkgutil
for package in {packages!r}:
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
            print(module.name)
"""


def modules() -> set[str]:
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    names = {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files}
    return {name for name in names if not name.endswith(("__init__", "__main__"))}


@pytest.mark.slow
def test_a_fresh_environment_imports_every_module_without_a_warning(tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    python = environment / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--require-hashes", "-r", ROOT / "requirements.lock"], check=True, cwd=tmp_path)
    subprocess.run([*install, "--no-deps", "--no-build-isolation", ROOT], check=True, cwd=tmp_path)
    script = IMPORT_ALL.format(packages=PACKAGES)
    done = subprocess.run(
        [python, "-W", "error", "-c", script], check=True, cwd=tmp_path, capture_output=True, text=True
    )
    imported = set(done.stdout.split())
    assert modules() <= imported
    version = subprocess.run([environment / "bin" / "pds", "--help"], check=True, capture_output=True, text=True)
    assert "Manabi PDS" in version.stdout
