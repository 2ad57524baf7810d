"""`pds import`: file sets into vaults, all or nothing."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from cli.options import AsJson, NodeFolder, Organisation
from cli.output import report, speaks
from consent.lifecycle import load
from pds.identifiers import check_org_id
from pds.intake import Batch, load_mapping, read_oneroster, read_tables
from pds.node import open_node

app = typer.Typer(help="Take file sets into vaults, all or nothing.", no_args_is_help=True)

Source = Annotated[Path, typer.Argument(help="The zip, or the folder of tables.")]


@app.command()
@speaks
def oneroster(node: NodeFolder, school: Organisation, source: Source, as_json: AsJson = False) -> None:
    """Import a OneRoster 1.2 CSV zip of the Japan Profile."""
    _load(node, school, read_oneroster(source), as_json=as_json)


@app.command()
@speaks
def csv(
    node: NodeFolder,
    school: Organisation,
    source: Source,
    mapping: Annotated[Path, typer.Option(help="The TOML mapping of this source system (docs/intake.md).")],
    as_json: AsJson = False,
) -> None:
    """Import any tables through a mapping: records, guardians, signed consents."""
    _load(node, school, read_tables(source, load_mapping(mapping)), as_json=as_json)


def _load(node: Path, school: str, batch: Batch, *, as_json: bool) -> None:
    with open_node(node) as opened, Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("students", total=len(batch.students))
        loaded = load(opened, check_org_id(school), batch, lambda done: bar.update(task, completed=done))
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
