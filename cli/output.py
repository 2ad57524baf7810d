"""How commands speak: one line or one JSON object on standard output, errors on standard error, an exit code by cause.

Never: a decision, a record's content beyond what was asked for.
"""

import json
import sys
from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import typer

from anonymiser import AnonymiserError
from federation import ParentUnreachableError
from pds.errors import AlreadyExistsError, NotFoundError, PdsError, RefusedError, UsageError, VerificationError
from pds.intake import IntakeError

P = ParamSpec("P")
R = TypeVar("R")


class Exit(IntEnum):
    """Exit codes (design section 10)."""

    DONE = 0
    INTERNAL = 1
    USAGE = 2
    REFUSED = 3
    VERIFICATION = 4
    INTERRUPTED = 5


def report(document: dict[str, Any], *, as_json: bool) -> None:
    """Print a result: JSON for programs, `name: value` lines for people."""
    if as_json:
        print(json.dumps(document, ensure_ascii=False, default=str))
        return
    for name, value in document.items():
        if isinstance(value, list):
            print(f"{name}:")
            for item in value:
                print(f"  {_plain(item)}")
        else:
            print(f"{name}: {value}")


def speaks(command: Callable[P, R]) -> Callable[P, R]:
    """Turn the errors of a command into a sentence and an exit code; a user's mistake never shows a traceback."""

    @wraps(command)
    def spoken(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except KeyboardInterrupt:
            print("interrupted; run the same command again to go on", file=sys.stderr)
            raise typer.Exit(Exit.INTERRUPTED) from None
        except (PdsError, AnonymiserError) as error:
            _tell(error, as_json=bool(kwargs.get("as_json")))
            raise typer.Exit(_code(error)) from None
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            _tell(UsageError(f"{place}{error.strerror or type(error).__name__}"), as_json=bool(kwargs.get("as_json")))
            raise typer.Exit(Exit.USAGE) from None

    return spoken


def _tell(error: Exception, *, as_json: bool) -> None:
    if not as_json:
        print(str(error), file=sys.stderr)
        return
    document: dict[str, Any] = {"error": type(error).__name__, "message": str(error)}
    if isinstance(error, IntakeError):
        document["problems"] = [
            {"code": p.code, "file": p.file, "row": p.row, "field": p.field, "message": p.message}
            for p in error.problems
        ]
        document["questions"] = [
            {"code": q.code, **q.place._asdict(), "question": q.en, "choices": q.choices} for q in error.questions
        ]
    print(json.dumps(document, ensure_ascii=False), file=sys.stderr)


def _code(error: Exception) -> Exit:
    for family, code in (
        (ParentUnreachableError, Exit.INTERRUPTED),
        (RefusedError, Exit.REFUSED),
        (VerificationError, Exit.VERIFICATION),
        (UsageError, Exit.USAGE),
        (NotFoundError, Exit.USAGE),
        (AlreadyExistsError, Exit.USAGE),
        (AnonymiserError, Exit.USAGE),
    ):
        if isinstance(error, family):
            return code
    return Exit.INTERNAL


def _plain(item: object) -> str:
    if isinstance(item, dict):
        return "  ".join(f"{name}={value}" for name, value in item.items() if value is not None)
    return str(item)
