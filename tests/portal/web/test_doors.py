"""Before any page: a host that somebody made up leads nowhere, and a restored node lets nobody in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from consent.lifecycle import ownership
from pds.errors import RestoredError, UsageError
from pds.holders import Role
from pds.node import Node, backup, check_address, host_of, open_node, set_public_addresses
from portal.app import create_app
from tests.portal.routes import every_route
from tests.portal.town import PASSWORD, Town
from tests.portal.walk import filled
from tests.world.prefecture import MINATO, Prefecture

EVIL = "evil.example"
OURS = "https://pds.example.lg.jp"
HERE = {"host": "pds.example.lg.jp"}


@contextmanager
def opened(node: Node, prefecture: Prefecture) -> Iterator[TestClient]:
    """The application as it would start now."""
    app = create_app(node.folder, prefecture.clock)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as http:
        yield http


def test_no_answer_repeats_a_host_that_somebody_made_up(town: Town) -> None:
    town.guardian  # noqa: B018  # who has an account
    with opened(town.school.node, town.prefecture) as http:
        routes = sorted(every_route(http.app))  # type: ignore[arg-type]
        assert len(routes) > 50
        for method, path in routes:
            for tail in ("", "/", "//"):
                place = filled(path, {"child": town.ref("minato")}) + tail
                answer = http.request(method, place, headers={"host": EVIL, "x-forwarded-host": EVIL})
                assert EVIL not in answer.text
                assert not [value for value in answer.headers.values() if EVIL in value], place
                assert answer.headers.get("location", "/").startswith("/"), place
                assert answer.status_code not in {307, 308}, place
        form = {"login": "haruka", "password": PASSWORD}
        answer = http.post("/signin", data=form, headers={"host": EVIL})
        assert answer.headers["location"].startswith("/child/")


def test_a_node_whose_addresses_are_set_answers_under_no_other(town: Town) -> None:
    node = town.school.node
    set_public_addresses(node, [OURS, "http://minato.example:8080"])
    with opened(node, town.prefecture) as http:
        for host in (
            "pds.example.lg.jp",
            "PDS.example.lg.jp:443",
            "minato.example:8080",
            "127.0.0.1:8440",
            "[::1]:8440",
        ):
            assert http.get("/signin", headers={"host": host}).status_code == 200, host
        for host in (EVIL, "", "pds.example.lg.jp.evil.example", "pds.example.lg.jp:8080", "minato.example"):
            answer = http.get("/signin", headers={"host": host})
            assert answer.status_code == 421, host
            assert "content-security-policy" in answer.headers
        assert http.get("/health", headers={"host": EVIL}).json()["status"] == 421
        assert http.post("/v1/poll", headers={"host": EVIL}).status_code == 421


def test_over_tls_a_browser_is_told_to_ask_over_tls_alone(town: Town) -> None:
    town.guardian  # noqa: B018  # who has an account
    node = town.school.node
    with opened(node, town.prefecture) as http:
        assert "strict-transport-security" not in http.get("/signin").headers
        over_tls = http.get("https://testserver/signin")  # as a proxy that is trusted says of it
        assert over_tls.headers.get("strict-transport-security") == "max-age=63072000"
    set_public_addresses(node, [OURS])
    with opened(node, town.prefecture) as http:
        for path in ("/signin", "/nope", "/health", "/static/portal.css"):
            assert "strict-transport-security" in http.get(path, headers=HERE).headers
        answer = http.post("/signin", data={"login": "haruka", "password": PASSWORD}, headers=HERE | {"origin": OURS})
        assert answer.status_code == 303
        assert "__Host-manabi=" in answer.headers["set-cookie"]
        assert "Secure" in answer.headers["set-cookie"]
        forged = http.post("/signin", data={"login": "haruka"}, headers=HERE | {"origin": f"http://{HERE['host']}"})
        assert forged.status_code == 403


def test_a_letter_names_the_address_that_the_node_was_given(town: Town) -> None:
    node, vault = town.school.node, town.vault("nozomi")
    set_public_addresses(node, [OURS])
    town.staff_account(node, MINATO, "jimu", "事務", "school_office")
    with opened(node, town.prefecture) as http:
        http.headers["host"] = "127.0.0.1:8440"
        http.post("/signin", data={"login": "jimu", "password": PASSWORD})
        token = http.get("/account").text.partition('name="form_token" value="')[2].partition('"')[0]
        form = {
            "form_token": token,
            "student": town.ref("nozomi"),
            "holder": town.custodial(vault, Role.GUARDIAN)[0],
        }
        assert f"{OURS}/welcome" in http.post("/school/invitations", data=form).text


NONE = (
    "",
    "foo",
    "//x",
    "https://",
    "ftp://x",
    "file:///etc",
    "javascript://x",
    "https://学校",
    "https://x\n",
    "https://a b",
    "https://u:p@x",
    "https://x?y",
    "https://x#y",
    "https://x\\@y",
    "https://x:0",
    "https://x:99999",
    "https://[::1",
)


@pytest.mark.parametrize("wrong", NONE)
def test_what_is_no_address_of_a_node_is_refused_by_a_sentence(prefecture: Prefecture, wrong: str) -> None:
    with pytest.raises(UsageError, match="an address"):
        check_address(wrong)
    with pytest.raises(UsageError):
        set_public_addresses(prefecture.city, [OURS, wrong])


def test_an_address_is_known_by_its_host() -> None:
    assert check_address("https://pds.example.lg.jp/") == OURS
    assert host_of(OURS) == host_of(f"{OURS.upper().replace('HTTPS', 'https')}:443") == "pds.example.lg.jp"
    assert host_of("http://[::1]:8440") == "[::1]:8440"


def test_a_restored_node_lets_nobody_in_until_it_is_confirmed(town: Town, tmp_path: Path) -> None:
    browser = town.guardian
    folder, clock = town.school.node.folder, town.prefecture.clock
    file = backup.back_up(town.school.node, tmp_path / "backups")
    for lost in folder.glob("store.db*"):
        lost.unlink()
    backup.restore(file, folder)
    form = {"login": "haruka", "password": PASSWORD}
    with open_node(folder, clock) as node, opened(node, town.prefecture) as http:
        http.cookies.update(browser.client.cookies)
        for path in ("/", "/signin", "/account", town.path("minato"), "/talk"):
            answer = http.get(path)
            assert answer.status_code == 503
            assert "そろっているかを確かめています" in answer.text
        assert "set-cookie" not in http.post("/signin", data=form).headers
        for method, path in (("GET", "/health"), ("POST", "/v1/poll"), ("POST", "/v1/messages")):
            assert http.request(method, path).json()["status"] == 503
        assert http.get("/static/portal.css").status_code == 200
        with pytest.raises(RestoredError, match="confirm"):
            ownership.invite_staff(node, MINATO, "だれか", "school_office")
        backup.confirm(folder)
        assert http.get("/signin").status_code == 200  # from the next request on
        assert http.post("/signin", data=form).status_code == 303
