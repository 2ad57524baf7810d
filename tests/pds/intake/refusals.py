"""How tests ask for a refusal: run something, get the problems as plain tuples. Never: a rule of the intake."""

from collections.abc import Callable

import pytest

from pds.intake import IntakeError

Told = tuple[str, str, int | None, str | None]


def refusal(action: Callable[[], object]) -> IntakeError:
    with pytest.raises(IntakeError) as caught:
        action()
    return caught.value


def told(action: Callable[[], object]) -> list[Told]:
    """Code, file, line and field of each problem."""
    return [(str(found.code), found.file, found.row, found.field) for found in refusal(action).problems]
