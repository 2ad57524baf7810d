"""The file in which an office answers: a CSV with one row a question, its column `answer` filled in by a person.

Here: its columns, and reading it back. Never: what an answer does, a key of the node.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pds.intake.batch import Source
from pds.intake.files import Encoding, open_file
from pds.intake.limits import Limits
from pds.intake.problems import Problem, ProblemCode, Report
from pds.intake.questions import NO, YES, OfficeQuestion
from pds.intake.tables import Shape, read_table

COLUMNS = ("file", "row", "field", "code", "question", "answer", "key")
_LIMITS = Limits(total_bytes=16 * 1024 * 1024, rows=100_000)
_SPOKEN: Mapping[str, str] = {"はい": YES, "いいえ": NO, "y": YES, "n": NO}


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as somebody wrote it; it may be a name, so it does not print."""

    text: str = field(repr=False)
    source: Source


class Answers:
    """What an office answered, by the key of each question."""

    def __init__(self, given: Mapping[str, Given] | None = None) -> None:
        self._given = dict(given or {})

    def to(self, question: OfficeQuestion, key: str) -> str | Problem | None:
        """The answer to a question, one of its choices if it has any; what is wrong with it; None if there is none."""
        given = self._given.get(key)
        if given is None or not question.choices:
            return None if given is None else given.text
        said = unicodedata.normalize("NFKC", given.text).lower()
        said = _SPOKEN.get(said, said)
        if said in question.choices:
            return said
        message = f"the answer must be one of {', '.join(question.choices)}"
        return Problem(ProblemCode.BAD_ANSWER, given.source.file, given.source.row, "answer", message)


def rows_of(questions: Iterable[tuple[OfficeQuestion, str]]) -> list[tuple[str, ...]]:
    """The rows of such a file, nothing answered yet; each question comes with its key."""
    return [
        (one.place.file, str(one.place.row), one.place.field or "", one.code, f"{one.ja} / {one.en}", "", key)
        for one, key in questions
    ]


def read_answers(path: Path) -> Answers:
    """Read a file that was filled in, as a spreadsheet saves it: UTF-8, or Shift_JIS.

    Raises:
        IntakeError: it is no such file, or answers one question in two ways.
    """
    report = Report()
    given: dict[str, Given] = {}
    with open_file(path, _LIMITS) as files:
        for row in read_table(files, path.name, Shape(required=COLUMNS, encoding=_encoding(path)), report):
            key, text = row.values["key"].strip(), row.values["answer"].strip()
            if not text:
                continue
            if given.setdefault(key, Given(text, row.source)).text != text:
                message = "the same question is answered in another way above: keep one of the two"
                report.add(ProblemCode.BAD_ANSWER, message, row.source.file, row.source.row, "answer")
    report.raise_if_any()
    return Answers(given)


def _encoding(path: Path) -> Encoding:
    try:
        path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return "cp932"
    return "utf-8-sig"
