"""How a person uses a page: at which width, with script or without; what they press and type. Never: a shortcut."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served import Served
from tests.portal.town import PASSWORD


class Way(NamedTuple):
    """One way to use the portal."""

    width: int
    script: bool


EVERY_WAY = pytest.mark.parametrize(
    "way",
    [Way(390, script=True), Way(390, script=False), Way(1280, script=True), Way(1280, script=False)],
    ids=["phone", "phone without script", "computer", "computer without script"],
)


@contextmanager
def using(served: Served, role: str | None, way: Way, *, through_the_page: bool = False) -> Iterator[Page]:
    """A page in the hands of a role; whatever its console complained of fails the test."""
    with served.visitor(role, way.width, script=way.script, through_the_page=through_the_page) as window:
        window.open("/" if role else "/signin")
        yield window.page
        assert not window.said, window.said


def press(page: Page, name: str) -> None:
    """Press the one button of this name that can be seen."""
    page.get_by_role("button", name=name).filter(visible=True).click()


def follow(page: Page, name: str) -> None:
    """Follow the first link of this name that can be seen."""
    page.get_by_role("link", name=name).filter(visible=True).first.click()


def give_password(page: Page) -> None:
    """Type the password where a page asks for it once more."""
    page.locator("main input[type=password]").filter(visible=True).fill(PASSWORD)


def told(page: Page, text: str) -> None:
    """The page says so, where it can be seen."""
    expect(page.get_by_text(text).filter(visible=True).first).to_be_visible()
