"""What every page must hold in a real browser, whatever it is about. Never: what one page shows."""

from itertools import pairwise
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

from tests.browser.windows import Window

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "build" / "screens"
WIDTHS = (1280, 390)
NARROWEST = 320
SMALLEST = 44  # CSS pixels a target has on a phone, WCAG 2.2 2.5.5
PERSONAL = ("青山", "白石", "はるか", "まこと", "のぞみ", "そら", "田村", "長岡", "minato", "haruka", "makoto", "sora")
_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# Contrast costs more than all other rules together: it is looked at once, and at another width where something looks
# otherwise or was not there.
_RUN_AXE = """async () => {
  const large = (style) => parseFloat(style.fontSize) >= (style.fontWeight >= 700 ? 18.66 : 24);
  const looks = (style) =>
    [style.color, style.backgroundColor, style.backgroundImage, style.opacity, large(style)].join();
  const before = window.looked;
  const look = (e) => (e.checkVisibility() ? looks(getComputedStyle(e)) : '');
  window.looked = new Map([...document.querySelectorAll('body, body *')].map((e) => [e, look(e)]));
  const otherwise = [...window.looked].filter(([e, now]) => now && now !== before?.get(e)).map(([e]) => e);
  const found = [];
  const run = async (where, options) => {
    found.push(...(await axe.run(where, {resultTypes: ['violations'], ...options})).violations);
  };
  await run(document, before ? {rules: {'color-contrast': {enabled: false}}} : {});
  if (before && otherwise.length) await run({include: otherwise}, {runOnly: ['color-contrast']});
  return found.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(' | ')}`);
}"""
_WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= window.innerWidth) return [];
  return [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > width + 1)
    .slice(0, 5).map((e) => `${e.tagName}.${e.className}`).concat(['the page is wider than the window']);
}"""
# Links within a sentence are exempt (WCAG 2.5.5, inline); a field counts with its label.
_SMALL = """(smallest) => {
  const inline = (e) => getComputedStyle(e).display === 'inline';
  const area = (e) => (e.matches('input[type=radio], input[type=checkbox]') && e.closest('label')) || e;
  return [...document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden])')]
    .filter((e) => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) && !inline(area(e)))
    .map((e) => [e, area(e).getBoundingClientRect()])
    .filter(([e, box]) => box.width > 1 && box.height > 1 && box.right > 0 && box.bottom > 0)
    .filter(([, box]) => box.height < smallest - 0.5 || box.width < smallest - 0.5)
    .map(([e, box]) => `${e.tagName} ${(e.textContent || e.name).trim().slice(0, 20)} ${box.width}x${box.height}`);
}"""
_OUTLINE = """() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
  .filter((e) => e.checkVisibility() && !e.closest('dialog')).map((e) => Number(e.tagName[1]))"""


def complaints(window: Window, language: str, name: str = "") -> list[str]:
    """What is wrong with the page that stands, at both widths and at the narrowest; pictures are left under a name."""
    page = window.page
    found = language_complaints(window, language) + outline_complaints(page.evaluate(_OUTLINE))
    found += personal_complaints(page)
    page.evaluate(_AXE)
    for width in WIDTHS:
        window.resize(width)
        found += [f"{width}: {wider}" for wider in page.evaluate(_WIDER)]
        found += [f"{width}: axe {violation}" for violation in page.evaluate(_RUN_AXE)]
        if width == min(WIDTHS):
            found += [f"{width}: small target {small}" for small in page.evaluate(_SMALL, SMALLEST)]
        if name:
            shoot(window, f"{name}-{width}")
    return found + narrow_complaints(window) + window.said


def language_complaints(window: Window, language: str) -> list[str]:
    """The page is not in the language that was chosen."""
    return [f"<html lang> is not {language}"] if window.page.get_attribute("html", "lang") != language else []


def narrow_complaints(window: Window) -> list[str]:
    """What sticks out of the narrowest window."""
    window.resize(NARROWEST)
    return [f"{NARROWEST}: {wider}" for wider in window.page.evaluate(_WIDER)]


def outline_complaints(levels: list[int]) -> list[str]:
    """One h1, and no level left out on the way down."""
    found = [f"{levels.count(1)} h1"] if levels.count(1) != 1 else []
    return found + [f"h{lower} follows h{upper}" for upper, lower in pairwise(levels) if lower > upper + 1]


def personal_complaints(page: Page) -> list[str]:
    """Personal data where it would stay in a history or on a screen share."""
    shown = {"title": page.title(), "address": page.url.split("//", 1)[1]}
    return [f"the {where} says {name}" for where, text in shown.items() for name in PERSONAL if name in text]


def shoot(window: Window, name: str) -> None:
    """Leave a picture of the whole page, with the bar of a phone's page at its end; the window stays that high."""
    width = window.page.evaluate("window.innerWidth")
    window.resize(width, window.page.evaluate("document.documentElement.scrollHeight"))
    window.page.screenshot(path=SCREENS / f"{name}.jpg", type="jpeg", quality=80)
