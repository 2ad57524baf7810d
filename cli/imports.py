"""`pds import`: file sets into vaults, all or nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from cli.options import AsJson, NodeFolder, Organisation
from cli.output import report, speaks
from consent.lifecycle import load, questions_table
from pds.errors import UsageError
from pds.identifiers import check_org_id
from pds.intake import Batch, IntakeError, load_mapping, read_answers, read_oneroster, read_tables
from pds.node import open_node

app = typer.Typer(help="Take file sets into vaults, all or nothing.", no_args_is_help=True)

Source = Annotated[Path, typer.Argument(help="The zip, or the folder of tables.")]
Questions = Annotated[
    Path | None, typer.Option("--questions", help="A new file for what the office must answer, if anything.")
]
Confirm = Annotated[Path | None, typer.Option("--confirm", help="That file, its column answer filled in.")]


@app.command()
@speaks
def oneroster(
    node: NodeFolder,
    school: Organisation,
    source: Source,
    questions: Questions = None,
    confirm: Confirm = None,
    as_json: AsJson = False,
) -> None:
    """Import a OneRoster 1.2 CSV zip of the Japan Profile."""
    _load(node, school, lambda: read_oneroster(source), questions, confirm, as_json=as_json)


@app.command()
@speaks
def csv(
    node: NodeFolder,
    school: Organisation,
    source: Source,
    mapping: Annotated[Path, typer.Option(help="The TOML mapping of this source system (docs/intake.md).")],
    questions: Questions = None,
    confirm: Confirm = None,
    as_json: AsJson = False,
) -> None:
    """Import any tables through a mapping: records, guardians, signed consents."""
    _load(node, school, lambda: read_tables(source, load_mapping(mapping)), questions, confirm, as_json=as_json)


def _load(
    node: Path, school: str, read: Callable[[], Batch], questions: Path | None, confirm: Path | None, *, as_json: bool
) -> None:
    if questions is not None and questions.exists():
        raise UsageError(f"{questions} is there already, perhaps with answers: name a new file for the questions")
    office = check_org_id(school)
    answers = None if confirm is None else read_answers(confirm)
    with open_node(node) as opened, Progress(console=Console(stderr=True), transient=True) as bar:
        try:
            batch = read()
            task = bar.add_task("students", total=len(batch.students))
            loaded = load(opened, office, batch, lambda done: bar.update(task, completed=done), answers)
        except IntakeError as error:
            if questions is not None and error.questions:
                questions.write_bytes(questions_table(opened, office, error.questions))
            raise
    report(
        {
            "students_new": loaded.students_new,
            "students_known": loaded.students_known,
            "records": loaded.records,
            "records_corrected": loaded.records_corrected,
            "records_known": loaded.records_known,
            "consents": loaded.consents,
        },
        as_json=as_json,
    )
