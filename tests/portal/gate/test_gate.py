"""The way in: who comes in, who does not, and what a browser keeps of it."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.cookies import SimpleCookie
from threading import Barrier

import pytest
from httpx2 import Response

from consent.lifecycle import ownership
from pds.crypto import passwords
from pds.errors import SignInError
from pds.holders import Role
from pds.node import Node
from pds.people import MOST_FAILURES, accounts
from tests.portal.town import PASSWORD, Browser, Town

WRONG = "kumo to ame no asa"
FAILED = "IDかパスワードがちがいます。"
ACCOUNT = "/account"


def cookie_of(answer: Response) -> tuple[str, dict[str, str]]:
    """The name and attributes of the session's cookie that an answer sets."""
    cookies = SimpleCookie(answer.headers["set-cookie"])
    (name,) = cookies
    return name, {key: value for key, value in cookies[name].items() if value}


def invited(town: Town, student: str = "sora") -> str:
    vault = town.vault(student)
    return ownership.invite_family(town.school.node, vault, town.custodial(vault, Role.GUARDIAN)[0])


def accept(browser: Browser, code: str, **fields: str) -> Response:
    form = {"code": code, "login": "sora-g", "name": "青山", "password": PASSWORD, "again": PASSWORD, **fields}
    return browser.client.post("/welcome", data=form, follow_redirects=False)


def test_whoever_signs_in_comes_to_their_own_first_page(town: Town) -> None:
    for browser, login, home in (
        (town.guardian, "haruka", town.path("minato")),
        (town.teacher, "tamura", "/school"),
        (town.drafter, "hayakawa", "/studies"),
    ):
        node, name = town.logins[login]
        assert town.anybody(node).sign_in(name).headers["location"] == home
        assert browser.get("/").headers["location"] == home


def test_one_answer_for_a_wrong_password_an_unknown_name_and_an_account_that_waits(town: Town) -> None:
    town.guardian  # noqa: B018  # who has an account
    browser = town.anybody()
    wrong = browser.sign_in("haruka", WRONG)
    unknown = browser.sign_in("nobody", WRONG)
    for _ in range(MOST_FAILURES - 1):
        browser.sign_in("haruka", WRONG)
    waiting = browser.sign_in("haruka", PASSWORD)
    assert {answer.status_code for answer in (wrong, unknown, waiting)} == {422}
    assert FAILED in wrong.text
    assert wrong.text == waiting.text == unknown.text.replace('value="nobody"', 'value="haruka"')
    assert "set-cookie" not in waiting.headers
    town.prefecture.clock.advance(minutes=16)
    assert browser.sign_in("haruka").status_code == 303


