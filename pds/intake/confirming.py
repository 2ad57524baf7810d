"""The file in which an office answers: a CSV with one row a question, its column `answer` filled in by a person.

Here: its columns, and reading it back. Never: what an answer does, a key of the node.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pds.intake.batch import Source
from pds.intake.files import Encoding, open_file
from pds.intake.gaiji import is_code, is_right
from pds.intake.limits import Limits
from pds.intake.problems import Problem, ProblemCode, Report
from pds.intake.questions import NO, YES, OfficeQuestion
from pds.intake.tables import Shape, read_table

COLUMNS = ("file", "row", "field", "code", "question", "answer", "key")
_LIMITS = Limits(total_bytes=16 * 1024 * 1024, rows=100_000)
_NAMED = re.compile(r"U\+([0-9A-Fa-f]{4,5}|10[0-9A-Fa-f]{4})")
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

    def typed(self, key: str) -> Given | None:
        """What was written in answer to a question without choices."""
        return self._given.get(key)

    def to(self, question: OfficeQuestion, key: str) -> str | Problem | None:
        """The answer to a question, one of its choices; what is wrong with it; None while there is none."""
        given = self._given.get(key)
        if given is None:
            return None
        said = unicodedata.normalize("NFKC", given.text).lower()
        said = _SPOKEN.get(said, said)
        if said in question.choices:
            return said
        message = f"the answer must be one of {', '.join(question.choices)}"
        return Problem(ProblemCode.BAD_ANSWER, given.source.file, given.source.row, "answer", message)


NO_ANSWERS = Answers()


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


def read_gaiji(path: Path) -> dict[str, str]:
    """Read a vendor's list of 外字: a CSV with the columns `code` and `character`; no character forgets the code.

    A code of the private use area may be written out, such as U+E001.

    Raises:
        IntakeError: it is no such file, or a row is not one code and one character.
    """
    report = Report()
    found: dict[str, str] = {}
    with open_file(path, _LIMITS) as files:
        for row in read_table(
            files, path.name, Shape(required=("code", "character"), encoding=_encoding(path)), report
        ):
            written, right = row.values["code"].strip(), row.values["character"].strip()
            named = _NAMED.fullmatch(written)
            code = chr(int(named[1], 16)) if named and is_code(chr(int(named[1], 16))) else written
            if not is_code(code):
                report.add(ProblemCode.BAD_TEXT, "not a code of one character", row.source.file, row.source.row, "code")
            elif right and not is_right(right):
                message = "nobody can read this either: save the list as UTF-8"
                report.add(ProblemCode.BAD_TEXT, message, row.source.file, row.source.row, "character")
            found[code] = right
    report.raise_if_any()
    return found


def _encoding(path: Path) -> Encoding:
    try:
        path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return "cp932"
    return "utf-8-sig"
