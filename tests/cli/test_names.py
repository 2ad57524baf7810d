"""A name that nobody can read is entered once by a person, and is right from then on in every file of its source."""

import shutil
from pathlib import Path

import pytest

from tests.cli.office import Office, open_office
from tests.cli.town import MINATO


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office that has imported nothing."""
    return open_office(tmp_path_factory.mktemp("office")).root


@pytest.fixture
def office(empty: Path, tmp_path: Path) -> Office:
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path)


def name_of(office: Office, student: str, field: str = "official_family_name") -> str:
    shown = office.does("vault", "records", f"office={student}", "--as", MINATO)["records"]
    [found] = [record[field] for record in shown if record["in_effect"]]
    return str(found)


def asked(office: Office, questions: Path) -> str:
    """What an import asks, which never tells a name."""
    said = office.is_stopped("--questions", questions) + questions.read_text(encoding="utf-8-sig")
    assert not [name for name in ("橋", "〓", "はな", "F929", "\ue001") if name in said.replace("「〓」", "")]
    return said


@pytest.mark.parametrize("raw", ["〓橋", "?橋", "？橋", "\ufffd橋", "□橋", "＊橋", "\u0378橋", "\x01橋"])
def test_a_sign_for_any_character_is_entered_for_one_child_and_asked_for_the_next(
    office: Office, tmp_path: Path, raw: str
) -> None:
    office.enrolls(f"s1,P4,{raw},はな,,", f"s2,P4,{raw},みお,,", "s3,P4,小川,そら,,")
    said = asked(office, tmp_path / "q.csv")
    assert "enrollment.csv,2,family,unreadable_name,読めない文字" in said
    assert office.imports("--confirm", office.answers(tmp_path / "q.csv", "𠮷橋", "髙橋"))["students_new"] == 3
    assert (name_of(office, "s1"), name_of(office, "s2")) == ("𠮷橋", "髙橋")
    again = office.imports()
    assert (again["records_known"], again["records_corrected"]) == (3, 0)


def test_a_name_that_was_typed_for_one_child_is_never_given_to_the_next_with_the_same_number(
    office: Office, tmp_path: Path
) -> None:
    office.enrolls("s1,P4,〓橋,はな,,2016-05-14")
    office.is_stopped("--questions", tmp_path / "q.csv")
    office.imports("--confirm", office.answers(tmp_path / "q.csv", "𠮷橋"))
    office.enrolls("s1,P4,〓橋,はな,,2016-05-14")
    assert office.imports()["records_known"] == 1
    office.enrolls("s1,P4,〓橋,ゆう,,2016-09-03")
    assert "unreadable_name" in asked(office, tmp_path / "next.csv")


@pytest.mark.parametrize("code", ["\ue001", "◆UF929◆", "\U000f0000", "&#57345;", "MJ012345", "U+E001"])
def test_a_code_of_a_source_is_entered_once_for_every_name_that_has_it(
    office: Office, tmp_path: Path, code: str
) -> None:
    office.enrolls(f"s1,P4,{code}橋,はな,,", f"s2,P4,大{code},みお,,")
    assert asked(office, tmp_path / "q.csv").count("unreadable_name,") == 1
    office.imports("--confirm", office.answers(tmp_path / "q.csv", "𠮷橋"))
    office.enrolls(f"s3,P4,{code}田,ゆう,,")
    office.imports()
    assert [name_of(office, one) for one in ("s1", "s2", "s3")] == ["𠮷橋", "大𠮷", "𠮷田"]


def test_a_name_in_answer_that_nobody_can_read_either_is_refused(office: Office, tmp_path: Path) -> None:
    office.enrolls("s1,P4,〓橋,はな,,")
    office.is_stopped("--questions", tmp_path / "q.csv")
    for wrong in ("?橋", "〓橋", "\ue001橋", "橋\u200b"):
        said = office.is_stopped("--confirm", office.answers(tmp_path / "q.csv", wrong))
        assert '"code": "bad_answer", "file": "answered-q.csv", "row": 2' in said
        assert "橋" not in said


def test_what_was_entered_stays_though_the_import_stops_for_something_else(office: Office, tmp_path: Path) -> None:
    office.enrolls("s1,P4,〓橋,はな,,", "s2,P4,小川,みお,,2014-05-14")
    office.is_stopped("--questions", tmp_path / "q.csv")
    said = office.is_stopped("--confirm", office.answers(tmp_path / "q.csv", "𠮷橋", ""))
    assert "unreadable_name" not in said
    assert "unusual_age" in said
    office.enrolls("s1,P4,〓橋,はな,,")
    office.imports()
    assert name_of(office, "s1") == "𠮷橋"


def test_the_names_that_were_entered_lie_sealed_and_are_counted(office: Office, tmp_path: Path) -> None:
    office.enrolls("s1,P4,〓橋,はな,,", "s2,P4,\ue001川,みお,,")
    office.is_stopped("--questions", tmp_path / "q.csv")
    office.imports("--confirm", office.answers(tmp_path / "q.csv", "𠮷橋", "髙川"))
    about = ("import", "gaiji", "--as", MINATO, "--source", "office-sis")
    assert office.does(*about) == {"source": "office-sis", "characters": 1, "names": 1}
    stored = b"".join(file.read_bytes() for file in (tmp_path / "node").rglob("*") if file.is_file())
    assert not [name for name in ("𠮷橋", "〓橋", "髙", "office-sis") if name.encode() in stored]
    assert office.does(*about, "--forget-names")["names"] == 0
    assert "unreadable_name" in office.is_stopped()


def test_a_vendors_list_is_entered_whole_and_may_forget(office: Office, tmp_path: Path) -> None:
    office.enrolls("s1,P4,\ue001橋,はな,,", "s2,P4,◆UF929◆橋,みお,,")
    codes = tmp_path / "codes.csv"
    about = ("import", "gaiji", "--as", MINATO, "--source", "office-sis", "--codes", codes)
    codes.write_text("code,character\nU+E001,𠮷\n◆UF929◆,髙\n", encoding="utf-8")
    assert office.does(*about)["characters"] == 2
    office.imports()
    assert (name_of(office, "s1"), name_of(office, "s2")) == ("𠮷橋", "髙橋")
    codes.write_text("code,character\nU+E001,\n", encoding="utf-8")
    assert office.does(*about)["characters"] == 1
    assert "unreadable_name" in office.is_stopped()


def test_half_width_kana_are_widened_with_their_marks_and_it_is_said_where(office: Office) -> None:
    office.enrolls("s1,P4,神﨑㈱,はな,ｶﾞﾝﾊﾞﾙ･ﾊﾟｰｸ,", "s2,P4,髙橋,みお,カﾞク,", "s3,P4,小川,そら,オガワ,")
    done = office.imports()
    assert done["half_width_widened"] == 2
    assert done["widened_at"][0] == {"file": "enrollment.csv", "row": 2, "field": "kana"}
    assert [name_of(office, one, "kana_family_name") for one in ("s1", "s2", "s3")] == [
        "ガンバル・パーク",
        "ガク",
        "オガワ",
    ]
    assert name_of(office, "s1") == "神﨑㈱"  # U+FA19 and the like stay what they are
    assert "half_width_widened" in office.imports()


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\u00a0", "\ufeff", "\u2066", "\u00ad"])
def test_what_nobody_sees_in_a_name_is_refused_where_it_stands(office: Office, hidden: str) -> None:
    office.enrolls(f"s1,P4,髙橋,は{hidden}な,,")
    said = office.is_stopped()
    assert '"code": "bad_text", "file": "enrollment.csv", "row": 2, "field": "given"' in said
    assert "character 2" in said


def test_a_shape_of_a_kanji_and_a_plain_blank_stay(office: Office) -> None:
    office.enrolls("s1,P4,葛\U000e0100城　西,マリア ルイザ,,")
    office.imports()
    assert name_of(office, "s1") == "葛\U000e0100城　西"
    assert name_of(office, "s1", "official_given_name") == "マリア ルイザ"