def test_an_unknown_name_costs_as_much_work_as_a_wrong_password(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.guardian  # noqa: B018  # who has an account
    derived = list[tuple[object, ...]]()
    derive = passwords._key  # the one costly step

    def watched(costs: passwords.PasswordSeal, password: str, pepper: bytes) -> bytes:
        derived.append((costs.iterations, costs.lanes, costs.memory_kib, password))
        return derive(costs, password, pepper)

    monkeypatch.setattr(passwords, "_key", watched)
    work = dict[str, list[tuple[object, ...]]]()
    for login in ("haruka", "nobody", "no\u200bbody"):
        for _ in range(MOST_FAILURES + 2):
            town.anybody().sign_in(login, WRONG)
        work[login], derived = derived, []
    assert work["haruka"] == [(*passwords.cost, WRONG)] * (MOST_FAILURES + 2)
    assert work["nobody"] == work["no\u200bbody"] == work["haruka"]


def test_trying_a_name_nobody_has_writes_what_trying_a_known_one_writes(town: Town) -> None:
    town.guardian  # noqa: B018  # who has an account
    node = town.school.node
    written = []
    for login in ("haruka", "nobody"):
        town.prefecture.clock.advance(minutes=1)
        for _ in range(2):
            before = documents_of(node)
            town.anybody().sign_in(login, WRONG)
            written.append(sorted((kind, len(text)) for kind, _, text in documents_of(node) - before))
    assert written[:2] == written[2:]
    assert [len(one) for one in written] == [1] * 4


def test_of_many_guesses_at_the_same_time_ten_are_heard(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.guardian  # noqa: B018  # who has an account
    at_once, heard = 30, list[str]()
    together, opening = Barrier(at_once), passwords.PasswordSeal.unlock

    def with_the_others(
        seal: passwords.PasswordSeal, password: str, pepper: bytes, place: bytes
    ) -> tuple[bytes, passwords.PasswordKey]:
        if place != b"nobody":
            heard.append(password)
        together.wait(30)
        return opening(seal, password, pepper, place)

    browsers = [town.anybody() for _ in range(at_once)]
    with ThreadPoolExecutor(at_once) as threads, monkeypatch.context() as patch:
        patch.setattr(passwords.PasswordSeal, "unlock", with_the_others)
        answers = list(threads.map(lambda browser: browser.sign_in("haruka", WRONG), browsers))
    assert {answer.status_code for answer in answers} == {422}
    assert len(heard) == MOST_FAILURES
    assert town.anybody().sign_in("haruka").status_code == 422
    town.prefecture.clock.advance(minutes=16)
    assert town.anybody().sign_in("haruka").status_code == 303


def documents_of(node: Node) -> set[tuple[str, str, bytes]]:
    with closing(sqlite3.connect(node.folder / "store.db")) as connection:
        return set(connection.execute("SELECT kind, name, document FROM documents"))


def test_what_was_wrong_is_said_beside_the_form_which_is_kept_but_for_the_password(town: Town) -> None:
    answer = town.anybody().sign_in('<b>"haruka', WRONG)
    assert 'value="&lt;b&gt;&#34;haruka"' in answer.text
    assert WRONG not in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'role="alert"' in answer.text


def test_wrong_passwords_are_counted_for_the_owner(town: Town) -> None:
    town.guardian  # noqa: B018  # who has an account
    for _ in range(3):
        town.anybody().sign_in("haruka", WRONG)
    page = town.signed_in("haruka").get(ACCOUNT).text
    assert "パスワードのまちがいが3回ありました。" in page
    assert "<dd>3回</dd>" in page


def test_the_cookie_is_for_this_site_and_no_script(town: Town) -> None:
    town.guardian  # noqa: B018  # who has an account
    name, attributes = cookie_of(town.anybody().sign_in("haruka"))
    assert name == "manabi"
    assert attributes == {"httponly": True, "path": "/", "samesite": "strict"}  # and it ends with the browser


def test_over_tls_the_cookie_is_held_to_this_host(town: Town) -> None:
    town.guardian  # noqa: B018  # who has an account
    form = {"login": "haruka", "password": PASSWORD}
    answer = town.anybody().client.post("https://testserver/signin", data=form, follow_redirects=False)
    name, attributes = cookie_of(answer)
    assert name == "__Host-manabi"
    assert attributes == {"httponly": True, "path": "/", "samesite": "strict", "secure": True}


def test_a_session_chosen_by_somebody_else_is_not_taken_up(town: Town) -> None:
    town.guardian, town.stranger  # noqa: B018  # both have accounts
    browser = town.signed_in("shiraishi")
    planted = browser.client.cookies["manabi"]
    answer = town.anybody().client.post(
        "/signin",
        data={"login": "haruka", "password": PASSWORD},
        headers={"Cookie": f"manabi={planted}"},
        follow_redirects=False,
    )
    assert cookie_of(answer)[0] == "manabi"
    assert planted not in answer.headers["set-cookie"]
    assert "白石" in browser.get(ACCOUNT).text
    assert "青山" not in browser.get(ACCOUNT).text


def test_two_sign_ins_of_one_person_are_two_sessions(town: Town) -> None:
    first = town.guardian
    second = town.signed_in("haruka")
    assert first.client.cookies["manabi"] != second.client.cookies["manabi"]
    assert first.token != second.token
    second.post("/signout")
    assert first.get(ACCOUNT).status_code == 200


def test_signing_out_ends_the_session_on_the_server(town: Town) -> None:
    browser = town.guardian
    token = browser.client.cookies["manabi"]
    answer = browser.post("/signout")
    assert answer.headers["location"] == "/signin"
    assert cookie_of(answer)[1]["max-age"] == "0"
    thief = town.anybody()
    thief.client.cookies.set("manabi", token)
    assert thief.get(ACCOUNT).status_code == 401


def test_a_session_ends_after_half_an_hour_and_on_a_shared_device_after_ten_minutes(town: Town) -> None:
    own, shared = town.guardian, town.anybody()
    shared.sign_in("haruka", shared="yes")
    town.prefecture.clock.advance(minutes=9)
    assert (own.get(ACCOUNT).status_code, shared.get(ACCOUNT).status_code) == (200, 200)
    town.prefecture.clock.advance(minutes=10)
    assert (own.get(ACCOUNT).status_code, shared.get(ACCOUNT).status_code) == (200, 401)
    assert own.post("/session/extend").status_code == 303
    town.prefecture.clock.advance(minutes=29)
    assert own.get(ACCOUNT).status_code == 200
    town.prefecture.clock.advance(minutes=30)
    ended = own.get(ACCOUNT)
    assert ended.status_code == 401
    assert "しばらく使わなかった" in ended.text
    assert "青山" not in ended.text


def test_a_device_counts_as_shared_until_somebody_says_otherwise(town: Town) -> None:
    box = 'name="shared" value="yes"'
    browser = town.anybody()
    assert f"{box} checked" in browser.get("/signin").text
    assert f"{box} checked" not in browser.sign_in("haruka", WRONG).text
    assert f"{box} checked" in browser.sign_in("haruka", WRONG, shared="yes").text


@pytest.mark.parametrize(
    "back",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "javascript:alert(1)",
        "/\t/elsewhere.example",
        "/x\r\nSet-Cookie: a=b",
        "elsewhere.example",
        "",
    ],
)
def test_choosing_a_language_leads_to_no_other_site(back: str, town: Town) -> None:
    answer = town.anybody().client.post("/view", data={"lang": "en", "back": back}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/")
    assert not answer.headers["location"].startswith(("//", "/\\", "/\t"))
    assert set(SimpleCookie(answer.headers["set-cookie"])) == {"manabi-language"}


def test_a_language_is_kept_and_one_we_do_not_have_is_not(town: Town) -> None:
    browser = town.anybody()
    answer = browser.client.post("/view", data={"lang": "en", "back": "/signin"}, follow_redirects=False)
    assert answer.headers["location"] == "/signin"
    assert '<html lang="en"' in browser.get("/signin").text
    browser.client.post("/view", data={"lang": "<script>", "back": "/signin"})
    assert '<html lang="en"' in browser.get("/signin").text


def test_an_invitation_becomes_an_account_once(town: Town) -> None:
    code = invited(town)
    browser = town.anybody()
    answer = accept(browser, code.lower().replace("-", " "))
    assert answer.headers["location"] == town.path("sora")
    assert browser.get(ACCOUNT).status_code == 200
    again = accept(town.anybody(), code, login="someone")
    assert again.status_code == 422
    assert "この招待コードは使えません。" in again.text
    assert town.anybody().sign_in("sora-g").status_code == 303


def test_an_invitation_is_kept_while_the_form_is_put_right(town: Town) -> None:
    town.guardian  # noqa: B018  # whose sign-in name is taken
    code = invited(town, "nozomi")
    for fields, said in (
        ({"login": " "}, "IDは、半角の英字と数字で、64文字までです。"),
        ({"login": "HARUKA"}, "このIDか、見た目がよく似たIDが、もう使われています。"),
        ({"login": "ｈａｒｕｋａ"}, "このIDか、見た目がよく似たIDが、もう使われています。"),
        ({"login": "h\u0430ruka"}, "IDは、半角の英字と数字で、64文字までです。"),  # а of Cyrillic
        ({"login": "haruka\u200b"}, "IDは、半角の英字と数字で、64文字までです。"),
        ({"login": "x" * 200_000}, "IDは、半角の英字と数字で、64文字までです。"),
        ({"name": " "}, "画面に出す名前を、60文字までで入れてください。"),
        ({"name": "あ" * 10_000}, "画面に出す名前を、60文字までで入れてください。"),
        ({"name": "校長\u202e"}, "画面に出す名前を、60文字までで入れてください。"),
        ({"password": "short", "again": "short"}, "パスワードは10文字以上にしてください。"),
        ({"password": PASSWORD * 60, "again": PASSWORD * 60}, "パスワードは1024文字までです。"),
        ({"password": "sakurasakura", "again": "sakurasakura"}, "このパスワードは、すぐに当てられます。"),
        ({"again": WRONG}, "2つのパスワードがちがいます。"),
        ({"code": "0000-0000-0000-0000"}, "この招待コードは使えません。"),
    ):
        answer = accept(town.anybody(), **{"code": code, **fields})
        assert answer.status_code == 422
        assert said in answer.text
        assert PASSWORD not in answer.text
        assert fields.get("code", code) in answer.text
    assert accept(town.anybody(), code).status_code == 303


def test_a_code_that_is_too_old_opens_nothing(town: Town) -> None:
    code = invited(town)
    town.prefecture.clock.advance(days=15)
    assert accept(town.anybody(), code).status_code == 422
    with pytest.raises(SignInError):
        accounts.sign_in(town.school.node, "sora-g", PASSWORD)


@pytest.mark.parametrize("page", ["privacy", "accessibility", "contact", "help", "records", "statistics"])
def test_everybody_reads_how_the_software_treats_them(page: str, town: Town) -> None:
    answer = town.anybody().get(f"/about/{page}")
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1


def test_the_page_on_privacy_says_what_the_log_cannot_know(town: Town) -> None:
    for page in ("privacy", "records"):
        assert "このソフトがしたことの記録です" in town.anybody().get(f"/about/{page}").text
