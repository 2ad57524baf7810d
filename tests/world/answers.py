"""An office that answers: imports a file set, answers what is asked by the file of questions, and imports it again."""

import csv
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from consent.lifecycle import load, questions_table
from consent.lifecycle.loading import Loaded
from pds.identifiers import OrgId
from pds.intake import Batch, IntakeError, OfficeQuestion, read_answers
from pds.node import Node


def load_answering(node: Node, school: OrgId, batch: Batch, say: Callable[[OfficeQuestion], str]) -> Loaded:
    """Import; where the office is asked, let it say something to each question, and import once more."""
    try:
        return load(node, school, batch)
    except IntakeError as refused:
        if refused.problems or not refused.questions:
            raise
        asked = refused.questions
    header, *rows = csv.reader(io.StringIO(questions_table(node, school, asked).decode("utf-8-sig")))
    column = header.index("answer")
    for row, question in zip(rows, asked, strict=True):
        row[column] = say(question)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return load(node, school, batch, answers=read_answers(path))
