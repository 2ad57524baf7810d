"""`pds serve` and `pds doctor`: serve the node's pages and API, and see whether the node is well."""

from datetime import timedelta
from typing import Annotated

import typer

from cli.options import AsJson, NodeFolder
from cli.output import Exit, report, speaks
from cli.strangers import strangers
from pds.errors import PdsError, VerificationError
from pds.node import Directory, open_node
from pds.post import mailbox
from pds.vault import verify_copy

_BEFORE = timedelta(weeks=6)  # a new directory travels to schools that no network reaches


@speaks
def serve(
    node: NodeFolder,
    host: Annotated[
        str, typer.Option(help="Address to listen on; put TLS in front of any other than this.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8440,
    proxy: Annotated[
        str, typer.Option(help="Address of the proxy in front; its word on TLS is taken, nobody else's.")
    ] = "127.0.0.1",
) -> None:
    """Serve the node's pages, and its API for messages between nodes."""
    from portal import serving  # noqa: PLC0415  # the web server takes as long to import as all other commands together

    with open_node(node):
        pass  # a wrong folder is told now, not at the first request
    serving.serve(node, host, port, proxy=proxy)


@speaks
def doctor(
    node: NodeFolder,
    deep: Annotated[bool, typer.Option(help="Verify every vault, which takes a while.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say whether the node is well: store, keys, directory, environment; with --deep, every vault."""
    findings: list[str] = []
    warnings: list[str] = []
    with open_node(node) as opened:
        vaults = opened.vaults.all()
        try:
            directory: Directory | None = opened.directory
        except PdsError as error:
            directory = None
            findings.append(str(error))
        if directory is not None:
            if directory.valid_until - opened.today() < _BEFORE:
                warnings.append(f"the directory is valid until {directory.valid_until}: publish or fetch the next one")
            findings += [
                f"the directory has other keys for {one} than this node: whoever has those stands in its place"
                for one in opened.organisations()
                if directory.card(one) not in (None, opened.keyring.card(one))
            ]
        for vault in vaults if deep else ():
            try:
                verify_copy(opened.vaults.copy(vault), opened.card)
            except VerificationError as error:
                findings.append(f"vault {vault}: {error}")
        if opened.restored:
            findings.append("this node was restored from a backup and waits for `node confirm`")
        failed, unlisted = mailbox.failed(opened), mailbox.waiting_for_directory(opened)
        if failed:
            findings.append(f"{failed} messages could not be acted upon")
        if unlisted:
            warnings.append(f"{unlisted} messages wait for a directory that has their organisations")
        findings += [
            f"{name} holds files in {', '.join(held)}: give this node a Python environment of its own"
            for name, held in strangers().items()
        ]
        report(
            {
                "organisations": [str(name) for name in opened.organisations()],
                "vaults": len(vaults),
                "directory_valid_until": directory and directory.valid_until,
                "findings": findings,
                "warnings": warnings,
            },
            as_json=as_json,
        )
    if findings:
        raise typer.Exit(Exit.VERIFICATION)
