"""The pages under `docs/`, read as tables, links and code blocks."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PACKAGES = ("pds", "consent", "anonymiser", "federation", "portal", "cli")
_CELLS = re.compile(r"(?<!\\)\|")


def page(name: str) -> str:
    """A page of `docs/` by its file name."""
    return (DOCS / name).read_text(encoding="utf-8")


def pages() -> list[Path]:
    """Every page: those of `docs/`, and the README, the changelog and the like beside it."""
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    start = text.index(f"{heading}\n") + len(heading) + 1
    following = re.search(rf"^#{{1,{level}}} ", text[start:], re.MULTILINE)
    return text[start : start + following.start()] if following else text[start:]


def rows(text: str) -> list[list[str]]:
    """The cells of every table row; a heading stands above its rule, and is none."""
    lines = [line.strip() for line in text.splitlines()]
    table = [
        line for line, below in zip(lines, [*lines[1:], ""], strict=True) if not (_is_rule(line) or _is_rule(below))
    ]
    return [[cell.strip() for cell in _CELLS.split(line)[1:-1]] for line in table if line.startswith("|")]


def _is_rule(line: str) -> bool:
    return line.startswith("|") and set(line) <= set("|-: ")


def quoted(text: str) -> list[str]:
    """What stands between single backticks; code blocks are left out."""
    return re.findall(r"`([^`]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))


def first_words(text: str) -> list[str]:
    """All that is quoted in the first cells of the rows of a text."""
    return [word for cells in rows(text) for word in quoted(cells[0])]


def sources() -> list[Path]:
    """Every module of the six packages."""
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
