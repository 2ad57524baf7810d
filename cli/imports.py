"""`pds import`: file sets into vaults, all or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from cli.enrolment import REASONS, reason_of
from cli.options import AsJson, NodeFolder, Organisation
from cli.output import report, speaks
from consent.lifecycle import AbsentLeft, Loaded, enter_names, load, questions_table
from pds.errors import UsageError
from pds.identifiers import check_org_id
from pds.intake import (
    NO_ANSWERS,
    ONEROSTER,
    Batch,
    CellPlace,
    Gaiji,
    IntakeError,
    KnownGaiji,
    load_mapping,
    read_answers,
    read_gaiji,
    read_oneroster,
    read_tables,
)
from pds.node import gaiji_of, open_node, set_gaiji

_LISTED = 100  # rows that were widened, told one by one

app = typer.Typer(help="Take file sets into vaults, all or nothing.", no_args_is_help=True)

Source = Annotated[Path, typer.Argument(help="The zip, or the folder of tables.")]
Questions = Annotated[
    Path | None, typer.Option("--questions", help="A new file for what the office must answer, if anything.")
]
Confirm = Annotated[Path | None, typer.Option("--confirm", help="That file, its column answer filled in.")]


EndAbsent = Annotated[
    int | None,
    typer.Option(help="So many as the last import listed as absent have left: end their enrolments."),
]
LeftOn = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Their last day of enrolment, with --end-absent.")
]
LeftWhy = Annotated[str, typer.Option(help=f"Why, with --end-absent: one of {', '.join(REASONS)}.")]


@app.command()
@speaks
def oneroster(
    node: NodeFolder,
    school: Organisation,
    source: Source,
    ids_last: Annotated[
        str | None,
        typer.Option(help="What you call the system, if a student's sourcedId stays the same in it for years."),
    ] = None,
    questions: Questions = None,
    confirm: Confirm = None,
    end_absent: EndAbsent = None,
    left_on: LeftOn = None,
    left_why: LeftWhy = "left",
    as_json: AsJson = False,
) -> None:
    """Import a OneRoster 1.2 CSV zip of the Japan Profile."""
    said = _absent_left(end_absent, left_on, left_why)

    def read(gaiji: KnownGaiji) -> Batch:
        return read_oneroster(source, gaiji=gaiji, ids_last=ids_last)

    _load(node, school, read, Office(ONEROSTER, questions, confirm, said), as_json=as_json)


@app.command()
@speaks
def csv(
    node: NodeFolder,
    school: Organisation,
    source: Source,
    mapping: Annotated[Path, typer.Option(help="The TOML mapping of this source system (docs/intake.md).")],
    questions: Questions = None,
    confirm: Confirm = None,
    end_absent: EndAbsent = None,
    left_on: LeftOn = None,
    left_why: LeftWhy = "left",
    as_json: AsJson = False,
) -> None:
    """Import any tables through a mapping: records, guardians, signed consents."""
    said, rules = _absent_left(end_absent, left_on, left_why), load_mapping(mapping)

    def read(gaiji: KnownGaiji) -> Batch:
        return read_tables(source, rules, gaiji=gaiji)

    _load(node, school, read, Office(rules.source_system, questions, confirm, said), as_json=as_json)


@app.command()
@speaks
def gaiji(
    node: NodeFolder,
    school: Organisation,
    source: Annotated[str, typer.Option("--source", help="The source system, as its mapping calls it; oneroster.")],
    codes: Annotated[Path | None, typer.Option(help="A vendor's CSV with columns code, character.")] = None,
    forget_names: Annotated[bool, typer.Option("--forget-names", help="Forget the names of single children.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say how many characters and names are entered for a source; enter a vendor's list, or forget what was typed."""
    office, entered = check_org_id(school), {} if codes is None else read_gaiji(codes)
    with open_node(node) as opened:
        if office not in opened.organisations():
            raise UsageError(f"{office} is not a school of this node")
        known = gaiji_of(opened, office, source).with_characters(entered)
        known = known.model_copy(update={"names": {}}) if forget_names else known
        if codes is not None or forget_names:
            set_gaiji(opened, office, source, known)
    report({"source": source, "characters": len(known.characters), "names": len(known.names)}, as_json=as_json)


@dataclass(frozen=True, slots=True)
class Office:
    """What the office says with an import.

    Attributes:
        source: The source system.
        questions: Where questions go.
        confirm: Where answers are.
        absent_left: Whether who is absent has left.
    """

    source: str
    questions: Path | None
    confirm: Path | None
    absent_left: AbsentLeft | None


def _absent_left(count: int | None, on: datetime | None, why: str) -> AbsentLeft | None:
    if (count is None) != (on is None):
        raise UsageError("--end-absent and --left-on go together: how many have left, and on which day")
    return None if count is None or on is None else AbsentLeft(count, on.date(), reason_of(why))


def _load(node: Path, school: str, read: Callable[[KnownGaiji], Batch], said: Office, *, as_json: bool) -> None:
    questions = said.questions
    if questions is not None and questions.exists():
        raise UsageError(f"{questions} is there already, perhaps with answers: name a new file for the questions")
    office = check_org_id(school)
    answers = NO_ANSWERS if said.confirm is None else read_answers(said.confirm)
    with open_node(node) as opened, Progress(console=Console(stderr=True), transient=True) as bar:

        def known() -> Gaiji:
            return gaiji_of(opened, office, said.source)

        try:
            batch = read(known)
            if said.confirm is not None and enter_names(opened, office, batch, answers):
                batch = read(known)
            task = bar.add_task("students", total=len(batch.students))
            loaded = load(
                opened,
                office,
                batch,
                lambda done: bar.update(task, completed=done),
                answers,
                absent_left=said.absent_left,
            )
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
        }
        | _to_be_told(loaded)
        | _said_of(batch.widened),
        as_json=as_json,
    )


def _to_be_told(loaded: Loaded) -> dict[str, object]:
    """What the office is told where there is something to tell, and what it can do."""
    told: dict[str, object] = {
        "students_left": loaded.students_left,
        "absent_ended": loaded.absent_ended,
        "guardians_changed": loaded.guardians_changed,
    }
    if loaded.listed_after_leaving:
        told["listed_after_leaving"] = loaded.listed_after_leaving
        told["listed_after_leaving_note"] = "their enrolment had ended before; who is back: pds enrolment start"
    if loaded.papers_without_authority:
        told["papers_without_authority"] = loaded.papers_without_authority
        told["papers_without_authority_note"] = "not entered: who has no parental authority signs nothing"
    if loaded.absent:
        told["absent"] = [
            {"class": seat.class_name, "number": seat.attendance_number, "school_year": seat.school_year}
            for seat in loaded.absent
        ]
        told["absent_note"] = (
            f"on the class list and not in this file set; nothing was ended. If all of them have left, import again "
            f"with --end-absent {len(loaded.absent)} --left-on DAY; one by one: pds enrolment end"
        )
    return told


def _said_of(widened: Sequence[CellPlace]) -> dict[str, object]:
    """How many half-width cells were written full-width, and the first of them."""
    if not widened:
        return {}
    return {"half_width_widened": len(widened), "widened_at": [place._asdict() for place in widened[:_LISTED]]}
