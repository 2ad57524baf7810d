"""The town of the pages' tests behind real servers, and a browser that visits it. Never: what a page must show."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from pds.node import Node
from portal.app import create_app
from tests.portal.town import PASSWORD, Town, open_town

LOGINS = {
    "student": "minato",
    "guardian": "haruka",
    "other_guardian": "makoto",
    "stranger": "shiraishi",
    "teacher": "tamura",
    "office": "nagaoka",
    "other_teacher": "mori",
    "other_office": "kawabe",
    "drafter": "hayakawa",
    "approver": "nishino",
    "nation": "kuni",
}
_FLAGS = (
    "--no-sandbox",  # tests run as root in CI
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_PATIENCE = 15_000  # milliseconds; a page that takes longer is broken
_START = 10  # seconds a server may take to start


@dataclass
class Served:
    """A town whose nodes answer on ports of this machine.

    Attributes:
        places: Addresses of what stands in a stocked town, by name.
    """

    town: Town
    browser: Browser
    stack: ExitStack
    places: dict[str, str] = field(default_factory=dict)
    _addresses: dict[Path, str] = field(default_factory=dict)
    _states: dict[str, Any] = field(default_factory=dict)

    def node(self, role: str) -> Node:
        """The node where a role signs in; their account is made when first asked for."""
        if role in LOGINS:
            getattr(self.town, role)
        return self.town.logins[self.login(role)][0]

    def login(self, role: str) -> str:
        """The name a role signs in by; people without a role of the town's are called by it."""
        return LOGINS.get(role, role)

    def address(self, node: Node) -> str:
        """Where a node answers; it begins to when first asked for."""
        if node.folder not in self._addresses:
            app = create_app(node.folder, self.town.prefecture.clock)
            app.add_api_route("/broken", _fail)
            self._addresses[node.folder] = self.stack.enter_context(answering(app))
        return self._addresses[node.folder]

    @contextmanager
    def visitor(
        self, role: str | None = None, width: int = 1280, *, script: bool = True, language: str = "ja"
    ) -> Iterator[BrowserContext]:
        """A browser of its own, in which the role (None: nobody) has signed in through the page.

        Signing in happens once; later visitors of a role continue that session.
        """
        node = self.town.school.node if role is None else self.node(role)
        if role is not None and role not in self._states:
            with self._context(node, None, 1280, script=True) as context:
                page = context.new_page()
                page.goto("/signin")
                page.fill("input[name=login]", self.login(role))
                page.fill("input[name=password]", PASSWORD)
                page.click("main button[type=submit]")
                page.wait_for_url(lambda address: not address.endswith("/signin"))
                self._states[role] = context.storage_state()
        with self._context(node, self._states.get(role or ""), width, script=script) as context:
            host = "127.0.0.1"
            context.add_cookies([{"name": "manabi-language", "value": language, "domain": host, "path": "/"}])
            yield context

    def forget(self, role: str) -> None:
        """The next visitor of this role signs in anew."""
        self._states.pop(role, None)

    @contextmanager
    def _context(self, node: Node, state: Any, width: int, *, script: bool) -> Iterator[BrowserContext]:
        context = self.browser.new_context(
            base_url=self.address(node),
            viewport={"width": width, "height": 844 if width < 704 else 900},
            java_script_enabled=script,
            storage_state=state,
            locale="ja-JP",
            reduced_motion="reduce",
        )
        context.set_default_timeout(_PATIENCE)
        try:
            yield context
        finally:
            context.close()


@contextmanager
def serve_town(folder: Path, browser: Browser) -> Iterator[Served]:
    """Build a town whose nodes answer; accounts and servers come into being when first asked for."""
    with open_town(folder) as town, ExitStack() as stack:
        yield Served(town, browser, stack)


def _fail() -> None:
    """What a page does that has a mistake in it."""
    raise ZeroDivisionError


@contextmanager
def answering(app: FastAPI) -> Iterator[str]:
    """An application on a free port, in a thread: it shares the clock of the test."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_level="warning", access_log=False, ws="none", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        patience = time.monotonic() + _START
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < patience, f"the server did not start within {_START} s"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, which `make browser` installs."""
    found = shutil.which("chromium")
    assert found, "there is no `chromium` on PATH: run `make browser`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(_FLAGS))
        yield browser
        browser.close()
