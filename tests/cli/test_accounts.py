"""Invitations: a code for one person, and for nobody else."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from cli.main import app
from consent.lifecycle import ownership
from pds.errors import CodeError, NotYetError, SignInError
from pds.holders import Role
from pds.identifiers import OrgId
from pds.node import open_node
from pds.people.accounts import end, sign_in
from portal.app import create_app
from tests.cli.town import HIKARI, MINATO, Town, build_town
from tests.world import MovableClock

PASSWORD, NEW = "kaze to nami no oto", "umi to sora no iro"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A town that nobody has used; it is copied, never opened."""
    built = build_town(tmp_path_factory.mktemp("town"), "2099-12-31")
    built.import_files(MINATO, ["aiko", "mio"], 2026)
    return built


@pytest.fixture
def town(built: Town, tmp_path: Path) -> Town:
    shutil.copytree(built.root, tmp_path, dirs_exist_ok=True)
    return replace(built, root=tmp_path)


def invite(node: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["account", "invite", *arguments, "--node", str(node), "--json"])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


def code_of(node: Path, *arguments: str) -> str:
    status, output = invite(node, *arguments)
    assert status == 0, output
    return str(json.loads(output)["code"])


def test_a_guardians_code_opens_their_own_childs_vault_and_no_other(town: Town) -> None:
    folder = town.node(MINATO)
    code = code_of(folder, "--as", MINATO, "--student", "town=aiko", "--guardian", "town-guardian=g-aiko")
    with open_node(folder) as node:
        ownership.first_sign_in(node, code, "aiko-g", PASSWORD, "保護者")
        person, _ = sign_in(node, "aiko-g", PASSWORD)
        assert dict(person.vaults) == {node.vaults.find(OrgId(MINATO), "town", "aiko"): Role.GUARDIAN}


def test_a_students_code_makes_a_student(town: Town) -> None:
    folder = town.node(MINATO)
    code = code_of(folder, "--as", MINATO, "--student", "town=mio")
    with open_node(folder) as node:
        person = ownership.first_sign_in(node, code, "mio", PASSWORD, "みお")
        assert dict(person.vaults) == {node.vaults.find(OrgId(MINATO), "town", "mio"): Role.STUDENT}
    assert invite(folder, "--as", MINATO, "--student", "town=mio")[0] == 2  # who has signed in is not invited again


def test_who_lost_the_password_starts_anew_and_the_lost_keys_open_nothing_more(town: Town) -> None:
    folder = town.node(MINATO)
    code = code_of(folder, "--as", MINATO, "--student", "town=mio")
    with open_node(folder) as node:
        ownership.first_sign_in(node, code, "mio", PASSWORD, "みお")
    code = code_of(folder, "--as", MINATO, "--student", "town=mio", "--anew")
    with open_node(folder) as node, pytest.raises(NotYetError):
        ownership.first_sign_in(node, code, "mio-again", PASSWORD, "みお")
    in_three_days = MovableClock(datetime.now(tz=UTC) + timedelta(hours=73))
    with open_node(folder, in_three_days) as node:
        before, _ = sign_in(node, "mio", PASSWORD)
        ownership.first_sign_in(node, code, "mio-again", PASSWORD, "みお")
        person, _ = sign_in(node, "mio-again", PASSWORD)
        vault = node.vaults.find(OrgId(MINATO), "town", "mio")
        assert dict(person.vaults) == {vault: Role.STUDENT}
        assert vault is not None
        holders = node.vaults.authorisations(vault).holders
        assert before.holder is not None
        assert person.holder is not None
        assert before.holder.id not in holders
        assert person.holder.id in holders


def test_staff_come_to_their_place_and_their_classes(town: Town) -> None:
    folder = town.node(MINATO)
    person = ["--staff", "田村先生", "--position", "homeroom_teacher", "--class", "P5-2", "--class", "P5-1"]
    code = code_of(folder, "--as", MINATO, *person)
    with open_node(folder) as node:
        invited = ownership.first_sign_in(node, code, "tamura", PASSWORD)
    assert (invited.organisation, invited.position, invited.classes) == (MINATO, "homeroom_teacher", ("P5-2", "P5-1"))
    assert invited.vaults == {}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--guardian", "town-guardian=g-aiko"),
        ("--student", "town=aiko", "--staff", "田村先生"),
        ("--student", "aiko"),
        ("--staff", "田村先生", "--position", "king"),
        ("--staff", " ", "--position", "principal"),
        ("--student", "town=aiko", "--guardian", "town-guardian=g-mio"),
        ("--student", "town=nobody"),
    ],
)
def test_an_invitation_that_names_nobody_is_refused_in_words(town: Town, arguments: tuple[str, ...]) -> None:
    status, output = invite(town.node(MINATO), "--as", MINATO, *arguments)
    assert status == 2
    assert "Traceback" not in output
    assert "code" not in output.split('"')


