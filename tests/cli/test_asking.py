"""What only the office can know stops an import, is written down, answered once, and asked again when it changes."""

import shutil
from pathlib import Path

import pytest

from tests.cli.office import Office, open_office
from tests.world.processes import CommandFailedError

OLDER = "s1,P4,髙橋,はな,タカハシ,2014-05-14"  # two years older than P4 is in 2026
USUAL = "s2,P4,小川,みお,オガワ,2016-05-14"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office that has imported nothing."""
    return open_office(tmp_path_factory.mktemp("office")).root


@pytest.fixture
def office(empty: Path, tmp_path: Path) -> Office:
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path)


def test_an_age_two_years_off_the_grade_stops_the_import_until_the_office_says_yes(
    office: Office, tmp_path: Path
) -> None:
    office.enrolls(OLDER, USUAL)
    questions = tmp_path / "questions.csv"
    said = office.is_stopped("--questions", questions)
    assert '"file": "enrollment.csv", "row": 2, "field": "born"' in said
    written = questions.read_text(encoding="utf-8-sig")
    assert "enrollment.csv,2,born,unusual_age,この学年の児童生徒より2歳上になります。" in written
    for kept in ("髙橋", "はな", "2014", "s1"):
        assert kept not in said + written
    assert office.imports("--confirm", office.answers(questions, "はい"))["students_new"] == 2
    assert office.imports()["students_known"] == 2  # an answer is asked for once


def test_an_answer_counts_for_the_row_it_was_given_for_and_no_other(office: Office, tmp_path: Path) -> None:
    office.enrolls(OLDER)
    questions = tmp_path / "questions.csv"
    office.is_stopped("--questions", questions)
    confirmed = office.answers(questions, "yes")
    for changed in (OLDER.replace("2014", "2013"), OLDER.replace("s1", "s3"), OLDER.replace("P4", "P5")):
        office.enrolls(changed.replace("2014", "2012") if "P5" in changed else changed)
        assert "unusual_age" in office.is_stopped("--confirm", confirmed)
    office.enrolls(USUAL, OLDER)  # another line, the same child
    assert office.imports("--confirm", confirmed)["students_new"] == 2


def test_a_no_is_a_problem_of_the_row(office: Office, tmp_path: Path) -> None:
    office.enrolls(OLDER)
    questions = tmp_path / "questions.csv"
    office.is_stopped("--questions", questions)
    said = office.is_stopped("--confirm", office.answers(questions, "いいえ"))
    assert "correct the row" in said
    assert "unusual_age" not in said


def test_an_answer_that_is_none_is_named_by_its_line_and_the_question_stays_open(
    office: Office, tmp_path: Path
) -> None:
    office.enrolls(OLDER)
    questions = tmp_path / "questions.csv"
    office.is_stopped("--questions", questions)
    assert '"unusual_age"' in office.is_stopped("--confirm", questions)  # nothing was filled in
    said = office.is_stopped("--confirm", office.answers(questions, "maybe", encoding="cp932"))
    assert '"file": "answered-questions.csv", "row": 2, "field": "answer"' in said
    assert "one of yes, no" in said


def test_a_file_of_questions_is_never_written_over(office: Office, tmp_path: Path) -> None:
    office.enrolls(OLDER)
    questions = tmp_path / "questions.csv"
    questions.write_text("answers of last week", encoding="utf-8")
    assert "name a new file" in office.is_stopped("--questions", questions)
    assert questions.read_text(encoding="utf-8") == "answers of last week"


def test_an_organisation_whose_code_has_a_wrong_check_digit_is_not_added(office: Office) -> None:
    with pytest.raises(CommandFailedError, match="looks like a school code") as refused:
        office.does("org", "add", "B113299999903", "--name", "ひかり小学校", "--kind", "school", "--parent", "139998")
    assert refused.value.code == 2
