"""Asking the office what no file can say, and keeping what it answered: the same question is asked once.

A question is known again by a keyed fingerprint of what it rests on; once that changes, it is asked anew. Never: a
value of a row, or an answer that is a name.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from pds.export import csv_table
from pds.identifiers import OrgId
from pds.intake import (
    COLUMNS,
    NO,
    Answers,
    Batch,
    IntakeError,
    OfficeQuestion,
    Problem,
    ProblemCode,
    Source,
    is_right,
    rows_of,
    widened,
)
from pds.node import DocumentKind, Node, gaiji_of, set_gaiji

ANSWERED = DocumentKind(
    "answered",
    str,
    "what an office chose when an import asked; keyed fingerprint of the question and what it rests on",
    lifetime=timedelta(days=400),  # a school year, and the weeks until the next one's first file
    owned=True,
)


class Asking:
    """The questions of one import.

    Args:
        node: The node.
        school: Whose office is asked.
        answers: What it answered now; what it chose before is known here.
    """

    def __init__(self, node: Node, school: OrgId, answers: Answers) -> None:
        self._node = node
        self._school = school
        self._answers = answers
        self._chosen: dict[str, str] = {}
        self._open: list[OfficeQuestion] = []
        self._problems: list[Problem] = []

    def ask(self, question: OfficeQuestion) -> str | None:
        """The office's answer, one of the question's choices; None while there is none, so that the import stops."""
        key = _key(self._node, self._school, question)
        said = self._answers.to(question, key)
        if isinstance(said, Problem):
            self._problems.append(said)
            return None
        if said is None:
            said = self._node.documents.get(ANSWERED, key)
        else:
            self._chosen[key] = said
        if said is None:
            self._open.append(question)
        return said

    def keep(self) -> None:
        """Keep what was chosen, whether the import goes on or not; in the caller's transaction."""
        for key, said in self._chosen.items():
            self._node.documents.put(ANSWERED, key, said, owner=self._school)

    def remember(self, question: OfficeQuestion, answer: str) -> None:
        """Keep what follows from what was done, so that the same question is not asked; in the caller's transaction."""
        key = _key(self._node, self._school, question)
        if self._node.documents.get(ANSWERED, key) != answer:
            self._node.documents.put(ANSWERED, key, answer, owner=self._school)

    def ask_all(self, questions: Iterable[OfficeQuestion]) -> list[Problem]:
        """Ask whether rows are right; one of which the office says no is a problem, and a name is open until read."""
        asked = list(questions)
        self._open += [one for one in asked if not one.choices]
        return [_refused(one) for one in asked if one.choices and self.ask(one) == NO]

    def close(self, problems: Sequence[Problem]) -> None:
        """End the import if there are problems, or a question is open.

        Raises:
            IntakeError: there are.
        """
        if problems or self._problems or self._open:
            raise IntakeError([*problems, *self._problems], questions=self._open)


def enter_names(node: Node, school: OrgId, batch: Batch, answers: Answers) -> bool:
    """Enter names that the office typed into the source's list of 外字, where they stay whatever becomes of the import.

    Returns:
        True when the files must be read again, with what was entered.

    Raises:
        IntakeError: a name that was typed cannot be read either.
    """
    typed = [(one, answers.typed(_key(node, school, one))) for one in batch.questions if not one.choices]
    given = [(one, answer) for one, answer in typed if answer is not None]
    problems = [_as_unreadable(answer.source) for _, answer in given if not is_right(widened(answer.text))]
    if problems:
        raise IntakeError(problems)
    if given:
        gaiji = gaiji_of(node, school, batch.source_system)
        for question, answer in given:
            gaiji = gaiji.learn(question.rests_on, widened(answer.text))
        set_gaiji(node, school, batch.source_system, gaiji)
    return bool(given)


def questions_table(node: Node, school: OrgId, questions: Iterable[OfficeQuestion]) -> bytes:
    """The file that an office fills in (`pds.intake.confirming`), as its bytes."""
    return csv_table(COLUMNS, rows_of((one, _key(node, school, one)) for one in questions))


def _key(node: Node, school: OrgId, question: OfficeQuestion) -> str:
    """What a question is known by; a letter first, so that no spreadsheet takes it for a number.

    Not by its line: a row above it may come or go.
    """
    about = (question.code, question.place.file, question.place.field or "", *question.rests_on)
    return f"q{node.keyring.mark('question', school, *about)[:32]}"


def _refused(question: OfficeQuestion) -> Problem:
    message = "the office answered that this is not right: correct the row"
    return Problem(ProblemCode.BAD_ANSWER, *question.place, message)


def _as_unreadable(place: Source) -> Problem:
    message = "nobody can read this name either: save the file as UTF-8, or write it with another character"
    return Problem(ProblemCode.BAD_ANSWER, place.file, place.row, "answer", message)
