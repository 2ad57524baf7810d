"""だれが見た: every look and every refused attempt is there, under the right person; nobody's evening is told on."""

from datetime import UTC, datetime

from consent.decisions import Request, ask, permit
from pds.identifiers import OrgId, VaultId
from pds.records import Category
from pds.vault import Access, Action, Member, Purpose
from portal.family.seen_view import Looker, counted, kind_of
from tests.portal.town import Town

TEACHER = Member("t1", "田村先生", "homeroom_teacher")


def staff_looks(town: Town, member: Member = TEACHER, *, in_class: bool = True, school: str | None = None) -> None:
    """A member of staff opens みなと's attendance, or is refused."""
    org = OrgId(school or town.school.org)
    request = Request(
        vault=VaultId(town.vault("minato")),
        actor=org,
        organisation=org,
        purpose=Purpose.TEACHING,
        action=Action.READ,
        categories=frozenset({Category.ATTENDANCE}),
        member=member,
        in_class=in_class,
        signed_in=True,
    )
    if ask(town.school.node, request):
        with town.school.node.vaults.read(permit(town.school.node, request)):
            pass


def log(text: str) -> str:
    return text.partition('id="log"')[2].partition('id="odd-h"')[0]


def test_a_look_stands_under_the_person_with_position_school_kind_and_basis(town: Town) -> None:
    staff_looks(town)
    text = town.guardian.get(f"{town.path('minato')}/seen").text
    line = log(text)
    school = town.school.node.directory.entry(town.school.org).name
    for said in ("田村先生", f"担任・{school}", "出欠", "授業と成績の記録", "学校の仕事", "10時00分"):
        assert said in line
    assert "<b>1回</b> 見られました" in text
    assert "<b>1</b>回" in text  # the pill of the header says the same


def test_a_look_late_at_night_is_marked_and_one_at_noon_is_not(town: Town) -> None:
    staff_looks(town)
    assert "いつもと違う時間" not in log(town.guardian.get(f"{town.path('minato')}/seen").text)
    town.prefecture.clock.advance(hours=11)  # 21時 in Japan
    staff_looks(town)
    text = town.signed_in("haruka").get(f"{town.path('minato')}/seen").text
    assert log(text).count("いつもと違う時間") == 1


def test_refused_attempts_are_there_with_their_reason_and_counted_apart(town: Town) -> None:
    staff_looks(town, Member("t2", "森先生", "homeroom_teacher"), in_class=False)
    town.stranger.get(town.path("minato"))
    text = town.guardian.get(f"{town.path('minato')}/seen").text
    assert "受け持ちの学級ではありません" in log(text)
    assert "家族ではない人" in log(text)
    assert "白石" not in text
    assert "<b>2回</b>ことわりました" in text
    assert "<b>0回</b> 見られました" in text
    assert "<b>0</b>回" in text  # the pill of the header counts no refusal either


def test_a_hostile_name_is_text(town: Town) -> None:
    staff_looks(town, Member("t3", "<script>alert(1)</script>", "homeroom_teacher"))
    text = town.guardian.get(f"{town.path('minato')}/seen").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_the_other_guardians_time_of_day_is_not_told(town: Town) -> None:
    town.guardian.get(f"{town.path('minato')}/seen")
    other = town.other_guardian
    town.prefecture.clock.advance(minutes=23)
    other.get(f"{town.path('minato')}/seen")
    town.prefecture.clock.advance(minutes=14)
    path = f"{town.path('minato')}/seen"
    guardian = town.signed_in("haruka")
    for text in (log(guardian.get(path).text), guardian.get(f"{path}/list").text):
        assert "もう一人の保護者" in text
        assert "10時23分" not in text
        assert "10:23" not in text
        assert "青山まこと" not in text


def test_ones_own_looks_of_a_day_are_one_line(town: Town) -> None:
    path = f"{town.path('minato')}/seen"
    for _ in range(5):
        text = log(town.guardian.get(path).text)
    assert text.count("<b>青山はるか</b>") == 1


def test_who_looked_before_signing_in_is_the_same_person(town: Town) -> None:
    text = log(town.guardian.get(f"{town.path('minato')}/seen").text)
    assert "家族ではない人" not in text


FILTERS = {
    "who=school": True,
    "who=family": False,
    "who=refused": False,
    "kind=health": True,
    "kind=mood": False,
    "period=all": True,
    "period=nonsense&who=nonsense&kind=nonsense&before=nonsense": True,
    "before=-1": True,
    "before=99999999999999999999": True,
    "before=1": False,
}


def test_the_filter_keeps_what_it_says(town: Town) -> None:
    town.guardian.get(town.path("minato"))
    staff_looks(town)
    for query, there in FILTERS.items():
        answer = town.guardian.get(f"{town.path('minato')}/seen?{query}")
        assert answer.status_code == 200
        assert ("田村先生" in log(answer.text)) is there, query


def test_a_look_eight_days_ago_is_in_the_month_and_not_in_the_week(town: Town) -> None:
    staff_looks(town)
    town.prefecture.clock.advance(days=8)
    path, guardian = f"{town.path('minato')}/seen", town.guardian
    assert "田村先生" not in log(guardian.get(path).text)
    assert "田村先生" in log(guardian.get(f"{path}?period=month").text)


def test_the_file_has_the_lines_no_formula_and_no_name_in_its_name(town: Town) -> None:
    staff_looks(town, Member("t4", "=HYPERLINK(1)", "homeroom_teacher"))
    answer = town.guardian.get(f"{town.path('minato')}/seen/list")
    assert answer.headers["content-disposition"] == 'attachment; filename="access-log.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert "'=HYPERLINK(1)" in answer.text
    assert "2026-10-08,10:00" in answer.text


def test_another_familys_log_is_not_there(town: Town) -> None:
    assert town.stranger.get(f"{town.path('minato')}/seen").status_code == 404
    assert town.stranger.get(f"{town.path('minato')}/seen/list").status_code == 404


def line(**fields: object) -> Access:
    base = {
        "time": datetime(2026, 10, 8, 1, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "actor": "B1",
        "organisation": "B1",
        "purpose": "teaching",
        "basis": "duty: x",
        "reference": None,
        "categories": ("attendance",),
        "outcome": "read",
        "position": "school_nurse",
    }
    return Access.model_validate({**base, **fields})


def test_lines_are_sorted_by_who_looked() -> None:
    lines = [
        line(),
        line(organisation="C1", basis="consent"),
        line(purpose="statistics", basis="consent"),
        line(organisation=None, actor="me", basis="right: x"),
        line(outcome="refused", basis="none"),
    ]
    kinds = [Looker.SCHOOL, Looker.OUTSIDE, Looker.STATISTICS, Looker.FAMILY, Looker.REFUSED]
    assert [kind_of(one, "B1") for one in lines] == kinds
    count = counted(lines, "B1")
    assert count.looks == 2
    assert count.positions == {"school_nurse": 1}
