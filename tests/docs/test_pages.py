"""All pages: links, versions, decisions, the list of modules, and the tests that pages lean on."""

import pkgutil
import re
import tomllib
from pathlib import Path

import pytest

from pds.intake import ProblemCode
from pds.vault.events import Event
from tests.docs.pages import DOCS, PACKAGES, ROOT, first_words, page, pages, quoted, section, sources
from tests.docs.tables import tables, with_tables
from tests.house.source import is_test

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ADRS = sorted(path for path in (DOCS / "adr").glob("[0-9]*.md"))


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if "://" not in target:
            file = (path.parent / target.partition("#")[0]).resolve() if not target.startswith("#") else path
            assert file.exists(), target
            anchor = target.partition("#")[2]
            assert not anchor or anchor in _anchors(file), target


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_newest_version_in_the_changelog_is_that_of_the_package() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = re.findall(r"^## \[(\d[^\]]*)\]", text, re.MULTILINE)
    assert versions[0] == project["version"]


@pytest.mark.parametrize("path", ADRS, ids=lambda path: path.stem)
def test_every_decision_has_its_sections_in_order(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Costs"]
    for heading in ("## Context", "## Decision", "## Costs"):
        assert section(text, heading).strip(), heading


@pytest.mark.parametrize("path", [path for path in ADRS if path.stem != "0000-template"], ids=lambda path: path.stem)
def test_every_decision_has_its_number_and_stands_in_the_index(path: Path) -> None:
    number = int(path.stem[:4])
    assert path.read_text(encoding="utf-8").startswith(f"# {number}. ")
    assert f"| [{number}]({path.name}) |" in page("adr/README.md")


def test_every_number_of_a_decision_is_given_once() -> None:
    assert [int(path.stem[:4]) for path in ADRS] == list(range(len(ADRS)))


def test_the_list_of_modules_is_what_they_say_of_themselves() -> None:
    """If this fails, run `make docs` and look at what it changed."""
    listed = page("architecture.md")
    assert with_tables(listed) == listed


def test_every_module_has_its_row_below_its_folder() -> None:
    listed = first_words(section(page("architecture.md"), "## 2. Where things are"))
    real = [str(path.relative_to(ROOT)) for path in sources() if not path.name.startswith("__")]
    assert sorted(word for word in listed if word.endswith(".py")) == sorted(real)


def test_a_module_that_moves_takes_its_row_along(tmp_path: Path) -> None:
    (tmp_path / "pds" / "cellar").mkdir(parents=True)
    (tmp_path / "pds" / "cellar" / "__init__.py").write_text('"""What is kept cool."""')
    (tmp_path / "pds" / "jam.py").write_text('"""Jam: plum | quince;\nand no other."""')
    assert "| `pds/jam.py` | Jam: plum \\| quince |" in tables(tmp_path)
    (tmp_path / "pds" / "jam.py").rename(tmp_path / "pds" / "cellar" / "jam.py")
    moved = tables(tmp_path)
    assert "`pds/jam.py`" not in moved
    assert moved.index("#### `pds/cellar/`") < moved.index("What is kept cool.") < moved.index("`pds/cellar/jam.py`")


def test_every_code_of_the_intake_has_cause_and_remedy() -> None:
    listed = first_words(section(page("intake.md"), "## Problem codes"))
    assert sorted(listed) == sorted(ProblemCode)


def test_every_test_that_a_page_leans_on_is_there() -> None:
    named = {word for path in pages() for word in quoted(path.read_text(encoding="utf-8")) if "::" in word}
    assert len(named) > 10
    assert sorted(word for word in named if not is_test(word)) == []


def test_every_file_that_a_page_names_is_there() -> None:
    for path in pages():
        for word in quoted(path.read_text(encoding="utf-8")):
            if re.fullmatch(r"(pds|consent|anonymiser|federation|portal|cli|examples|tests|docs)/[\w./-]*[\w/]", word):
                assert (ROOT / word).exists(), f"{word} in {path.name}"


def test_every_name_of_python_on_a_page_can_be_imported() -> None:
    """A kind of event is written the same way (`consent.given`) and is none of them."""
    events = {kind.model_fields["type"].default for kind in Event.__subclasses__()}
    for path in pages():
        for word in quoted(path.read_text(encoding="utf-8")):
            if re.fullmatch(rf"({'|'.join((*PACKAGES, 'examples', 'tests'))})(\.\w+)+", word) and word not in events:
                assert _resolves(word), f"{word} in {path.name}"


def _resolves(name: str) -> bool:
    if (ROOT / name).is_file():
        return True
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True
