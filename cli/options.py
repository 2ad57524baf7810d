"""Options that every command shares. Never: a command."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

NodeFolder = Annotated[Path, typer.Option("--node", envvar="MANABI_NODE", help="The node's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Organisation = Annotated[str, typer.Option("--as", help="The organisation on whose behalf you act.")]
SignedOn = Annotated[
    datetime, typer.Option("--signed-on", formats=["%Y-%m-%d"], help="The day on the paper, as the signature has it.")
]
StudentId = Annotated[str, typer.Argument(help="The school's own identifier of the student, as SCHEME=VALUE.")]
GuardianId = Annotated[
    str | None, typer.Option("--guardian", help="Whose paper it is, as SCHEME=VALUE; needed where there are several.")
]
