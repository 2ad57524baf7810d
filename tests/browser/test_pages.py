"""Every page and state of every role, looked at in a real browser at the widths of a phone and of a computer."""

import pytest

from portal.app import create_app
from tests.browser.looking import WIDTHS, complaints, language_complaints, narrow_complaints
from tests.browser.pages import NO_PAGES, SCREENS, Screen
from tests.browser.served import Served
from tests.browser.windows import Window
from tests.portal.routes import every_route


def open_screen(window: Window, served: Served, screen: Screen, language: str) -> None:
    """Open a screen in a language."""
    window.speak(language)
    if screen.ended:
        window.page.context.add_cookies([{"name": "manabi", "value": "old", "domain": "127.0.0.1", "path": "/"}])
    assert window.open(screen.path(served)).status == screen.status
    screen.act(window.page)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_anybody_can_use_the_page_at_any_width_and_in_the_other_language(stocked: Served, screen: Screen) -> None:
    with stocked.visitor(screen.role, WIDTHS[0]) as window:
        open_screen(window, stocked, screen, "ja")
        assert complaints(window, "ja", screen.name) == []
        open_screen(window, stocked, screen, "en")  # in the narrowest window, in which the first was left
        assert language_complaints(window, "en") + narrow_complaints(window) + window.said == []


def test_every_page_is_looked_at(stocked: Served) -> None:
    app = create_app(stocked.town.school.node.folder)
    pages = {path for method, path in every_route(app) if method == "GET"}
    assert pages - NO_PAGES == {screen.route for screen in SCREENS if screen.route}


def test_every_picture_has_a_name_of_its_own() -> None:
    names = [screen.name for screen in SCREENS]
    assert len(set(names)) == len(names)
