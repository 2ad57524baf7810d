"""`pds node`: make, run, back up and restore a node."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import AsJson, NodeFolder
from cli.output import Exit, report, speaks
from consent.lifecycle import do_what_is_due
from federation import exchange
from pds.node import backup as backups
from pds.node import check_address, create_node, open_node, public_addresses, set_public_addresses

app = typer.Typer(help="Make, run, back up and restore a node.", no_args_is_help=True)


@app.command()
@speaks
def init(
    node: NodeFolder,
    recovery: Annotated[Path, typer.Option(help="New file for the recovery key, outside the node's folder.")],
    parent: Annotated[str | None, typer.Option(help="Address of the parent node.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a node: folder, master key, store; the recovery key is written once, to be kept elsewhere."""
    address = None if parent is None else check_address(parent)
    create_node(node, recovery)
    if address is not None:
        with open_node(node) as opened:
            exchange.set_parent(opened, address)
    report(
        {"node": str(node), "recovery_key": str(recovery), "next": "move the recovery key to a safe, then `org add`"},
        as_json=as_json,
    )


@app.command()
@speaks
def parent(
    node: NodeFolder, url: Annotated[str, typer.Argument(help="Address of the parent node.")], as_json: AsJson = False
) -> None:
    """Say where this node's parent listens."""
    with open_node(node) as opened:
        exchange.set_parent(opened, url)
        taken = exchange.parent(opened)
    report({"parent": taken}, as_json=as_json)


@app.command()
@speaks
def address(
    node: NodeFolder,
    urls: Annotated[
        list[str] | None, typer.Argument(help="Public addresses; none lets the node answer under any.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say under which addresses browsers ask for this node, from the next `serve` on; it answers under no other."""
    with open_node(node) as opened:
        set_public_addresses(opened, urls or [])
        addresses = public_addresses(opened)
    report({"addresses": addresses}, as_json=as_json)


@app.command()
@speaks
def tick(node: NodeFolder, as_json: AsJson = False) -> None:
    """One round of work: what ran out: consents, sessions, codes, old backup keys; messages from and to the parent."""
    with open_node(node) as opened:
        own = do_what_is_due(opened)
        done = exchange.tick(opened)
    report(
        {
            "sent": done.sent,
            "fetched": done.fetched,
            "acted": done.acted,
            "consents_ended": own.consents_ended,
            "vaults_damaged": own.vaults_damaged,
            "documents_deleted": own.documents_deleted,
            "backup_keys_destroyed": [key.isoformat() for key in own.backup_keys_destroyed],
        },
        as_json=as_json,
    )
    if own.vaults_damaged:
        raise typer.Exit(Exit.VERIFICATION)


@app.command()
@speaks
def backup(
    node: NodeFolder, target: Annotated[Path, typer.Argument(help="Folder for the backup.")], as_json: AsJson = False
) -> None:
    """Write a backup of the database; salts are sealed under a key of its own, which stays in the node for 60 days."""
    with open_node(node) as opened:
        file = backups.back_up(opened, target)
    report({"backup": str(file)}, as_json=as_json)


@app.command()
@speaks
def restore(
    node: NodeFolder, backup: Annotated[Path, typer.Argument(help="The backup file.")], as_json: AsJson = False
) -> None:
    """Put a backup in the place of a lost database; the node opens nothing until `node confirm`."""
    backups.restore(backup, node)
    report(
        {"restored": str(node), "next": "make sure nothing newer exists elsewhere, then `node confirm`"},
        as_json=as_json,
    )


@app.command()
@speaks
def confirm(node: NodeFolder, as_json: AsJson = False) -> None:
    """Let a restored node work again."""
    backups.confirm(node)
    report({"confirmed": str(node)}, as_json=as_json)
