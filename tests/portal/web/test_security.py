"""Who gets through the pages: nobody without a session, nobody without the form's token, nobody to another's child."""

import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from httpx2 import Response

from consent.decisions import Request, permit
from pds.node import Node
from pds.people import accounts
from pds.vault import Access, Action, Purpose
from portal.web.security import HEADERS
from tests.portal.town import PASSWORD, Browser, Town, open_town
from tests.portal.walk import PUBLIC, Route, below, filled, pages
from tests.world.canaries import writings

CLOSED = [route for route in pages() if route not in PUBLIC]
POSTS = [route for route in CLOSED if route[0] == "POST"]
NAMES = ("青山", "みなと", "青山はるか", "白石", "のぞみ", "田村先生", "長岡", "早川", "haruka", "shiraishi", PASSWORD)
SECRET = [name for name in NAMES if name != "みなと"]  # which is a school's name too, in the directory
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One town for the whole walk; no test here changes what another reads."""
    with open_town(tmp_path_factory.mktemp("town")) as built:
        yield built


def send(browser: Browser, route: Route, path: str, **fields: str) -> Response:
    """Ask for a route, without adding a token."""
    method, _ = route
    if method == "GET":
        return browser.get(path)
    return browser.client.post(path, data=fields, follow_redirects=False)


def insider(town: Town, path: str) -> tuple[Browser, str]:
    """Somebody who may use a route, and its address for them."""
    values = {"child": town.ref("minato"), "student": town.ref("minato")}
    if path.startswith("/child/"):
        return town.guardian, filled(path, values)
    if path.startswith("/school"):
        return town.office, filled(path, values)
    if path.startswith("/studies"):
        return town.drafter, filled(path, values)
    return town.guardian, filled(path, values)


def stored(node: Node) -> list[str]:
    """Everything a node keeps, but for sessions and the count of what was tried."""
    with closing(sqlite3.connect(node.folder / "store.db")) as db:
        return [line for line in db.iterdump() if "'session'" not in line and "'tries'" not in line]


def refusals(town: Town, student: str, login: str) -> list[Access]:
    """What the family of a student finds in their log of attempts that were refused."""
    node, name = town.logins[login]
    person, _ = accounts.sign_in(node, name, PASSWORD)
    assert person.holder is not None
    wish = Request(
        vault=town.vault(student),
        actor=person.holder.id,
        organisation=None,
        purpose=Purpose.OWN_USE,
        action=Action.READ,
        signed_in=True,
    )
    with node.vaults.read(permit(node, wish), person.holder) as reader:
        return [line for line in reader.access_log() if line.outcome == "refused"]


def test_the_public_routes_exist() -> None:
    assert set(pages()) >= PUBLIC


def test_the_policy_is_the_one_of_the_brief() -> None:
    assert HEADERS["Content-Security-Policy"] == POLICY


@pytest.mark.parametrize("route", pages(), ids=" ".join)
def test_nobody_gets_a_page_that_is_not_public_and_every_answer_is_guarded(route: Route, town: Town) -> None:
    town.guardian, town.teacher  # noqa: B018  # there is something to see
    answer = send(town.anybody(), route, insider(town, route[1])[1])
    if route not in PUBLIC:
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers
        assert not [name for name in NAMES if name in answer.text]
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("route", CLOSED, ids=" ".join)
def test_a_made_up_session_is_no_session(route: Route, town: Town) -> None:
    stranger = town.anybody()
    for token in ("", "x", "A" * 43, "../../etc", "青".encode().hex()):
        stranger.client.cookies.set("manabi", token)
        assert send(stranger, route, insider(town, route[1])[1]).status_code == 401


@pytest.mark.parametrize("route", POSTS, ids=" ".join)
@pytest.mark.parametrize("token", [None, "", "wrong", "other"])
def test_a_form_without_this_sessions_token_changes_nothing(route: Route, token: str | None, town: Town) -> None:
    browser, path = insider(town, route[1])
    if token == "other":  # the token of somebody else's session
        token = town.stranger.token
    before = {node.folder: stored(node) for node in town.prefecture.nodes}
    answer = send(browser, route, path, **({} if token is None else {"form_token": token}))
    assert answer.status_code == 403
    assert {node.folder: stored(node) for node in town.prefecture.nodes} == before
    assert browser.get("/account").status_code == 200  # the session goes on


@pytest.mark.parametrize("route", POSTS, ids=" ".join)
@pytest.mark.parametrize("header", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_sent_by_another_site_is_refused_even_with_the_token(
    route: Route, header: dict[str, str], town: Town
) -> None:
    browser, path = insider(town, route[1])
    assert browser.post(path, headers=header).status_code == 403


@pytest.mark.parametrize("path", ["/signin", "/welcome"])
def test_another_site_signs_nobody_in(path: str, town: Town) -> None:
    town.guardian  # noqa: B018  # who has an account
    fields = {"login": "haruka", "password": PASSWORD}
    answer = town.anybody().client.post(path, data=fields, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_the_owner_is_told_of_a_forged_form_on_the_next_page(town: Town) -> None:
    town.guardian  # noqa: B018  # who has an account
    browser = town.signed_in("haruka")
    told = "サインインのお知らせ"
    town.signed_in("haruka")  # what was tried before is told now
    fresh = town.signed_in("haruka")
    assert told not in fresh.get("/account").text
    assert browser.client.post("/session/extend", data={"form_token": "x"}).status_code == 403
    assert told in fresh.get("/account").text


@pytest.mark.parametrize("route", below("/child/"), ids=" ".join)
def test_another_familys_child_looks_like_a_child_who_does_not_exist(route: Route, town: Town) -> None:
    town.guardian  # noqa: B018  # whose child it is
    answers = []
    for ref in (town.ref("minato"), "0" * 24):
        path = filled(route[1], {"child": ref})
        browser = town.stranger
        answers.append(browser.get(path) if route[0] == "GET" else browser.post(path))
    theirs, nobodys = answers
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.text == nobodys.text
    assert theirs.headers.raw == nobodys.headers.raw


@pytest.mark.parametrize("path", ["/child/{child}", "/child/{child}/seen"])
def test_the_family_sees_that_somebody_tried(path: str, town: Town) -> None:
    town.guardian, town.stranger  # noqa: B018  # both have accounts
    person, _ = accounts.sign_in(*_account(town, "shiraishi"))
    assert person.holder is not None
    before = len(refusals(town, "minato", "haruka"))
    assert town.signed_in("shiraishi").get(filled(path, {"child": town.ref("minato")})).status_code == 404
    tried = refusals(town, "minato", "haruka")[before:]
    assert [line.actor for line in tried] == [person.holder.id]


def _account(town: Town, login: str) -> tuple[Node, str, str]:
    node, name = town.logins[login]
    return node, name, PASSWORD


@pytest.mark.parametrize("route", [route for route in below("/school") if "{student}" in route[1]], ids=" ".join)
def test_a_student_of_another_school_looks_like_one_who_does_not_exist(route: Route, town: Town) -> None:
    answers = []
    for ref in (town.ref("minato"), "0" * 24):
        path = filled(route[1], {"student": ref})
        browser = town.other_teacher
        answers.append(browser.get(path) if route[0] == "GET" else browser.post(path))
    assert answers[0].status_code == answers[1].status_code == 404
    assert answers[0].text == answers[1].text


def test_the_family_sees_that_another_school_tried(town: Town) -> None:
    town.guardian, town.other_teacher  # noqa: B018  # both have accounts
    before = len(refusals(town, "minato", "haruka"))
    assert town.signed_in("mori").get(f"/school/student/{town.ref('minato')}").status_code == 404
    tried = refusals(town, "minato", "haruka")[before:]
    assert [(line.organisation, line.person) for line in tried] == [(town.prefecture.aoba.org, "森先生")]


@pytest.mark.parametrize("route", CLOSED, ids=" ".join)
def test_a_page_of_one_role_is_not_there_for_another(route: Route, town: Town) -> None:
    areas = {"/child/": town.guardian, "/school": town.teacher, "/studies": town.drafter}
    own = next((area for area in areas if route[1].startswith(area)), None)
    if own is None:
        return
    for area, browser in areas.items():
        if area != own:
            answer = browser.get(filled(route[1], {})) if route[0] == "GET" else browser.post(filled(route[1], {}))
            assert answer.status_code == 404


def test_a_teacher_of_another_class_finds_nobody_of_this_one(town: Town) -> None:
    town.staff_account(town.school.node, town.school.org, "oka", "岡先生", "homeroom_teacher", ["P6-1"])
    answer = town.signed_in("oka").get(f"/school/student/{town.ref('minato')}")
    assert answer.status_code == 404
    assert not [name for name in NAMES if name in answer.text]


def test_no_page_shows_a_name_in_its_title_address_or_cookie_and_nothing_is_logged(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    people = (town.student, town.guardian, town.other_guardian, town.stranger, town.teacher, town.office)
    shown = 0
    for browser in (*people, town.drafter, town.approver):
        student = town.ref("nozomi") if browser is town.stranger else town.ref("minato")
        for _, path in [route for route in pages() if route[0] == "GET"]:
            answer = browser.get(filled(path, {"child": student, "student": student, "page": "privacy"}))
            assert answer.status_code < 500, path
            title = TITLE.search(answer.text)
            outside = [title.group(1) if title else "", *answer.headers.values()]
            addresses = re.findall(r'(?:href|action)="([^"]*)"', answer.text)
            assert not [name for name in NAMES for text in (*outside, *addresses) if name in text], path
            shown += answer.status_code == 200
    assert shown > 40
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "asyncio"))]
    assert not [name for name in NAMES for line in ours if name in line]


def test_the_database_shows_no_name_after_all_pages_were_seen(town: Town) -> None:
    for browser in (town.guardian, town.teacher, town.office):
        for _, path in [route for route in pages() if route[0] == "GET"]:
            browser.get(filled(path, {"child": town.ref("minato"), "student": town.ref("minato")}))
    for node in town.prefecture.nodes:
        files = [path for path in node.folder.rglob("*") if path.is_file()]
        assert not [
            (path.name, name, form)
            for path in files
            for name in SECRET
            for form, text in writings(name).items()
            if len(text) >= 8 and text in path.read_bytes()
        ]


def test_a_name_that_is_markup_stays_a_name(town: Town) -> None:
    hostile = "<script>alert(1)</script>{{7*7}}"
    town.staff_account(town.school.node, town.school.org, "mark", hostile, "school_office")
    text = town.signed_in("mark").get("/account").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in text
