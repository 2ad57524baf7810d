"""Every module has one idea, says which, and keeps to the manners of the house."""

import ast
import re
from collections.abc import Callable

from tests.house.source import PACKAGES, ROOT, imports, modules, texts

SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|INDEX)|PRAGMA\s)",
    re.IGNORECASE | re.DOTALL,
)
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
MOST_LINES = 500


def offenders(rule: Callable[[str, str, ast.Module], object], *exempt: str) -> list[str]:
    """The modules of which a rule says that something is wrong."""
    return [
        path
        for path, (text, tree) in modules().items()
        if not path.startswith(exempt or "\0") and rule(path, text, tree)
    ]


def test_a_module_opens_with_what_it_is_for() -> None:
    def silent(_path: str, _text: str, tree: ast.Module) -> bool:
        first = (ast.get_docstring(tree) or "").split("\n")[0]
        return len(first) <= 20 or first[0].islower() or not first.endswith((".", "?", "!", ";"))

    assert offenders(silent) == []


def test_a_module_can_be_read_in_one_go() -> None:
    assert offenders(lambda _, text, __: len(text.splitlines()) > MOST_LINES) == []


def test_nothing_is_left_for_later() -> None:
    assert offenders(lambda _, text, __: UNFINISHED.search(text)) == []


def test_only_commands_print() -> None:
    def prints(_path: str, _text: str, tree: ast.Module) -> bool:
        names = [node.func.id for node in calls(tree) if isinstance(node.func, ast.Name)]
        return bool({"print", "breakpoint"} & set(names))

    assert offenders(prints, "cli/") == []


def calls(tree: ast.Module) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def swallows(_path: str, _text: str, tree: ast.Module) -> bool:
    """True when a handler takes any error, or takes one of the broad kinds and does nothing about it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            broad = node.type is not None and ast.unparse(node.type) in {"Exception", "BaseException"}
            silent = all(isinstance(statement, ast.Pass | ast.Continue) for statement in node.body)
            if node.type is None or (broad and silent):
                return True
    return False


def test_no_error_is_swallowed() -> None:
    assert offenders(swallows) == []


def test_sql_is_written_in_one_package_only() -> None:
    def writes(_path: str, _text: str, tree: ast.Module) -> bool:
        return any(SQL.search(text) for text in texts(tree)) or bool({"sqlite3", "sqlite_utils"} & set(imports(tree)))

    assert offenders(writes, "pds/store/") == []


def imports_of(*roots: str) -> Callable[[str, str, ast.Module], bool]:
    return lambda _path, _text, tree: any(name.split(".")[0] in roots for name in imports(tree))


def test_noise_is_drawn_in_one_package_only() -> None:
    assert offenders(imports_of("opendp", "diffprivlib", "numpy", "scipy", "random"), "anonymiser/") == []


def test_keys_and_ciphertexts_are_touched_in_one_package_only() -> None:
    assert offenders(imports_of("cryptography", "joserfc", "hmac"), "pds/") == []


def importers(name: str) -> list[str]:
    """The modules that import a name, from wherever."""
    return offenders(lambda _path, _text, tree: any(found.split(".")[-1] == name for found in imports(tree)))


def test_sealing_under_a_key_and_deriving_keys_stand_in_one_module_each() -> None:
    assert importers("AESGCM") == ["pds/crypto/aead.py"]
    assert importers("HKDF") == ["pds/crypto/kdf.py"]


def builds_a_request(_path: str, _text: str, tree: ast.Module) -> bool:
    """True when a module fills in a request for a permit by hand, under whatever name it imported the class."""
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("consent")
        for alias in node.names
        if alias.name == "Request"
    }
    return any(isinstance(call.func, ast.Name) and call.func.id in names for call in calls(tree))


def test_a_request_for_a_permit_is_made_by_its_named_constructors_alone() -> None:
    examples = sorted((ROOT / "examples").rglob("*.py"))
    assert [str(file) for file in examples if builds_a_request("", "", ast.parse(file.read_text()))] == []
    assert offenders(builds_a_request) == []
    assert builds_a_request("", "", ast.parse("from consent.decisions import Request as Wish\nWish(vault=1)"))


def test_the_rules_find_what_they_look_for() -> None:
    assert SQL.search("SELECT a\nFROM b")
    assert SQL.search("insert or replace into links values (?)")
    assert not SQL.search("an update of the set")
    assert UNFINISHED.search("# TO" + "DO later")
    assert set(imports(ast.parse("def f():\n import random\n from opendp import prelude"))) >= {"random", "opendp"}
    for handler in ("except: x()", "except Exception: pass"):
        assert swallows("", "", ast.parse(f"try:\n a()\n{handler}"))
    assert not swallows("", "", ast.parse("try:\n a()\nexcept KeyError: pass"))
    assert list(texts(ast.parse('"""Say SELECT x FROM y."""\na = "b"'))) == ["b"]


def test_all_six_floors_are_there_and_looked_at() -> None:
    seen = {path.split("/")[0] for path in modules()}
    assert seen == set(PACKAGES)
    assert all((ROOT / package / "__init__.py").exists() for package in PACKAGES)
