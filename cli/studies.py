"""`pds study` and `pds audit`: from a question in a file to a released table, and what it cost."""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from cli.options import AsJson, NodeFolder
from cli.output import report, speaks
from federation import (
    Registered,
    Release,
    answer,
    approve,
    audit_privacy,
    draft,
    find_study,
    merge,
    outstanding,
    published,
    read_study,
    registered,
    release,
    set_yearly_allowance,
    stored_release,
    yearly_allowance,
)
from pds.errors import NotFoundError, UsageError
from pds.identifiers import check_org_id
from pds.node import Node, open_node

app = typer.Typer(help="Ask a question, answer it, release it once.", no_args_is_help=True)
audit = typer.Typer(help="What has happened on this node.", no_args_is_help=True)

StudyArgument = Annotated[str, typer.Argument(help="The study, as `study show` prints it.")]
Person = Annotated[str, typer.Option(help="Your staff identifier.")]


@app.command(name="draft")
@speaks
def draft_study(
    node: NodeFolder,
    file: Annotated[Path, typer.Argument(help="The question, as TOML or JSON (docs/statistics.md).")],
    by: Person,
    group_size: Annotated[int, typer.Option(help="Students you expect per row, from public figures.")],
    as_json: AsJson = False,
) -> None:
    """Enter a question and see its cost and expected error; nothing is spent. Asked before, it shows the answer."""
    with open_node(node) as opened:
        report(_registered(draft(opened, read_study(_read(file)), drafter=by, group_size=group_size)), as_json=as_json)


@app.command(name="approve")
@speaks
def approve_study(node: NodeFolder, study: StudyArgument, by: Person, as_json: AsJson = False) -> None:
    """Approve somebody else's draft: it is published, and schools will answer it."""
    with open_node(node) as opened:
        approve(opened, study, approver=by)
    report({"study": study, "state": "approved"}, as_json=as_json)


@app.command(name="answer")
@speaks
def answer_study(node: NodeFolder, study: StudyArgument, as_json: AsJson = False) -> None:
    """Answer for the schools of this node: charge, count, add noise once, store. Run again, it resends the same."""
    with open_node(node) as opened, Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("students", total=None)
        answers = answer(opened, study, lambda done, of: bar.update(task, completed=done, total=of))
    report({"study": study, "answered": sorted(answers)}, as_json=as_json)


@app.command(name="merge")
@speaks
def merge_study(
    node: NodeFolder,
    study: StudyArgument,
    organisation: Annotated[str, typer.Option("--as", help="The board or nation that adds up.")],
    partial: Annotated[bool, typer.Option(help="Close without those who have not answered.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add up the answers from below, once."""
    with open_node(node) as opened:
        org = check_org_id(organisation)
        missing = outstanding(opened, study, org)
        merge(opened, study, org, partial=partial)
    report({"study": study, "left_out": missing if partial else []}, as_json=as_json)


@app.command(name="release")
@speaks
def release_study(node: NodeFolder, study: StudyArgument, as_json: AsJson = False) -> None:
    """Release the table, once and signed."""
    with open_node(node) as opened:
        release(opened, study)
        report(_release(stored_release(opened, study)), as_json=as_json)


@app.command(name="show")
@speaks
def show_studies(
    node: NodeFolder,
    study: Annotated[str | None, typer.Argument(help="One study; all of the register when none is named.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the register and the studies published to this node, or one study with its released table."""
    with open_node(node) as opened:
        if study is None:
            rows = [{"study": r.id, "state": r.state.value, "title": r.study.title.ja} for r in registered(opened)]
            here = [{"study": study.id, "title": study.title.ja} for study in published(opened)]
            report({"studies": rows, "published": here}, as_json=as_json)
        else:
            report({**_registered(find_study(opened, study)), **_table(opened, study)}, as_json=as_json)


@app.command()
@speaks
def allowance(
    node: NodeFolder,
    micro_epsilon: Annotated[int | None, typer.Option(help="New value; 1000000 is ε = 1.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show or set how much a school year may cost one student."""
    with open_node(node) as opened:
        if micro_epsilon is not None:
            set_yearly_allowance(opened, micro_epsilon)
        report({"allowance_micro_epsilon": yearly_allowance(opened)}, as_json=as_json)


@audit.command()
@speaks
def privacy(node: NodeFolder, as_json: AsJson = False) -> None:
    """Say what studies have cost the students of this node at most; it stays on this node."""
    with open_node(node) as opened:
        found = audit_privacy(opened)
    report(
        {
            "vaults": found.vaults,
            "most_in_a_year_micro_epsilon": found.most_in_a_year,
            "most_in_a_life_micro_epsilon": found.most_in_a_life,
        },
        as_json=as_json,
    )


def _registered(entry: Registered) -> dict[str, Any]:
    preview = entry.preview
    return {
        "study": entry.id,
        "state": entry.state.value,
        "title": entry.study.title.ja,
        "epsilon_micro": preview.epsilon,
        "already_declared_micro": preview.declared,
        "schools": preview.schools,
        "expected_error_count": preview.count_width,
        "expected_error_value": preview.value_width,
        "expected_error_difference": preview.difference_width,
    }


def _table(node: Node, study: str) -> dict[str, Any]:
    released = stored_release(node, study)
    return {} if released is None else _release(released)


def _release(released: Release | None) -> dict[str, Any]:
    if released is None:
        raise NotFoundError("this study is not released yet")
    return {
        "study": released.study_id,
        "rows": [row.model_dump(mode="json") for row in released.rows],
        "differences": [difference.model_dump(mode="json") for difference in released.differences],
        "roster": list(released.roster),
        "limits": list(released.limits),
    }


def _read(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
        document: dict[str, Any] = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise NotFoundError(f"{file} cannot be read") from error
    except (UnicodeDecodeError, json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{file} is neither TOML nor JSON: {error}") from error
    return document
