"""Officials' first task: a question, its cost and error first, a second person's approval, one result with error."""

import re

from playwright.sync_api import Page, expect

from federation import StudyId, answer
from tests.browser.hands import EVERY_WAY, Way, follow, give_password, press, told, using
from tests.browser.served import Served
from tests.federation.studies import exchange

_WITH_ERROR = re.compile(r"±\s?\d")


@EVERY_WAY
def test_a_question_is_estimated_drafted_approved_by_another_and_released_with_its_error(
    served: Served, way: Way
) -> None:
    prefecture = served.town.prefecture
    with using(served, "drafter", way) as asking:
        study = draft(asking)
    with using(served, "approver", way) as page:
        follow(page, "欠席の多い児童生徒")
        give_password(page)
        press(page, "この統計を承認する")
        told(page, "承認しました")
        exchange(prefecture)
        for school in (prefecture.minato, prefecture.hikari):
            answer(school.node, study)
        exchange(prefecture)
        page.reload()
        told(page, "すべての答えがそろいました")
        give_password(page)
        press(page, "結果を出す")
        told(page, "結果を出しました")
        expect(page.locator(".mk-restable").get_by_text(_WITH_ERROR).first).to_be_visible()


def draft(page: Page) -> StudyId:
    """From the question to the register; whoever drafted it finds no way to approve it."""
    follow(page, "新しい統計")
    page.get_by_label("題", exact=True).fill("欠席の多い児童生徒")
    page.get_by_role("radio", name="人数").check()
    page.get_by_label("項目").select_option(label="欠席が10日以上の児童生徒")
    page.get_by_label("範囲").select_option(label="みなと台市教育委員会")
    press(page, "見積りを見る")
    told(page, "勝手に実行されません。2人目の承認がいります")
    expect(page.get_by_text(_WITH_ERROR).filter(visible=True).first).to_be_visible()
    press(page, "下書きとして登録する")
    told(page, "2人目の承認を待ちます")
    expect(page.get_by_role("button", name="承認する")).to_have_count(0)
    return StudyId(page.url.rpartition("/")[2].partition("?")[0])
