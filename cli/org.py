"""`pds org`: organisations, their cards, and the directory that vouches for them."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.options import AsJson, NodeFolder
from cli.output import report, speaks
from pds.errors import NotFoundError, UsageError
from pds.identifiers import OrgId
from pds.node import Kind, open_node, read_card
from pds.people import read_contacts, set_contacts

app = typer.Typer(help="Organisations, their cards, and the directory that vouches for them.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="The file.")]
Replace = Annotated[
    str | None,
    typer.Option(
        "--replace", help="Fingerprint of the new card, heard by telephone, where it takes the place of another."
    ),
]


@app.command()
@speaks
def add(
    node: NodeFolder,
    identifier: Annotated[str, typer.Argument(help="School code, board code, or another fixed identifier.")],
    name: Annotated[str, typer.Option(help="Its name, as families know it.")],
    kind: Annotated[str, typer.Option(help="nation, board or school.")],
    parent: Annotated[str | None, typer.Option(help="The organisation above it.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where to write the card for the parent to sign.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw an organisation's keys; write the entry, or the card that its parent must admit."""
    kinds: dict[str, Kind] = {"nation": "nation", "board": "board", "school": "school"}
    if kind not in kinds:
        raise typer.BadParameter("a kind is nation, board or school")
    if out is not None and not out.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {out.absolute().parent} for the card")
    with open_node(node) as opened:
        token = opened.add_organisation(identifier, name, kinds[kind], parent)
        fingerprint = opened.keyring.card(identifier).fingerprint
    if out is not None:
        out.write_text(token + "\n")
    report(
        {"organisation": identifier, "fingerprint": fingerprint, "card": str(out) if out else token}, as_json=as_json
    )


@app.command()
@speaks
def admit(
    node: NodeFolder,
    card: File,
    out: Annotated[Path, typer.Option(help="Where to write the entry.")],
    replace: Replace = None,
    as_json: AsJson = False,
) -> None:
    """Vouch for an organisation below one of this node's; compare its fingerprint first, by telephone."""
    text = _read(card)
    with open_node(node) as opened:
        out.write_text(opened.admit(text, replace) + "\n")
    entry = read_card(text)
    report(
        {"entry": str(out), "organisation": entry.org, "name": entry.name, "fingerprint": entry.card.fingerprint},
        as_json=as_json,
    )


@app.command()
@speaks
def collect(node: NodeFolder, entry: File, replace: Replace = None, as_json: AsJson = False) -> None:
    """Take in an entry that another parent signed, to publish it; from the top down."""
    with open_node(node) as opened:
        taken = opened.collect(_read(entry), replace)
    report(
        {
            "collected": str(entry),
            "organisation": taken.org,
            "name": taken.name,
            "parent": taken.parent,
            "fingerprint": taken.card.fingerprint,
        },
        as_json=as_json,
    )


@app.command()
@speaks
def publish(
    node: NodeFolder,
    root: Annotated[str, typer.Option(help="The organisation at the top, on this node.")],
    valid_until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Last day of the directory.")],
    out: Annotated[Path, typer.Option(help="Where to write the directory.")],
    as_json: AsJson = False,
) -> None:
    """Sign and publish the directory of all entries this node has."""
    with open_node(node) as opened:
        out.write_text(opened.publish_directory(root, date(*valid_until.timetuple()[:3])) + "\n")
        serial, pin = opened.directory.serial, opened.keyring.card(root).fingerprint
    report({"directory": str(out), "serial": serial, "root_fingerprint": pin}, as_json=as_json)


@app.command()
@speaks
def directory(
    node: NodeFolder,
    file: File,
    pin: Annotated[str | None, typer.Option(help="The root's fingerprint; needed the first time.")] = None,
    as_json: AsJson = False,
) -> None:
    """Take in a directory, signed by the root whose fingerprint is pinned; says whose keys are others from now on."""
    with open_node(node) as opened:
        known = len(opened.successions())
        taken = opened.use_directory(_read(file), pin)
        succeeded = [
            {"organisation": one.organisation, "before": one.before[0], "after": one.after[0]}
            for one in opened.successions()[known:]
        ]
    report(
        {
            "serial": taken.serial,
            "organisations": len(taken.entries),
            "valid_until": taken.valid_until,
            "succeeded": succeeded,
        },
        as_json=as_json,
    )


@app.command()
@speaks
def contacts(
    node: NodeFolder,
    school: Annotated[str, typer.Argument(help="The school, on this node.")],
    file: Annotated[Path, typer.Argument(help="TOML with a table [[contact]] for each person.")],
    as_json: AsJson = False,
) -> None:
    """Say whom children can talk to at a school; the list takes the place of the one before."""
    try:
        people = read_contacts(_read(file))
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from None
    with open_node(node) as opened:
        set_contacts(opened, OrgId(school), people)
    report({"school": school, "contacts": len(people.contact)}, as_json=as_json)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError:
        raise UsageError(f"{file} is no text in UTF-8") from None
    except OSError as error:
        raise NotFoundError(f"{file} cannot be read") from error
