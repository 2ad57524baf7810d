"""`make docs`: writes the lists of modules (architecture), kinds of record (formats), kept documents (operations).

From the first line of each module, from the registry, and from the declared kinds. Never: a name of a package, module
or kind. What is added, moved or renamed appears by itself.
"""

import ast
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from pds.node import DocumentKind, Lifetime
from pds.records import KINDS
from tests.docs.pages import DOCS, PACKAGES, ROOT
from tests.house.kinds import declared_kinds

MODULES, SCHEMAS, KEPT = DOCS / "architecture.md", DOCS / "formats.md", DOCS / "operations.md"
BEGIN = "<!-- Written by `make docs` from the first line of each module. -->"
BEGIN_KINDS = "<!-- Written by `make docs` from the registry. -->"
BEGIN_DOCUMENTS = "<!-- Written by `make docs` from the declared kinds. -->"
BAR = r"\|"  # what a bar is called inside a table
END = "<!-- End of what `make docs` writes. -->"


def with_tables(text: str) -> str:
    """The page of modules, written anew. Raises ValueError unless its two marks are there, once."""
    return _between(text, BEGIN, tables(ROOT))


def with_kinds(text: str) -> str:
    """The page of formats, with its list of kinds of record written anew. Raises as `with_tables`."""
    rows = [
        f"| `{kind.schema}` | {kind.name.ja} / {kind.name.en} | {kind.travel.value} | `{kind.model.__module__}` |\n"
        for kind in KINDS.values()
    ]
    return _between(text, BEGIN_KINDS, f"| schema | called | travels | fields |\n|---|---|---|---|\n{''.join(rows)}")


def with_documents(text: str) -> str:
    """The page of operations, with its list of a node's own documents written anew. Raises as `with_tables`."""
    rows = [f"| `{kind.name}` | {kind.about} | {how_long(kind)} |\n" for kind in declared_kinds()]
    return _between(text, BEGIN_DOCUMENTS, f"| kind | what it is; its name | kept |\n|---|---|---|\n{''.join(rows)}")


def how_long(kind: DocumentKind[Any]) -> str:
    """How long a document of a kind is kept; nothing for one that stays until it is dropped."""
    if isinstance(kind.lifetime, timedelta):
        return f"{kind.lifetime.days} days"
    return "" if kind.lifetime is Lifetime.KEPT else "its day"


def _between(text: str, mark: str, written: str) -> str:
    before, begin, rest = text.partition(mark)
    _, end, after = rest.partition(END)
    if not (begin and end) or mark in rest or END in after:
        raise ValueError(f"the page needs {mark} and {END}, each once")
    return f"{before}{mark}\n\n{written}\n{END}{after}"


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
    """Write the three pages anew."""
    MODULES.write_text(with_tables(MODULES.read_text(encoding="utf-8")), encoding="utf-8")
    SCHEMAS.write_text(with_kinds(SCHEMAS.read_text(encoding="utf-8")), encoding="utf-8")
    KEPT.write_text(with_documents(KEPT.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
