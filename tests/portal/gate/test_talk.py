"""Whoever wants to talk to somebody finds people: the school's own, and a telephone that is free day and night."""

import html
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from pds.node import Node
from pds.people import contacts_of
from pds.store import SqliteStore
from tests.portal.town import Browser, Town
from tests.portal.web.test_states import failing

DIAL = 'href="tel:0120078310"'
NURSE = """
[[contact]]
position = "保健室の先生"
name = "林 みどり"
telephone = "0463-00-0001"
place = "1階の保健室"
"""


def links_of(page: str) -> set[str]:
    """Where the links lead by which a page offers somebody to talk to."""
    return set(re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(?:(?!</a>).)*だれかに話したいとき', page, re.DOTALL))


def set_contacts(node: Node, school: str, file: Path, text: str) -> tuple[int, str]:
    """What the command answers."""
    file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["org", "contacts", "--node", str(node.folder), school, str(file)])
    return result.exit_code, result.output


@pytest.mark.parametrize("page", ["", "/write"])
def test_whoever_wants_to_talk_is_led_to_people_and_to_the_sos_telephone(town: Town, page: str) -> None:
    addresses = links_of(town.student.get(f"{town.path('minato')}{page}").text)
    assert addresses
    for address in addresses:
        answer = town.student.get(address)
        assert answer.status_code == 200
        for said in (DIAL, "0120-0-78310", "学校のおとな"):
            assert said in answer.text, address


def test_the_page_shows_whom_the_school_named_with_the_schools_name_and_how_to_reach_them(
    town: Town, tmp_path: Path
) -> None:
    assert set_contacts(town.school.node, town.school.org, tmp_path / "contacts.toml", NURSE)[0] == 0
    page = town.anybody().get("/talk").text
    for said in ("みなと小学校", "保健室の先生", "林 みどり", "1階の保健室", 'href="tel:0463000001"', DIAL):
        assert said in page
    assert "林 みどり" not in town.anybody(town.prefecture.hikari.node).get("/talk").text


def test_a_new_list_takes_the_place_of_the_old_one(town: Town, tmp_path: Path) -> None:
    for text in (NURSE, NURSE.replace("林 みどり", "岸 あおい")):
        set_contacts(town.school.node, town.school.org, tmp_path / "contacts.toml", text)
    page = town.anybody().get("/talk").text
    assert "岸 あおい" in page
    assert "林 みどり" not in page


def test_what_a_school_wrote_is_text_and_is_no_plain_text_in_the_database(town: Town, tmp_path: Path) -> None:
    name = "<b>{{7*7}}</b>"
    set_contacts(town.school.node, town.school.org, tmp_path / "contacts.toml", NURSE.replace("林 みどり", name))
    page = town.anybody().get("/talk").text
    assert name not in page
    assert html.escape(name) in page
    stored = b"".join(file.read_bytes() for file in town.school.node.folder.iterdir() if file.is_file())
    assert name.encode() not in stored


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[contact]", "contacts.toml"),
        (NURSE.replace('"0463-00-0001"', '"電話"'), "contact 1, telephone"),
        (NURSE + '[[contact]]\nposition = "校長先生"\n', "contact 2"),
        (NURSE + "colour = 'blue'\n", "contact 1, colour"),
        ("[[people]]\n", "people"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_with_its_place_and_changes_nothing(
    town: Town, tmp_path: Path, text: str, said: str
) -> None:
    set_contacts(town.school.node, town.school.org, tmp_path / "contacts.toml", NURSE)
    code, output = set_contacts(town.school.node, town.school.org, tmp_path / "contacts.toml", text)
    assert code == 2
    assert said in output
    assert "林 みどり" in town.anybody().get("/talk").text


def test_contacts_of_a_school_that_is_not_on_the_node_are_refused(town: Town, tmp_path: Path) -> None:
    elsewhere = town.prefecture.hikari.org
    assert set_contacts(town.school.node, elsewhere, tmp_path / "contacts.toml", NURSE)[0] == 2


def test_the_page_opens_no_history_and_writes_no_line_for_anybody(town: Town) -> None:
    browsers = (town.anybody(), town.student, town.guardian, town.teacher)
    before = lines(town.school.node)
    for browser in browsers:
        assert DIAL in browser.get("/talk").text
    assert lines(town.school.node) == before
    town.teacher.get("/school?class=P5-2")
    assert lines(town.school.node) > before


def lines(node: Node) -> int:
    """How many entries all chains of a node have; each look is one."""
    assert isinstance(node.store, SqliteStore)
    return int(node.store._db.table("entries").count)


def test_the_page_is_there_when_the_directory_ran_out_and_when_the_list_was_damaged(town: Town, tmp_path: Path) -> None:
    set_contacts(town.school.node, town.school.org, tmp_path / "contacts.toml", NURSE)
    town.prefecture.clock.advance(days=4000)
    page = town.anybody().get("/talk")
    assert page.status_code == 200
    assert "林 みどり" in page.text
    with town.school.node.store.transaction():
        town.school.node.store.put("contacts", town.school.org, b"damaged", replace=True)
    page = town.anybody().get("/talk")
    assert page.status_code == 200
    assert DIAL in page.text


def test_every_page_leads_there_also_one_that_failed_and_the_way_in(town: Town) -> None:
    home = town.path("minato")
    asked: list[tuple[Browser, str]] = [
        *((town.anybody(), path) for path in ("/signin", "/welcome", "/nope", "/about/help", "/about/contact", home)),
        *((town.student, f"{home}{page}") for page in ("/road", "/seen", "/consents")),
        *((town.guardian, f"{home}{page}") for page in ("", "/transfer")),
    ]
    for browser, path in asked:
        assert links_of(browser.get(path).text) == {"/talk"}, path
    assert links_of(failing(town, ValueError("x")).get("/fails").text) == {"/talk"}


@pytest.mark.parametrize(("weather", "times"), [("rainy", 1), ("thunder", 1), ("sunny", 0)])
def test_after_a_heavy_mood_somebody_to_talk_to_is_offered_at_once(town: Town, weather: str, times: int) -> None:
    path = town.path("minato")
    town.student.post(f"{path}/write/mood", {"weather": weather})
    page = town.student.get(f"{path}?done=mood").text
    assert page.count("つらいときは、ひとりでがまんしなくていいです") == times


def test_the_page_is_in_english_too_and_names_nobody(town: Town) -> None:
    browser = town.student
    browser.client.post("/view", data={"lang": "en"})
    page = browser.get("/talk").text
    assert DIAL in page
    assert "free" in page
    assert "みなと" not in page.partition("</title>")[0]


def test_a_list_that_names_nobody_takes_nobody_away(town: Town, tmp_path: Path) -> None:
    set_contacts(town.school.node, town.school.org, tmp_path / "contacts.toml", NURSE)
    code, output = set_contacts(town.school.node, town.school.org, tmp_path / "contacts.toml", "\n")
    assert (code, "names nobody" in output) == (2, True)
    assert len(contacts_of(town.school.node, town.school.org)) == 1


def test_a_list_saved_with_a_byte_order_mark_is_read(town: Town, tmp_path: Path) -> None:
    assert set_contacts(town.school.node, town.school.org, tmp_path / "contacts.toml", "\ufeff" + NURSE)[0] == 0