def test_a_school_invites_nobody_into_another_schools_families(town: Town) -> None:
    assert invite(town.node(MINATO), "--as", HIKARI, "--student", "town=aiko")[0] in {2, 3}
    assert invite(town.node(HIKARI), "--as", MINATO, "--student", "town=aiko")[0] in {2, 3}
    assert invite(town.node(HIKARI), "--as", MINATO, "--staff", "x", "--position", "principal")[0] in {2, 3}


def test_an_account_is_ended_by_its_sign_in_name(town: Town) -> None:
    folder = town.node(MINATO)
    code = code_of(folder, "--as", MINATO, "--staff", "田村先生", "--position", "homeroom_teacher", "--class", "P5-2")
    with open_node(folder) as node:
        ownership.first_sign_in(node, code, "leaving", PASSWORD)
    runner = CliRunner()
    assert runner.invoke(app, ["account", "end", "leaving", "--node", str(folder)]).exit_code == 0
    again = runner.invoke(app, ["account", "end", "leaving", "--node", str(folder)])
    assert again.exit_code == 2
    assert "Traceback" not in again.output
    with open_node(folder) as node, pytest.raises(SignInError):
        sign_in(node, "leaving", PASSWORD)


def test_a_restore_brings_back_no_session_password_or_code_that_ended_since(town: Town, tmp_path: Path) -> None:
    folder = town.node(MINATO)
    for name in ("stays", "changes", "leaves"):
        sign_up(folder, name)
    spent, open_still = (staff_code(folder, name) for name in ("spent", "late"))
    with serving(folder) as opened:
        _, signed_out, elsewhere = browsers = [opened(name) for name in ("stays", "stays", "changes")]
        cookies = [browser.cookies["manabi"] for browser in browsers]
        command("backup", str(tmp_path / "backups"), "--node", str(folder))
        assert signed_out.post("/signout", data=token_of(signed_out)).status_code == 303
        form = {**token_of(elsewhere), "old": PASSWORD, "new": NEW, "again": NEW}
        assert elsewhere.post("/account/password", data=form).status_code == 303
    with open_node(folder) as node:
        ownership.first_sign_in(node, spent, "spent", PASSWORD)
        end(node, "leaves")
    for file in folder.glob("store.db*"):
        file.unlink()
    command("restore", str(next((tmp_path / "backups").iterdir())), "--node", str(folder))
    command("confirm", "--node", str(folder))
    with serving(folder) as opened:
        assert [opened(cookie=cookie).get("/account").status_code for cookie in cookies] == [200, 401, 401]
        assert opened("stays").get("/account").status_code == 200
    for name, password in (("changes", PASSWORD), ("changes", NEW), ("leaves", PASSWORD), ("spent", PASSWORD)):
        with open_node(folder) as node, pytest.raises(SignInError):
            sign_in(node, name, password)
    with open_node(folder) as node:
        with pytest.raises(CodeError):
            ownership.first_sign_in(node, spent, "somebody", PASSWORD)
        ownership.first_sign_in(node, open_still, "late", PASSWORD)


def test_without_the_list_of_what_has_ended_nothing_is_restored(town: Town, tmp_path: Path) -> None:
    folder = town.node(MINATO)
    command("backup", str(tmp_path / "backups"), "--node", str(folder))
    for file in folder.glob("store.db*"):
        file.unlink()
    (folder / "ended").rmdir()
    backup = str(next((tmp_path / "backups").iterdir()))
    done = CliRunner().invoke(app, ["node", "restore", backup, "--node", str(folder)])
    assert done.exit_code == 2
    assert "which sign-ins and codes ended" in " ".join(done.output.split())
    assert not list(folder.glob("*.db"))


def command(*arguments: str) -> None:
    done = CliRunner().invoke(app, ["node", *arguments])
    assert done.exit_code == 0, done.output


def staff_code(folder: Path, name: str) -> str:
    return code_of(folder, "--as", MINATO, "--staff", name, "--position", "school_office")


def sign_up(folder: Path, name: str) -> None:
    with open_node(folder) as node:
        ownership.first_sign_in(node, staff_code(folder, name), name, PASSWORD)


class Opened(Protocol):
    """Opens a browser: somebody signs in, or has the cookie of a session."""

    def __call__(self, login: str = "", *, cookie: str | None = None) -> TestClient: ...


@contextmanager
def serving(folder: Path) -> Iterator[Opened]:
    with TestClient(create_app(folder)) as running:

        def opened(login: str = "", *, cookie: str | None = None) -> TestClient:
            cookies = {} if cookie is None else {"manabi": cookie}
            client = TestClient(running.app, follow_redirects=False, cookies=cookies)
            if cookie is None:
                signed_in = client.post("/signin", data={"login": login, "password": PASSWORD})
                assert signed_in.status_code == 303
            return client

        yield opened


def token_of(client: TestClient) -> dict[str, str]:
    found = re.search(r'name="form_token" value="([^"]+)"', client.get("/account").text)
    assert found is not None
    return {"form_token": found[1]}
