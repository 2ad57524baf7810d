"""The class list and one student's page: whose class, who is told, what a position sees, what a board says."""

import html
import re
from datetime import date, timedelta

import pytest

from consent.insights import Chair, by_day, make_board, moods_by_day
from consent.lifecycle import load
from pds.identifiers import new_vault_id
from pds.intake import Batch, IncomingRecord, IncomingStudent, LocalId, Source
from pds.records import Attendance, Record, kind_of, validate
from tests.portal.town import Town
from tests.world.prefecture import SCHEME

LASTING = frozenset({SCHEME})

TODAY = date(2026, 10, 8)


def log_of(town: Town, student: str, guardian: str = "guardian") -> str:
    """The family's own page of who looked, as text."""
    return html.unescape(getattr(town, guardian).get(f"{town.path(student)}/seen").text)


def attendance(day: date, status: str = "present", **fields: object) -> Attendance:
    made = validate("attendance/1", {**common(day), "status": status, **fields})
    assert isinstance(made, Attendance)
    return made


def mood(day: date, weather: str, **fields: object) -> Record:
    return validate("mood_weather/1", {**common(day), "weather": weather, **fields})


def common(day: date) -> dict[str, object]:
    return {
        "school_code": "B113299999902",
        "school_year": 2026,
        "grade": "P5",
        "occurred_on": day.isoformat(),
        "source_system": "test",
        "source_record_id": f"r{day}",
    }


def chair(days: list[Record] | None = None, moods: list[Record] | None = None) -> Chair:
    return Chair(new_vault_id(), 1, "x", by_day(days or []), moods_by_day(moods or []))


def test_a_teacher_sees_their_class_by_name_and_each_family_sees_who_looked(town: Town) -> None:
    page = town.teacher.get("/school?class=P5-2")
    assert page.status_code == 200
    assert "青山 みなと" in page.text
    assert "心の天気" in page.text
    assert "青山 そら" not in page.text
    assert "白石" not in page.text
    assert "田村先生" in log_of(town, "minato")
    assert "田村先生" not in log_of(town, "sora")


def test_a_class_that_is_not_the_teachers_cannot_be_chosen(town: Town) -> None:
    page = town.teacher.get("/school?class=P6-1")
    assert "青山 そら" not in page.text
    assert "田村先生" not in log_of(town, "sora")


def test_the_page_of_another_classs_student_is_refused_and_the_family_sees_the_attempt(town: Town) -> None:
    answer = town.teacher.get(f"/school/student/{town.ref('sora')}")
    assert answer.status_code == 404
    assert "そら" not in answer.text
    assert "田村先生" in log_of(town, "sora")


def test_a_teacher_of_another_school_with_a_class_of_the_same_name_gets_nothing(town: Town) -> None:
    assert "みなと" not in town.other_teacher.get("/school?class=P5-2").text
    answer = town.other_teacher.get(f"/school/student/{town.ref('minato')}")
    assert answer.status_code == 404
    assert "青山" not in answer.text
    assert "森先生" in log_of(town, "minato")


def test_an_address_that_names_nobody_looks_the_same_as_one_that_is_refused(town: Town) -> None:
    refused = town.teacher.get(f"/school/student/{town.ref('sora')}")
    nobody = town.teacher.get("/school/student/0123456789abcdef01234567")
    assert (nobody.status_code, nobody.text) == (refused.status_code, refused.text)


def test_on_a_projector_a_class_is_names_and_no_more_is_opened(town: Town) -> None:
    page = town.teacher.get("/school?class=P5-2&view=names")
    assert "青山 みなと" in page.text
    for said in ("心の天気", "出席", "欠席", "気にかけたい子", "wx-"):
        assert said not in page.text
    with town.school.node.vaults.read(town.school.guardian_permit("minato"), town.school.guardian("minato")) as reader:
        looked = [line for line in reader.access_log() if line.person is not None]
    assert [line.categories for line in looked] == [("enrollment_info",)]


def test_nobody_opens_a_class_before_it_is_chosen(town: Town) -> None:
    for person in (town.office, town.teacher):
        page = person.get("/school")
        assert page.status_code == 200
        assert "青山" not in page.text
        assert "P5-2" in page.text
    for name in ("事務 長岡", "田村先生"):
        assert name not in log_of(town, "minato")
    assert "青山 みなと" in town.office.get("/school?class=P5-2").text
    assert "事務 長岡" in log_of(town, "minato")


def test_the_office_sees_enrolment_and_nothing_that_was_learned_or_felt(town: Town) -> None:
    board = town.office.get("/school?class=P5-2").text
    assert "心の天気" not in board
    assert "欠席" not in board
    page = town.office.get(f"/school/student/{town.ref('minato')}").text
    assert "青山 みなと" in page
    assert "2学期のまとめ" not in page
    assert "この年度の出欠" not in page


