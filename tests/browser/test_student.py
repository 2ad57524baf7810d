"""A student's first task: from the invitation to today's mood in the history."""

from consent.lifecycle import ownership
from pds.holders import Role
from tests.browser.hands import EVERY_WAY, Way, follow, press, told, using
from tests.browser.served import Served
from tests.portal.town import PASSWORD


@EVERY_WAY
def test_a_student_makes_an_account_sends_todays_mood_and_finds_it_on_the_road(served: Served, way: Way) -> None:
    town = served.town
    vault, node = town.vault("minato"), town.school.node
    code = ownership.invite_family(node, vault, town.custodial(vault, Role.STUDENT)[0])
    with using(served, None, way) as page:
        follow(page, "招待コードがある人")
        page.get_by_label("招待コード").fill(code)
        page.get_by_label("画面に出す名前").fill("みなと")
        page.get_by_label("ID", exact=True).fill("minato")
        page.get_by_label("パスワード", exact=True).fill(PASSWORD)
        page.get_by_label("パスワードをもう一度").fill(PASSWORD)
        press(page, "はじめる")
        told(page, "みなとさん、こんにちは")
        page.locator(".mk-mood__opt", has_text="はれ").first.click()
        page.get_by_label("ひとこと").fill("給食がおいしかった")
        press(page, "おくる")
        told(page, "心の天気をおくりました")
        follow(page, "まなびの道")
        told(page, "給食がおいしかった")
    assert town.custodial(vault, Role.STUDENT) == []
