"""What of the city is built, so that an interrupted build goes on and a second start has nothing to do.

Its file holds the passwords of the sign-ins, so nobody else on the machine may read it. Never: a student.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Journal:
    """Steps done with their results, and the seconds that each stage took; on disk after every step.

    Args:
        root: The folder of the city.
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._path = root / "journal.json"
        self._timing = root / "timing.json"
        self._done: dict[str, Any] = json.loads(self._path.read_text()) if self._path.exists() else {}
        self.seconds: dict[str, float] = json.loads(self._timing.read_text()) if self._timing.exists() else {}

    def has(self, step: str) -> bool:
        """True when the step is done."""
        return step in self._done

    def result(self, step: str) -> Any:  # noqa: ANN401  # what `note` was given
        """The result of a step that is done."""
        return self._done[step]

    def note(self, step: str, result: object = True) -> None:  # noqa: FBT002  # a result, no flag
        """Write down that a step is done."""
        self._done[step] = result
        _replace(self._path, self._done)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure a stage; one that is resumed adds up."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.monotonic() - started, 2)
            _replace(self._timing, self.seconds)


def _replace(path: Path, content: object) -> None:
    partial = path.with_suffix(".partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
    partial.replace(path)
