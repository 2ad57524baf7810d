"""What families and schools read of one history is the same: which records stand, and who the child is at present."""

from datetime import date

from consent.lifecycle import load
from pds.identifiers import RecordId, new_record_id
from pds.intake import Batch, IncomingRecord, IncomingStudent, LocalId, Source
from pds.records import Category, Record, kind_of, validate
from pds.vault import Action, Purpose
from tests.portal.town import Town
from tests.world.carrier import carry
from tests.world.prefecture import SCHEME, attendance_record, score_record

DAY = date(2026, 10, 5)


def named(town: Town, name: str, supersedes: RecordId | None = None, year: int = 2026) -> Record:
    """A test of the present grade that is known by its name on every page."""
    day = DAY.replace(year=year)
    link = {} if supersedes is None else {"supersedes_id": supersedes}
    return score_record(
        town.school, "13", test_name=name, grade="P5", occurred_on=day, school_year=year, subject_code="P030", **link
    )


def write(town: Town, record: Record) -> RecordId:
    """Write one record as the school does, and hand back its name."""
    name = new_record_id()
    with town.school.node.vaults.transact(town.school.permit("minato", Purpose.TEACHING, Action.WRITE)) as writer:
        writer.append(record, name)
    return name


def pages(town: Town, query: str = "") -> list[str]:
    """The history as student, guardian and class teacher read it."""
    road = f"{town.path('minato')}/road?kind=test{query}"
    of_school = town.teacher.get(f"/school/student/{town.ref('minato')}").text
    return [town.student.get(road).text, town.guardian.get(road).text, *([] if query else [of_school])]


def test_of_two_corrections_of_one_record_every_page_shows_the_later_alone(town: Town) -> None:
    first = write(town, named(town, "もとの名"))
    write(town, named(town, "さきの直し", first))
    write(town, named(town, "あとの直し", first))
    for page in pages(town):
        assert "あとの直し" in page
        assert "もとの名" not in page
        assert "さきの直し" not in page


def test_a_record_of_another_kind_takes_no_test_off_any_page(town: Town) -> None:
    test = write(town, named(town, "のこるテスト"))
    write(town, attendance_record(town.school, grade="P5", occurred_on=DAY, supersedes_id=test))
    for page in pages(town):
        assert "のこるテスト" in page


def test_a_correction_of_another_school_year_leaves_the_older_record_on_no_page_of_its_year(town: Town) -> None:
    first = write(town, named(town, "まちがった年", year=2025))
    write(town, named(town, "正しい年", first))
    for page in pages(town, "&year=2025"):
        assert "まちがった年" not in page
    for page in pages(town, "&year=2026"):
        assert "正しい年" in page


def older_year(town: Town) -> None:
    """A file set of two years ago, that comes after those of last year and this year: another name, another grade."""
    local, source = LocalId(SCHEME, "minato"), Source("2024.csv", 2)
    record = validate(
        "enrollment_info/1",
        {
            "school_code": town.school.org,
            "school_year": 2024,
            "grade": "P3",
            "class_code": "9",
            "occurred_on": "2024-04-08",
            "source_system": "test-sis",
            "source_record_id": "enrolment-2024-minato",
            "official_family_name": "旧姓",
            "official_given_name": "むかし",
            "birth_date": "2015-11-03",
        },
    )
    student = IncomingStudent((local,), town.school.org, 2024, source)
    row = IncomingRecord(local, kind_of(record).schema, record, source)
    load(town.school.node, town.school.org, Batch("test-sis", (student,), (), (row,), (), lasting=frozenset({SCHEME})))


def test_after_an_older_year_that_came_late_the_offer_of_a_move_names_the_child_of_today(town: Town) -> None:
    older_year(town)
    to = town.prefecture.hikari.org
    town.office.post("/school/outgoing/new", {"student": town.ref("minato"), "to": to, "class": "P5-2"})
    carry(town.prefecture.nodes)
    page = town.other_office.get("/school/incoming").text
    assert "青山" in page
    assert "旧姓" not in page
    assert "小学3年" not in page


def test_after_an_older_year_that_came_late_todays_mood_has_todays_grade(town: Town) -> None:
    older_year(town)
    town.student.post(f"{town.path('minato')}/write/mood", {"weather": "sunny"})
    with town.school.node.vaults.read(town.school.permit("minato", Purpose.TEACHING, Action.READ)) as reader:
        (mood,) = reader.in_effect(Category.MOOD_WEATHER)
    assert (mood.record.grade, mood.record.school_year) == ("P5", 2026)
    assert "むかし" not in town.student.get(town.path("minato")).text
    assert "青山 みなと" in town.teacher.get("/school?class=P5-2").text
