"""A child is protected from a guardian (支援措置): nothing tells that guardian where the child is or who is with it."""

import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from consent.decisions import Request, permit
from consent.lifecycle import acts, anew, custody, make_moving_code, moving, ownership
from pds.errors import RefusedError
from pds.holders import Role, SecretHolder
from pds.intake import LocalId
from pds.node import Node
from pds.people import accounts
from pds.vault import Action, Purpose, Standing
from portal.app import create_app
from tests.portal.routes import every_route
from tests.portal.town import PASSWORD, Browser, Town, open_town
from tests.world.carrier import carry
from tests.world.prefecture import SCHEME, School

PROTECTED = Standing(relationship="parent", has_parental_authority=True, protected_from=True)
_TOKEN = re.compile(r'(name="form_token" value=")[^"]+')
Answer = tuple[int, str, tuple[tuple[str, str], ...]]


def protect(town: Town, login: str, standing: Standing = PROTECTED) -> None:
    """The office enters that みなと is protected from a guardian who has signed in."""
    custody.change(town.school.node, town.school.org, town.vault("minato"), keys(town, login).id, standing)


def keys(town: Town, login: str) -> SecretHolder:
    person, _ = accounts.sign_in(town.school.node, login, PASSWORD)
    assert person.holder is not None
    return person.holder


def move(town: Town, to: School) -> None:
    """みなと goes to another school, which takes the history in and admits the grandmother."""
    old, vault = town.school, town.vault("minato")
    transfer = moving.offer(old.node, vault, to.org)
    carry(town.prefecture.nodes)
    moving.accept(to.node, transfer, old.node.today(), [LocalId(SCHEME, "s-17")])
    carry(town.prefecture.nodes)
    moving.send(old.node, transfer)
    carry(town.prefecture.nodes)
    moving.commit(to.node, transfer)
    carry(town.prefecture.nodes)
    acts.admit_guardians(to.node, vault, to.org, [acts.new_custodial_guardian(to.node)])


