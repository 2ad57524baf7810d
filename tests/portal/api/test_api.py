"""The API between nodes: every route tried by nobody, by a stranger with keys of his own, and by the wrong school."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from consent.lifecycle import moving
from federation import approve, draft
from pds.crypto import DocumentType, claimed_document
from pds.errors import NotFoundError
from pds.holders import new_holder
from pds.node import Node
from pds.post import Message, mailbox, polling
from portal.app import create_app
from portal.web.bodies import SHORT
from tests.federation.studies import count_question, study
from tests.portal.routes import every_route
from tests.world.prefecture import CITY, HIKARI, Prefecture

PUBLIC = {("GET", "/health")}
JOSE = {"content-type": "application/jose"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def client(node: Node, prefecture: Prefecture) -> TestClient:
    return TestClient(create_app(node.folder, prefecture.clock), raise_server_exceptions=False)


def routes(prefecture: Prefecture) -> set[tuple[str, str]]:
    found = every_route(create_app(prefecture.city.folder, prefecture.clock))
    return {(method, path) for method, path in found if path.startswith(("/v1/", "/health"))}


def test_every_route_but_health_refuses_nobody_and_strangers(prefecture: Prefecture) -> None:
    found = routes(prefecture)
    assert found >= PUBLIC
    stranger = new_holder("jp")  # calls itself the nation, with keys of its own
    poll = {"format": "manabi-poll/1", "from": "jp", "time": "2026-05-11T01:00:00Z", "arrived": []}
    forged = stranger.sign(DocumentType.POLL, poll)
    message = Message(
        id="00000000-0000-4000-8000-000000000000", sender="jp", to="139998", kind="transfer.offer", body=""
    )
    letter = stranger.sign(DocumentType.MESSAGE, message.model_dump(by_alias=True))
    with client(prefecture.city, prefecture) as http:
        for method, path in sorted(found - PUBLIC):
            for body in ("", "x.y.z", forged, letter, "\0" * 100):
                answer = http.request(method, path, content=body, headers=JOSE)
                assert answer.status_code in {400, 401}, (method, path, answer.status_code)
                assert answer.headers["content-type"] == "application/problem+json"
                assert set(answer.json()) == {"type", "title", "status", "detail"}
    assert mailbox.waiting(prefecture.city) == []


def test_what_is_not_listed_does_not_exist(prefecture: Prefecture) -> None:
    with client(prefecture.city, prefecture) as http:
        for path in ("/v1/", "/v1/docs", "/v1/openapi.json", "/v1/vaults", "/v1/messages/1"):
            answer = http.get(path)
            assert answer.status_code in {404, 405}
            assert answer.json()["detail"] == "there is nothing at this address for this method"


def test_a_school_is_handed_its_own_messages_and_nobody_elses(prefecture: Prefecture) -> None:
    old, new = prefecture.minato, prefecture.hikari
    old.admit("aiko")
    moving.offer(old.node, old.vault("aiko"), new.org)
    [(name, _, token)] = mailbox.waiting(old.node)
    with client(prefecture.city, prefecture) as http:
        assert http.post("/v1/messages", content=token, headers=JOSE).status_code == 202
        assert http.post("/v1/messages", content=token, headers=JOSE).status_code == 202  # twice is once
        theirs = http.post("/v1/poll", content=polling.ask(old.node, old.org), headers=JOSE).json()["messages"]
        ours = http.post("/v1/poll", content=polling.ask(new.node, new.org), headers=JOSE).json()["messages"]
        assert theirs == []
        assert [(item["name"], item["message"]) for item in ours] == [(name, token)]
        again = http.post("/v1/poll", content=polling.ask(new.node, new.org), headers=JOSE).json()["messages"]
        assert again == ours  # until it says that it has arrived
        done = polling.ask(new.node, new.org, [name])
        assert http.post("/v1/poll", content=done, headers=JOSE).json()["messages"] == []
    assert mailbox.waiting(prefecture.city) == []


def test_an_old_request_for_messages_is_refused(prefecture: Prefecture) -> None:
    request = polling.ask(prefecture.hikari.node, prefecture.hikari.org)
    prefecture.clock.advance(minutes=6)
    with client(prefecture.city, prefecture) as http:
        answer = http.post("/v1/poll", content=request, headers=JOSE)
    assert answer.status_code == 401
    assert "clock" in answer.json()["detail"]


def test_nothing_is_done_for_whoever_did_not_sign_a_request(prefecture: Prefecture) -> None:
    asked = study(count_question(), 1_000_000, asked_by=CITY)
    draft(prefecture.city, asked, drafter="tanaka", group_size=500)
    approve(prefecture.city, asked.id, approver="suzuki")
    whole = polling.ask(prefecture.hikari.node, HIKARI)
    forged = new_holder(HIKARI).sign(DocumentType.POLL, claimed_document(whole))
    with client(prefecture.city, prefecture) as http:
        for request in ("", "x.y.z", forged, whole[:-3]):
            assert http.post("/v1/poll", content=request, headers=JOSE).status_code in {400, 401}
        assert mailbox.waiting(prefecture.city) == []
        assert len(http.post("/v1/poll", content=whole, headers=JOSE).json()["messages"]) == 1


def test_our_own_mistakes_show_no_stack_and_no_path(prefecture: Prefecture, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("/secret/path of aiko")

    monkeypatch.setattr(polling, "read", broken)
    with client(prefecture.city, prefecture) as http:
        answer = http.post("/v1/poll", content="x", headers=JOSE)
    assert answer.status_code == 500
    assert "aiko" not in answer.text
    assert "secret" not in answer.text


def test_health_says_no_more_than_that(prefecture: Prefecture) -> None:
    with client(prefecture.city, prefecture) as http:
        assert http.get("/health").json() == {"status": "ok"}


@pytest.mark.parametrize(
    ("path", "most"), [("/v1/messages", mailbox.MOST_BYTES), ("/v1/poll", polling.MOST_BYTES), ("/signin", SHORT)]
)
def test_a_body_is_read_no_further_than_its_address_takes(prefecture: Prefecture, path: str, most: int) -> None:
    said = FORM if path == "/signin" else JOSE
    with client(prefecture.city, prefecture) as http:
        answer = http.post(path, content=b"", headers=said | {"content-length": str(most + 1)})
        assert answer.status_code == 413
        if path == "/signin":
            assert "何も変わっていません" in answer.text
        else:
            assert str(most) in answer.json()["detail"]
        if most <= SHORT:  # one that does not say how long it is
            assert http.post(path, content=iter([b"x" * most, b"x"]), headers=said).status_code == 413
        assert http.post(path, content=b"", headers=said | {"content-length": "x"}).status_code == 400


def test_a_node_that_is_not_there_is_not_served(prefecture: Prefecture, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError), TestClient(create_app(tmp_path / "missing", prefecture.clock)):
        pass


def test_a_node_whose_store_is_broken_is_not_ready_and_says_no_path(prefecture: Prefecture) -> None:
    with client(prefecture.city, prefecture) as http:
        prefecture.city.store.close()
        http.app.state.node.store.close()  # type: ignore[attr-defined]
        for file in prefecture.city.folder.glob("store.db*"):
            file.write_bytes(b"not a database" * 1000)
        answer = http.get("/health")
    assert answer.status_code == 503
    assert str(prefecture.city.folder) not in answer.text
