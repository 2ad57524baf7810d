"""Guardians' first tasks: to look back, to agree together and to stop alone, to see who looked, to leave statistics."""

from playwright.sync_api import Page, expect

from tests.browser.hands import EVERY_WAY, Way, follow, give_password, press, told, using
from tests.browser.served import Served


@EVERY_WAY
def test_a_guardian_looks_back_and_sees_who_looked(served: Served, way: Way) -> None:
    with using(served, "teacher", way) as page:
        follow(page, "ひらく")
        told(page, "学級ボード")
    with using(served, "guardian", way) as page:
        follow(page, "みなと 小学5年")
        told(page, "まず、ひとことで")
        expect(page.get_by_role("img").first).to_be_visible()  # a chart, with its finding as its name
        follow(page, "だれが見た")
        told(page, "田村先生")
        told(page, "みなと小学校")


@EVERY_WAY
def test_two_guardians_agree_with_the_password_and_one_of_them_stops_it(served: Served, way: Way) -> None:
    with using(served, "guardian", way) as one, using(served, "other_guardian", way) as other:
        follow(one, "みなと 小学5年")
        propose(one)
        told(one, "ほかの保護者のお返事がそろうと、見せはじめます")
        follow(other, "見せる相手")
        follow(other, "内容をたしかめて同意する")
        give_password(other)
        press(other, "パスワードで確かめて同意する")
        told(other, "同意しました")
        stop(other, way)
        told(other, "やめました")
        expect(other.locator(".mk-consents tr", has_text="ひかり中学校")).to_have_count(0)
        one.reload()
        expect(one.locator(".mk-consents tr", has_text="ひかり中学校")).to_have_count(0)
    assert served.town.school.node.vaults.authorisations(served.town.vault("minato")).proposals == {}


def propose(page: Page) -> None:
    follow(page, "見せる相手")
    follow(page, "見せる相手をふやす")
    page.get_by_label("見せる相手", exact=True).select_option(label="ひかり中学校")
    page.get_by_label("テスト").first.check()
    give_password(page)
    press(page, "パスワードで確かめて同意する")


def stop(page: Page, way: Way) -> None:
    """A dialog, or without script a part of the page, says what happens, and one press does it."""
    follow(page, "やめる")
    told(page, "見せるのを、やめますか")
    assert page.locator("dialog[open]").count() == (1 if way.script else 0)
    press(page, "見せるのをやめる")


@EVERY_WAY
def test_a_family_stops_taking_part_in_statistics_and_begins_again(served: Served, way: Way) -> None:
    with using(served, "guardian", way) as page:
        follow(page, "そら 小学6年")
        follow(page, "統計")
        press(page, "協力をやめる")
        told(page, "協力をやめました")
        told(page, "いまは「協力しない」です")
        give_password(page)
        press(page, "パスワードで確かめて協力する")
        told(page, "これからの統計に協力します")
