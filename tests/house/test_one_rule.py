"""What is in effect, which enrolment is present, what an organisation is called: asked where the rule stands."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import modules

AS_WRITTEN = {  # who reads what is in effect no more than what was put away, and why
    "cli/vault.py",  # lists every record, and says of each whether it is in effect
    "consent/lifecycle/joining.py",  # appends every record of one vault to another of the same child
    "consent/lifecycle/moving/looking.py",  # sees that every record that arrived opens
    "consent/lifecycle/loading/writing.py",  # finds the rows a school sent before, with what stands in their place
}
RULES = {"pds/vault/effect.py", "pds/vault/enrolment.py"}


def outside() -> Iterator[tuple[str, ast.AST]]:
    """Every piece of syntax outside the rooms of vaults and of kinds of record, with its module."""
    for path, (_, tree) in modules().items():
        if not path.startswith(("pds/vault/", "pds/records/")):
            yield from ((path, node) for node in ast.walk(tree))


def test_nobody_reads_records_as_they_were_written_but_those_who_say_why() -> None:
    found = {
        path
        for path, node in outside()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "records"
    }
    assert found == AS_WRITTEN


def test_nobody_but_the_rule_asks_what_a_record_supersedes() -> None:
    named = {"supersedes", "supersedes_id"}
    found = {path for path, node in outside() if isinstance(node, ast.Attribute) and node.attr in named}
    assert found == set()


def names_said(tree: ast.Module) -> Iterator[str]:
    """Where a module says what a directory calls an organisation: `.entry(…).name`, `.entries[…].name` and the like."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "name" and isinstance(node.value, ast.Call | ast.Subscript):
            taken = node.value.func if isinstance(node.value, ast.Call) else node.value.value
            if isinstance(taken, ast.Attribute) and taken.attr == "get":
                taken = taken.value
            if isinstance(taken, ast.Attribute) and taken.attr in ("entry", "entry_of", "entries"):
                yield ast.unparse(node)


def test_what_an_organisation_is_called_is_said_by_its_node() -> None:
    said = {
        path: found
        for path, (_, tree) in modules().items()
        if not path.startswith("pds/node/") and (found := list(names_said(tree)))
    }
    assert said == {}


@pytest.mark.parametrize(
    "line",
    [
        "node.directory.entry(org).name",
        "directory.entries[org].name",
        "node.directory.entries.get(org).name",
        "[directory.entry(org).name for org in below]",
        "node.entry_of(org).name",
    ],
)
def test_whoever_takes_a_name_out_of_a_directory_is_found(line: str) -> None:
    assert len(list(names_said(ast.parse(line)))) == 1
    assert not list(names_said(ast.parse("node.name_of(org), study.name, directory.entry(org).kind, entries[0].name")))


def test_the_rules_stand_where_this_test_looks_for_them() -> None:
    assert modules().keys() >= RULES


def test_nobody_writes_a_table_for_a_spreadsheet_but_the_rule_that_lets_none_run() -> None:
    writers = {"writer", "DictWriter"}
    found = {
        path
        for path, (_, tree) in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in writers and ast.unparse(node.value) == "csv"
    }
    assert found == {"pds/export/tables.py"}
