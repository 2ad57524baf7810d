"""On paper: what was asked for, tables open, who printed it and when; nothing of the screen around it."""

import re

import pytest

from tests.browser.pages import SCREENS, Screen
from tests.browser.served import Served

PAPERS = ("guardian-digest", "guardian-seen", "guardian-consent-receipt", "school-student", "study-released")
_SHOWN = "(names) => names.filter((name) => [...document.querySelectorAll(name)].some((e) => e.checkVisibility()))"
_CLOSED = """() => [...document.querySelectorAll('main table')]
  .filter((e) => !e.checkVisibility({contentVisibilityAuto: true}) || e.getBoundingClientRect().height === 0)
  .map((e) => e.caption?.textContent || e.className)"""
_SCREEN = [".mk-top", ".mk-nav", ".mk-view", ".mk-foot", ".mk-skip", ".mk-btn", ".mk-filter", "dialog"]


@pytest.mark.parametrize("screen", [one for one in SCREENS if one.name in PAPERS], ids=lambda one: one.name)
def test_a_printed_page_is_its_content_with_tables_open(stocked: Served, screen: Screen) -> None:
    with stocked.visitor(screen.role, again=False) as window:
        page = window.page
        window.open(screen.path(stocked))
        closed = page.evaluate(_CLOSED)
        assert closed or screen.name != "guardian-digest"  # on the screen its tables wait behind the charts
        page.emulate_media(media="print")
        assert page.evaluate(_SHOWN, _SCREEN) == []
        assert page.evaluate(_SHOWN, ["h1", ".mk-stamp"]) == ["h1", ".mk-stamp"]
        assert "印刷:2026年10月8日(木) 10時00分" in page.inner_text(".mk-stamp")
        assert page.evaluate(_CLOSED) == []
        paper = page.pdf(format="A4")
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 12
        assert not window.said
