"""What is in effect and which enrolment is present is asked of the vault's reader; nobody works it out anew."""

import ast
from collections.abc import Iterator

from tests.house.source import modules

AS_WRITTEN = {  # who reads what is in effect no more than what was put away, and why
    "cli/vault.py",  # lists every record, and says of each whether it is in effect
    "consent/lifecycle/loading.py",  # finds the rows a school sent before, with what stands in their place
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


def test_the_rules_stand_where_this_test_looks_for_them() -> None:
    assert modules().keys() >= RULES
