"""Every page and state of every role, looked at in a real browser at the widths of a phone and of a computer."""

import pytest

from portal.app import create_app
from tests.browser.looking import WIDTHS, complaints, narrow_complaints
from tests.browser.pages import NO_PAGES, SCREENS, Screen
from tests.browser.served import Served
from tests.browser.windows import Window
from tests.portal.routes import every_route


def open_screen(window: Window, served: Served, screen: Screen, language: str) -> list[str]:
    """Open a screen and say what is wrong with it."""
    window.speak(language)
    if screen.ended:
        window.page.context.add_cookies([{"name": "manabi", "value": "old", "domain": "127.0.0.1", "path": "/"}])
    assert window.open(screen.path(served)).status == screen.status
    screen.act(window.page)
    if language == "ja":
        return complaints(window, language, screen.name)
    found = [] if window.page.get_attribute("html", "lang") == language else ["the page did not change its language"]
    return found + narrow_complaints(window) + window.said


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_anybody_can_use_the_page_at_any_width(stocked: Served, screen: Screen, language: str) -> None:
    with stocked.visitor(screen.role, WIDTHS[0]) as window:
        assert open_screen(window, stocked, screen, language) == []


def test_every_page_is_looked_at(stocked: Served) -> None:
    app = create_app(stocked.town.school.node.folder)
    pages = {path for method, path in every_route(app) if method == "GET"}
    assert pages - NO_PAGES == {screen.route for screen in SCREENS if screen.route}


def test_every_picture_has_a_name_of_its_own() -> None:
    names = [screen.name for screen in SCREENS]
    assert len(set(names)) == len(names)
