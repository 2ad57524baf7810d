"""The errors of the house: one tree, drawn once, each with one sentence that says when."""

import importlib
import inspect
import pkgutil
import re

import pytest

import pds
from pds import errors
from pds.errors import PdsError
from tests.house.source import PACKAGES

DRAWN = re.findall(r"^[│ ├└─]*(\w+Error)\b", errors.__doc__ or "", re.MULTILINE)


def defined() -> list[type[PdsError]]:
    """Every error class of `pds`, wherever it stands."""
    for module in pkgutil.walk_packages(pds.__path__, "pds."):
        importlib.import_module(module.name)
    found, todo = [], [PdsError]
    while todo:
        kind = todo.pop()
        found.append(kind)
        todo += kind.__subclasses__()
    return [kind for kind in found if kind.__module__.split(".")[0] == "pds"]


@pytest.mark.parametrize("kind", defined(), ids=lambda kind: kind.__name__)
def test_an_error_says_in_one_sentence_when_it_is_raised(kind: type[PdsError]) -> None:
    text = inspect.cleandoc(kind.__doc__ or "")
    sentence = text.split("\n\n")[0].replace("\n", " ")
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0
    assert kind.__doc__ != (kind.__mro__[1].__doc__)


def test_the_drawing_lists_every_error_once_and_nothing_else() -> None:
    assert sorted(DRAWN) == sorted(kind.__name__ for kind in defined())


def test_the_drawing_shows_who_descends_from_whom() -> None:
    depths = {
        match[2]: len(match[1]) // 3
        for match in re.finditer(r"^([│ ├└─]*)(\w+Error)\b", errors.__doc__ or "", re.MULTILINE)
    }
    for kind in defined():
        assert depths[kind.__name__] == len(kind.__mro__) - len(PdsError.__mro__), kind.__name__


def test_an_error_speaks_no_http() -> None:
    assert not re.search(r"HTTP|status code|\b[45]\d\d\b", inspect.getsource(errors).split('"""', 2)[2])


def test_every_floor_raises_errors_of_the_house() -> None:
    for package in PACKAGES:
        root = importlib.import_module(package)
        for module in pkgutil.walk_packages(root.__path__, f"{package}."):
            if module.name.endswith("__main__"):
                continue
            loaded = importlib.import_module(module.name)
            for name, kind in vars(loaded).items():
                own = inspect.isclass(kind) and issubclass(kind, Exception) and kind.__module__ == loaded.__name__
                if own and package != "anonymiser":  # it knows nothing of pds, and speaks in its own terms
                    assert issubclass(kind, PdsError | ValueError), f"{loaded.__name__}.{name}"
