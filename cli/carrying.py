"""`pds transfer outbox` and `inbox`: this node's messages, of whatever kind, as files on a medium.

For nodes that no network reaches. Never: what a message means.
"""

import os
from pathlib import Path
from typing import Annotated

import typer

from cli.options import AsJson, NodeFolder
from cli.output import Exit, report, speaks
from federation import exchange
from pds.errors import UsageError, store_failed
from pds.node import Node, open_node
from pds.post import mailbox, why


@speaks
def outbox(
    node: NodeFolder, folder: Annotated[Path, typer.Argument(help="Folder on the medium.")], as_json: AsJson = False
) -> None:
    """Write the messages that wait here to files, to be carried to a node that no network reaches."""
    with open_node(node) as opened:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, _, token in mailbox.each_waiting(opened):
            file = folder / f"{name}.jws"
            with file.open("w") as stream:
                stream.write(token + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            mailbox.carried(opened, name)
            written.append(str(file))
    report({"messages": written}, as_json=as_json)


@speaks
def inbox(
    node: NodeFolder, folder: Annotated[Path, typer.Argument(help="Folder on the medium.")], as_json: AsJson = False
) -> None:
    """Take messages from files and act on them; the same file twice does nothing, and a bad one stops no other."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}; is the medium in its place?")
    with open_node(node) as opened:
        files = sorted(folder.glob("*.jws"))
        refused = [{"file": file.name, "reason": reason} for file in files if (reason := _refused(opened, file))]
        acted = exchange.act(opened)
    report({"messages": len(files) - len(refused), "acted": acted, "refused": refused}, as_json=as_json)
    if refused:
        raise typer.Exit(Exit.VERIFICATION)


def _refused(node: Node, file: Path) -> str | None:
    """Why a file is no message for this node, or None when it was taken."""
    try:
        with file.open("rb") as stream:
            token = stream.read(mailbox.MOST_BYTES + 2).decode("ascii", errors="replace").strip()
        mailbox.deliver(node, token)
    except OSError as error:
        return f"the file cannot be read ({type(error).__name__})"
    except Exception as error:  # of whatever exception: the next file is somebody else's
        if store_failed(error):
            raise
        return why(error)
    return None
