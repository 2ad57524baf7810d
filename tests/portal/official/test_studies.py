"""Studies on the pages of a board: two people, nothing before it is shown, nothing beyond what was released."""

import re
from html import unescape
from typing import Any

import pytest

from federation import (
    Comparison,
    Estimate,
    PairVerdict,
    Study,
    answer,
    published,
    registered,
    set_yearly_allowance,
    stored_release,
)
from pds.node import Node
from portal.official import drafting, reading, topics
from portal.official.reading import share
from tests.federation.studies import admit, exchange
from tests.portal.town import PASSWORD, Browser, Town
from tests.world.prefecture import AOBA, CITY, HIKARI, attendance_record

GENEROUS = 50_000_000  # ε = 50: hardly any noise
FORM = {
    "title": "遅刻した日数",
    "measure": "mean",
    "topic": "late_days",
    "groups": "elementary",
    "year": "2026",
    "census": "2026-05-01",
    "scope": CITY,
    "epsilon": "200000",
    "size": "400",
}

WRONG: list[tuple[dict[str, str], str]] = [
    ({"title": "  "}, "title"),
    ({"title": "あ" * 201}, "title"),
    ({"measure": "median"}, "measure"),
    ({"topic": "absent_30"}, "topic"),
    ({"measure": "proportion", "topic": "late_days"}, "topic"),
    ({"measure": "proportion", "topic": "everybody"}, "topic"),
    ({"topic": "shoe_size"}, "topic"),
    ({"groups": "sex"}, "groups"),
    ({"groups": "own", "attribute": "Sex!", "values": "a"}, "attribute"),
    ({"groups": "own", "attribute": "class_type", "values": " , "}, "values"),
    ({"year": "1999"}, "year"),
    ({"census": "2025-05-01"}, "census"),
    ({"census": "yesterday"}, "census"),
    ({"scope": "jp"}, "scope"),
    ({"scope": HIKARI}, "scope"),
    ({"epsilon": "999999999"}, "epsilon"),
    ({"size": "0"}, "size"),
    ({"size": "many"}, "size"),
]


PROOF = {"password": PASSWORD}


def draft(browser: Browser, **changes: str) -> str:
    """Enter a study through the form; its address."""
    found = browser.post("/studies/new", FORM | {"step": "draft"} | changes)
    assert found.status_code == 303, found.status_code
    return str(found.headers["location"]).split("?")[0]


def studies(node: Node) -> list[Study]:
    return [entry.study for entry in registered(node)]


def run(town: Town, *, schools: tuple[Any, ...], close: str = "", **changes: str) -> str:
    """The whole way of a study through the pages."""
    path = draft(town.drafter, **changes)
    assert town.approver.post(f"{path}/approve", PROOF).status_code == 303
    exchange(town.prefecture)
    for school in schools:
        answer(school.node, path.removeprefix("/studies/"))
    exchange(town.prefecture)
    assert town.approver.post(f"{path}/release", PROOF | {"close": close}).status_code == 303
    return path


