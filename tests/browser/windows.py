"""Windows of a real browser, used again and again: opening one costs more than all that a test does in it.

A window that comes back forgets who was signed in and what its console said. Never: a page of the portal.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

PHONE = 704  # CSS pixels from which the navigation stands at the side (brief, section 4)
LANGUAGE = "manabi-language"
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
_NOTE_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (e) => {
  console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`);
});
"""


@dataclass
class Window:
    """A window with one page, and what its console complained of since it was handed out.

    Attributes:
        base: Where the node answers that this window visits.
    """

    page: Page
    said: list[str] = field(default_factory=list)
    base: str = ""

    def open(self, path: str) -> Response:
        """Open a page of the node."""
        answer = self.page.goto(self.base + path)
        assert answer is not None
        return answer

    def resize(self, width: int, height: int = 0) -> None:
        """Give the window another width."""
        usual = 844 if width < PHONE else 900
        self.page.set_viewport_size({"width": width, "height": max(usual, height)})

    def speak(self, language: str) -> None:
        """Choose a language before the first page."""
        cookie: Any = {"name": LANGUAGE, "value": language, "domain": "127.0.0.1", "path": "/"}
        self.page.context.add_cookies([cookie])

    def note(self, message: ConsoleMessage) -> None:
        """Keep what the console says; that a state's own answer is a 404 is no error of its page."""
        own_answer = "Failed to load resource" in message.text and message.location.get("url") == self.page.url
        if message.type in ("error", "warning") and not own_answer:
            self.said.append(f"{message.type}: {message.text}")

    def note_failure(self, request: Request) -> None:
        """Keep why a file did not come; going on before it came is no failure."""
        if request.failure != "net::ERR_ABORTED":
            self.said.append(f"not loaded: {request.url} {request.failure}")


@dataclass
class Windows:
    """All windows of one browser."""

    browser: Browser
    _free: dict[bool, list[Window]] = field(default_factory=lambda: {True: [], False: []})

    @contextmanager
    def window(self, base: str, *, script: bool = True, again: bool = True) -> Iterator[Window]:
        """A window in which nobody is signed in; `again` False: it is closed afterwards."""
        free = self._free[script]
        window = free.pop() if free and again else self._opened(script=script)
        window.base = base
        try:
            yield window
        finally:
            window.page.goto("about:blank")
            window.page.context.clear_cookies()
            window.said.clear()
            if again:
                free.append(window)
            else:
                window.page.context.close()

    def _opened(self, *, script: bool) -> Window:
        context = self.browser.new_context(java_script_enabled=script, locale="ja-JP", reduced_motion="reduce")
        context.set_default_timeout(_PATIENCE)
        context.add_init_script(_NOTE_VIOLATIONS)
        window = Window(context.new_page())
        window.page.on("console", window.note)
        window.page.on("pageerror", lambda error: window.said.append(f"script: {error}"))
        window.page.on("requestfailed", window.note_failure)
        return window


@contextmanager
def chromium() -> Iterator[Windows]:
    """The system's Chromium, which `make browser` installs."""
    found = shutil.which("chromium")
    assert found, "there is no `chromium` on PATH: run `make browser`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(_FLAGS))
        yield Windows(browser)
        browser.close()
