"""Organisations that mean harm send what they like: nothing fails, nothing stops, nothing of it is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent.lifecycle import ownership
from federation import exchange
from pds.crypto import DocumentType, claimed_document
from pds.errors import PdsError
from pds.node import Node
from pds.post import Message, mailbox, polling
from portal.app import create_app
from tests.world.hostile_post import Attacked, Attempt, UndoneError, attack, attacked, attempts, fault_of, taken
from tests.world.mutating import mutations
from tests.world.prefecture import CITY, HIKARI, MINATO, NATION

ATTEMPTS = 2_000
PASSWORD = "tsuki to hoshi no yoru"
JOSE = {"content-type": "application/jose"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """One world for all attempts, of which none leaves a trace."""
    with attacked(tmp_path_factory.mktemp("attacked")) as built:
        yield built


def test_every_paper_is_taken_as_it_would_be_right(world: Attacked) -> None:
    assert [paper.kind for paper in world.papers if not taken(world, paper)] == []
    assert {paper.kind for paper in world.papers} == set(exchange.KINDS)


def test_whatever_harmful_organisations_send_nothing_fails_and_nothing_is_kept(world: Attacked) -> None:
    assert attack(world, ATTEMPTS) == {}


@pytest.mark.parametrize("goes_wrong", ["an error", "a trace", "a stop"])
def test_the_attack_finds_what_it_looks_for(world: Attacked, monkeypatch: pytest.MonkeyPatch, goes_wrong: str) -> None:
    def broken(_node: Node, _token: str) -> None:
        raise RecursionError

    def leaving(node: Node) -> int:
        for name, _ in mailbox.arrived(node):
            node.documents.add(mailbox.OUTBOX, "trace", "x", owner=CITY)
            mailbox.fail(node, name, "no")
        return 0

    if goes_wrong == "an error":
        monkeypatch.setattr(mailbox, "deliver", broken)
    else:
        monkeypatch.setattr(exchange, "act", leaving if goes_wrong == "a trace" else lambda _node: 0)
    assert attack(world, 20)


def test_whatever_a_root_signs_as_a_directory_is_a_directory_or_refused_by_a_sentence(world: Attacked) -> None:
    node, nation = world.prefecture.hikari.node, world.secret(NATION)
    [(_, token)] = node.store.all("directory")
    whole = claimed_document(token.decode())

    @settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(mutations(whole))
    def once(document: object) -> None:
        with pytest.raises((PdsError, UndoneError), match=r"\w"):
            take_and_undo(node, nation.sign(DocumentType.DIRECTORY, document))

    once()


def take_and_undo(node: Node, directory: str) -> None:
    with node.transaction():
        node.use_directory(directory)
        raise UndoneError("it was taken, and is taken back")


def test_no_request_of_whomever_is_answered_with_a_fault_of_ours_and_the_office_sees_its_page(tmp_path: Path) -> None:
    with attacked(tmp_path) as world:
        node, clock = world.prefecture.hikari.node, world.prefecture.clock
        poll = claimed_document(polling.ask(world.prefecture.minato.node, MINATO))
        letter = Message(id="0" * 36, sender=MINATO, to=HIKARI, kind="transfer.offer", body="x")
        code = ownership.invite_staff(node, HIKARI, "事務 川辺", "school_office")
        ownership.first_sign_in(node, code, "kawabe", PASSWORD)
        app = create_app(node.folder, clock)
        with TestClient(app, raise_server_exceptions=False) as http:

            @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            @given(
                mutations(poll),
                mutations(letter.model_dump(by_alias=True)),
                st.sampled_from((MINATO, CITY)),
                attempts(world),
                st.binary(max_size=60),
            )
            def once(asked: object, said: object, sender: str, attempt: Attempt, noise: bytes) -> None:
                secret = world.secret(sender)
                for path, body in (
                    ("/v1/poll", secret.sign(DocumentType.POLL, asked)),
                    ("/v1/messages", secret.sign(DocumentType.MESSAGE, said)),
                    ("/v1/messages", attempt.tokens[0]),
                    ("/v1/poll", attempt.tokens[0]),
                    ("/v1/messages", noise),
                    ("/v1/poll", noise),
                ):
                    assert http.post(path, content=body, headers=JOSE).status_code in {200, 202, 400, 401, 413}

            once()
            assert node.store.names("inbox") == []
            assert http.post("/signin", data={"login": "kawabe", "password": PASSWORD}).status_code == 200
            assert http.get("/school/incoming").status_code == 200
        assert fault_of(world, Attempt("nothing", HIKARI, ())) is None
