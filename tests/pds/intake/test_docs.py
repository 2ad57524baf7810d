import re
import tomllib
from pathlib import Path

from pds.intake import Limits, Mapping, ProblemCode
from pds.intake.problems import CELL_CODES

PAGE = (Path(__file__).parents[3] / "docs" / "intake.md").read_text(encoding="utf-8")


def test_every_code_is_explained_once_and_no_other() -> None:
    explained = re.findall(r"^\| `([a-z0-9_]+)` \|", PAGE.partition("## Problem codes")[2], re.MULTILINE)
    assert explained == [str(code) for code in ProblemCode]
    assert set(ProblemCode) > CELL_CODES


def test_the_mappings_of_the_page_are_mappings() -> None:
    first, *tables = [block for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if "[[table]]" in block]
    mapping = Mapping.model_validate(tomllib.loads(first + "".join(tables)))
    assert [table.kind for table in mapping.table] == ["enrollment_info/1", "guardian", "consent"]


def test_the_limits_of_the_page_are_the_limits() -> None:
    limits = Limits()
    assert f"| {limits.total_bytes // 2**20} MiB |" in PAGE
    assert f"| {limits.rows:,} |" in PAGE
    assert f"| {limits.entries}, named" in PAGE
    assert f"| {limits.ratio} to 1 |" in PAGE
    assert f"| {limits.row_bytes // 2**20} MiB |" in PAGE
