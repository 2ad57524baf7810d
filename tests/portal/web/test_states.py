"""When something fails: the right words, one next step, nothing lost and nothing told of anybody."""

import logging

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from pds.errors import (
    ExpiredError,
    FrozenError,
    NoDirectoryError,
    NotHomeError,
    PermitError,
    StoreError,
    VerificationError,
)
from portal.app import create_app
from tests.portal.town import Town

SECRET = "金糸雀島73.0625"
WRITTEN = "はじめ\n<script>alert(1)</script>\nおわり"


def failing(town: Town, error: Exception) -> TestClient:
    """The real application with one page more, which fails."""
    app: FastAPI = create_app(town.school.node.folder, town.prefecture.clock)

    def fail() -> None:
        raise error

    app.add_api_route("/fails", fail)
    return town.stack.enter_context(TestClient(app, raise_server_exceptions=False))


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (StoreError(f"disk {SECRET}"), 503, "記録はなくなっていません。"),
        (VerificationError("a chain is broken"), 500, "記録はなくなっていません。"),
        (ValueError(SECRET), 500, "記録はなくなっていません。"),
        (FrozenError("on its way"), 409, "うつっているとちゅうです"),
        (NotHomeError("elsewhere"), 409, "いま別の学校にあります"),
        (ExpiredError("the directory was valid until 2027-03-31"), 503, "組織の名簿"),
        (NoDirectoryError("take one in"), 503, "組織の名簿"),
        (PermitError("expired"), 404, "見ようとしたことは、記録されました。"),
    ],
)
def test_an_error_becomes_its_state_with_one_next_step(error: Exception, status: int, said: str, town: Town) -> None:
    answer = failing(town, error).get("/fails")
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    assert answer.status_code == status
    assert said in main
    assert main.count("<a ") == 1
    assert main.count("<h1") == 1
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_inquiry_number_leads_to_the_line_in_the_log_which_quotes_no_value(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = failing(town, ValueError(SECRET)).get("/fails")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "manabi.portal"]
    code = line.partition(":")[0]
    assert code in answer.text
    assert "ValueError" in line
    assert "test_states.py" in line
    assert SECRET not in caplog.text


def test_two_failures_have_two_numbers_which_tell_nothing_of_the_person(town: Town) -> None:
    client = failing(town, ValueError("x"))
    assert client.get("/fails").text != client.get("/fails").text


@pytest.mark.parametrize("path", ["/nope", "/about/nope", "/child", "/static/nope.css", "/signin/../../etc/passwd"])
def test_an_address_that_is_not_there_says_so(path: str, town: Town) -> None:
    answer = town.anybody().get(path)
    assert answer.status_code == 404


def test_a_page_asked_for_in_the_wrong_way_is_not_there(town: Town) -> None:
    assert town.anybody().client.put("/signin").status_code == 405
    assert town.anybody().get("/signout").status_code == 405


def test_a_form_that_is_no_form_is_answered_in_words(town: Town) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = town.anybody().client.post("/signin", content=b"\xff\x00--", headers=headers)
    assert 400 <= answer.status_code < 500
    assert "<h1" in answer.text


def test_what_was_written_is_shown_back_when_the_session_had_ended_and_is_kept_nowhere(town: Town) -> None:
    browser, path = town.student, f"{town.path('minato')}/write"
    token = browser.token
    town.prefecture.clock.advance(minutes=31)
    form = {"form_token": token, "text": WRITTEN, "rating": "3", "day": "2026-10-08"}
    answer = browser.client.post(path, data=form)
    assert answer.status_code == 401
    assert "しばらく使わなかった" in answer.text
    assert "\nはじめ\n&lt;script&gt;alert(1)&lt;/script&gt;\nおわり</textarea>" in answer.text
    assert "readonly" in answer.text
    assert "2026-10-08" not in answer.text
    stored = b"".join(file.read_bytes() for file in town.school.node.folder.iterdir() if file.is_file())
    assert "はじめ\n".encode() not in stored


def test_what_was_written_is_shown_back_when_the_page_was_an_old_one(town: Town) -> None:
    path = f"{town.path('minato')}/write"
    answer = town.student.client.post(path, data={"form_token": "of another sign-in", "text": WRITTEN})
    assert answer.status_code == 403
    assert "おわり</textarea>" in answer.text


def test_another_site_puts_no_words_on_our_page(town: Town) -> None:
    path = f"{town.path('minato')}/write"
    for origin in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = town.anybody().client.post(path, data={"text": WRITTEN}, headers=origin)
        assert answer.status_code == 401
        assert "おわり" not in answer.text


def test_a_state_is_in_the_readers_language(town: Town) -> None:
    browser = town.anybody()
    browser.client.post("/view", data={"lang": "en"})
    for path, said in (("/nope", "There is no such page"), ("/account", "Please sign in")):
        answer = browser.get(path)
        assert said in answer.text
        assert '<html lang="en"' in answer.text
