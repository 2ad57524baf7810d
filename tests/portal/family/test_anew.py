"""Somebody lost the way in: the others are told before anything opens, and may say that it is they."""

import re

from httpx2 import Response

from pds.holders import Role
from tests.portal.town import PASSWORD, Browser, Town

TOLD = "パスワードをなくした人(もう一人の保護者)に、新しい招待が作られました。"
NEW = "umi to sora no iro"


def letter_for(town: Town, student: str, login: str) -> str:
    """The code on the letter by which the office lets somebody who has signed in start anew."""
    town.office  # noqa: B018  # has an account
    (node, _), office = town.logins[login], town.signed_in("nagaoka")
    holders = node.vaults.authorisations(town.vault(student)).holders
    mine = next(name for name, held in holders.items() if held.role is Role.GUARDIAN and held.control == "owner")
    form = {"student": town.ref(student), "holder": mine, "anew": "yes"}
    found = re.search(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b", office.post("/school/invitations", form).text)
    assert found is not None
    return found.group()


def begin(town: Town, code: str, login: str) -> Response:
    form = {"code": code, "login": login, "name": "青山", "password": NEW, "again": NEW}
    return town.anybody().client.post("/welcome", data=form, follow_redirects=False)


def confirm(browser: Browser, town: Town, password: str = PASSWORD) -> Response:
    page = browser.get(f"{town.path('minato')}/anew").text
    found = re.search(r'name="holder" value="([^"]+)"', page)
    holder = found.group(1) if found else ""
    return browser.post(f"{town.path('minato')}/anew", {"holder": holder, "password": password})


def test_the_others_are_told_at_once_and_the_letter_opens_after_three_days(town: Town) -> None:
    other = town.other_guardian
    assert TOLD not in other.get(town.path("minato")).text
    code = letter_for(town, "minato", "haruka")
    for path in ("", "/seen", "/consents"):
        assert TOLD in town.signed_in("makoto").get(town.path("minato") + path).text
    assert "新しい招待が作られました。" in town.student.get(town.path("minato")).text
    early = begin(town, code, "haruka-2")
    assert early.status_code == 422
    assert "から使えます。家族のだれかが自分のページで確かめると" in early.text
    town.prefecture.clock.advance(hours=71, minutes=59)
    assert begin(town, code, "haruka-2").status_code == 422
    town.prefecture.clock.advance(minutes=1)
    assert begin(town, code, "haruka-2").headers["location"] == town.path("minato")
    assert TOLD not in town.signed_in("makoto").get(town.path("minato")).text


def test_another_of_the_family_says_with_the_password_that_it_is_they(town: Town) -> None:
    other, code = town.other_guardian, letter_for(town, "minato", "haruka")
    assert confirm(other, town, "not the password").status_code == 422
    assert begin(town, code, "haruka-2").status_code == 422
    assert confirm(other, town).headers["location"] == f"{town.path('minato')}/anew?done=confirmed"
    assert "家族のだれかが確かめたので" in other.get(f"{town.path('minato')}/anew").text
    assert begin(town, code, "haruka-2").status_code == 303


def test_nobody_confirms_for_themselves_or_for_another_family(town: Town) -> None:
    mine, stranger, code = town.guardian, town.stranger, letter_for(town, "minato", "haruka")
    assert confirm(mine, town).status_code == 404
    assert confirm(stranger, town).status_code == 404
    assert begin(town, code, "haruka-2").status_code == 422
    assert "新しい招待が作られました。" in mine.get(town.path("minato")).text  # who still has the way in sees it too


def test_a_second_letter_begins_the_three_days_again(town: Town) -> None:
    town.other_guardian  # noqa: B018  # who is told
    letter_for(town, "minato", "haruka")
    town.prefecture.clock.advance(hours=71)
    code = letter_for(town, "minato", "haruka")
    town.prefecture.clock.advance(hours=2)
    assert begin(town, code, "haruka-2").status_code == 422
