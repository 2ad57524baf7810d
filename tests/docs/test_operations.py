"""`docs/operations.md` against the commands, the settings and the exit codes."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping

import typer
from typer.main import get_command

from cli.main import app
from cli.output import Exit
from federation import compile_study, read_study
from tests.docs.pages import first_words, page, quoted, rows, section, sources

REFERENCE = "## 13. Reference"
COMMON = {"--node", "--json"}


def commands() -> Mapping[str, typer.core.TyperCommand]:
    return dict(_walk(get_command(app), "pds"))


def _walk(command: object, path: str) -> Iterator[tuple[str, typer.core.TyperCommand]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        assert isinstance(command, typer.core.TyperCommand)
        yield path, command
        return
    for name, below in inner.items():
        yield from _walk(below, f"{path} {name}")


def reference() -> Mapping[str, str]:
    """What the reference says of each command."""
    table = rows(section(page("operations.md"), REFERENCE))
    return {name: cells[1] for cells in table for name in quoted(cells[0])}


def test_every_command_stands_in_the_reference_and_no_other() -> None:
    assert sorted(reference()) == sorted(commands())


def test_every_option_stands_beside_its_command_and_no_other() -> None:
    for name, command in commands().items():
        options = {opt for param in command.params for opt in param.opts if opt.startswith("--")}
        documented = set(re.findall(r"--[a-z-]+", reference()[name]))
        assert documented == options - COMMON, name


def test_options_that_can_be_left_out_stand_in_brackets_and_no_other() -> None:
    for name, command in commands().items():
        for param in command.params:
            for opt in {*param.opts} - COMMON:
                if opt.startswith("--"):
                    assert (f"[{opt}" in reference()[name].replace("`", "")) is not param.required, (name, opt)


def test_every_argument_stands_in_capitals_and_no_other() -> None:
    for name, command in commands().items():
        arguments = {str(param.name).upper() for param in command.params if param.param_type_name == "argument"}
        documented = {word.strip("[]…") for word in quoted(reference()[name]) if "--" not in word}
        assert documented == arguments, name


def test_every_command_takes_the_two_options_that_the_reference_leaves_out() -> None:
    for name, command in commands().items():
        options = {opt for param in command.params for opt in param.opts}
        assert options >= (COMMON if name != "pds serve" else {"--node"}), name


def test_every_command_in_an_example_exists_with_its_options() -> None:
    known = {name: {opt for param in command.params for opt in param.opts} for name, command in commands().items()}
    examples = re.findall(r"pds [a-z]+[^`\n#]*", page("operations.md"))
    called = [line for line in examples if "--node" in line]
    assert len(called) > 30
    for line in called:
        words = line.split()
        name = next((" ".join(words[:length]) for length in (3, 2) if " ".join(words[:length]) in known), None)
        assert name is not None, line
        assert set(re.findall(r"--[a-z-]+", line)) <= known[name], line


def test_every_environment_variable_that_the_code_reads_is_documented_and_no_other() -> None:
    read = {name for path in sources() for name in _variables(ast.parse(path.read_text(encoding="utf-8")))}
    documented = {
        word for word in first_words(section(page("operations.md"), "## 10. Settings")) if word.startswith("MANABI_")
    }
    assert documented == read


def test_a_variable_is_seen_however_it_is_read() -> None:
    source = 'A = "MANABI_A"\nos.environ.get(A)\nos.getenv("B")\nos.environ["C"]\ntyper.Option(envvar="D")\n'
    assert set(_variables(ast.parse(source))) == {"MANABI_A", "B", "C", "D"}


def _variables(tree: ast.Module) -> Iterator[str]:
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if re.search(r"environ\.\w+$|getenv$", ast.unparse(node.func)):
                yield _text(node.args[0], named)
            yield from (_text(item.value, named) for item in node.keywords if item.arg == "envvar")
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("environ"):
            yield _text(node.slice, named)


def _text(node: ast.expr, named: Mapping[str, ast.expr]) -> str:
    found = named.get(node.id) if isinstance(node, ast.Name) else node
    assert isinstance(found, ast.Constant), f"cannot tell which variable {ast.unparse(node)} is"
    return str(found.value)


def test_every_exit_code_is_documented_and_no_other() -> None:
    table = rows(section(page("operations.md"), "## 11. What commands say"))
    assert [int(cells[0]) for cells in table if cells[0].isdigit()] == sorted(Exit)


def test_every_log_that_is_written_to_is_documented() -> None:
    documented = first_words(section(page("operations.md"), "## 11. What commands say"))
    for path in sources():
        source = path.read_text(encoding="utf-8")
        for name in re.findall(r'getLogger\("([a-z.]+)"\)', source):
            assert name in documented or "_log." not in source, path


def test_the_question_in_the_example_can_be_asked() -> None:
    found = re.search(r"```toml\n(.*?)```", page("operations.md"), re.DOTALL)
    assert found is not None
    plan = compile_study(read_study(tomllib.loads(found.group(1))))
    assert plan.study.epsilon == 500_000
