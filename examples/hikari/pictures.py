"""`python -m examples.hikari.pictures`: takes the README's pictures from the demo that is running.

It signs in as the people of `demo.json` do, in Chromium, and writes docs/images/portal-*.png. Never: a page that does
not come from the demo.
"""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

DEMO = Path("build/hikari/demo.json")
IMAGES = Path("docs/images")
_TALL = 1400  # CSS pixels of a page that a picture shows at most; the rest is for those who open the demo


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture.

    Attributes:
        who: The sign-in's key.
        way: Links to follow from the person's first page, by their address's end or their words.
    """

    name: str
    who: str
    width: int
    way: tuple[str, ...] = ()


PICTURES = (
    Picture("guardian", "guardian", 1280),
    Picture("student", "student", 390),
    Picture("road", "student", 390, ("a[href$='/road']",)),
    Picture("seen", "guardian", 1280, ("a[href$='/seen']",)),
    Picture("study", "city_drafter", 1280, ("main a[href*='/studies/']:not([href$='/new'])",)),
)


def main() -> int:
    """Take all pictures; 1 if the demo does not run or no browser is here."""
    browser_path = shutil.which("chromium")
    if not DEMO.exists() or browser_path is None:
        print("start `make demo` first, and install Chromium", file=sys.stderr)
        return 1
    demo: dict[str, Any] = json.loads(DEMO.read_text(encoding="utf-8"))
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        for picture in PICTURES:
            _take(browser, demo, picture)
        browser.close()
    return 0


def _take(browser: Browser, demo: dict[str, Any], picture: Picture) -> None:
    person = next(one for one in demo["sign_ins"] if one["key"] == picture.who)
    context = browser.new_context(viewport={"width": picture.width, "height": 900})
    page = context.new_page()
    _sign_in(page, demo["addresses"][person["node"]], person)
    for link in picture.way:
        page.locator(link).first.click()
        page.wait_for_load_state()
    height = min(_TALL, int(page.evaluate("document.documentElement.scrollHeight")))
    page.set_viewport_size({"width": picture.width, "height": height})
    page.screenshot(path=IMAGES / f"portal-{picture.name}.png")
    print(f"docs/images/portal-{picture.name}.png")
    context.close()


def _sign_in(page: Page, address: str, person: dict[str, str]) -> None:
    page.goto(f"{address.rstrip('/')}/signin")
    page.fill("input[name=login]", person["login"])
    page.fill("input[name=password]", person["password"])
    page.locator("form[action='/signin'] button[type=submit]").click()
    page.wait_for_load_state()


if __name__ == "__main__":
    sys.exit(main())
