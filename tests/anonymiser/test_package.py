import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import anonymiser
from anonymiser import AnonymiserError, errors

SOURCES = sorted(Path(anonymiser.__file__).parent.rglob("*.py"))


def test_the_package_exports_what_it_declares() -> None:
    public = [
        name
        for name, value in vars(anonymiser).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    ]
    assert sorted(anonymiser.__all__) == sorted(public)


def test_every_error_is_exported_and_says_in_one_sentence_what_it_is() -> None:
    ours = [value for value in vars(errors).values() if isinstance(value, type)]
    for error in ours:
        assert issubclass(error, AnonymiserError)
        assert error.__name__ in anonymiser.__all__
        assert error.__doc__
        assert error.__doc__.count(".") == 1
        assert error.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
@pytest.mark.parametrize("word", ["random_state", "np.random", "numpy.random", "seed(", "import random", "from random"])
def test_no_source_can_fix_the_randomness_or_draw_its_own(source: Path, word: str) -> None:
    assert word not in source.read_text(encoding="utf-8")


def test_the_search_for_words_sees_all_sources() -> None:
    assert {"mechanism.py", "opendp_backend.py", "diffprivlib_backend.py", "bounds.py"} <= {
        path.name for path in SOURCES
    }


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_every_module_says_what_must_never_be_in_it(source: Path) -> None:
    first = source.read_text(encoding="utf-8").split('"""')[1]
    assert "ever" in first


def test_importing_the_package_imports_no_noise_library() -> None:
    code = "import anonymiser, sys; print(sorted({'opendp', 'diffprivlib', 'sklearn', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_package_stands_alone() -> None:
    code = (
        "import anonymiser, sys; print([m for m in sys.modules if m.split('.')[0] in {'pds','consent','federation'}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
