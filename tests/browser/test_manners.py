"""What holds on every page: keyboard, dialogs, language, the menu, and nothing left behind after signing out."""

import re

from playwright.sync_api import Page, expect

from tests.browser.hands import EVERY_WAY, Way, follow, press, told, using
from tests.browser.served import Served

PHONE, COMPUTER = Way(390, script=True), Way(1280, script=True)


def focused(page: Page) -> str:
    """The text of what has the focus."""
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def open_consents(served: Served, page: Page) -> None:
    """A page with links, buttons, dialogs and a table."""
    page.goto(served.address(served.town.school.node) + served.town.path("minato") + "/consents")


def test_the_first_key_offers_the_way_past_the_navigation(stocked: Served) -> None:
    with using(stocked, "guardian", COMPUTER) as page:
        page.keyboard.press("Tab")
        assert focused(page) == "本文へ進む"
        expect(page.locator(".mk-skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_whatever_has_the_focus_can_be_seen_to_have_it(stocked: Served) -> None:
    with using(stocked, "guardian", COMPUTER) as page:
        open_consents(stocked, page)
        hidden = []
        for _ in range(60):
            page.keyboard.press("Tab")
            hidden += page.evaluate(_FOCUS_IS_HIDDEN)
            if page.evaluate("document.activeElement === document.body"):
                break
        assert hidden == []


_FOCUS_IS_HIDDEN = """() => {
  const e = document.activeElement;
  if (e === document.body) return [];
  const shown = [e, e.closest('label'), e.nextElementSibling].filter(Boolean).some((x) => {
    const style = getComputedStyle(x);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  });
  return shown ? [] : [`${e.tagName} ${e.textContent.trim().slice(0, 20)}`];
}"""


def test_a_dialog_keeps_the_focus_and_gives_it_back(stocked: Served) -> None:
    with using(stocked, "guardian", COMPUTER) as page:
        open_consents(stocked, page)
        opener = page.get_by_role("link", name="やめる").first
        opener.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog[open]")
        for _ in range(8):
            page.keyboard.press("Tab")
            assert page.evaluate(
                "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
            )
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(opener).to_be_focused()


@EVERY_WAY
def test_a_change_of_language_stays_on_the_page(stocked: Served, way: Way) -> None:
    with using(stocked, "guardian", way) as page:
        open_consents(stocked, page)
        address = page.url
        page.locator(".mk-view label", has_text="English").click()
        if not way.script:
            press(page, "切りかえる")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert page.url == address
        page.locator(".mk-view label", has_text="日本語").click()
        if not way.script:
            page.locator(".mk-view button").click()
        expect(page.locator("html")).to_have_attribute("lang", "ja")


@EVERY_WAY
def test_after_signing_in_and_out_the_back_button_shows_nothing_of_the_child(served: Served, way: Way) -> None:
    with using(served, "stranger", way, through_the_page=True) as page:
        told(page, "のぞみ")
        page.locator(".mk-menu summary").click()
        press(page, "ログアウト")
        expect(page).to_have_url(re.compile("/signin$"))
        page.go_back()
        expect(page.get_by_text("のぞみ")).to_have_count(0)
        told(page, "ログイン")


def test_a_session_that_is_about_to_end_says_so_and_goes_on_by_one_press(served: Served) -> None:
    with served.visitor("guardian", again=False, through_the_page=True) as window:  # its clock is another from now on
        page = window.page
        page.clock.install()
        window.open("/account")
        bar = page.locator(".mk-timeout")
        expect(bar).to_be_hidden()
        page.clock.fast_forward("05:30")  # ten minutes on a shared computer, less the five in which it warns
        expect(bar).to_be_visible()
        bar.get_by_role("button", name="つづける").click()
        expect(bar).to_be_hidden()
        page.clock.fast_forward("10:30")
        page.wait_for_url("**/signin?ended=1")
        told(page, "安全のためにログアウトしました")


def test_the_account_menu_closes_by_escape_and_gives_the_focus_back(stocked: Served) -> None:
    with using(stocked, "guardian", PHONE) as page:
        menu = page.locator(".mk-menu summary")
        menu.click()
        expect(page.get_by_role("link", name="サインインの記録")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name="サインインの記録")).to_be_hidden()
        expect(menu).to_be_focused()


def test_a_form_that_was_wrong_takes_the_focus_to_what_is_wrong(stocked: Served) -> None:
    with using(stocked, None, PHONE) as page:
        page.get_by_label("ID", exact=True).fill("nobody-of-this-name")
        page.get_by_label("パスワード", exact=True).fill("not the password")
        press(page, "ログイン")
        expect(page.get_by_role("alert")).to_be_focused()
        follow(page, "IDかパスワードがちがいます")
        expect(page.get_by_label("ID", exact=True)).to_be_focused()
