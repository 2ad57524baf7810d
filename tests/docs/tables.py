"""`make docs`: writes the list of modules in `docs/architecture.md` from the first line of each module.

Never: a name of a package or module. A folder that is added, moved or renamed appears by itself.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.docs.pages import DOCS, PACKAGES, ROOT

PAGE = DOCS / "architecture.md"
BEGIN = "<!-- Written by `make docs` from the first line of each module. -->"
BAR = r"\|"  # what a bar is called inside a table
END = "<!-- End of what `make docs` writes. -->"


def with_tables(text: str) -> str:
    """A page with the region between its two marks written anew. Raises ValueError unless both are there, once."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end) or BEGIN in rest or END in after:
        raise ValueError(f"{PAGE.name} needs {BEGIN} and {END}, each once")
    return f"{before}{BEGIN}\n\n{tables(ROOT)}\n{END}{after}"


def tables(root: Path) -> str:
    """A heading for each folder that holds modules, what its `__init__.py` says, and a row for each module."""
    folders = [folder for package in PACKAGES for folder in _folders(root / package)]
    return "\n".join(line for folder in folders for line in _part(root, folder))


def _folders(top: Path) -> list[Path]:
    return sorted({file.parent for file in top.rglob("*.py")})


def _part(root: Path, folder: Path) -> Iterator[str]:
    name = folder.relative_to(root)
    yield f"{'#' * (2 + len(name.parts))} `{name}/`"
    yield ""
    if (folder / "__init__.py").is_file():
        yield first_line(folder / "__init__.py")
        yield ""
    files = [file for file in sorted(folder.glob("*.py")) if not file.name.startswith("__")]
    if files:
        yield "| module | |"
        yield "|---|---|"
        for file in files:
            yield f"| `{file.relative_to(root)}` | {first_line(file).replace('|', BAR)} |"
        yield ""


def first_line(module: Path) -> str:
    """What a module says it is for; a sentence that goes on in the next line ends here all the same."""
    said = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return said.partition("\n")[0].removesuffix(";").removesuffix(",")


def main() -> int:
    """Write the page anew."""
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
