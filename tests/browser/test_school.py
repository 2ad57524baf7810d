"""First tasks at a school: the teacher opens the class and a student, the office takes a new student in."""

from playwright.sync_api import expect

from tests.browser.hands import EVERY_WAY, Way, follow, give_password, press, told, using
from tests.browser.served import Served
from tests.world.carrier import carry


@EVERY_WAY
def test_a_teacher_opens_the_class_and_a_student_of_it(served: Served, way: Way) -> None:
    with using(served, "teacher", way) as page:
        follow(page, "ひらく")
        told(page, "小学5年2組の学級ボード")
        follow(page, "青山 みなと")
        expect(page.get_by_role("heading", level=1)).to_have_text("青山 みなと")
        told(page, "2学期のまとめ")
        told(page, "90 / 100点")


def test_a_board_left_alone_goes_back_to_the_list(served: Served) -> None:
    with served.visitor("teacher", again=False) as window:  # its clock is another from now on
        page = window.page
        page.clock.install()
        window.open("/school?class=P5-2")
        told(page, "青山 みなと")
        told(page, "3分うごかないと、名簿にもどります")
        warning = page.get_by_text("まもなく、名簿にもどります")
        expect(warning).to_be_hidden()
        page.clock.fast_forward("02:45")
        expect(warning).to_be_visible()
        page.keyboard.press("Shift")
        expect(warning).to_be_hidden()
        page.clock.fast_forward("02:45")
        expect(warning).to_be_visible()
        page.clock.fast_forward("00:20")
        page.wait_for_url("**/school")
        expect(page.get_by_text("青山 みなと")).to_have_count(0)


@EVERY_WAY
def test_an_office_takes_a_student_of_another_node_in_once_checked(served: Served, way: Way) -> None:
    nodes = served.town.prefecture.nodes
    with using(served, "office", way) as old, using(served, "other_office", way) as new:
        follow(old, "送り出し")
        follow(old, "新しい手続き")
        old.get_by_label("クラス", exact=True).select_option("P5-2")
        press(old, "ひらく")
        old.get_by_label("青山 みなと").check()
        old.get_by_label("行き先の学校").select_option(label="ひかり中学校")
        press(old, "新しい学校に知らせる")
        told(old, "新しい学校に知らせました")
        carry(nodes)
        follow(new, "受け入れ")
        follow(new, "ひらく")
        new.get_by_label("転入学の日").fill("2026-10-09")
        press(new, "受け入れる")
        told(new, "受け入れを伝えました")
        carry(nodes)
        old.reload()
        press(old, "封をして送る")
        told(old, "封をして送りました")
        carry(nodes)
        new.reload()
        told(new, "たしかめの結果")
        new.get_by_label("見くらべました").check()
        give_password(new)
        press(new, "件を取り込む")
        told(new, "取り込みました")
        carry(nodes)
        old.reload()
        told(old, "受領の控え")
        follow(new, "名簿")
        follow(new, "ひらく")
        told(new, "青山 みなと")