def test_the_teachers_page_of_a_student_has_the_right_numbers_with_their_source(town: Town) -> None:
    page = town.teacher.get(f"/school/student/{town.ref('minato')}").text
    assert "72 / 100点" in page  # 62 + 3 * 2 + 4: 国語, second term of 2026
    assert "90 / 100点" in page  # 理科, the same day
    assert "みなと小学校 / 担任" in page
    assert "出席は23日、遅刻・早退は1日、欠席は2日、出席停止・忌引は1日です。" in page
    assert "<title>児童・生徒の記録" in page


@pytest.mark.parametrize("path", ["/school", "/school/student/x", "/school/incoming", "/school/outgoing"])
def test_families_and_officials_have_no_school_pages(town: Town, path: str) -> None:
    assert town.guardian.get(path).status_code == 404
    assert town.drafter.get(path).status_code == 404


def test_a_corrected_record_never_shows_its_old_value(town: Town) -> None:
    school = town.school
    for status, reason in (("absent", {"absence_reason": "illness"}), ("present", {})):
        record = validate(
            "attendance/1", {**common(date(2026, 10, 6)), "status": status, "source_system": "test-sis"} | reason
        )
        batch = Batch(
            source_system="test-sis",
            students=(),
            guardians=(),
            records=(IncomingRecord(LocalId("roster", "nozomi"), kind_of(record).schema, record, Source("a.csv", 2)),),
            consents=(),
            lasting=LASTING,
        )
        load(school.node, school.org, batch)
    town.staff_account(school.node, school.org, "hoshi", "星先生", "homeroom_teacher", ["P5-1"])
    page = town.signed_in("hoshi").get(f"/school/student/{town.ref('nozomi')}").text
    assert "出席は1日" in page
    assert "欠席は0日" in page


def test_a_hostile_name_is_shown_as_it_is_and_runs_nothing(town: Town) -> None:
    school, name = town.school, "<script>alert(1)</script>"
    record = validate(
        "enrollment_info/1",
        {
            **common(date(2026, 4, 6)),
            "class_code": "2",
            "preferred_family_name": name,
            "preferred_given_name": "{{7*7}}",
        },
    )
    local = LocalId("roster", "hostile")
    source = Source("a.csv", 2)
    batch = Batch(
        source_system="test",
        students=(IncomingStudent((local,), school.org, 2026, source),),
        guardians=(),
        records=(IncomingRecord(local, kind_of(record).schema, record, source),),
        consents=(),
    )
    load(school.node, school.org, batch)
    for page in (town.teacher.get("/school?class=P5-2"), town.teacher.get(f"/school/student/{town.ref('hostile')}")):
        assert name not in page.text
        assert f"{html.escape(name)} {{{{7*7}}}}" in page.text


def test_a_board_counts_the_latest_day_and_no_day_that_is_yet_to_come() -> None:
    board = make_board(
        [
            chair([attendance(TODAY), attendance(TODAY + timedelta(days=1), "absent")]),
            chair([attendance(TODAY, late=True)], [mood(TODAY, "sunny")]),
            chair([attendance(TODAY, "suspended")]),
            chair([attendance(TODAY - timedelta(days=1))]),
        ],
        TODAY,
    )
    assert (board.day, board.present, board.late, board.absent, board.moods) == (TODAY, 2, 1, 1, 1)
    assert (board.roll, board.known) == ("part", 3)
    assert [board.status(seat) for seat in board.chairs] == ["", "late", "suspended", ""]
    assert [board.is_there(seat) for seat in board.chairs] == [True, True, False, False]
    assert [board.weather(seat) for seat in board.chairs] == ["none", "sunny", "none", "none"]


def test_without_records_a_board_claims_no_numbers() -> None:
    board = make_board([chair()], TODAY)
    assert (board.day, board.present, board.absent, board.late, board.concerns) == (None, None, None, None, [])
    assert board.roll == "missing"


def test_a_mood_of_today_is_no_roll_of_today_and_the_last_roll_keeps_its_day() -> None:
    yesterday = TODAY - timedelta(days=1)
    board = make_board([chair([attendance(yesterday, "absent")], [mood(TODAY, "sunny")]), chair()], TODAY)
    assert (board.day, board.roll, board.roll_day, board.known) == (TODAY, "missing", yesterday, 1)
    assert (board.present, board.absent) == (None, 1)
    assert board.weather(board.chairs[0]) == "sunny"


def test_nobody_is_said_to_be_absent_or_late_while_a_record_is_missing() -> None:
    part = make_board([chair([attendance(TODAY)]), chair()], TODAY)
    assert (part.roll, part.known, part.present, part.absent, part.late) == ("part", 1, 1, None, None)
    whole = make_board([chair([attendance(TODAY)]), chair([attendance(TODAY)])], TODAY)
    assert (whole.roll, whole.known, whole.present, whole.absent, whole.late) == ("whole", 2, 2, 0, 0)


def test_a_day_without_lessons_is_no_day_of_presence() -> None:
    assert by_day([attendance(TODAY, day_kind="closed_all")]) == {}