@pytest.fixture
def generous(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town whose allowance lets a test see through the noise; the form offers that much."""
    monkeypatch.setattr(drafting, "EPSILONS", (*topics.EPSILONS, GENEROUS))
    for node in town.prefecture.nodes:
        set_yearly_allowance(node, 4 * GENEROUS)
    return town


def test_an_estimate_enters_nothing_and_says_that_a_second_person_is_needed(town: Town) -> None:
    page = town.drafter.post("/studies/new", FORM)
    assert page.status_code == 200
    assert "勝手に実行されません。2人目の承認がいります。" in page.text
    assert "遅刻した日数の平均は、学年ごとにいくつですか" in page.text
    assert "かかる予算は 0.20" in page.text
    assert studies(town.prefecture.city) == []


def test_who_drafted_a_study_cannot_approve_it(town: Town) -> None:
    path = draft(town.drafter)
    page = town.drafter.get(path)
    assert "あなたの下書きです" in page.text
    assert f'action="{path}/approve"' not in page.text
    refused = town.drafter.post(f"{path}/approve", PROOF)
    assert refused.status_code == 422
    assert "下書きした人は、承認できません" in refused.text
    assert published(town.prefecture.city) == []
    assert f'action="{path}/approve"' in town.approver.get(path).text
    assert town.approver.post(f"{path}/approve", PROOF).status_code == 303
    assert [study.id for study in published(town.prefecture.city)] == [path.removeprefix("/studies/")]


def test_over_budget_a_study_cannot_run(town: Town) -> None:
    set_yearly_allowance(town.prefecture.city, 250_000)
    first, second = draft(town.drafter), draft(town.drafter, topic="absent_days")
    assert town.approver.post(f"{first}/approve", PROOF).status_code == 303
    page = town.approver.get(second)
    assert "この統計は実行できません" in page.text
    assert f'action="{second}/approve"' not in page.text
    refused = town.approver.post(f"{second}/approve", PROOF)
    assert refused.status_code == 422
    assert "年の予算がたりないため、承認できません" in refused.text
    assert len(published(town.prefecture.city)) == 1


def test_a_form_that_cannot_be_keeps_what_was_entered(town: Town) -> None:
    for changes, field in WRONG:
        page = town.drafter.post("/studies/new", FORM | {"title": "わたしの題<b>"} | changes)
        assert page.status_code == 422, changes
        assert f'href="#{field}"' in page.text, changes
        assert f'id="{field}-e"' in page.text, changes
        assert "title" in changes or "わたしの題&lt;b&gt;" in page.text
        assert "わたしの題<b>" not in page.text
    assert studies(town.prefecture.city) == []


def test_going_back_from_the_estimate_keeps_the_form(town: Town) -> None:
    page = town.drafter.post("/studies/new", FORM | {"step": "edit", "size": "777"})
    assert page.status_code == 200
    assert 'value="777"' in page.text
    assert '<option value="late_days" selected>' in page.text


def test_the_same_question_again_leads_to_the_one_that_is_there(town: Town) -> None:
    path = draft(town.drafter)
    again = town.approver.post("/studies/new", FORM | {"step": "draft", "title": "別の題"})
    assert again.headers["location"] == f"{path}?done=known"
    assert town.approver.post(f"{path}/approve", PROOF).status_code == 303  # whoever asked again did not draft it


def test_what_is_shown_before_release_does_not_depend_on_any_student(town: Town) -> None:
    path = draft(town.drafter)
    before = _figures(town.drafter.get(path).text)
    admit(town.prefecture.hikari, [f"s{number}" for number in range(20)], grade="P5")
    assert _figures(town.drafter.get(path).text) == before
    town.approver.post(f"{path}/approve", PROOF)
    exchange(town.prefecture)
    waiting = town.drafter.get(path).text
    answer(town.prefecture.hikari.node, path.removeprefix("/studies/"))
    exchange(town.prefecture)
    assert "答えた学校 1 / 3校" in town.drafter.get(path).text
    assert "答えた学校 0 / 3校" in waiting


def test_nothing_is_released_before_the_answers_are_there(town: Town) -> None:
    path = draft(town.drafter)
    assert town.drafter.post(f"{path}/release", PROOF).status_code == 422
    town.approver.post(f"{path}/approve", PROOF)
    for close in ("", "yes"):
        assert town.drafter.post(f"{path}/release", PROOF | {"close": close}).status_code == 422
    assert town.drafter.get(f"{path}/table.csv").status_code == 404
    assert stored_release(town.prefecture.city, path.removeprefix("/studies/")) is None


def test_a_result_says_the_numbers_that_were_released(generous: Town) -> None:
    late = attendance_record(generous.prefecture.hikari, late=True, occurred_on="2026-09-04")
    students = [f"s{number}" for number in range(30)]
    admit(generous.prefecture.hikari, students, lambda _: [late], grade="P6")
    admit(generous.prefecture.minato, students, grade="P1")
    path = run(generous, schools=(generous.prefecture.minato, generous.prefecture.hikari), epsilon=str(GENEROUS))
    released = stored_release(generous.prefecture.city, path.removeprefix("/studies/"))
    assert released is not None
    page = generous.drafter.get(path).text
    (first, *_, last) = [row.value for row in released.rows]
    assert first is not None
    assert last is not None
    assert f"{last.estimate:.2f}日" in page
    assert "小学6年は、小学1年より大きいと言えます。" in page
    assert "答えた学校 3 / 3校" in page
    table = generous.drafter.get(f"{path}/table.csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert f"小学6年,{last.estimate:.2f}日,".encode() in table.content
    assert "遅刻" not in table.headers["content-disposition"]


def test_no_noisy_count_is_shown_unrounded(generous: Town) -> None:
    admit(generous.prefecture.hikari, [f"s{number}" for number in range(37)], grade="P6")
    schools = (generous.prefecture.minato, generous.prefecture.hikari)
    for changes in ({}, {"measure": "count", "topic": "everybody"}):
        path = run(generous, schools=schools, epsilon=str(GENEROUS), **changes)
        released = stored_release(generous.prefecture.city, path.removeprefix("/studies/"))
        assert released is not None
        exact = {str(row.count.estimate) for row in released.rows if int(row.count.estimate) % 10}
        assert exact
        for text in (generous.drafter.get(path).text, generous.drafter.get(f"{path}/table.csv").text):
            people = set(re.findall(r"(\d+)人", unescape(text).split("値と誤差")[-1]))
            assert not people & exact
            assert all(int(number) % 10 == 0 for number in people)


def test_without_a_school_nothing_is_said_about_differences(generous: Town) -> None:
    late = attendance_record(generous.prefecture.minato, late=True, occurred_on="2026-09-04")
    students = [f"s{number}" for number in range(30)]
    admit(generous.prefecture.minato, students, lambda _: [late], grade="P6")
    admit(generous.prefecture.minato, [f"t{number}" for number in range(30)], grade="P1")
    path = run(generous, schools=(generous.prefecture.minato,), close="yes", epsilon=str(GENEROUS))
    page = generous.drafter.get(path).text
    assert "1校が答えていないため、区分どうしの差は言えません。" in page
    assert "より大きいと言えます" not in page
    assert "答えた学校 2 / 3校" in page


def test_closing_is_said_and_never_happens_by_itself(town: Town) -> None:
    path = draft(town.drafter)
    town.approver.post(f"{path}/approve", PROOF)
    exchange(town.prefecture)
    answer(town.prefecture.hikari.node, path.removeprefix("/studies/"))
    exchange(town.prefecture)
    assert town.drafter.post(f"{path}/release", PROOF).status_code == 422
    assert stored_release(town.prefecture.city, path.removeprefix("/studies/")) is None


def test_another_organisation_sees_nothing_of_a_study_of_this_one(town: Town) -> None:
    path = draft(town.drafter, title="市だけの問い")
    for browser in (town.nation, town.teacher, town.guardian):
        assert browser.get(path).status_code == 404
        assert browser.post(f"{path}/approve", PROOF).status_code == 404
        assert "市だけの問い" not in browser.get("/studies").text
    assert town.anybody(town.prefecture.city).get(path).status_code == 401
    assert published(town.prefecture.city) == []


def test_a_form_from_elsewhere_approves_nothing(town: Town) -> None:
    path = draft(town.drafter)
    assert town.approver.post(f"{path}/approve", {"form_token": "guessed"}).status_code == 403
    assert published(town.prefecture.city) == []


def test_a_title_is_text_wherever_it_stands(town: Town) -> None:
    title = "<script>alert(1)</script>{{7*7}}%(x)s"
    path = draft(town.drafter, title=title)
    town.approver.post(f"{path}/approve", PROOF)
    for page in (path, "/studies", "/studies/budget", "/studies/published"):
        text = town.drafter.get(page).text
        assert "<script>alert" not in text
    assert title in unescape(town.drafter.get("/studies/budget").text)


def test_a_registered_attribute_divides_and_no_cell_becomes_a_formula(generous: Town) -> None:
    path = run(
        generous,
        schools=(generous.prefecture.minato, generous.prefecture.hikari),
        groups="own",
        attribute="class_type",
        values="=1+1, small",
        epsilon=str(GENEROUS),
    )
    table = generous.drafter.get(f"{path}/table.csv").text
    assert "'=1+1," in table
    assert "\n=1+1" not in table
    assert "少人数の学級" in table


def test_the_budget_adds_what_was_published_and_nothing_else(town: Town) -> None:
    draft(town.drafter, topic="drill_days", title="下書きのまま")
    path = draft(town.drafter, title="承認ずみの問い")
    town.approver.post(f"{path}/approve", PROOF)
    page = town.drafter.get("/studies/budget").text
    assert re.findall(r"<dd><b>([\d.]+)</b>", page) == ["0.80", "0.00", "0.20", "1.00"]
    assert "承認ずみの問い" in page
    assert "下書きのまま" not in page
    assert re.findall(r"<dd><b>([\d.]+)</b>", town.drafter.get("/studies/budget?year=x'").text)[0] == "0.80"


def test_a_page_of_studies_names_no_person_in_its_address_or_title(town: Town) -> None:
    path = draft(town.drafter)
    assert re.fullmatch(r"/studies/[0-9a-f]{64}", path)
    head = re.search(r"<title>(.*?)</title>", town.drafter.get(path).text)
    assert head is not None
    assert head.group(1) == "統計 | まなびの記録"
    assert town.prefecture.city.directory.entry(AOBA).name not in head.group(1)


def _figures(page: str) -> list[str]:
    return re.findall(r"±[\d.]+|\d+校", page)


@pytest.mark.parametrize(
    ("estimate", "low", "high", "shown"),
    [("0.5", "0.4", "0.65", (50, 15)), ("1.04", "0.84", "1.24", (100, 16)), ("-0.1", "-0.2", "0.05", (0, 5))],
)
def test_a_share_is_never_below_none_nor_above_all(estimate: str, low: str, high: str, shown: tuple[int, int]) -> None:
    value = share(Estimate.model_validate({"estimate": estimate, "low": low, "high": high, "method": "test"}))
    assert (round(value.value, 6), round(value.error, 6)) == shown


def test_nothing_is_published_without_the_password_once_more(town: Town) -> None:
    path = draft(town.drafter)
    for form in ({}, {"password": "not the password"}):
        refused = town.approver.post(f"{path}/approve", form)
        assert refused.status_code == 422
        assert "パスワードがちがいます" in refused.text
    assert published(town.prefecture.city) == []
    assert town.approver.post(f"{path}/approve", PROOF).status_code == 303
    exchange(town.prefecture)
    for school in (town.prefecture.minato, town.prefecture.hikari):
        answer(school.node, path.removeprefix("/studies/"))
    exchange(town.prefecture)
    refused = town.approver.post(f"{path}/release", {"password": "not the password"})
    assert refused.status_code == 422
    assert stored_release(town.prefecture.city, path.removeprefix("/studies/")) is None
    assert town.approver.post(f"{path}/release", PROOF).status_code == 303


def test_a_refused_form_to_close_a_study_keeps_what_was_ticked(town: Town) -> None:
    path = draft(town.drafter)
    town.approver.post(f"{path}/approve", PROOF)
    exchange(town.prefecture)
    answer(town.school.node, path.removeprefix("/studies/"))
    exchange(town.prefecture)
    refused = town.approver.post(f"{path}/release", {"close": "yes"})
    assert refused.status_code == 422
    assert re.search(r'name="close" value="yes" checked', refused.text)


@pytest.mark.parametrize(
    ("pairs", "said"), [(1, "2つの区分に、差があるとは言えません。"), (3, "3組のどれも、差があるとは言えません。")]
)
def test_groups_that_cannot_be_told_apart_are_said_to_be_so(
    town: Town, monkeypatch: pytest.MonkeyPatch, pairs: int, said: str
) -> None:
    alike = Comparison(("P5",), ("P6",), PairVerdict.OPEN, None)
    monkeypatch.setattr(reading, "comparisons", lambda *_: [alike] * pairs)
    path = run(town, schools=(town.prefecture.minato, town.prefecture.hikari))
    assert said in town.approver.get(path).text
