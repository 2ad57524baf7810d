"""The town of the pages' tests behind real servers, and people who visit it. Never: what a page must show."""

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

from pds.node import Node
from portal.app import create_app
from tests.browser.windows import Window, Windows
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
_START = 30  # seconds a server may take to start


@dataclass
class Served:
    """A town whose nodes answer on ports of this machine.

    Attributes:
        places: Addresses of what stands in a stocked town, by name.
    """

    town: Town
    windows: Windows
    stack: ExitStack
    places: dict[str, str] = field(default_factory=dict)
    _addresses: dict[Path, str] = field(default_factory=dict)
    _cookies: dict[str, Any] = field(default_factory=dict)

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
        self,
        role: str | None = None,
        width: int = 1280,
        *,
        script: bool = True,
        again: bool = True,
        through_the_page: bool = False,
    ) -> Iterator[Window]:
        """A window in which the role (None: nobody) has signed in.

        Each visit of a role continues the session it began in the town, or, for people without a role of the town's
        and where a test asks for it, one that begins here `through_the_page`.
        """
        node = self.town.school.node if role is None else self.node(role)
        with self.windows.window(self.address(node), script=script, again=again) as window:
            window.resize(width)
            if role in LOGINS and role not in self._cookies and not through_the_page:
                self._cookies[role] = self._begun_in_the_town(role, self.address(node))
            if role in self._cookies:
                window.page.context.add_cookies(self._cookies[role])
            elif role is not None:
                self._sign_in(window, role)
            yield window

    def _begun_in_the_town(self, role: str, address: str) -> list[Any]:
        jar = getattr(self.town, role).client.cookies.jar
        return [{"name": cookie.name, "value": cookie.value, "url": address} for cookie in jar]

    def _sign_in(self, window: Window, role: str) -> None:
        window.open("/signin")
        window.page.fill("input[name=login]", self.login(role))
        window.page.fill("input[name=password]", PASSWORD)
        window.page.click("main button[type=submit]")
        window.page.wait_for_url(lambda address: not address.endswith("/signin"))
        self._cookies[role] = window.page.context.cookies()


@contextmanager
def serve_town(folder: Path, windows: Windows) -> Iterator[Served]:
    """Build a town whose nodes answer; accounts and servers come into being when first asked for."""
    with open_town(folder) as town, ExitStack() as stack:
        yield Served(town, windows, stack)


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
