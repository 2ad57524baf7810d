from pathlib import Path

import pytest

from pds.intake import COLUMNS, Answers, CellPlace, OfficeQuestion, Problem, QuestionCode, read_answers
from tests.pds.intake.refusals import told

QUESTION = OfficeQuestion(QuestionCode.UNUSUAL_AGE, CellPlace("a.csv", 2, "born"), "はい?", "Yes?", ("CANARY",))


def written(tmp_path: Path, *rows: str, encoding: str = "utf-8-sig", header: str = ",".join(COLUMNS)) -> Path:
    path = tmp_path / "questions.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding=encoding)
    return path


def row(answer: str, key: str = "q1") -> str:
    return f"a.csv,2,born,unusual_age,？,{answer},{key}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("answer", ["yes", " YES ", "はい", "ｙｅｓ", "y"])
def test_a_yes_is_read_however_a_spreadsheet_saves_it(tmp_path: Path, answer: str, encoding: str) -> None:
    answers = read_answers(written(tmp_path, row(answer), encoding=encoding))
    assert answers.to(QUESTION, "q1") == "yes"
    assert answers.to(QUESTION, "q2") is None


def test_an_empty_answer_is_none_and_a_name_is_taken_as_it_stands(tmp_path: Path) -> None:
    answers = read_answers(written(tmp_path, row(""), row("髙﨑", "q2")))
    assert answers.to(QUESTION, "q1") is None
    typed = answers.typed("q2")
    assert typed is not None
    assert (typed.text, typed.source.row) == ("髙﨑", 3)
    assert "髙" not in repr(typed)
    assert isinstance(answers.to(QUESTION, "q2"), Problem)


def test_two_answers_to_one_question_are_told_apart_from_one_given_twice(tmp_path: Path) -> None:
    read_answers(written(tmp_path, row("yes"), row("yes")))
    found = told(lambda: read_answers(written(tmp_path, row("yes"), row("no"))))
    assert found == [("bad_answer", "questions.csv", 3, "answer")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"PK\x03\x04", "missing_column"),
        (b"\xff\xfe\x00a", "nul_byte"),
        (b"\x81", "wrong_encoding"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "questions.csv"
    path.write_bytes(content)
    assert code in {found for found, *_ in told(lambda: read_answers(path))}
    assert told(lambda: read_answers(tmp_path / "none.csv")) == [("unreadable", "none.csv", None, None)]
    assert told(lambda: read_answers(tmp_path)) == [("unreadable", tmp_path.name, None, None)]


def test_what_a_question_rests_on_is_never_shown() -> None:
    assert "CANARY" not in repr(QUESTION) + str(QUESTION)
    assert Answers().to(QUESTION, "q1") is None
