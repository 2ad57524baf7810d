"""Every page of every role and every state, by name: who opens which address, and what then stands there.

A route that shows a page and is not named here fails a test. Never: what a page must hold (`looking`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.served import Served

WRONG = "not the password"


def nothing_more(_page: Page) -> None:
    """Opening the page is all."""


@dataclass(frozen=True)
class Screen:
    """One page or state.

    Attributes:
        name: Of its pictures in `build/screens/`.
        role: Who opens it; None: nobody is signed in.
        route: The route it belongs to; empty for a state of no route.
        path: Its address in a town.
        status: How the server answers.
        act: What is done on the page before it is looked at.
        ended: The session has ended in the meantime.
    """

    name: str
    role: str | None
    route: str
    path: Callable[[Served], str]
    status: int = 200
    act: Callable[[Page], None] = nothing_more
    ended: bool = False


def at(address: str) -> Callable[[Served], str]:
    """An address that is the same in every town."""
    return lambda _served: address


def about(student: str, rest: str = "") -> Callable[[Served], str]:
    """A page about a child."""
    return lambda served: served.town.path(student) + rest


def _wrong_password(page: Page) -> None:
    page.fill("input[name=login]", "nobody-of-this-name")
    page.fill("input[name=password]", WRONG)
    page.click("main button[type=submit]")
    page.wait_for_selector("[aria-invalid=true]")


def _wrong_invitation(page: Page) -> None:
    page.fill("input[name=code]", "AAAA-BBBB")
    for field, text in (("name", "だれか"), ("login", "someone"), ("password", "short"), ("again", "shorter")):
        page.fill(f"input[name={field}]", text)
    page.click("main button[type=submit]")
    page.wait_for_selector("[aria-invalid=true]")


def _forge(page: Page) -> None:
    page.evaluate("() => document.querySelectorAll('[name=form_token]').forEach((e) => { e.value = 'forged'; })")
    page.click(".mk-menu summary")
    page.click(".mk-menu__panel button[type=submit]")
    page.wait_for_selector("[role=alert]")


ABOUT = ("privacy", "accessibility", "contact", "help", "records", "statistics")
GATE = (
    Screen("gate-signin", None, "/signin", at("/signin")),
    Screen("gate-signin-ended", None, "/signin", at("/signin?ended=1")),
    Screen("gate-signin-wrong", None, "/signin", at("/signin"), act=_wrong_password),
    Screen("gate-welcome", None, "/welcome", at("/welcome")),
    Screen("gate-welcome-wrong", None, "/welcome", at("/welcome"), act=_wrong_invitation),
    *(Screen(f"about-{page}", None, "/about/{page}", at(f"/about/{page}")) for page in ABOUT),
    Screen("account-guardian", "guardian", "/account", at("/account")),
    Screen("account-teacher", "teacher", "/account", at("/account")),
    Screen("account-official", "drafter", "/account", at("/account")),
)
STATES = (
    Screen("state-signed-out", None, "/", at("/"), status=401),
    Screen("state-ended", None, "/", at("/"), status=401, ended=True),
    Screen("state-missing", None, "", at("/no/such/page"), status=404),
    Screen("state-no-permission", "stranger", "", about("minato"), status=404),
    Screen("state-forged", "guardian", "", at("/account"), act=_forge),
    Screen("state-failed", None, "", at("/broken"), status=500),
)
SCREENS = (*GATE, *STATES)
NO_PAGES = {"/health"}  # answers that no person reads