def test_a_run_of_absences_is_kept_until_the_childs_own_roll_comes_in() -> None:
    away: list[Record] = [attendance(TODAY - timedelta(days=n), "absent") for n in (3, 2, 1)]
    yesterday: list[Record] = [attendance(TODAY - timedelta(days=1))]
    for others in (chair(yesterday, [mood(TODAY, "sunny")]), chair([*yesterday, attendance(TODAY)])):
        (concern,) = make_board([chair(away), others], TODAY).concerns
        assert (concern.why, concern.days, concern.until) == ("absent", 3, TODAY - timedelta(days=1))
    long_ago: list[Record] = [attendance(TODAY - timedelta(days=n)) for n in range(3)]
    assert make_board([chair(away[:1]), chair(away + long_ago)], TODAY).concerns == []


def board_of(town: Town) -> str:
    """What the teacher reads of the class above the seats and on them, without the page around it."""
    page = html.unescape(town.teacher.get("/school?class=P5-2").text)
    return page.partition("<main")[2].partition("</main>")[0]


def enter(town: Town, *records: Record, student: str = "minato") -> None:
    """Take in records as the school's own system sends them."""
    source = Source("a.csv", 2)
    local = LocalId("roster", student)
    incoming = tuple(IncomingRecord(local, kind_of(record).schema, record, source) for record in records)
    load(town.school.node, town.school.org, Batch("test", (), (), incoming, (), lasting=LASTING))


def test_a_board_says_that_todays_roll_has_not_come_in_and_up_to_which_day_it_has(town: Town) -> None:
    assert "今日の出欠は、まだ届いていません。" in board_of(town)
    town.student.post(f"{town.path('minato')}/write/mood", {"weather": "sunny"})
    said = board_of(town)
    assert "今日の出欠は、まだ届いていません。出欠がわかるのは、10月7日(水)までです。" in said
    assert "3日つづく欠席があるかどうかは、まだわかりません。" in said
    assert "3日つづく欠席は" not in said


def test_a_board_says_how_much_of_todays_roll_has_come_in_and_counts_no_absence_before_all_has(town: Town) -> None:
    enrolled = validate("enrollment_info/1", {**common(date(2026, 4, 6)), "class_code": "2"})
    local, source = LocalId("roster", "kita"), Source("a.csv", 2)
    newcomer = IncomingStudent((local,), town.school.org, 2026, source)
    batch = Batch(
        "test", (newcomer,), (), (IncomingRecord(local, "enrollment_info/1", enrolled, source),), (), lasting=LASTING
    )
    load(town.school.node, town.school.org, batch)
    enter(town, attendance(TODAY))
    said = board_of(town)
    assert "今日の出欠は、2人のうち1人だけ届いています。" in said
    assert "欠席など" not in said
    assert "出欠はまだ" in said
    assert "3日つづく欠席があるかどうかは、まだわかりません。" in said
    enter(town, attendance(TODAY), student="kita")
    said = board_of(town)
    assert "今日の出欠は、全員分が届いています。" in said
    assert re.search(r"<b>0</b>欠席など", said)
    assert "10月8日(木)までの記録に、3日つづく欠席はありません。" in said


@pytest.mark.parametrize(
    ("statuses", "days"), [("aaa", 3), ("paaaa", 4), ("aaap", 0), ("aa", 0), ("apaa", 0), ("aasa", 0)]
)
def test_only_three_absences_in_a_row_up_to_the_day_call_for_a_word(statuses: str, days: int) -> None:
    names = {"a": "absent", "p": "present", "s": "suspended"}
    first = TODAY - timedelta(days=len(statuses) - 1)
    records: list[Record] = [attendance(first + timedelta(days=n), names[s]) for n, s in enumerate(statuses)]
    concerns = make_board([chair(records)], TODAY).concerns
    assert [(concern.why, concern.days) for concern in concerns] == ([("absent", days)] if days else [])


def test_low_moods_in_a_row_call_for_a_word_with_the_answers_oldest_first() -> None:
    weathers = ["sunny", "rainy", "thunder", "rainy"]
    moods = [mood(TODAY - timedelta(days=3 - n), weather) for n, weather in enumerate(weathers)]
    (concern,) = make_board([chair(moods=moods)], TODAY).concerns
    assert (concern.why, concern.days, concern.weathers) == ("mood", 3, ("rainy", "thunder", "rainy"))


def test_the_last_answer_of_a_day_counts_whatever_the_order_it_was_written_in() -> None:
    moods = [mood(TODAY, "rainy", slot="end_of_day"), mood(TODAY, "sunny", slot="morning")]
    assert moods_by_day(moods) == {TODAY: "rainy"}


def test_a_single_lesson_missed_is_no_day_of_absence() -> None:
    assert by_day([attendance(TODAY), attendance(TODAY, "absent", period_no=3)])[TODAY].status == "present"
