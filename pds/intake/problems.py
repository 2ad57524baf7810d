"""What can be wrong with a file set, and how all of it is told at once.

Here: codes, one problem, the list of them, the error that carries it. Never: a cell's value, a name or a score.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pds.errors import UsageError
from pds.intake.questions import OfficeQuestion

LISTED = 1000  # problems kept one by one; later ones are only counted
PRINTED = 20  # problems in the text of the error; `IntakeError.problems` has the rest


class ProblemCode(StrEnum):
    """Why a file set is refused; `docs/intake.md` gives cause and remedy of each."""

    UNREADABLE = "unreadable"
    DAMAGED_ZIP = "damaged_zip"
    UNSAFE_ENTRY = "unsafe_entry"
    TOO_MANY_FILES = "too_many_files"
    ZIP_BOMB = "zip_bomb"
    TOO_LARGE = "too_large"
    MISSING_MANIFEST = "missing_manifest"
    BAD_MANIFEST = "bad_manifest"
    BAD_MAPPING = "bad_mapping"
    MISSING_FILE = "missing_file"
    UNEXPECTED_FILE = "unexpected_file"
    EMPTY_FILE = "empty_file"
    WRONG_ENCODING = "wrong_encoding"
    BYTE_ORDER_MARK = "byte_order_mark"
    NUL_BYTE = "nul_byte"
    ROW_TOO_LONG = "row_too_long"
    TOO_MANY_ROWS = "too_many_rows"
    MALFORMED_CSV = "malformed_csv"
    RAGGED_ROW = "ragged_row"
    DUPLICATE_COLUMN = "duplicate_column"
    MISSING_COLUMN = "missing_column"
    UNEXPECTED_COLUMN = "unexpected_column"
    MISSING_VALUE = "missing_value"
    NOT_IN_LIST = "not_in_list"
    BAD_BOOLEAN = "bad_boolean"
    BAD_DATE = "bad_date"
    BAD_NUMBER = "bad_number"
    BAD_UUID = "bad_uuid"
    BAD_IDENTIFIER = "bad_identifier"
    BAD_SCHOOL_CODE = "bad_school_code"
    TOO_LONG = "too_long"
    OUT_OF_RANGE = "out_of_range"
    BAD_TEXT = "bad_text"
    DUPLICATE_ID = "duplicate_id"
    DUPLICATE_ROW = "duplicate_row"
    DANGLING_REFERENCE = "dangling_reference"
    MISSING_ROLE = "missing_role"
    MISSING_ENROLLMENT = "missing_enrollment"
    UNKNOWN_STUDENT = "unknown_student"
    BAD_ANSWER = "bad_answer"
    CONFLICT = "conflict"


CELL_CODES = frozenset(
    {
        ProblemCode.MISSING_VALUE,
        ProblemCode.NOT_IN_LIST,
        ProblemCode.BAD_BOOLEAN,
        ProblemCode.BAD_DATE,
        ProblemCode.BAD_NUMBER,
        ProblemCode.BAD_UUID,
        ProblemCode.BAD_IDENTIFIER,
        ProblemCode.BAD_SCHOOL_CODE,
        ProblemCode.TOO_LONG,
        ProblemCode.OUT_OF_RANGE,
        ProblemCode.BAD_TEXT,
        ProblemCode.DUPLICATE_ID,
    }
)  # with only these, every row was read and references can still be followed


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where, and what to do about it.

    Attributes:
        code: The cause, stable for programs.
        file: Name of the file inside the file set, or of the set itself.
        row: Line in the file on which the row begins; the header is line 1. None for the whole file.
        field: Column or field, where one is at fault.
        message: A sentence or two; never a cell's value.
    """

    code: ProblemCode
    file: str
    row: int | None
    field: str | None
    message: str

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"line {self.row}")
        if self.field is not None:
            place.append(self.field)
        return f"{', '.join(place)}: {self.message} [{self.code}]"


class IntakeError(UsageError):
    """A file set has problems or questions that nobody answered, and nothing of it was taken in.

    Attributes:
        problems: The first 1,000 of them, in the order they were found.
        more: How many there are beyond those.
        questions: What the office must answer (`pds.intake.confirming`).
    """

    def __init__(self, problems: Iterable[Problem], more: int = 0, questions: Iterable[OfficeQuestion] = ()) -> None:
        self.problems = tuple(problems)
        self.more = more
        self.questions = tuple(questions)
        super().__init__(self.problems, more, self.questions)

    def __str__(self) -> str:
        lines = _first(self.problems, self.more)
        if self.questions:
            what_to_do = "write them down with --questions FILE, fill in the column answer, import with --confirm FILE"
            lines += [*_first(self.questions), f"the office must answer {len(self.questions)}: {what_to_do}"]
        return "\n".join(lines)


def _first(told: Sequence[Problem | OfficeQuestion], more: int = 0) -> list[str]:
    lines = [str(one) for one in told[:PRINTED]]
    rest = len(told) - len(lines) + more
    return [*lines, f"and {rest} more"] if rest else lines


def stop(code: ProblemCode, message: str, file: str, row: int | None = None) -> IntakeError:
    """The error of a problem after which the rest of the file means nothing."""
    return IntakeError([Problem(code, file, row, None, message)])


class Report:
    """Collects problems while a file set is read, and raises them together."""

    def __init__(self) -> None:
        self.count = 0
        self.rows_lost = False  # a whole file or row could not be read: references into it would be false alarms
        self.questions: list[OfficeQuestion] = []
        self._problems: list[Problem] = []

    def add(self, code: ProblemCode, message: str, file: str, row: int | None = None, field: str | None = None) -> None:
        """Take down one problem."""
        self._take(Problem(code, file, row, field, message))

    def ask(self, question: OfficeQuestion) -> None:
        """Take down what is no problem if the office says so."""
        self.questions.append(question)

    def absorb(self, error: IntakeError) -> None:
        """Take down the problems that ended the reading of one file."""
        for problem in error.problems:
            self._take(problem)
        self.count += error.more

    def raise_if_any(self) -> None:
        """End the reading when anything was wrong.

        Raises:
            IntakeError: something was.
        """
        if self.count:
            raise IntakeError(self._problems, self.count - len(self._problems), self.questions)

    def _take(self, problem: Problem) -> None:
        self.count += 1
        self.rows_lost = self.rows_lost or problem.code not in CELL_CODES
        if len(self._problems) < LISTED:
            self._problems.append(problem)