def live(town: Town) -> None:
    """A week: a teacher looks, the other guardian gives a consent, and is to start anew."""
    assert town.teacher.get(f"/school/student/{town.ref('minato')}").status_code == 200
    mine, vault = keys(town, "haruka"), town.vault("minato")
    acts.give(town.school.node, vault, mine, Purpose.TEACHING, recipient=town.prefecture.aoba.org)
    anew.announce(town.school.node, vault, mine.id)


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Everything that a family can ask for."""
    known = every_route(create_app(tmp_path_factory.mktemp("nobody")))
    return sorted((m, path) for m, path in known if path.startswith("/child/") or path in {"/", "/account"})


def everything(town: Town, browser: Browser, routes: Sequence[tuple[str, str]]) -> dict[str, Answer]:
    """What comes back from every route, but for the token that is drawn for each session."""
    consent = next(iter(town.school.node.vaults.authorisations(town.vault("minato")).signatures))
    form = {"password": PASSWORD, "holder": "x", "to": town.prefecture.aoba.org, "form_token": browser.token}
    found = {}
    for method, path in routes:
        address = path.format(child=town.ref("minato"), consent=consent)
        answer = browser.client.request(
            method, address, data=form if method == "POST" else None, follow_redirects=False
        )
        headers = tuple(sorted((name, value) for name, value in answer.headers.items() if name != "date"))
        found[f"{method} {path}"] = answer.status_code, _TOKEN.sub(r"\1", answer.text), headers
    assert len(found) > 20
    return found


def written(node: Node) -> Counter[str]:
    """How many rows of each kind a node has, but for sessions and tries."""
    with closing(sqlite3.connect(node.folder / "store.db")) as db:
        rows = Counter(kind for (kind,) in db.execute("SELECT kind FROM documents"))
        rows["entries"] = db.execute("SELECT count(*) FROM entries").fetchone()[0]
    return Counter({kind: number for kind, number in rows.items() if kind not in {"session", "tries"}})


def test_nothing_a_protected_from_guardian_can_ask_for_tells_school_person_or_move(
    built_town: Path, tmp_path: Path, routes: Sequence[tuple[str, str]]
) -> None:
    seen = []
    for name in ("hikari", "aoba"):  # two worlds that differ in the school, its people and what happened
        shutil.copytree(built_town, tmp_path / name)  # the vaults have the same names in both
        with open_town(tmp_path / name) as town:
            other = town.other_guardian
            assert "みなと" in other.get(town.path("minato")).text
            protect(town, "makoto")
            rows = written(town.school.node)
            seen.append(everything(town, other, routes))
            assert written(town.school.node) == rows  # not even a refused line, which only a home can write
            if name == "aoba":
                live(town)
            move(town, getattr(town.prefecture, name))
            rows = written(town.school.node)
            seen.append(everything(town, other, routes))
            assert written(town.school.node) == rows
            assert town.anybody().sign_in("makoto").headers["location"] == "/account"
    assert seen[0] == seen[1] == seen[2] == seen[3]
    assert all("みなと" not in text and "小学校" not in text for _, text, _ in seen[0].values())


def test_a_child_one_is_protected_from_looks_like_a_child_who_does_not_exist(town: Town) -> None:
    other = town.other_guardian
    protect(town, "makoto")
    for method, path in (("GET", ""), ("GET", "/seen"), ("GET", "/seen/list"), ("GET", "/transfer"), ("POST", "/anew")):
        paths = [f"/child/{child}{path}" for child in (town.ref("minato"), "A" * len(town.ref("minato")))]
        answers = [other.get(one) if method == "GET" else other.post(one) for one in paths]
        assert answers[0].status_code == answers[1].status_code == 404
        assert answers[0].text == answers[1].text


def test_the_office_sets_and_lifts_it_with_the_password_and_prints_no_letter(town: Town) -> None:
    other, office, teacher = town.other_guardian, town.office, town.teacher
    path, mine = f"/school/protection?student={town.ref('minato')}", keys(town, "makoto").id
    form = {"student": town.ref("minato"), "holder": mine, "protected": "yes", "password": PASSWORD}
    assert teacher.get(path).status_code == teacher.post("/school/protection", form).status_code == 404
    assert office.post("/school/protection", {**form, "password": "not the password"}).status_code == 422
    assert other.get(town.path("minato")).status_code == 200
    assert office.post("/school/protection", form).status_code == 303
    assert "支援措置あり" in office.get(path).text
    assert "支援措置あり" in office.get(f"/school/invitations?student={town.ref('minato')}").text
    assert other.get(town.path("minato")).status_code == 404
    letter = {"student": town.ref("minato"), "holder": mine, "anew": "yes"}
    assert "招待コード" not in office.post("/school/invitations", letter).text
    assert office.post("/school/protection", {**form, "protected": "no"}).status_code == 303
    assert other.get(town.path("minato")).status_code == 200


def test_the_others_go_on_and_nothing_waits_for_that_guardian(town: Town) -> None:
    other, mine = town.other_guardian, town.guardian
    protect(town, "makoto")
    assert "みなと" in mine.get(town.path("minato")).text
    node, vault = town.school.node, town.vault("minato")
    consent = acts.give(node, vault, keys(town, "haruka"), Purpose.TEACHING, recipient=town.prefecture.aoba.org)
    facts = node.vaults.authorisations(vault)
    assert consent in facts.consents
    assert not any(epoch == facts.epoch for epoch, holder, _ in facts.wraps if holder == keys(town, "makoto").id)
    for action in Action:
        with pytest.raises(RefusedError):
            permit(node, Request.own(vault, keys(town, "makoto").id, action))
    protect(town, "makoto", PROTECTED.model_copy(update={"protected_from": False}))
    assert "みなと" in other.get(town.path("minato")).text


def test_a_printed_letter_or_a_moving_code_says_nothing_of_where_the_child_is(town: Town) -> None:
    town.other_guardian  # noqa: B018  # has signed in
    node, vault, there = town.school.node, town.vault("minato"), town.prefecture.hikari
    moving_code = make_moving_code(node, vault, keys(town, "makoto"))
    grandmother = acts.new_custodial_guardian(node)
    acts.admit_guardians(node, vault, town.school.org, [grandmother])
    letter = ownership.invite_family(node, vault, grandmother.holder.id)
    assert town.custodial(vault, Role.GUARDIAN) == [grandmother.holder.id]
    protect(town, "makoto")
    custody.change(node, town.school.org, vault, grandmother.holder.id, PROTECTED)
    with pytest.raises(RefusedError):
        ownership.invite_family(node, vault, grandmother.holder.id)
    at_home = welcome(town.anybody(), letter, "0000-0000-0000-0000")
    move(town, there)
    assert at_home[0] == at_home[1] == welcome(town.anybody(), letter, "0000-0000-0000-0000")[0]
    arrived = welcome(town.anybody(there.node), moving_code, "0000-0000-0000-0000")
    assert arrived[0] == arrived[1]


def welcome(browser: Browser, *codes: str) -> list[tuple[int, str]]:
    """What each code gets from the page for invitations, but for the code itself."""
    form = {"login": "somebody", "name": "青山", "password": PASSWORD, "again": PASSWORD}
    answers = [browser.client.post("/welcome", data={**form, "code": code}, follow_redirects=False) for code in codes]
    return [(answer.status_code, answer.text.replace(code, "")) for answer, code in zip(answers, codes, strict=True)]
